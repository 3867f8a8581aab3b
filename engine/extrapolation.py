"""Richardson's extrapolation of central differences: a gradient from values alone that knows how far to trust it.

The error of a central difference is a series in the step: c₁h² + c₂h⁴ + … From differences with h, h/2, h/4 …, one a
row, Romberg's tableau takes away one term after the other, a column each: Richardson (1911), The approximate
arithmetical solution by finite differences of physical problems; Romberg (1955), Vereinfachte numerische Integration.
An entry is about as wrong as it differs from its neighbours, after Ridders (1982), Accurate computation of F'(x) and
F'(x)F''(x), and by what rounding does to it. The entry with the smallest estimate is the answer.

Two things would make such an estimate lie, and each has its remedy. Large steps may agree with each other and be
wrong, as when they are whole periods: a pair of small steps, the probe, tells roughly where the truth is. Rounding may
be worse than the last digit of the value, where the function cancels: it is measured, on close neighbours of x; compare
Moré & Wild (2011), Estimating computational noise.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .evaluation import Array, Function, as_point, check_scalar, check_step, real, replaced, unpacked

FIRST = 0.23
"""The first step, where |x| is at most 1. It is no fraction of a likely period, such as 1 or 2π, as 1/4 is."""
MOST = 500
"""At most so many entries, which is some sixty rows; rounding ends nearly every tableau before the tenth."""
COLUMNS = 8
"""At most so many terms taken away. A further one changes nothing that rounding leaves."""
NEIGHBOURS = (-311, -223, -92, 0, 121, 190, 341)
"""Where values are compared for their rounding, in units; see `Line.roughness`."""


def _off_cubic() -> Array:
    """The weights of divided differences: values on a cubic give 0, and independent errors of size 1 about 1."""
    rows = np.zeros((3, 7))
    for k, row in enumerate(rows):
        nodes = np.array(NEIGHBOURS[k : k + 5], dtype=float)
        apart = nodes[:, None] - nodes + np.eye(5)
        row[k : k + 5] = 1.0 / np.prod(apart, axis=1)
        row /= np.linalg.norm(row)
    return rows


OFF_CUBIC = _off_cubic()


def richardson(f: Function, x: Any, step: float | None = None) -> tuple[Any, Any]:
    """The gradient of `f`, a function of one float, list or array to a scalar, and an estimate of its absolute error.

    Both have the shape of `x`, and its dtype as in `numerical_gradient`. `step` is the largest step; without one it is
    about max(1, |x_i|)/4. It takes some 35 calls of `f` a component.

    The error is nearly always below its estimate, and within ten times of it, for a function that is smooth near x and
    does not vary over less than about 1e-4 of the step (float32: 1e-2); for one that does, give a smaller step. No
    symmetric difference sees a kink exactly at x: the result is the mean of both slopes. And `f` is taken at its word:
    an error of its values that does not change along x_i is part of the function.

    Where `f` is not finite, raises an ArithmeticError or ValueError or turns complex, as logarithms and powers do
    beyond zero, the step shrinks until it is finite. Where that never happens, or `f(x)` itself is not finite, the
    gradient is nan and its error inf. Raises ValueError for a step that is not positive or too small to move
    x, TypeError for a function that does not return one real number, and whatever `f` raises at `x` itself.
    """
    check_step(step)
    point = as_point(x)
    gradient, error = np.full_like(point, np.nan), np.full_like(point, np.inf)
    with np.errstate(all="ignore"):  # it is expected that some steps leave the domain
        result = f(unpacked(point.copy()))
        value = real(result)
        eps = float(np.finfo(np.float32 if np.float32 in (point.dtype, getattr(result, "dtype", None)) else float).eps)
        for index in np.ndindex(point.shape) if math.isfinite(value) else ():
            line = Line(f, point, index, eps)
            if step and line.rounded(line.x + step) == line.x and math.isfinite(line.x):
                raise ValueError(f"step {step!r} is too small to move {line.x!r}")
            gradient[index], error[index] = _extrapolated(line, step or FIRST * max(1.0, abs(line.x)))
    return unpacked(gradient), unpacked(error)


class Entry(NamedTuple):
    """An entry of the tableau: a slope, how far it is from its neighbours, and what rounding may do to it."""

    slope: float
    spread: float
    rounding: float

    @property
    def error(self) -> float:
        return self.spread + self.rounding


class Line:
    """The function along one coordinate, which is `x` at the point. Its values have an error of `noise`, or of eps."""

    def __init__(self, f: Function, point: Array, index: tuple[int, ...], eps: float) -> None:
        self._f, self._point, self._index = f, point, index
        self.x = float(point[index])
        self.eps = eps
        self.noise = 0.0

    def rounded(self, coordinate: float) -> float:
        return float(self._point.dtype.type(coordinate))

    def __call__(self, coordinate: float) -> float:
        """The value there: nan outside the domain, where Python's functions raise errors or give complex numbers."""
        try:
            result = self._f(replaced(self._point, self._index, coordinate))
            if np.iscomplexobj(result):
                check_scalar(result)
                return math.nan
            return real(result)
        except (ArithmeticError, ValueError):
            return math.nan

    def difference(self, step: float) -> Entry:
        """The central difference, over the distance that was really taken: x ± h are rounded."""
        up, down = self.rounded(self.x + step), self.rounded(self.x - step)
        if up == down:
            return Entry(math.nan, math.inf, math.inf)
        above, below = self(up), self(down)
        noise = max(self.noise, self.eps * abs(above), self.eps * abs(below))
        slope = (above - below) / (up - down)
        return Entry(slope, math.inf, 2.0 * noise / (up - down))

    def probe(self, step: float) -> Entry:
        """Roughly the slope, by small steps. A difference with twice the step has four times the error in h²."""
        return _seconded(self.difference(step), self.difference(2.0 * step))

    def measure_noise(self, small: float, step: float) -> None:
        """Take for noise what roughness there is near x on two scales, as one may be too wide, and bend.

        Where all neighbours share one value nothing is known, as their error may be the same, and further ones are
        asked.
        """
        for scales in ((small, step), (31.0 * step,), (961.0 * step,), (29791.0 * step,)):
            known = [found for found in map(self.roughness, scales) if math.isfinite(found)]
            if known:
                self.noise = min(known)
                break

    def roughness(self, step: float) -> float:
        """The rounding error of values near x, by what keeps neighbours much closer than `step` from being on a cubic.

        They are whole numbers of units in the last place away, so they are exact, and uneven ones, so that rounding
        does not fall into step. It is nan where all have one value.
        """
        place = float(np.spacing(self._point.dtype.type(max(abs(self.x), step))))
        unit = place * (2.0 * round(0.002 * step * self.eps**0.3 / place) + 1.0)
        values = np.array([self(self.rounded(self.x + k * unit)) for k in NEIGHBOURS])
        if np.all(values == values[0]):
            return math.nan
        return 2.0 * float(np.max(np.abs(OFF_CUBIC @ values)))


