"""What rounding may do: observed errors of right gradients stay within it, in both modes, and it is not much more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import engine
import problems
from harness import tape
from harness.reference import derivative, enclosures, radius, reference_of

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / (1.5 + y * y),
    "divide a number": lambda x, y: 0.7 / (1.5 + x * x) - y,
    "power": lambda x, y: (0.1 * x) ** 3 + y,
    "root": lambda x, y: np.sqrt(1.0 + x * x) - y,
    "variable power": lambda x, y: (1.1 + np.sin(y)) ** (x / (1.0 + x * x)),
    "sin": lambda x, y: np.sin(x) * y,
    "cos": lambda x, y: np.cos(x) - y,
    "exp": lambda x, y: np.exp(np.sin(x)) * y,
    "log": lambda x, y: np.log(1.0 + x * x) + y,
    "arctan": lambda x, y: np.arctan(x) - y,
    "larger": lambda x, y: np.where(x > y, x, 2.0 * y),
}

N = 3
COORDINATE = st.floats(-3.0, 3.0).map(lambda x: round(x, 6))
STEP = st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, N + 7), st.integers(0, N + 7))
POINT = st.lists(COORDINATE, min_size=N, max_size=N, unique=True)


def program(steps: list[tuple[str, int, int]]) -> Callable[[Any], Any]:
    """The function that begins with the coordinates, and in each step makes a number of two that it has."""

    def f(x: Any) -> Any:
        found = [x[i] for i in range(N)]
        for name, i, j in steps:
            found.append(OPERATIONS[name](found[i % len(found)], found[j % len(found)]))
        return found[-1]

    return f


def forward(f: Any, x: Any) -> Any:
    return np.array([radius(derivative(f, x, i, 53)) for i in range(x.size)])


def by_both_modes(f: Any, x: Any) -> tuple[Any, Any]:
    """The gradient in floats: by the engine's reverse mode, and by its forward mode."""
    return np.asarray(engine.grad(f)(x)), np.array([engine.jvp(f)(x, along)[1] for along in np.eye(x.size)])


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        import running as module

        yield module


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.lists(STEP, min_size=2, max_size=8), POINT)
@example([("multiply", 0, 0), ("multiply", 0, 1), ("subtract", 3, 4)], [0.7, 1.4000001, 0.0])
@example([("sin", 0, 1), ("subtract", 3, 3), ("exp", 0, 4)], [1.0, 2.0, 3.0])
@example(
    [("multiply", 8, 1), ("subtract", 10, 6), ("power", 9, 1), ("arctan", 9, 10)], [-1.057731, -2.284609, -2.908484]
)
def test_errors_of_both_modes_are_within_the_bounds(running: Any, steps: Any, point: list[float]) -> None:
    f, x = program(steps), np.array(point)
    reference = reference_of(f, x)
    bounds = {
        "balls": reference.attainable,
        "running": running.attainable(f, x, reference.components),
    }
    for gradient in by_both_modes(f, x):
        errors = reference.errors(gradient)[0]  # at the least, whatever the reference leaves open
        ulps = np.spacing(np.abs(reference.values))
        for name, bound in bounds.items():
            assert (errors <= 2.0 * bound + ulps).all(), (name, errors, bound)


@pytest.mark.parametrize("off", [1e-3, 1e-6, 1e-9])
def test_what_reverse_mode_loses_is_no_fault(off: float) -> None:
    """2x and y are subtracted before anything is rounded in forward mode, after it in reverse mode."""
    wolfe = problems.get("wolfe")
    x = np.array([0.7, 1.4 * (1.0 + off), 0.3])
    reference = reference_of(wolfe, x)
    radii = forward(wolfe, x)
    errors = reference.errors(by_both_modes(wolfe, x)[0])[1]
    ulps = np.spacing(np.abs(reference.values))
    assert errors[0] > 8.0 * (2.0 * radii[0] + ulps[0])
    assert (errors <= reference.attainable + ulps).all()
    assert reference.attainable[0] < 1e-13


