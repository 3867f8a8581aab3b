"""The minima of the functions of two coordinates are global, and all there are: proved by intervals.

Boxes that together cover the domain are halved, and dropped when no global minimum can be in them: where the function
is above the declared value, or has a slope. In the end there are only small boxes at the declared minima. The
definitions and gradients themselves are evaluated, with intervals for coordinates.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import problems
from problems import Minimum
from problems.catalogue import creases, polynomials, waves

MODULES = {module.__name__ for module in (creases, polynomials, waves)}
# Damavandi's sines are 0/0 on two lines. Its factors are not negative, and only at (2, 2) is one of them 0.
FUNCTIONS = [
    problem
    for problem in map(problems.get, problems.names())
    if problem.function.__module__ in MODULES and problem.name != "damavandi"
]


class Interval:
    """Arrays of intervals, rounded outwards."""

    __array_ufunc__ = None  # so that NumPy's numbers leave the arithmetic to it

    def __init__(self, low, high):
        self.low, self.high = low, high

    @classmethod
    def of(cls, x):
        return x if isinstance(x, cls) else cls(x, x)

    @classmethod
    def around(cls, low, high):
        """Wider by one rounding."""
        return cls(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))

    def contains(self, value):
        return (self.low <= value) & (value <= self.high)

    def __neg__(self):
        return Interval(-self.high, -self.low)

    def __add__(self, other):
        other = Interval.of(other)
        return Interval.around(self.low + other.low, self.high + other.high)

    def __sub__(self, other):
        return self + -Interval.of(other)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        other = Interval.of(other)
        pairs = [(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        products = [np.where((a == 0.0) | (b == 0.0), 0.0, a * b) for a, b in pairs]  # also where one is infinite
        return Interval.around(np.minimum.reduce(products), np.maximum.reduce(products))

    def __truediv__(self, other):
        other = Interval.of(other)
        through_zero = other.contains(0.0)
        low, high = (np.where(through_zero, 1.0, end) for end in (other.high, other.low))
        return self * Interval.around(
            np.where(through_zero, -np.inf, 1.0 / low), np.where(through_zero, np.inf, 1.0 / high)
        )

    def __rtruediv__(self, other):
        return Interval.of(other) / self

    def __pow__(self, exponent):
        low, high = self.low**exponent, self.high**exponent
        if exponent % 2 == 0:
            low, high = np.where(self.contains(0.0), 0.0, np.minimum(low, high)), np.maximum(low, high)
        return Interval.around(low - 1e-15 * np.abs(low), high + 1e-15 * np.abs(high))

    def __eq__(self, other):
        return (self.low == other) & (self.high == other)

    __radd__, __rmul__, __hash__ = __add__, __mul__, None


def sqrt(x):
    return Interval.around(np.sqrt(np.maximum(x.low, 0.0)), np.sqrt(x.high))


def exp(x):
    return Interval.around((1.0 - 1e-15) * np.exp(x.low), (1.0 + 1e-15) * np.exp(x.high))


def absolute(x):
    ends = np.abs(x.low), np.abs(x.high)
    return Interval(np.where(x.contains(0.0), 0.0, np.minimum(*ends)), np.maximum(*ends))


def sign(x):
    return Interval(np.sign(x.low), np.sign(x.high))


def cos(x):
    def reached(phase):
        """Whether the interval, or 1e-9 of a turn beyond it, has the phase, in turns."""
        first = np.ceil(x.low / (2.0 * np.pi) - phase - 1e-9)
        return first <= x.high / (2.0 * np.pi) - phase + 1e-9

    ends = np.cos(x.low), np.cos(x.high)
    wide = Interval.around(np.minimum(*ends) - 1e-15, np.maximum(*ends) + 1e-15)
    return Interval(np.where(reached(0.5), -1.0, wide.low), np.where(reached(0.0), 1.0, wide.high))


def sin(x):
    return cos(x - np.pi / 2.0)


def where(condition, x, y):
    x, y = Interval.of(x), Interval.of(y)
    return Interval(np.where(condition, x.low, y.low), np.where(condition, x.high, y.high))


NAMESPACE = SimpleNamespace(pi=np.pi, sqrt=sqrt, exp=exp, abs=absolute, sign=sign, cos=cos, sin=sin, where=where)
"""What the definitions call, for intervals."""


def remaining(problem, width=1e-6, above=1e-9):
    """Boxes, of shape (k, 2, 2) and up to `width` of the domain wide, that may have a global minimum.

    In all the rest of the domain there is none, nor any value below the declared one.
    """
    domain, value = problem.domain(2), problem.minima(2)[0].value
    limit = value + above * max(1.0, abs(value))
    boxes, found = domain[np.newaxis], []
    while len(boxes):
        boxes = boxes[may_have_a_minimum(problem, boxes, limit)]
        sizes = (boxes[:, :, 1] - boxes[:, :, 0]) / (domain[:, 1] - domain[:, 0])
        small = sizes.max(axis=1) <= width
        found.append(boxes[small])
        boxes, along = boxes[~small], sizes[~small].argmax(axis=1)
        rows = np.arange(len(boxes))
        left, right = boxes.copy(), boxes.copy()
        left[rows, along, 1] = right[rows, along, 0] = boxes[rows, along].mean(axis=1)
        boxes = np.concatenate([left, right])
    return np.concatenate(found)


def may_have_a_minimum(problem, boxes, limit):
    namespace = (NAMESPACE,) if problem.takes_namespace else ()
    coordinates = [Interval(boxes[:, i, 0], boxes[:, i, 1]) for i in (0, 1)]
    centres = [Interval.of(boxes[:, i].mean(axis=1)) for i in (0, 1)]
    with np.errstate(all="ignore"):  # where bounds are infinite
        bound = problem.function(*coordinates, *namespace).low
        slopes = [Interval.of(slope) for slope in problem.gradient(*coordinates, *namespace)]
        by_slopes = problem.function(*centres, *namespace)
        for slope, x, centre in zip(slopes, coordinates, centres, strict=True):
            by_slopes = by_slopes + slope * (x - centre)
        keep = ~(bound > limit) & ~(by_slopes.low > limit)  # also where a bound is NaN, and nothing is known
    for i, slope in enumerate(slopes):
        low, high = problem.domain(2)[i]
        keep &= ~((slope.low > 0.0) & (boxes[:, i, 0] > low)) & ~((slope.high < 0.0) & (boxes[:, i, 1] < high))
    return keep


def found_and_others(problem):
    """Which of the declared minima have a box, and the boxes that are at none of them."""
    points = np.array([minimum.point for minimum in problem.minima(2)])
    low, high = problem.domain(2).T
    boxes = remaining(problem)
    away = np.max(np.abs(boxes.mean(axis=2)[:, np.newaxis] - points) / (high - low), axis=2)
    return set(away.argmin(axis=1).tolist()), boxes[away.min(axis=1) > 1e-3]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda problem: problem.name)
def test_the_declared_minima_are_all_the_global_minima(function):
    found, others = found_and_others(function)
    assert found == set(range(len(function.minima(2))))
    # At 0/0 intervals tell nothing.
    singular = [hard.point for hard in function.hard_points if hard.kind == "removable"]
    assert all(any(np.allclose(box.T, point, rtol=0.0, atol=1e-4) for point in singular) for box in others)


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("himmelblau", [Minimum((3.0, 2.0), 0.0)]),
        ("goldstein_price", [Minimum((-0.6, -0.4), 30.0)]),
        ("eggholder", [Minimum((482.353, 432.879), -956.918)]),
        ("shubert", problems.get("shubert").minima(2)[1:]),
        ("adjiman", [Minimum((0.636, -1.0), -0.9949)]),
    ],
)
def test_a_minimum_that_is_not_declared_is_found(name, declared):
    problem = problems.get(name)
    _, others = found_and_others(replace(problem, known_minima=tuple(declared)))
    missing = [minimum.point for minimum in problem.minima(2) if minimum not in declared]
    for point in missing:
        assert any(np.allclose(box.T, point, rtol=0.0, atol=1e-2) for box in others)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda problem: problem.name)
def test_intervals_contain_the_values_at_the_points_between(function):
    random = np.random.default_rng(0)
    low, high = function.domain(2).T
    sizes = (high - low) * 10.0 ** -random.uniform(0.0, 8.0, (1000, 1))
    points = function.points(2, 1000)
    ends = np.clip(points - sizes, low, high), np.clip(points + sizes, low, high)
    coordinates = [Interval(ends[0][:, i], ends[1][:, i]) for i in (0, 1)]
    namespace = (NAMESPACE,) if function.takes_namespace else ()
    with np.errstate(all="ignore"):
        enclosures = [function.function(*coordinates, *namespace), *function.gradient(*coordinates, *namespace)]
    for enclosure, inside in zip(enclosures, [function(points), *function.gradient_at(points).T], strict=True):
        rounding = 1e-12 * np.max(np.abs(inside))
        assert np.all(enclosure.low <= inside + rounding)
        assert np.all(inside <= enclosure.high + rounding)
