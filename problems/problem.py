"""Problem: a test function with all that is known of it, callable in every form its users know."""

from __future__ import annotations

import inspect
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Interval: TypeAlias = tuple[float, float]
Bounds: TypeAlias = "Interval | tuple[Interval, ...] | Callable[[int], Interval]"
Minima: TypeAlias = "tuple[Minimum, ...] | Callable[[int], tuple[Minimum, ...]]"
HardKind: TypeAlias = Literal[
    "removable", "kink", "infinite slope", "pole", "cancellation", "underflow", "trap", "control"
]
HardPoints: TypeAlias = "tuple[HardPoint, ...] | Callable[[int], tuple[HardPoint, ...]]"

WITHOUT_GRADIENT = ("kink", "infinite slope", "pole")
"""The kinds of hard points that have one-sided slopes at most."""


@dataclass(frozen=True)
class Minimum:
    """A global minimum: where it lies, and the value there."""

    point: tuple[float, ...]
    value: float


@dataclass(frozen=True)
class HardPoint:
    """A point where methods fail or are tempted to, the kind of difficulty, and what is true there.

    The kinds: at a *removable* singularity the formula has 0/0 or the like, but there is a gradient. At a *kink* the
    slopes to both sides differ, at an *infinite slope* they have no bound, and at a *pole* the function itself has no
    bound or no limit: there is none. In *cancellation* and *underflow* the formula loses digits. A *trap* is what an
    engine may stumble over, like 0**y. A *control* only looks singular: the function is smooth and the formula fine.

    `slopes` has a pair for each coordinate, the one-sided derivatives along its axis, rounded to double from many
    digits: (f(x) − f(x − h)) / h and (f(x + h) − f(x)) / h for h falling to 0, where f(x) is the limit if the formula
    has no value there. Infinite ones are ±inf; nan is for a side, or a point, where the function has no value.
    """

    point: tuple[float, ...]
    kind: HardKind
    note: str
    slopes: tuple[tuple[float, float], ...]

    @property
    def gradient(self) -> tuple[float, ...] | None:
        """The slopes, where both sides agree in every coordinate and there is a gradient; else None."""
        agree = all(left == right and math.isfinite(left) for left, right in self.slopes)
        return tuple(left for left, _ in self.slopes) if agree and self.kind not in WITHOUT_GRADIENT else None


