"""Numerical differentiation: gradients from values alone, to check those that come from rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from .evaluation import Array, Function, as_point, check_scalar, check_step, real, replaced, unpacked
from .extrapolation import richardson
from .variable import short

Slopes: TypeAlias = Callable[[Function, Array, "float | None"], Array]
"""From a function, a point and a step, or None for the scheme's own, to the gradient, in the shape of the point."""


@dataclass(frozen=True)
class Scheme:
    """A way to get a gradient from values.

    `double` and `single` are how far from a right gradient it may be in float64 and float32, relative to the largest
    component: some ten times the most that was measured on well scaled functions.
    """

    slopes: Slopes
    double: float
    single: float


def numerical_gradient(f: Function, x: Any, scheme: str = "central", step: float | None = None) -> Any:
    """The gradient of `f`, a function of one float, list or array to a scalar, by values of `f` alone.

    It has the shape of `x`: a float for a number. An `x` of float32 stays float32 in the calls of `f` and in the
    gradient; anything else is float64. Where a value is nan, as it is where `x` is, so is the slope. The schemes:

    - `forward`, `backward`: (f(x + h) − f(x))/h, and the same with −h. Error in h.
    - `central`: (f(x + h) − f(x − h))/2h. Error in h². `five_point`: with ±2h, too. Error in h⁴.
    - `complex_step`: Im f(x + ih)/h, for a tiny h: exact to rounding, as nothing cancels; Squire & Trapp (1998), Using
      complex variables to estimate derivatives of real functions. `f` has to be analytic, and is called with complex
      numbers: what looks at real parts, absolute values, maxima or comparisons is not.
    - `richardson`: central differences extrapolated to h = 0; see `richardson`, which also estimates the error.

    Without `step` the differences move a component x_i by eps**(1/(order+1))·max(1, |x_i|), with the eps of the dtype:
    there rounding and truncation error about balance. Raises ValueError for an unknown scheme or a step that is not a
    positive number or too small to move x, and TypeError for a function that does not return one real number, or is
    not analytic where it has to be.
    """
    slopes = known(scheme).slopes
    check_step(step)
    return unpacked(slopes(f, as_point(x), step))


def known(scheme: str) -> Scheme:
    """The scheme of that name. Raises ValueError if there is none."""
    if scheme not in SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}: the schemes are {', '.join(SCHEMES)}")
    return SCHEMES[scheme]


def _differences(order: int, weights: Sequence[tuple[int, float]]) -> Slopes:
    """The scheme that adds up values, each at an offset in steps and with a weight; its error is of `order` in h."""

    def slopes(f: Function, point: Array, step: float | None) -> Array:
        eps = float(np.finfo(point.dtype).eps)
        gradient = np.empty_like(point)
        for index in np.ndindex(point.shape):
            here = float(point[index])
            gradient[index] = _difference(
                f, point, index, step or max(1.0, abs(here)) * eps ** (1 / (order + 1)), weights
            )
        return gradient

    return slopes


def _difference(
    f: Function, point: Array, index: tuple[int, ...], step: float, weights: Sequence[tuple[int, float]]
) -> float:
    # Divided by the step that was really taken: x + h rounds.
    here = float(point[index])
    unit = float(point.dtype.type(here + step)) - here
    if not unit:
        raise ValueError(f"step {step!r} is too small to move {here!r}")
    return sum(weight * real(f(replaced(point, index, here + offset * unit))) for offset, weight in weights) / unit


IMAGINARY = {np.dtype(np.float64): 2.0**-332, np.dtype(np.float32): 2.0**-66}
"""The complex steps, about 1e-100 and 1e-20: their squares are nothing beside 1, and a power of two divides exactly."""


def _complex_step(f: Function, point: Array, step: float | None) -> Array:
    h = float(point.dtype.type(step or IMAGINARY[point.dtype]))
    if not h:
        raise ValueError(f"step {step!r} is zero in {point.dtype}")
    lifted = point.astype(np.result_type(point, np.complex64))
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        result = f(replaced(lifted, index, complex(point[index], h)))
        check_scalar(result)
        if not np.iscomplexobj(result):
            raise TypeError(
                f"complex_step needs an analytic function, but for a complex argument it returned {short(result)}: it"
                " takes an absolute value or a real part, or ignores its argument"
            )
        gradient[index] = float(result.imag) / h
    return gradient


SCHEMES = {
    "forward": Scheme(_differences(1, ((0, -1.0), (1, 1.0))), 1e-5, 3e-2),
    "backward": Scheme(_differences(1, ((-1, -1.0), (0, 1.0))), 1e-5, 3e-2),
    "central": Scheme(_differences(2, ((-1, -0.5), (1, 0.5))), 1e-7, 2e-3),
    "five_point": Scheme(_differences(4, ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))), 1e-9, 2e-3),
    "complex_step": Scheme(_complex_step, 1e-12, 1e-5),
    "richardson": Scheme(lambda f, point, step: np.asarray(richardson(f, point, step)[0]), 1e-9, 1e-4),
}
