"""Hard points are what they are said to be: slopes to both sides, close by, in high precision."""

import flint
import numpy as np
import pytest

import problems
from harness.balls import Ball, UndecidedError, precision

BITS = 1400
NEAR, NEARER = 60, 300
"""Binary orders of the distances at which slopes are taken."""

HARD = [(problem, hard) for problem in map(problems.get, problems.names()) for hard in problem.hard_points]


def of_kind(*kinds):
    chosen = [(problem, hard) for problem, hard in HARD if hard.kind in kinds]
    return pytest.mark.parametrize(("function", "hard"), chosen, ids=[f"{p.name}-{h.point}" for p, h in chosen])


def slope(problem, point, direction, order):
    """The slope of f along `direction` between the distances h and 2h, h = 2**-order; the gradient's limit.

    NaN where the formula has no value there either, as along a line of such points.
    """
    with precision(BITS):
        h = flint.arb(2) ** -order
        near, far = (_value(problem, point, direction, distance) for distance in (h, 2 * h))
        return float((far - near) / h)


def _value(problem, point, direction, distance):
    x = np.empty(len(point), dtype=object)
    x[:] = [
        Ball(flint.arb_series([flint.arb(a) + d * distance])) for a, d in zip(point, direction.tolist(), strict=True)
    ]
    try:
        value = problem(x)
    except (ArithmeticError, UndecidedError):
        return flint.arb("nan")
    return value.value if isinstance(value, Ball) else flint.arb(value)


def directions(n):
    """Those of the coordinates, and some others."""
    return [*np.eye(n), *np.random.default_rng(0).integers(-3, 4, (4, n)).astype(float)]


@of_kind("removable")
def test_at_a_removable_singularity_the_slopes_are_those_of_the_gradient(function, hard):
    found = []
    for v in directions(len(hard.point)):
        slopes = [slope(function, hard.point, side, NEARER) for side in (v, -v)]
        if not np.any(np.isnan(slopes)):
            found.append(v)
            expected = float(np.dot(hard.gradient, v))
            assert slopes == pytest.approx([expected, -expected], 1e-9, 1e-9)
    assert np.linalg.matrix_rank(found) == len(hard.point)


@of_kind("kink")
def test_at_a_kink_the_slopes_to_both_sides_differ(function, hard):
    assert hard.gradient is None
    apart = [
        slope(function, hard.point, v, NEARER) + slope(function, hard.point, -v, NEARER)
        for v in directions(len(hard.point))
    ]
    assert np.max(np.abs(apart)) > 1e-6


@of_kind("infinite slope")
def test_an_infinite_slope_grows_without_bound(function, hard):
    assert hard.gradient is None
    growth = [
        abs(slope(function, hard.point, v, NEARER)) / max(1e-9, abs(slope(function, hard.point, v, NEAR)))
        for v in directions(len(hard.point))
    ]
    assert np.nanmax(growth) > 100.0


@of_kind("cancellation", "underflow", "trap")
def test_elsewhere_there_is_a_gradient(function, hard, exact_gradient):
    exact = exact_gradient(function, hard.point, 2000)
    assert all(component.is_finite() for component in exact)
    if hard.gradient is not None:
        assert [float(component) for component in exact] == pytest.approx(hard.gradient, rel=1e-15)


@of_kind("cancellation")
def test_cancellation_costs_digits(function, hard, exact_gradient):
    at_double = exact_gradient(function, hard.point, 53)
    exact = exact_gradient(function, hard.point, 2000)
    assert any(a.rad() > 1e3 * 2**-53 * abs(b) for a, b in zip(at_double, exact, strict=True))


@of_kind("underflow")
def test_underflow_leaves_few_digits_or_none(function, hard, taylor, exact_gradient):
    value = taylor(function, hard.point, np.zeros(len(hard.point)), 1, 2000)[0]
    exact = [value, *exact_gradient(function, hard.point, 2000)]
    assert any(number != 0 and abs(number) < np.finfo(float).smallest_normal for number in exact)
