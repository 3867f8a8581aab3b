"""Points in any dimension: the origin, and what separable functions have for each coordinate alone."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from .problem import HardKind, HardPoint, Minimum

Slope: TypeAlias = float | tuple[float, float]
"""The slopes to the left and to the right along an axis; a number where they are the same."""

NONE = math.nan
"""The slope where the function has no value."""

MOST = 100
"""As many minima are listed."""


def at_the_origin(n: int) -> tuple[Minimum, ...]:
    """The minimum of what is 0 at 0."""
    return (Minimum((0.0,) * n, 0.0),)


def hard(point: Sequence[float], kind: HardKind, note: str, *slopes: Slope) -> HardPoint:
    """A hard point with one slope for each coordinate."""
    pairs = tuple(slope if isinstance(slope, tuple) else (slope, slope) for slope in slopes)
    return HardPoint(tuple(point), kind, note, pairs)


def pole(point: Sequence[float], note: str) -> HardPoint:
    """A point where the function has no value, and so no slopes."""
    return hard(point, "pole", note, *(NONE,) * len(point))


def corner(size: float) -> Slope:
    """The slopes of size·|x| at 0."""
    return -size, size


def hard_at_each(x: float, kind: HardKind, note: str, slope: Slope) -> Callable[[int], HardPoint]:
    """The point that has the coordinate `x` and a `slope` along every axis, for `gathered`."""
    return hard_in_first(x, x, kind, note, slope, slope)


def hard_in_first(
    first: float, other: float, kind: HardKind, note: str, slope: Slope, other_slope: Slope
) -> Callable[[int], HardPoint]:
    """The point whose first coordinate and `slope` differ from all the others, for `gathered`."""
    return lambda n: hard((first,) + (other,) * (n - 1), kind, note, slope, *(other_slope,) * (n - 1))


def gathered(*parts: HardPoint | Callable[[int], HardPoint]) -> Callable[[int], tuple[HardPoint, ...]]:
    """Hard points of any dimension, made for each, beside some of one dimension; of the same point only the first."""

    def points(n: int) -> tuple[HardPoint, ...]:
        found: dict[tuple[float, ...], HardPoint] = {}
        for part in parts:
            one = part if isinstance(part, HardPoint) else part(n)
            if len(one.point) == n:
                found.setdefault(one.point, one)
        return tuple(found.values())

    return points


def combinations(choices: Sequence[Sequence[float]], value: float) -> tuple[Minimum, ...]:
    """A minimum for every way to take one of the `choices` of each coordinate; only one where those are over MOST."""
    count = 1 if math.prod(map(len, choices)) > MOST else None
    return tuple(Minimum(point, value) for point in itertools.islice(itertools.product(*choices), count))
