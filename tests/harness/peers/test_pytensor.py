"""PyTensor: its graphs, evaluated without compiling them, which takes seconds each; and what is compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import problems
from harness.function import on_arrays
from harness.methods.base import UnsupportedError
from harness.methods.peers.pytensor import PyTensor, graph
from harness.suites import accuracy
from problems import Problem, at_least

pytensor = pytest.importorskip("pytensor")
event = pytest.importorskip("numba.core.event")
from harness.methods.peers.pytensor_arrays import NAMESPACE, Array  # noqa: E402


def _point(problem: Problem) -> Any:
    return problem.points(problem.dimensions.next(3) or problem.dimensions.low, 1)[0]


class Recording:
    """NumPy, that notes which of its functions are used."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.used.add(name)
        return getattr(np, name)


def _covering() -> list[str]:
    """Problems that use, together, all functions and operators of elements that the catalogue does."""
    chosen, seen = ["whitley", "shekel_5", "csendes"], set[str]()  # new axes, two axes, ==
    for problem in map(problems.get, problems.names()):
        xp = Recording()
        on_arrays(problem, xp)(_point(problem))
        if xp.used - seen:
            chosen.append(problem.name)
        seen |= xp.used
    return sorted(set(chosen))


def _interpreted(problem: Problem, x: Any) -> tuple[Any, Any]:
    point, outputs = graph(problem, x.size)
    value, gradient = pytensor.function([point], outputs, mode=pytensor.compile.mode.Mode("py", "fast_compile"))(x)
    return value, gradient


@pytest.mark.parametrize("name", _covering())
def test_graphs_are_correct(name: str) -> None:
    problem = problems.get(name)
    x = _point(problem)
    value, gradient = _interpreted(problem, x)
    assert value == pytest.approx(problem(x), rel=1e-12)
    assert accuracy.judge(problem, PyTensor(), x, gradient, seed=0).outcome == "correct"


def test_constants_are_doubles(register: Any) -> None:
    """PyTensor makes float32 of floats like 1.0, whose exponential has eight digits."""
    problem = register(lambda x, y, xp: xp.exp(xp.where(x > 0.0, 1.0, 0.0)) * y)
    value, gradient = _interpreted(problem, np.array([1.0, 1.0]))
    assert value == np.exp(1.0)
    assert gradient.tolist() == [0.0, np.exp(1.0)]


def test_arrays_are_like_numpys() -> None:
    x = Array(pytensor.tensor.vector("x", shape=(3,)))
    assert x.shape == (3,)
    assert (x[1:, None] * x).shape == (2, 3)
    assert [row.shape for row in x] == [()] * 3
    assert NAMESPACE.concat([x, np.ones(2) * x[:2]]).shape == (5,)
    with pytest.raises(UnsupportedError, match="a condition on symbols"):
        bool(x[0] > 0.0)
    with pytest.raises(UnsupportedError, match="PyTensor has no fft"):
        NAMESPACE.fft


def test_what_is_compiled(register: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Compiling takes seconds, so that it is done once: half of Σx² has the point itself for a gradient."""
    problem = register(lambda x, xp: xp.sum(x * x, axis=0) / 2.0, dimensions=at_least(1))
    monkeypatch.setattr("pytensor.link.numba.cache.NUMBA_CACHE_PATH", tmp_path)
    function = PyTensor().prepare(problem, 3)
    x = np.array([1.0, 2.0, -3.0])
    with event.install_recorder("numba:compile") as compilations:
        value, gradient = function(x)
    assert not compilations.buffer, "it is done by the preparation"
    assert (type(value), value, gradient.dtype, gradient.tolist()) == (float, 7.0, np.float64, [1.0, 2.0, -3.0])
    assert function(np.ones(3))[1].tolist() == [1.0, 1.0, 1.0]
    gradient[:] = 5.0
    assert function(x)[1].tolist() == x.tolist() == [1.0, 2.0, -3.0]
    assert not list(tmp_path.iterdir()), "the next one to compile this would find it compiled"
