"""PyTorch: right in double precision, by its tape and compiled, and it says what it cannot do."""

import importlib
import math
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import problems
from harness.methods import UnsupportedError, ValueAndGradient
from harness.methods.peers.torch import Torch, TorchCompile
from harness.plan import locate
from harness.suites.accuracy import judge
from problems import at_least

torch = pytest.importorskip("torch")

CHOSEN = (
    *("ackley", "bard", "brown", "chebyquad", "cross_in_tray", "goldstein_price", "griewank", "hartmann_6"),
    *("helical_valley", "miele_cantrell", "paviani", "powell_singular", "problem_18", "schwefel_2_21", "whitley"),
)
"""Problems in which everything that a definition may do is done."""

X = np.array([0.3, -0.7, 0.45])
COMPILES = pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="there is no C++ compiler")


def test_the_chosen_problems_ask_for_all_that_any_problem_asks_for(asked: Any) -> None:
    assert asked(CHOSEN) == asked(problems.names())


@pytest.mark.parametrize("name", CHOSEN)
def test_the_gradient_is_correct(name: str) -> None:
    _is_correct(Torch(), name)


def _is_correct(method: Torch, name: str) -> None:
    problem = problems.get(name)
    n = problem.dimensions.next(3) or problem.dimensions.low
    x = locate(problem, n, "sample-0", seed=0)
    value, gradient = method.prepare(problem, n)(x.copy())
    assert (type(value), type(gradient), gradient.shape, gradient.dtype) == (float, np.ndarray, (n,), np.float64)
    assert value == pytest.approx(float(problem(x)), rel=1e-14)
    assert judge(problem, method, x, gradient, seed=0).outcome == "correct"


def test_what_it_gives_is_the_callers(register: Any) -> None:
    _is_the_callers(Torch().prepare(register(total, dimensions=at_least(1)), 3))


def total(x: Any, xp: Any) -> Any:
    """Its gradient is one number for all coordinates, which torch would not repeat in memory."""
    return xp.sum(x, axis=0)


def _is_the_callers(prepared: ValueAndGradient) -> None:
    x = X.copy()
    x.flags.writeable = False
    _, first = prepared(x)
    first[0] = 7.0
    assert first.tolist() == [7.0, 1.0, 1.0]
    assert prepared(x)[1].tolist() == [1.0, 1.0, 1.0]
    assert x.tolist() == X.tolist()
    assert first.tolist() == [7.0, 1.0, 1.0]


def test_without_conversion_it_is_the_same(register: Any) -> None:
    method = Torch()
    prepared = method.prepare(register(lambda x, xp: xp.sum(xp.sin(x), axis=0), dimensions=at_least(1)), 3)
    _agree(method.without_conversion(prepared, X), prepared(X))


def _agree(from_tensors: Callable[[], Any], expected: tuple[float, Any]) -> None:
    for _ in range(2):  # nothing adds up
        value, gradient = from_tensors()
        assert [type(value), type(gradient)] == [torch.Tensor] * 2
        assert (value.item(), gradient.tolist()) == (expected[0], expected[1].tolist())


@pytest.fixture
def on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """What there is in the folder where a user's compiler keeps its code, and in that for temporary files."""
    importlib.import_module("torch._inductor.codecache")  # which makes up its mind where to keep headers
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "a user's"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: [path for path in tmp_path.rglob("*") if path.name != "a user's"]


@COMPILES
def test_compiled_it_is_correct_and_leaves_nothing_behind(on_the_disk: Any) -> None:
    _is_correct(TorchCompile(), "griewank")
    assert on_the_disk() == []


def test_without_a_compiler_it_is_unsupported_and_leaves_nothing_behind(register: Any, on_the_disk: Any) -> None:
    none = torch._inductor.config.patch({"cpp.cxx": (None, "/none/g++")})
    with none, pytest.raises(UnsupportedError, match=r"No working C\+\+ compiler"):
        TorchCompile().prepare(register(lambda x, y: x * y), 2)
    assert on_the_disk() == []


@COMPILES
def test_compiled_it_is_called_without_the_definition(register: Any) -> None:
    method, runs = TorchCompile(), []

    def counted(x: Any, xp: Any) -> Any:
        runs.append(x)
        return total(x, xp)

    prepared = method.prepare(register(counted, dimensions=at_least(1)), 3)
    in_preparation = len(runs)
    _is_the_callers(prepared)
    _agree(method.without_conversion(prepared, X), prepared(X))
    assert len(runs) == in_preparation


