"""Minima in any dimension: at the origin, and where each coordinate may be one of several numbers."""

import itertools
import math
from collections.abc import Sequence

from .problem import Minimum

MOST = 100
"""As many minima are listed."""


def at_the_origin(n: int) -> tuple[Minimum, ...]:
    """The minimum of what is 0 at 0."""
    return (Minimum((0.0,) * n, 0.0),)


def combinations(choices: Sequence[Sequence[float]], value: float) -> tuple[Minimum, ...]:
    """A minimum for every way to take one of the `choices` of each coordinate; only one where those are over MOST."""
    count = 1 if math.prod(map(len, choices)) > MOST else None
    return tuple(Minimum(point, value) for point in itertools.islice(itertools.product(*choices), count))