@dataclass(frozen=True)
class Dimensions:
    """The numbers of coordinates that a function takes: multiples of `step`, from `low` to `high` (None: no limit)."""

    low: int
    high: int | None
    step: int = 1

    def __contains__(self, n: int) -> bool:
        return self.low <= n and (self.high is None or n <= self.high) and n % self.step == 0

    def next(self, n: int) -> int | None:
        """The smallest of them that is not below `n`; None if there is none."""
        found = max(self.low, -(-n // self.step) * self.step)
        return found if found in self else None

    def __str__(self) -> str:
        if self.step > 1:
            return f"multiples of {self.step}"
        if self.high == self.low:
            return str(self.low)
        return f"{self.low} or more" if self.high is None else f"{self.low} to {self.high}"


def exactly(n: int) -> Dimensions:
    """That one number of dimensions."""
    return Dimensions(n, n)


def at_least(n: int) -> Dimensions:
    """Any number of dimensions from `n` on."""
    return Dimensions(n, None)


def between(low: int, high: int) -> Dimensions:
    """Any number of dimensions from `low` to `high`."""
    return Dimensions(low, high)


def multiples_of(n: int) -> Dimensions:
    """n, 2n, 3n … dimensions."""
    return Dimensions(n, None, n)


@dataclass(frozen=True, eq=False)
class Problem:
    """A registered test function.

    `function` is the raw definition and `gradient` an optional one derived by hand. Both take one vector, or
    coordinates (see `takes_vector`), along axis 0, and return along axis 0. To evaluate, call the problem:
    `problem(x)` with x of shape (n,) gives a scalar and (..., n) gives (...); `problem(x, y)` takes separate
    coordinates, scalars or equally shaped arrays. Floats, arrays, engine Variables and any array of a library with the
    Python array API will do.
    """

    name: str
    function: Callable[..., Any]
    dimensions: Dimensions
    takes_vector: bool
    bounds: Bounds
    known_minima: Minima
    source: str
    formula: str
    properties: frozenset[str] = frozenset()
    gradient: Callable[..., Any] | None = None
    aliases: tuple[str, ...] = ()
    known_hard_points: HardPoints = ()

    def __call__(self, *coordinates: Any, xp: Any = None) -> Any:
        value = self._evaluate(self.function, coordinates, xp)[0]
        # NumPy's `where` of scalars is an array of no dimension.
        return value[()] if isinstance(value, np.ndarray) else value

    def gradient_at(self, *coordinates: Any, xp: Any = None) -> Any:
        """The gradient by the hand-derived formula, in the shape of a vector x: (..., n).

        The formula may assign into arrays, so it is meant for NumPy's. Raises TypeError for a problem without one.
        """
        if self.gradient is None:
            raise TypeError(f"{self.name} has no gradient derived by hand")
        result, xp = self._evaluate(self.gradient, coordinates, xp)
        if isinstance(result, tuple):
            result = xp.stack(result)
        return xp.moveaxis(result, 0, -1) if len(result.shape) > 1 else result

    def _evaluate(self, definition: Callable[..., Any], coordinates: tuple[Any, ...], xp: Any) -> tuple[Any, Any]:
        """`definition` at the coordinates, however they were passed, and the array namespace it was evaluated in."""
        xp = xp or _namespace(coordinates)
        x: Any
        if len(coordinates) == 1 and _is_vector(coordinates[0]):
            x = _as_float(coordinates[0])
            self._check(x.shape[-1])
            if len(x.shape) > 1:
                x = xp.moveaxis(x, -1, 0)
        else:
            self._check(len(coordinates))
            x = tuple(map(_as_float, coordinates))
        if self.takes_vector:
            x = xp.stack(x) if isinstance(x, tuple) else x
            return definition(x, xp) if self.takes_namespace else definition(x), xp
        return definition(*x, xp) if self.takes_namespace else definition(*x), xp

    def _check(self, n: int) -> None:
        if n not in self.dimensions:
            raise ValueError(f"{self.name} takes {self.dimensions} coordinates, not {n}")

    @cached_property
    def takes_namespace(self) -> bool:
        return tuple(inspect.signature(self.function).parameters)[-1] == "xp"

    def domain(self, n: int) -> Array:
        """The usual search domain, of shape (n, 2): the lower and the upper bound of each coordinate."""
        self._check(n)
        bounds = self.bounds(n) if callable(self.bounds) else self.bounds
        return np.broadcast_to(np.asarray(bounds, dtype=np.float64), (n, 2)).copy()

    def minima(self, n: int) -> tuple[Minimum, ...]:
        """The global minima in `n` dimensions: one if there are over a hundred; none where they are not known."""
        self._check(n)
        return self.known_minima(n) if callable(self.known_minima) else self.known_minima

    @property
    def hard_points(self) -> tuple[HardPoint, ...]:
        """Points where methods fail; of a problem that has them in any dimension, those in the lowest from 2 on."""
        known = self.known_hard_points
        return known(self.dimensions.next(2) or self.dimensions.low) if callable(known) else known

    def hard_points_in(self, n: int) -> tuple[HardPoint, ...]:
        """The hard points in `n` dimensions."""
        self._check(n)
        known = self.known_hard_points
        return known(n) if callable(known) else tuple(hard for hard in known if len(hard.point) == n)

    def points(self, n: int, count: int, seed: int = 0) -> Array:
        """`count` points drawn uniformly from the domain, of shape (count, n).

        The same for the same seed on every machine; a larger count only adds points.
        """
        low, high = self.domain(n).T
        random = np.random.default_rng([seed, n, zlib.crc32(self.name.encode())])
        sampled: Array = low + (high - low) * random.random((count, n))
        return sampled

    def __repr__(self) -> str:
        return f"<problem {self.name}>"


def _is_vector(x: Any) -> bool:
    return len(x.shape) > 0 if hasattr(x, "shape") else isinstance(x, (list, tuple))


def _as_float(x: Any) -> Any:
    """`x`, with what is whole numbers to Python or NumPy as floats: integers of NumPy wrap around."""
    if isinstance(x, (int, list, tuple)) or (isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "biu"):
        return np.asarray(x, dtype=np.float64)[()]
    return x


def _namespace(coordinates: Sequence[Any]) -> Any:
    """The array namespace of the arguments: that of the first that is neither a number nor a NumPy array."""
    for coordinate in coordinates:
        if not isinstance(coordinate, np.ndarray) and hasattr(coordinate, "__array_namespace__"):
            return coordinate.__array_namespace__()
    return np
