"""The small peers: right with every function that they have, and honest about the others."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import problems
from harness.methods import failure, get
from harness.methods.peers.autograd import Autograd
from harness.methods.peers.dezero import DeZero
from harness.methods.peers.micrograd import Micrograd
from harness.methods.peers.mygrad import MyGrad
from harness.methods.peers.numdifftools import Numdifftools
from harness.methods.peers.peer import Peer
from harness.methods.peers.scipy import ApproxFprime, Differentiate
from harness.suites.accuracy import judge
from problems import Problem, at_least
from problems.columns import column, indices, matrix

AUTOMATIC: tuple[Peer, ...] = (Autograd(), MyGrad(), Micrograd(), DeZero())
NUMERICAL: tuple[Peer, ...] = (Numdifftools(), ApproxFprime(), Differentiate())
EACH = pytest.mark.parametrize("peer", AUTOMATIC, ids=lambda peer: peer.id)
EVERY = pytest.mark.parametrize("peer", AUTOMATIC + NUMERICAL, ids=lambda peer: peer.id)

X = np.array([0.3, 0.7, 0.45])


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    """A test of a peer is skipped where its library is not there."""
    peer = getattr(request.node, "callspec", None) and request.node.callspec.params.get("peer")
    if peer and importlib.util.find_spec(peer.package) is None:
        pytest.skip(f"{peer.package} is not installed")


@pytest.fixture(autouse=True)
def _guarded_again() -> Iterator[None]:
    yield
    if mygrad := sys.modules.get("mygrad"):
        mygrad.turn_memory_guarding_on()


def of_each(name: str, above: float = 0.0) -> Callable[..., Any]:
    return lambda x, xp: xp.sum(getattr(xp, name)(above + x), axis=0)


DEFINITIONS: dict[str, Callable[..., Any]] = {
    **{name: of_each(name) for name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: of_each(name) for name in ("asinh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10")},
    "acosh": of_each("acosh", 1.0),
    "cbrt": of_each("cbrt"),
    "abs": lambda x, xp: xp.sum(xp.abs(x - 0.5), axis=0),
    "atan2": lambda x, xp: xp.sum(xp.atan2(x, 1.0 + x[::-1] ** 2), axis=0),
    "pow": lambda x, xp: xp.sum(xp.pow(x, 3.0), axis=0),
    "maximum": lambda x, xp: xp.sum(xp.maximum(x, x[::-1] ** 2), axis=0),
    "clip": lambda x, xp: xp.sum(xp.clip(x**2, 0.1, 0.4) * x, axis=0),
    "where": lambda x, xp: xp.sum(xp.where(x < 0.5, x**2, 3.0 * x), axis=0),
    "sum": lambda x, xp: xp.sum(xp.sum(x[:, None] * x[None] ** 2, axis=1) ** 2, axis=0),
    "prod": lambda x, xp: xp.prod(1.0 + x**2, axis=0),
    "max": lambda x, xp: xp.max(x**2, axis=0),
    "min": lambda x, xp: xp.min(x**2, axis=0),
    "cumulative_sum": lambda x, xp: xp.sum(xp.cumulative_sum(x, axis=0) ** 2, axis=0),
    "cumulative_prod": lambda x, xp: xp.sum(xp.cumulative_prod(x, axis=0), axis=0),
    "reshape": lambda x, xp: xp.sum(xp.reshape(x, (1, *x.shape)) ** 3, axis=1)[0],
    "concat": lambda x, xp: xp.sum(xp.concat([x[1:], x]) ** 2, axis=0),
    "stack": lambda x, xp: xp.sum(xp.stack([x[0], x[1]]) ** 2, axis=0),
}
"""A definition for each function, by its name."""

LACKS = {
    "autograd": {"cbrt", "cumulative_prod"},
    "mygrad": set(),
    "micrograd": {*DEFINITIONS} - {"sqrt", "sum", "prod", "reshape", "concat", "stack"},
    "dezero": {*DEFINITIONS}
    - {"sqrt", "sin", "cos", "tanh", "exp", "log", "pow", "clip", "sum", "max", "min", "reshape"},
}
"""What a peer has not, or cannot differentiate."""

PROBLEMS: dict[str, dict[str, str]] = {
    "goldstein_price": {},
    "rosenbrock": {},
    "bard": {},
    "watson": {},
    "hartmann_3": {"micrograd": "micrograd has no exp"},
    "problem_02": {"micrograd": "micrograd has no sin"},
    "whitley": {
        "micrograd": "micrograd has no cos",
        "dezero": "TypeError: '>=' not supported between instances of 'tuple' and 'int'",
    },
    "brown": {
        "micrograd": "AssertionError: only supporting int/float powers for now",
        "dezero": "TypeError: unsupported operand type(s) for ** or pow(): 'numpy.ndarray' and 'Variable'",
    },
}
"""Problems of every form, and why a peer cannot do them."""


def judged(peer: Peer, problem: Problem, x: Any) -> str:
    return judge(problem, peer, x, peer.prepare(problem, x.size)(x)[1], seed=0).outcome


def failed(peer: Peer, problem: Problem, x: Any) -> tuple[str, str]:
    """The outcome, and the reason."""
    with pytest.raises(Exception) as found:
        peer.prepare(problem, x.size)(x)
    return failure(found.value, peer.unable)


@EACH
@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_function_is_right_or_unsupported(register: Any, peer: Peer, name: str) -> None:
    problem = register(DEFINITIONS[name], dimensions=at_least(1))
    if name in LACKS[peer.id]:
        outcome, reason = failed(peer, problem, X)
        assert (outcome, name in reason) == ("unsupported", True)
    else:
        assert judged(peer, problem, X) == "correct"


@EACH
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_is_right_or_unsupported(peer: Peer, name: str) -> None:
    problem = problems.get(name)
    x = problem.points(problem.dimensions.next(2) or 1, 1)[0]
    if reason := PROBLEMS[name].get(peer.id):
        assert failed(peer, problem, x) == ("unsupported", reason)
    else:
        assert judged(peer, problem, x) == "correct"


@EACH
@pytest.mark.parametrize("n", [1, 4])
def test_constants_combine_with_coordinates_in_any_order(register: Any, peer: Peer, n: int) -> None:
    def combined(x: Any, xp: Any) -> Any:
        constants = column((0.5, 1.5, 2.5), x, xp)
        rows = xp.sum((x - matrix([[0.1] * n, [0.2] * n], x, xp)) ** 2, axis=1)
        return xp.sum((x[0] * constants - constants / x[0]) ** 2, axis=0) + xp.sum(rows, axis=0) + indices(x, xp)[-1]

    x = np.linspace(0.3, 0.7, n)
    problem = register(combined, dimensions=at_least(1))
    assert judged(peer, problem, x) == "correct"
    assert peer.prepare(problem, n)(x)[0] == pytest.approx(problem(x), rel=1e-14)


@EVERY
@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(
    "definition",
    [lambda x, xp: xp.sum(x, axis=0), lambda x, xp: xp.sum(x**2, axis=0)],
    ids=["sum", "sum of squares"],
)
def test_a_result_is_the_callers_own(register: Any, peer: Peer, definition: Any, n: int) -> None:
    value_and_gradient = peer.prepare(register(definition, dimensions=at_least(1)), n)
    x = X[:n].copy()
    x.flags.writeable = False
    value, gradient = value_and_gradient(x)
    again = value_and_gradient(x)[1]
    assert (type(value), type(gradient), gradient.dtype, gradient.shape) == (float, np.ndarray, np.float64, (n,))
    assert not np.shares_memory(gradient, x)
    assert not np.shares_memory(gradient, again)
    expected = again.copy()
    gradient[:] = np.nan
    assert again.tolist() == value_and_gradient(x)[1].tolist() == expected.tolist()
    assert x.tolist() == X[:n].tolist()


@pytest.mark.parametrize("peer", NUMERICAL, ids=lambda peer: peer.id)
@pytest.mark.parametrize("name", ["goldstein_price", "rosenbrock", "hartmann_3", "problem_02"])
def test_a_numerical_peer_is_near_the_true_gradient(peer: Peer, name: str) -> None:
    problem = problems.get(name)
    x = problem.points(problem.dimensions.next(2) or 1, 1)[0]
    value, gradient = peer.prepare(problem, x.size)(x)
    expected = get("engine.reverse").prepare(problem, x.size)(x)
    assert value == pytest.approx(expected[0], rel=1e-14)
    off = np.abs(gradient - expected[1]).max() / np.abs(expected[1]).max()
    assert off < {"scipy_approx_fprime": 1e-5}.get(peer.id, 1e-9)
    assert peer.kind == "numerical"


@pytest.mark.parametrize("peer", [Micrograd()], ids=["micrograd"])
def test_micrograd_says_where_its_recursion_ends(peer: Peer) -> None:
    outcome, reason = failed(peer, problems.get("sphere"), np.ones(sys.getrecursionlimit()))
    assert (outcome, reason.partition(":")[0]) == ("error", "RecursionError")


@pytest.mark.parametrize("peer", [MyGrad()], ids=["mygrad"])
def test_mygrad_guards_no_memory(peer: Peer) -> None:
    import mygrad

    assert mygrad.mem_guard_active()
    peer.prepare(problems.get("sphere"), 2)
    assert not mygrad.mem_guard_active()


def test_what_is_lent_to_dezero_is_taken_back() -> None:
    if importlib.util.find_spec("dezero") is None:
        pytest.skip("dezero is not installed")
    DeZero().prepare(problems.get("sphere"), 2)
    assert not hasattr(np, "int")