@pytest.mark.parametrize(
    ("definition", "at_x"),
    [
        (lambda x, xp: xp.sum(x * xp.sin(0.5), axis=0) + xp.sqrt(2.0), 0.479425538604203),
        (lambda x, xp: xp.sum(xp.maximum(x, -0.5), axis=0), (1.0, 0.0, 1.0)),
        (lambda x, xp: xp.sum(xp.where(x > 0.0, 1, 0) * x, axis=0), (1.0, 0.0, 1.0)),
        (lambda x, xp: xp.sum(xp.where(x > 0.0, 0.1, 0.3) * x, axis=0), (0.1, 0.3, 0.1)),
        (
            lambda x, xp: xp.sum(xp.asarray((1, 2, 4)) * xp.asarray(x, dtype=xp.float64) / 3, axis=0),
            (1 / 3, 2 / 3, 4 / 3),
        ),
        (lambda x, xp: xp.sum(xp.sqrt(xp.arange(2.0, 5.0)) * x, axis=0), (2**0.5, 3**0.5, 2.0)),
        (lambda x, xp: xp.sum(xp.stack([x[0], 2.0, x[1] * 0.1]), axis=0), (1.0, 0.1, 0.0)),
        (lambda x, xp: xp.sum(xp.concat([x[:1], 0.1 * x]), axis=0), (1.1, 0.1, 0.1)),
        (lambda x, xp: xp.max(xp.abs(x), axis=0) + xp.min(x, axis=0), (0.0, 0.0, 0.0)),
        (lambda x, xp: xp.sum(xp.cumprod(x, axis=0), axis=0), (1 - 0.7 - 0.315, 0.3 * 1.45, -0.21)),
        (lambda x, xp: xp.prod(x, axis=0) + xp.sum(xp.sign(x) * x + xp.zeros_like(x), axis=0), (0.685, -0.865, 0.79)),
        (lambda x, xp: xp.sum(xp.moveaxis(xp.reshape(x, (3, 1)), 0, -1) * 0.1, axis=(0, 1)), 0.1),
        (lambda x, xp: xp.sum(xp.permute_dims(xp.expand_dims(x, axis=0), (1, 0)) * 0.1, axis=(0, 1)), 0.1),
        (lambda x, xp: x[0] if x[1] < 0.0 else x[2], (1.0, 0.0, 0.0)),
    ],
)
def test_what_definitions_write(register: Any, definition: Callable[..., Any], at_x: Any) -> None:
    """As on NumPy's arrays: floats beside tensors, and all of it in double precision."""
    problem = register(definition, dimensions=at_least(1))
    value, gradient = Torch().prepare(problem, 3)(X)
    assert value == pytest.approx(float(problem(X)), rel=1e-15)
    assert gradient == pytest.approx(np.broadcast_to(at_x, 3), rel=1e-15, abs=1e-15)


NOT_BY_TORCH: dict[str, tuple[Callable[..., Any], str]] = {
    "a name": (lambda x, y, xp: xp.no_such(x) * y, "torch has no no_such"),
    "Python's math": (lambda x, y: math.sin(x) * y, "Converting a tensor"),
    "Python's math again": (lambda x, y: math.cos(x) * y, "Converting a tensor"),
    "numbers of tensors": (lambda x, y, xp: xp.sum(xp.asarray([x, y]), axis=0), r"Can't call numpy\(\)"),
}


@pytest.mark.parametrize("method", [Torch(), TorchCompile()], ids=lambda method: method.id)
@pytest.mark.parametrize(("definition", "reason"), NOT_BY_TORCH.values(), ids=NOT_BY_TORCH)
def test_what_it_cannot_do_is_unsupported(
    register: Any, definition: Callable[..., Any], reason: str, method: Torch
) -> None:
    with pytest.raises(UnsupportedError, match=reason):
        method.prepare(register(definition), 2)


def test_what_steps_backwards_is_unsupported(register: Any) -> None:
    with pytest.raises(UnsupportedError, match="torch: step must be greater than zero"):
        Torch().prepare(register(lambda x, xp: xp.sum(x[::-1], axis=0), dimensions=at_least(1)), 3)


def test_compiled_code_has_no_branches(register: Any) -> None:
    with pytest.raises(UnsupportedError, match="data-dependent control flow"):
        TorchCompile().prepare(register(lambda x, y: x * y if x > y else x - y), 2)
