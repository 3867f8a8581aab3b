"""Points in any dimension: the origin, and what separable functions have for each coordinate alone."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Literal

from .problem import HardPoint, Minimum

MOST = 100
"""As many minima are listed."""


def at_the_origin(n: int) -> tuple[Minimum, ...]:
    """The minimum of what is 0 at 0."""
    return (Minimum((0.0,) * n, 0.0),)


def hard_at_the_origin(kind: Literal["kink", "removable", "trap"], note: str) -> Callable[[int], tuple[HardPoint, ...]]:
    """The origin as a hard point, with a gradient of 0 where there is one."""

    def points(n: int) -> tuple[HardPoint, ...]:
        origin = (0.0,) * n
        return (HardPoint(origin, kind, note, None if kind == "kink" else origin),)

    return points


def combinations(choices: Sequence[Sequence[float]], value: float) -> tuple[Minimum, ...]:
    """A minimum for every way to take one of the `choices` of each coordinate; only one where those are over MOST."""
    count = 1 if math.prod(map(len, choices)) > MOST else None
    return tuple(Minimum(point, value) for point in itertools.islice(itertools.product(*choices), count))
