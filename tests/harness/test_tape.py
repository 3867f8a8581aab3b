"""The tape: its enclosures are those of one evaluation a component, whatever the function."""

from __future__ import annotations

import gc
import itertools
from contextlib import suppress
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import problems
from harness import tape
from harness.balls import TieError, UndecidedError, UnknownToBallsError
from harness.reference import derivative, reference_of
from problems import Problem

ALL = [problems.get(name) for name in problems.names()]


@pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.name)
def test_one_evaluation_gives_what_one_a_component_gives(problem: Problem) -> None:
    n = problem.dimensions.next(3) or problem.dimensions.low
    x = problem.points(n, 1)[0]
    for bits in (53, 200):
        value, gradient = tape.value_and_gradient(problem, x, bits)
        assert value.overlaps(flint.arb(float(problem(x)), 1e-9 * abs(float(problem(x))) + 5e-324))
        each = [derivative(problem, x, i, bits) for i in range(n)]
        assert all(a.overlaps(b) for a, b in zip(gradient, each, strict=True))
        widths = np.array([[float(a.rad()), float(b.rad())] for a, b in zip(gradient, each, strict=True)])
        norm = max(float(abs(a).upper()) for a in gradient)
        assert np.all(widths[:, 0] <= 100.0 * (widths[:, 1] + 2.0**-bits * norm) + 1e-300)


def program(x: Any, steps: list[tuple[str, int, int]]) -> Any:
    """Operations on what has been computed so far."""
    found = list(x)
    for name, i, k in steps:
        a, b = found[i % len(found)], found[k % len(found)]
        found.append(OPERATIONS[name](a, b))
    return sum(found[1:], found[0])


OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: 2.0 - a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / (2.0 + b * b),
    "divide a number": lambda a, b: 3 / (2.0 + a * a),
    "power": lambda a, b: (1.5 + a * a) ** (b / (1.0 + b * b)),
    "power of a number": lambda a, b: 1.5 ** (a / (1.0 + a * a)),
    "square": lambda a, b: a**2,
    "tanh": lambda a, b: np.tanh(a),
    "sin": lambda a, b: np.sin(a),
    "sqrt": lambda a, b: np.sqrt(1.0 + a * a),
    "hypot": lambda a, b: np.hypot(a + 0.25 + 0.0 * b, b - 3.0),
    "angle": lambda a, b: np.arctan2(a * a + 1.0 + 0.0 * b, b),
    "abs": lambda a, b: abs(a),
    "where": lambda a, b: np.where(a > b, a, 2.0 * b),
    "max": lambda a, b: max(a, 0.5),
}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-3.0, 3.0), min_size=2, max_size=4),
    st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 9), st.integers(0, 9)), max_size=8),
)
def test_programs(coordinates: list[float], steps: list[tuple[str, int, int]]) -> None:
    x = np.array(coordinates)
    try:
        _, gradient = tape.value_and_gradient(lambda v: program(v, steps), x, 300)
    except UndecidedError:
        return  # a tie: each component is by itself there
    for i, enclosure in enumerate(gradient):
        single = derivative(lambda v: program(v, steps), x, i, 300)
        assert enclosure.overlaps(single) or not single.is_finite()


def test_a_tie_is_left_to_one_evaluation_a_component() -> None:
    def f(x: Any) -> Any:
        return np.where(x[1] > 0.0, 2.0, 3.0) * x[0] + x[1]

    with pytest.raises(UndecidedError):
        tape.value_and_gradient(f, np.array([0.5, 0.0]), 106)
    reference = reference_of(f, np.array([0.5, 0.0]))
    assert reference.uncertain == (1,)
    assert reference.values[0] == 3.0


@pytest.mark.parametrize("power", [2, 3, 4])
def test_what_is_flat_where_it_is_equal_is_no_tie(power: int) -> None:
    """The first derivative of x**2 at 0 is a constant's, which it is not: the branch is taken at one point alone."""

    def f(x: Any) -> Any:
        return np.where(x[0] ** power == 0.0, 5.0 * x[0], x[0])

    with pytest.raises(TieError):
        tape.value_and_gradient(f, np.zeros(1), 106)
    assert reference_of(f, np.zeros(1)).uncertain == (0,)
    assert reference_of(lambda x: np.where(x[0] - x[0] == 0.0, 5.0 * x[0], x[0]), np.zeros(1)).values == [5.0]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: x, "shape"),
        (lambda x: "text", "text"),
        (lambda x: None, "None"),
        (lambda x: np.spacing(x[0]), "spacing"),
    ],
)
def test_what_has_no_gradient_is_refused(f: Any, words: str) -> None:
    with pytest.raises(UnknownToBallsError, match=words):
        tape.value_and_gradient(f, np.ones(2), 106)


