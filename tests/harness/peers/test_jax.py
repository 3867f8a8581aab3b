"""JAX: right in double precision, compiled before it is timed, and the same on its device."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import problems
from harness.methods import UnsupportedError, failure
from harness.methods.peers.jax import Compiled, Jax, JaxDevice
from harness.plan import locate
from harness.suites.accuracy import judge
from problems import at_least

jax = pytest.importorskip("jax")

CHOSEN = (
    *("ackley", "bard", "brown", "chebyquad", "cross_in_tray", "goldstein_price", "griewank", "hartmann_6"),
    *("helical_valley", "miele_cantrell", "paviani", "powell_singular", "problem_18", "schwefel_2_21", "whitley"),
)
"""Problems in which everything that a definition may do is done."""

X = np.array([0.3, -0.7, 0.45])


def test_the_chosen_problems_ask_for_all_that_any_problem_asks_for(asked: Any) -> None:
    assert asked(CHOSEN) == asked(problems.names())


@pytest.mark.parametrize("name", CHOSEN)
def test_the_gradient_is_correct(name: str) -> None:
    problem = problems.get(name)
    n = problem.dimensions.next(3) or problem.dimensions.low
    x = locate(problem, n, "sample-0", seed=0)
    value, gradient = Jax().prepare(problem, n)(x.copy())
    assert (type(value), type(gradient), gradient.shape, gradient.dtype) == (float, np.ndarray, (n,), np.float64)
    assert value == pytest.approx(float(problem(x)), rel=1e-14)
    assert judge(problem, Jax(), x, gradient, seed=0).outcome == "correct"


@pytest.mark.parametrize("method", [Jax(), JaxDevice()], ids=lambda method: method.id)
def test_what_it_gives_is_the_callers(register: Any, method: Jax) -> None:
    f = method.prepare(register(lambda x, xp: xp.sum(x, axis=0) + x[0] ** 2, dimensions=at_least(1)), 3)
    x = X.copy()
    x.flags.writeable = False
    _, first = f(x)
    first[:] = 7.0
    assert f(x)[1].tolist() == [1.6, 1.0, 1.0]
    assert x.tolist() == X.tolist()
    f(X + 1.0)
    assert first.tolist() == [7.0] * 3


def test_on_the_device_it_is_the_same(register: Any) -> None:
    problem = register(lambda x, xp: xp.sum(xp.sin(x), axis=0), dimensions=at_least(1))
    there, here = JaxDevice(), Jax()
    prepared = there.prepare(problem, 3)
    value, gradient = there.timed(prepared, X)()
    assert [type(array) for array in (value, gradient)] == [type(jax.numpy.zeros(3))] * 2
    assert (gradient.dtype, gradient.shape) == (np.float64, (3,))
    expected = here.timed(here.prepare(problem, 3), X)()
    assert type(expected[1]) is np.ndarray
    for found in ((float(value), np.asarray(gradient)), prepared(X)):
        assert (found[0], found[1].tolist()) == (expected[0], expected[1].tolist())


def test_everything_is_compiled_by_preparation_and_nothing_by_a_call(register: Any) -> None:
    runs = []

    def counted(x: Any, xp: Any) -> Any:
        runs.append(x)
        return xp.sum(x**2, axis=0)

    f = Jax().prepare(register(counted, dimensions=at_least(1)), 3)
    assert len(runs) == 1
    f(X)
    f(X + 1.0)
    assert len(runs) == 1


def test_a_call_computes_by_itself_and_waits_for_nobody(register: Any) -> None:
    n = 300_000
    f = Jax().prepare(register(lambda x, xp: xp.sum(xp.sin(xp.exp(x)), axis=0), dimensions=at_least(1)), n)
    assert isinstance(f, Compiled)
    value, gradient = f.executable(jax.device_put(np.linspace(0.0, 1.0, n)).block_until_ready())
    assert (value.is_ready(), gradient.is_ready()) == (True, True)


def test_it_finds_no_code_on_the_disk(register: Any, tmp_path: Path) -> None:
    """A user may have told JAX to keep there what it compiles."""
    from jax.experimental.compilation_cache import compilation_cache

    settings = {
        "jax_compilation_cache_dir": str(tmp_path),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
        "jax_enable_compilation_cache": True,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    compilation_cache.reset_cache()
    try:
        for name, setting in settings.items():
            jax.config.update(name, setting)
        Jax().prepare(register(lambda x, y: x * y**2), 2)
        assert list(tmp_path.iterdir()) == []
    finally:
        for name, setting in before.items():
            jax.config.update(name, setting)
        compilation_cache.reset_cache()


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (lambda x, y, xp: xp.no_such(x) * y, "jax has no no_such"),
        (lambda x, y: math.sin(x) * y, "shape float64"),
        (lambda x, y: x * y if x > y else x - y, "shape bool"),
    ],
    ids=["a name", "Python's math", "a branch"],
)
def test_what_it_cannot_do_is_unsupported(register: Any, definition: Callable[..., Any], reason: str) -> None:
    with pytest.raises((UnsupportedError, TypeError), match=reason) as raised:
        Jax().prepare(register(definition), 2)
    assert failure(raised.value, Jax.unable)[0] == "unsupported"
