"""Hard points are what they are said to be: slopes to both sides, close by, in high precision."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import get_args

import flint
import numpy as np
import pytest

import problems
from harness.balls import Ball, UndecidedError, precision
from problems.problem import WITHOUT_GRADIENT, HardKind

NEAR, NEARER = 300, 600
"""Binary orders of the distances, relative to the smallest coordinate, at which values are taken."""

SAME_LIMIT = 1e-14
"""Limits that differ by less are one. The formula's π is a double, so an angle may come back with a jump of 1e-17."""


class Sides:
    """A problem around a point: its values near by, as balls, and its slopes to any side."""

    def __init__(self, problem, point):
        self.problem, self.point = problem, [Fraction(x) for x in point]
        smallest = min([abs(x) for x in point if x] + [1.0])
        self.far = -math.frexp(smallest)[1]
        self.bits = 3 * (self.far + NEARER)
        self.at = self.value()

    def value(self, direction=None, order=0):
        """f at the point, or 2**-order from it along `direction`; nan where the formula has no value."""
        with precision(self.bits, 1):
            x = np.empty(len(self.point), dtype=object)
            for i, coordinate in enumerate(self.point):
                if direction is not None:
                    coordinate += Fraction(direction[i]) / 2 ** (order + self.far)
                exact = flint.arb(coordinate.numerator) / coordinate.denominator
                x[i] = Ball(flint.arb_series([exact]))
            try:
                found = self.problem(x)
            except (ArithmeticError, UndecidedError):
                return flint.arb("nan")
            found = found.value if isinstance(found, Ball) else flint.arb(found)
            return found if found.is_finite() else flint.arb("nan")

    def limit(self, direction):
        """The limit of f on the way back along `direction`; nan if there is none."""
        with precision(self.bits, 1):
            near, nearer = (
                2 * self.value(direction, order) - self.value(direction, order - 1) for order in (NEAR, NEARER)
            )
            return nearer if abs(near - nearer) <= 1e-40 * (1 + abs(nearer)) else flint.arb("nan")

    def has_one_limit(self):
        """Whether f has the same limit along all half axes on which it has values."""
        with precision(self.bits, 1):
            axes = np.eye(len(self.point))
            limits = [self.limit(v) for v in (*axes, *-axes) if self.value(v, NEARER).is_finite()]
            return bool(limits) and all(
                abs(one - other) <= SAME_LIMIT * (1 + abs(other)) for one in limits for other in limits[:1]
            )

    def slope(self, direction):
        """The derivative to the side of `direction`: a ball, ±inf, or nan where f has no value there.

        Where f has none at the point, it means its limit; nan if there is no such limit either.
        """
        with precision(self.bits, 1):
            at = self.at
            if not at.is_finite():
                at = self.limit(direction) if self.has_one_limit() else at
            near, nearer = (
                (self.value(direction, order) - at) * flint.arb(2) ** (order + self.far) for order in (NEAR, NEARER)
            )
            if abs(nearer) > 1e60 and abs(nearer) > 1e9 * abs(near):
                return flint.arb("inf") if nearer > 0 else flint.arb("-inf")
            return nearer if abs(nearer - near) <= 1e-25 * (1 + abs(nearer)) else flint.arb("nan")

    def along(self, i):
        """The slopes to the left and to the right along axis `i`."""
        unit = np.eye(len(self.point))[i]
        left, right = self.slope(-unit), self.slope(unit)
        with precision(self.bits, 1):
            return -left, right


ALL = [(problem, hard) for problem in map(problems.get, problems.names()) for hard in problem.hard_points]
"""The pairs that are counted: each problem in as few dimensions as it has from 2 on."""

PROVEN = [
    (problem, hard)
    for problem in map(problems.get, problems.names())
    for n in sorted({1, 2, 5, *(len(hard.point) for hard in problem.hard_points)})
    if n in problem.dimensions
    for hard in problem.hard_points_in(n)
]
"""Those, and the same in a few other dimensions."""

NOTHING = 1e-80
"""Slopes that are zero come out below this, at a distance of NEARER."""


def of_kind(*kinds):
    chosen = [(problem, hard) for problem, hard in PROVEN if hard.kind in kinds]
    return pytest.mark.parametrize(("function", "hard"), chosen, ids=[f"{p.name}-{h.point}" for p, h in chosen])


def is_rounded(declared, exact):
    """Whether a double is what is nearest to a ball, which must be narrow, or to nothing at all."""
    with precision(3000):
        error = abs(flint.arb(declared) - exact)
        return bool(error <= (0.5 + 1e-6) * float(np.spacing(abs(declared))) or (declared == 0.0 and error <= NOTHING))


@cache
def found_sides(function, point):
    around = Sides(function, point)
    return tuple(itertools.chain.from_iterable(around.along(i) for i in range(len(point))))


