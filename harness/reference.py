"""The certified gradient of a function: a proven enclosure of each component, and what rounding may do to it.

On balls, at doubled precision until the enclosure is far narrower than the error that is to be judged. It is exact for
the formula with its double constants; no rule of the engine has a part in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import flint
import numpy as np

from .balls import DOUBLE, MANY, Ball, TieError, UndecidedError, balls, on_balls, precision, scalar, upper
from .tape import value_and_gradient

MAX_BITS = 2048
CERTIFY_ALL = 10_000
SUBSET = 24
"""Components certified: all up to n = CERTIFY_ALL; above it, as a tape would fill the memory, both ends and others."""

TELLING = 2.0**-10
"""An attainable error above this part of the gradient's norm says nothing, unless a component is the nearest double."""


@dataclass(frozen=True)
class Reference:
    """Enclosures of the gradient's `components` (indices), and their attainable errors in absolute terms."""

    components: np.ndarray[Any, Any]
    enclosures: tuple[Any, ...]
    attainable: np.ndarray[Any, Any]
    uncertain: tuple[int, ...]
    """Components whose enclosure was still too wide at MAX_BITS."""

    def errors(self, gradient: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """A lower and an upper bound on the error of each certified component of a finite `gradient` of shape (n,)."""
        with precision(MAX_BITS):
            pairs = zip(gradient[self.components].tolist(), self.enclosures, strict=True)
            differences = [flint.arb(value) - enclosure for value, enclosure in pairs]
            return np.array([lower(ball) for ball in differences]), np.array([upper(ball) for ball in differences])

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The certified components, rounded to double; zero where the enclosure contains zero."""
        return np.array([0.0 if 0 in enclosure else float(enclosure.mid()) for enclosure in self.enclosures])


def reference_of(f: Callable[[Any], Any], x: np.ndarray[Any, Any], seed: int = 0) -> Reference:
    """The certified gradient of `f`, a function of one object array of balls, at `x` of shape (n,).

    Raises UnknownToBallsError if `f` does what balls cannot.
    """
    components = which_components(x, seed)
    attainable = np.array([radius(enclosure) for enclosure in enclosures(f, x, components, DOUBLE)])
    found = enclose(f, x, components, attainable)
    narrow = [is_narrow(enclosure, rounding) for enclosure, rounding in zip(found, attainable, strict=True)]
    return Reference(components, tuple(found), attainable, tuple(components[np.logical_not(narrow)].tolist()))


def of_vector(f: Callable[[Any], Any], shape: tuple[int, ...]) -> Callable[[Any], Any]:
    """`f`, a function of arrays of `shape` (of numbers, if it is empty), as one of their elements in a row."""
    return (lambda v: f(v.reshape(shape))) if shape else (lambda v: f(v[0]))


def sharpened(
    reference: Reference, f: Callable[[Any], Any], x: np.ndarray[Any, Any], attainable: np.ndarray[Any, Any]
) -> Reference:
    """The reference, with enclosures narrow enough for other `attainable` errors, those of a gradient's own code."""
    if all(map(is_narrow, reference.enclosures, _compared(reference.enclosures, attainable))):
        return reference
    return replace(reference, enclosures=tuple(enclose(f, x, reference.components, attainable)))


def enclose(
    f: Callable[[Any], Any], x: np.ndarray[Any, Any], components: np.ndarray[Any, Any], roundings: np.ndarray[Any, Any]
) -> list[Any]:
    """Enclosures of components that rounding may change by so much: as narrow as needed, if MAX_BITS will do."""
    bits = 2 * DOUBLE
    found = enclosures(f, x, components, bits)
    roundings = _compared(found, roundings)
    while bits < MAX_BITS and not all(map(is_narrow, found, roundings)):
        bits = min(2 * bits, MAX_BITS)
        finer = enclosures(f, x, components, bits)
        found = [old if is_narrow(old, r) else new for old, new, r in zip(found, finer, roundings, strict=True)]
    return found


def _compared(found: Sequence[Any], roundings: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The `roundings` to be narrow beside: none, where a component is right only if it is the nearest double."""
    norm = max((upper(enclosure) for enclosure in found if enclosure.is_finite()), default=0.0)
    return np.where(roundings > TELLING * norm, 0.0, roundings)


def enclosures(
    f: Callable[[Any], Any], x: np.ndarray[Any, Any], components: np.ndarray[Any, Any], bits: int
) -> list[Any]:
    """Enclosures of the `components` of the gradient, computed with `bits` of precision.

    All together where that can be. Each by itself on the border of a branch, which some components may not cross, and
    where the tape has zero times infinity.
    """
    together: list[Any] = [None] * x.size
    if len(components) == x.size:
        with suppress(UndecidedError):
            together = value_and_gradient(f, x, bits)[1]
    return [
        together[i] if together[i] is not None and together[i].is_finite() else derivative(f, x, i, bits)
        for i in components.tolist()
    ]


def is_narrow(enclosure: Any, rounding: float) -> bool:
    return radius(enclosure) <= threshold(enclosure, rounding if np.isfinite(rounding) else 0.0) / 1024


def declared(gradient: Sequence[float]) -> Reference:
    """A gradient that is known where the formula gives none, at a removable singularity, to the last digit."""
    exact = tuple(flint.arb(component) for component in gradient)
    return Reference(np.arange(len(exact)), exact, np.zeros(len(exact)), ())


def which_components(x: np.ndarray[Any, Any], seed: int) -> np.ndarray[Any, Any]:
    """The indices of the components that are certified at `x`: others at every point, the same for the same seed."""
    if x.size <= CERTIFY_ALL:
        return np.arange(x.size)
    random = np.random.default_rng([seed, zlib.crc32(x.tobytes())])
    inner = random.choice(np.arange(1, x.size - 1), SUBSET - 2, replace=False)
    return np.array([0, *sorted(inner.tolist()), x.size - 1])


def derivative(f: Callable[[Any], Any], x: np.ndarray[Any, Any], i: int, bits: int, terms: int = 2) -> Any:
    """An enclosure of ∂f/∂x_i, computed with `bits` of precision; nan where a comparison needs more of them."""
    with precision(bits, terms):
        try:
            result = on_balls(f, balls(x.tolist(), along=i))
        except TieError:
            return derivative(f, x, i, bits, MANY)
        except UndecidedError:
            return flint.arb("nan")
        if isinstance(result, np.ndarray):
            result = scalar(result)
        return result.derivative if isinstance(result, Ball) else flint.arb(0)


def radius(ball: Any) -> float:
    """The radius of a ball: infinite where it is not a number."""
    found = float(ball.rad())
    return np.inf if np.isnan(found) else found


def threshold(enclosure: Any, rounding: float) -> float:
    """The largest error that is still correct: twice what rounding may do, and one unit in the last place."""
    return 2.0 * rounding + float(np.spacing(abs(float(enclosure.mid()))))


def lower(ball: Any) -> float:
    """A double that does not exceed |ball|; zero for what is no number."""
    bound = float(ball.abs_lower())
    if not bound > 0.0:
        return 0.0
    return bound if flint.arb(bound) <= ball.abs_lower() else float(np.nextafter(bound, 0.0))
