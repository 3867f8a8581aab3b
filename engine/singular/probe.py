"""A probe: the program run along one path, for the limits of its value, its slope that way, and its gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .path import Path, Point
from .series import GRID, ONE, TRUNCATED, Cause, Series, UnresolvedError
from .tape import Tape, forward, reverse


@dataclass(frozen=True)
class Limit:
    """The limit of a number, with a bound of its rounding error. It may be ±inf; it is NaN if it is not known."""

    number: float
    error: float = 0.0
    cause: Cause | None = None

    @property
    def is_finite(self) -> bool:
        return math.isfinite(self.number)

    @property
    def is_infinite(self) -> bool:
        return math.isinf(self.number)

    def agrees(self, other: Limit) -> bool:
        """Whether both are known, and the same within their bounds."""
        if self.is_infinite or other.is_infinite:
            return self.number == other.number
        allowed = 4.0 * (self.error + other.error) + 1e-11 * max(abs(self.number), abs(other.number))
        return abs(self.number - other.number) <= allowed


def limit_of(x: Series) -> Limit:
    """The limit of a number as t tends to 0."""
    if x.is_infinite:
        return Limit(math.copysign(math.inf, x.sign()))
    if x.order <= 0:
        return Limit(math.nan, cause=x.cause or TRUNCATED)
    return Limit(*x.constant)


def slope_of(x: Series) -> Limit:
    """The derivative by t at 0 of a number that has a finite limit there."""
    for (e, k), (c, error) in x.terms.items():
        if (e, k) == ONE:
            continue
        if e < GRID or (e == GRID and k > 0):
            return Limit(math.copysign(math.inf, c))
        if (e, k) == (GRID, 0):
            return Limit(c, error)
        if e > GRID:
            break
    if x.order <= GRID:
        return Limit(math.nan, cause=x.cause or TRUNCATED)
    return Limit(0.0)


@dataclass(frozen=True)
class Probe:
    """What was found along a path: of the value, of the slope, and of the gradient's components that move."""

    path: Path
    value: Limit
    slope: Limit = field(default_factory=lambda: Limit(math.nan))
    gradient: Sequence[Limit] = ()

    @property
    def is_outside(self) -> bool:
        """Whether the path leaves the domain."""
        return self.value.cause is not None and self.value.cause.kind == "outside"

    @property
    def expected(self) -> Limit:
        """The slope that the limit of the gradient means."""
        pairs = [(g, d) for g, d in zip(self.gradient, self.path.first, strict=True) if d]
        number = math.fsum(g.number * d for g, d in pairs) if all(g.is_finite for g, _ in pairs) else math.nan
        rounding = 2.0**-50 * sum(abs(g.number * d) for g, d in pairs)
        return Limit(number, sum(g.error * abs(d) for g, d in pairs) + rounding)


def probe(tape: Tape, point: Point, path: Path, seed: Any, with_gradient: bool = True) -> Probe:
    """Run the program of `tape` along a path; `seed` is the cotangent of its result."""
    inputs = point.along(path)
    try:
        values = forward(tape, inputs)
        total = np.sum(np.multiply(values[-1], seed))
        value = limit_of(total)
    except UnresolvedError as error:
        return Probe(path, Limit(math.nan, cause=error.cause))
    if math.isnan(value.number):
        return Probe(path, value)
    slope = slope_of(total) if value.is_finite else Limit(math.nan)
    if not with_gradient:
        return Probe(path, value, slope)
    try:
        gradient = [limit_of(g) for g in point.moving_of(reverse(tape, values, seed))]
    except UnresolvedError as error:
        gradient = [Limit(math.nan, cause=error.cause)] * point.count
    return Probe(path, value, slope, gradient)