def wrong_slopes(function, hard):
    """The declared slopes that are not the limits of differences on their side, by axis and side.

    On a line of points where the formula has no value, a removable singularity has slopes by the function's limits:
    nothing is found there, and the test along other directions is the proof.
    """
    declared = itertools.chain.from_iterable(hard.slopes)
    wrong = []
    for k, (slope, exact) in enumerate(zip(declared, found_sides(function, hard.point), strict=True)):
        if not exact.is_finite():
            value = float(exact)
            right = slope == value or (math.isnan(value) and (math.isnan(slope) or hard.kind == "removable"))
        else:
            right = is_rounded(slope, exact)
        if not right:
            wrong.append((k // 2, ("left", "right")[k % 2], slope, exact))
    return wrong


def directions(n):
    """Those of the coordinates, and some others."""
    return [*np.eye(n), *np.random.default_rng(0).integers(-3, 4, (4, n)).astype(float)]


def test_there_are_many_of_every_kind():
    assert len({(problem.name, hard.point) for problem, hard in ALL}) == len(ALL) >= 80
    assert {hard.kind for _, hard in ALL} == set(get_args(HardKind))
    assert all(len(hard.slopes) == len(hard.point) for _, hard in PROVEN)


@of_kind(*get_args(HardKind))
def test_the_slopes_are_true_to_the_last_digit(function, hard):
    assert wrong_slopes(function, hard) == []


@pytest.mark.parametrize("plant", [lambda a, b: (b, a), lambda a, b: (a * (1 + 1e-12), b), lambda a, b: (a, -b)])
def test_slopes_that_are_wrong_are_found(plant):
    for function, hard in ALL:
        for i, pair in enumerate(hard.slopes):
            planted = plant(*pair)
            exact = found_sides(function, hard.point)[2 * i : 2 * i + 2]
            if np.array_equal(planted, pair, equal_nan=True) or any(math.isnan(float(one)) for one in exact):
                continue
            slopes = (*hard.slopes[:i], planted, *hard.slopes[i + 1 :])
            assert {axis for axis, *_ in wrong_slopes(function, replace(hard, slopes=slopes))} == {i}


@pytest.mark.parametrize("planted", [0.0, 1.0, math.inf])
def test_a_slope_where_there_is_none_is_found(planted):
    for function, hard in ALL:
        sides = [(i, k) for i, pair in enumerate(hard.slopes) for k in (0, 1) if math.isnan(pair[k])]
        for i, k in sides:
            pair = tuple(planted if side == k else hard.slopes[i][side] for side in (0, 1))
            slopes = (*hard.slopes[:i], pair, *hard.slopes[i + 1 :])
            assert [(i, ("left", "right")[k])] == [
                one[:2] for one in wrong_slopes(function, replace(hard, slopes=slopes))
            ]


@of_kind(*get_args(HardKind))
def test_there_is_a_gradient_where_the_kind_has_one(function, hard):
    lefts, rights = zip(*hard.slopes, strict=True)
    assert hard.gradient == (None if hard.kind in WITHOUT_GRADIENT else lefts)
    if hard.gradient is not None:
        assert lefts == rights
        assert np.isfinite(lefts).all()


@of_kind("removable")
def test_at_a_removable_singularity_the_slopes_are_those_of_the_gradient(function, hard):
    around = Sides(function, hard.point)
    found = []
    for v in directions(len(hard.point)):
        slopes = [float(around.slope(side)) for side in (v, -v)]
        if not np.any(np.isnan(slopes)):
            found.append(v)
            expected = float(np.dot(hard.gradient, v))
            assert slopes == pytest.approx([expected, -expected], 1e-14, 1e-60)
    assert np.linalg.matrix_rank(found) == len(hard.point)


@of_kind("kink")
def test_at_a_kink_the_slopes_to_both_sides_differ(hard, function):
    assert np.isfinite(hard.slopes).all()
    assert any(left != right for left, right in hard.slopes)


@of_kind("infinite slope")
def test_an_infinite_slope_grows_without_bound(function, hard):
    assert np.isinf(hard.slopes).any()


@of_kind("pole")
def test_at_a_pole_there_is_no_limit(function, hard):
    assert np.isnan(hard.slopes).all()
    around = Sides(function, hard.point)
    assert not around.at.is_finite()
    every = [*directions(len(hard.point)), np.ones(len(hard.point))]
    sides = [v for one in every for v in (one, -one) if around.value(v, NEARER).is_finite()]
    with precision(around.bits, 1):
        grows = any(abs(around.value(v, NEARER)) > 1.9 * abs(around.value(v, NEAR)) for v in sides)
    assert grows or not around.has_one_limit()
    assert sides


@of_kind("cancellation", "underflow", "trap", "control")
def test_elsewhere_there_is_a_gradient(function, hard, exact_gradient):
    """The formula has one, which is both slopes to the last digit, below NOTHING too."""
    for (slope, _), exact in zip(hard.slopes, exact_gradient(function, hard.point, 2000), strict=True):
        assert exact.is_finite()
        assert slope == float(exact)


@of_kind("cancellation")
def test_cancellation_costs_digits(function, hard, exact_gradient):
    at_double = exact_gradient(function, hard.point, 53)
    exact = exact_gradient(function, hard.point, 2000)
    assert any(a.rad() > 1e3 * 2**-53 * abs(b) for a, b in zip(at_double, exact, strict=True))


@of_kind("control")
def test_a_control_costs_no_digits(function, hard):
    """The formula of its gradient is fine in doubles; balls cannot tell, where a sine is as small as its rounding."""
    largest = max(map(abs, hard.gradient))
    assert function.gradient_at(hard.point).tolist() == pytest.approx(hard.gradient, rel=1e-9, abs=1e-12 * largest)


@of_kind("underflow")
def test_underflow_leaves_few_digits_or_none(function, hard, taylor, exact_gradient):
    value = taylor(function, hard.point, np.zeros(len(hard.point)), 1, 2000)[0]
    exact = [value, *exact_gradient(function, hard.point, 2000)]
    assert any(number != 0 and abs(number) < np.finfo(float).smallest_normal for number in exact)