def test_a_constant_has_a_gradient_of_zero() -> None:
    value, gradient = tape.value_and_gradient(lambda x: 3.0, np.ones(2), 106)
    assert (float(value), list(map(float, gradient))) == (3.0, [0.0, 0.0])


def test_underflow_is_part_of_what_rounding_may_do() -> None:
    """The product is 0 in doubles on the way back, though none of the gradient's components is that small."""

    def f(x: Any) -> Any:
        return 1e-200 * (1e-200 * (1e300 * x[0]))

    narrow, wide = (tape.value_and_gradient(f, np.array([1e200]), bits)[1][0] for bits in (106, 53))
    assert float(narrow.rad()) < 1e-110
    assert float(wide.rad()) >= 1e-324 * 1e300


def test_overflow_leaves_nothing_certain() -> None:
    def f(x: Any) -> Any:
        return np.log(np.exp(x[0]))

    narrow, wide = (tape.value_and_gradient(f, np.array([800.0]), bits)[1][0] for bits in (106, 53))
    assert float(narrow) == 1.0
    assert not wide.is_finite()


@pytest.mark.parametrize("terms", sorted(itertools.permutations((3.0, -3.0, 5.0, -5.0))))
def test_no_order_of_the_sums_is_favoured(terms: tuple[float, ...]) -> None:
    """One order of them rounds nothing; a right gradient by another must not be called wrong."""
    (component,) = tape.value_and_gradient(lambda x: sum((term * x[0] for term in terms), 0.0), np.array([0.3]), 53)[1]
    assert component.contains(0)
    assert float(component.rad()) >= 2.0**-53 * 16.0


def test_the_sum_of_many_terms_may_be_in_any_order() -> None:
    """One after the other these round nothing; NumPy adds up eight at a time."""
    terms = np.array([1.0, 2.0, -3.0, 4.0, -4.0, 8.0, -8.0, 16.0, -16.0, 1.0])
    few, many = (tape.value_and_gradient(lambda x, n=n: np.sum(terms[:n] * x[0]), np.ones(1), 53)[0] for n in (7, 10))
    assert float(few.rad()) == 0.0
    assert float(many.rad()) >= 2.0**-53 * np.abs(terms).sum()


def test_what_arb_leaves_with_more_bits_than_a_double_has_is_rounded() -> None:
    x = -0.9562187194824219  # its cube has 54 bits, and Arb gives it exactly
    cube, _ = tape.value_and_gradient(lambda v: v[0] ** 3, np.array([x]), 53)
    assert float(cube.rad()) > 0.0
    assert reference_of(problems.get("leon"), np.array([x, -0.8743231569530454])).attainable.min() > 1e-15


def test_a_number_has_no_size_of_its_own() -> None:
    assert reference_of(lambda v: v[0] * np.size(v[0]), np.array([2.0])).values == [1.0]


def test_a_number_is_no_tie_with_itself() -> None:
    _, (slope,) = tape.value_and_gradient(lambda x: 3.0 * np.maximum(x[0], x[0]), np.array([1.5]), 106)
    assert float(slope) == 3.0


@pytest.mark.parametrize("f", [lambda x: x[0] * x[1], lambda x: np.max(x * x), lambda x: 1.0 + 0.0 * float(x[0])])
def test_no_number_outlives_its_evaluation(f: Any) -> None:
    gc.collect()
    gc.disable()
    try:
        with suppress(UnknownToBallsError):
            tape.value_and_gradient(f, np.array([1.0, 1.0]), 53)
        assert not any(type(thing) is tape.Taped for thing in gc.get_objects())
    finally:
        gc.enable()


def test_a_comparison_needs_no_difference_that_a_double_can_hold() -> None:
    _, (slope,) = tape.value_and_gradient(lambda x: np.exp(np.maximum(x[0], -np.inf)), np.array([0.3]), 53)
    assert slope.contains(flint.arb(0.3).exp())