def _seconded(fine: Entry, coarse: Entry) -> Entry:
    """A difference, with what another one of twice the step says of its error."""
    return fine._replace(spread=abs(fine.slope - coarse.slope))


def _excess(entry: Entry, probe: Entry) -> float:
    """How much further an entry is from the probe than that is from the truth; zero if that is not known."""
    excess = abs(entry.slope - probe.slope) - probe.error
    return excess if excess > 0.0 else 0.0


def _next_row(first: Entry, above: list[Entry]) -> list[Entry]:
    """The row that begins with the difference `first`, below the row `above` of twice the step."""
    if not above:
        return [first]
    row = [_seconded(first, above[0])]
    for column, old in enumerate(above[:COLUMNS], 1):
        last, factor = row[-1], 4.0**column
        slope = last.slope + (last.slope - old.slope) / (factor - 1.0)
        spread = max(abs(slope - last.slope), abs(slope - old.slope))
        row.append(Entry(slope, spread, (factor * last.rounding + old.rounding) / (factor - 1.0)))
    return row


def _extrapolated(line: Line, step: float) -> tuple[float, float]:
    """The slope of `line` at its x, and an estimate of the error."""
    row: list[Entry] = []
    entries: list[Entry] = []
    probe: Entry | None = None
    slope, error = math.nan, math.inf
    small = max(line.eps ** (1 / 3), abs(line.x) * line.eps ** (2 / 3))
    while len(entries) < MOST and line.rounded(line.x + step) != line.x:
        first = line.difference(step)
        if not math.isfinite(first.slope):
            row, step = [], step / 16.0  # what straddles a singularity is of no use below it
            continue
        if probe is None:
            small = min(small, step / 64.0)
            line.measure_noise(small, step)
            first = line.difference(step)
            probe = line.probe(small)
        elif row and step < small and first.rounding < probe.error:
            probe = _seconded(first, row[0])
        row = _next_row(first, row)
        entries += row
        error, slope = min((entry.error + _excess(entry, probe), entry.slope) for entry in entries)
        if 4.0 * first.rounding >= error:
            break
        step /= 2.0
    return slope, error
