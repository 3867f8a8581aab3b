"""Numerical differentiation: gradients from values alone, to check those that come from rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SCHEMES = {
    # name: the offsets in steps, each with its weight, and the order of the error in the step
    "forward": (((0, -1.0), (1, 1.0)), 1),
    "backward": (((-1, -1.0), (0, 1.0)), 1),
    "central": (((-1, -0.5), (1, 0.5)), 2),
    "five_point": (((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12)), 4),
}


def numerical_gradient(
    f: Callable[[Any], Any], x: Any, scheme: str = "central", step: float | None = None
) -> float | np.ndarray[Any, Any]:
    """The gradient of `f`, a function of one float, list or array to a scalar, by differences of its values.

    The shape is that of `x`. Without `step` a component x_i is moved by eps**(1/(order+1))·max(1, |x_i|), where
    rounding and truncation error about balance. Raises ValueError for an unknown scheme or a step that is not a
    positive number.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}: the schemes are {', '.join(SCHEMES)}")
    if step is not None and not 0.0 < step < np.inf:
        raise ValueError(f"step is a positive number, not {step!r}")
    offsets, order = SCHEMES[scheme]
    point = np.array(x, dtype=np.float64)
    steps = np.full(point.shape, step) if step else np.maximum(1.0, np.abs(point)) * _EPS ** (1.0 / (order + 1))
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        gradient[index] = _difference(f, point, index, float(steps[index]), offsets)
    return gradient if point.ndim else float(gradient)


_EPS = float(np.finfo(np.float64).eps)


def _difference(
    f: Callable[[Any], Any], x: np.ndarray[Any, Any], index: tuple[int, ...], step: float, offsets: Any
) -> float:
    # Divided by the step that was really taken: x + h rounds.
    here = float(x[index])
    unit = (here + step) - here
    if not unit:
        raise ValueError(f"step {step!r} is too small to move {here!r}")
    total = 0.0
    for offset, weight in offsets:
        moved = x.copy()
        moved[index] = here + offset * unit
        total += weight * float(f(moved if x.ndim else float(moved)))
    return total / unit