def test_errors_beyond_rounding_are_told() -> None:
    f, x = problems.get("rosenbrock"), np.array([0.3, 0.1, 0.7])
    reference = reference_of(f, x)
    assert (reference.errors(by_both_modes(f, x)[0] * (1.0 + 1e-13))[0] > reference.attainable).all()


@pytest.mark.parametrize("name", ["wolfe", "cross_in_tray", "holder_table"])
def test_where_the_tape_has_zero_times_infinity_one_evaluation_a_component_counts(name: str) -> None:
    problem = problems.get(name)
    x = np.zeros(problem.dimensions.next(2) or 2)
    assert any(not ball.is_finite() for ball in tape.value_and_gradient(problem, x, 106)[1])
    one_by_one = [derivative(problem, x, i, 106) for i in range(x.size)]
    together = enclosures(problem, x, np.arange(x.size), 106)
    assert [ball.is_finite() for ball in one_by_one] == [ball.is_finite() for ball in together]


def test_a_branch_that_rounding_decides_has_no_bound(running: Any) -> None:
    def f(x: Any) -> Any:
        return np.where(np.sin(x[0]) ** 2 + np.cos(x[0]) ** 2 > 1.0, x[1], x[1] * x[1])

    x = np.array([0.3, 0.7])
    assert np.isinf(reference_of(f, x).attainable).all()
    assert np.isinf(running.attainable(f, x, np.arange(2))).all()


def test_a_border_is_that_of_the_components_it_depends_on(running: Any) -> None:
    def f(x: Any) -> Any:
        return np.where(x[0] > 0.0, x[0], 2.0 * x[0]) + x[1] / 3.0

    x = np.array([0.0, 0.7])
    assert list(np.isinf(reference_of(f, x).attainable)) == [True, False]
    assert list(np.isinf(forward(f, x))) == list(np.isinf(running.attainable(f, x, np.arange(2)))) == [True, False]


UNIT = 2.0**-53


def test_running_errors_of_a_product_by_hand(running: Any) -> None:
    """Of f = (x y) z along x: in either mode y·z is the one product that rounds; no value reacts on it."""
    x = np.array([1.1, 1.3, 1.7])
    bound = running.attainable(lambda x: x[0] * x[1] * x[2], x, np.arange(3))
    assert bound == pytest.approx([UNIT * 1.3 * 1.7, UNIT * 1.1 * 1.7, UNIT * 1.1 * 1.3], rel=1e-12, abs=0.0)


def test_running_errors_of_a_sum_by_hand(running: Any) -> None:
    """Of f = (x² + x) y along x: forward mode rounds 2x + 1 and its product with y; reverse mode less."""
    x, y = 1.1, 1.3
    bound = running.attainable(lambda x: (x[0] ** 2 + x[0]) * x[1], np.array([x, y]), np.array([0]))
    assert bound == pytest.approx([2.0 * UNIT * y * (2.0 * x + 1.0)], rel=1e-12, abs=0.0)


def test_running_errors_of_a_curved_function_by_hand(running: Any) -> None:
    """Of f = exp(xy) along x: g = e y reacts to a change of xy by e y; e is off by two units, and rounds with y."""
    x, y = 1.1, 1.3
    value = np.exp(x * y)
    bound = running.attainable(lambda x: np.exp(x[0] * x[1]), np.array([x, y]), np.array([0]))
    assert bound == pytest.approx([UNIT * value * y * (x * y + 2.0 + 1.0)], rel=1e-12, abs=0.0)


def test_running_errors_of_code_by_hand(running: Any) -> None:
    x, y = 1.1, 1.3
    bound = running.attainable_of_code(
        lambda x: [x[0] * x[1], np.sin(x[0] + x[1]), 1.0], np.array([x, y]), np.arange(3)
    )
    total = UNIT * (x + y) * abs(np.cos(x + y)) + 2.0 * UNIT * np.sin(x + y)
    assert bound == pytest.approx([UNIT * x * y, total, 0.0], rel=1e-12, abs=0.0)
