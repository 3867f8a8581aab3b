"""Checks of a gradient by differences, beside which the certificate is put: the rules of others, in our own code.

What they compare with does not depend on the gradient, so it is computed once for a point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine import numerical_gradient, richardson
from engine.numerical import SCHEMES

Function = Callable[[Any], Any]
Off = Callable[[Any], Any]
"""From a gradient to booleans, one for each comparison that is made: whether it is off by more than is tolerated."""


def torch(f: Function, point: Any) -> Off:
    """Central differences, ε = 1e-6: |a − n| ≤ 1e-5 + 1e-3·|n|, component by component."""
    numerical = numerical_gradient(f, point, "central", 1e-6)
    return _within(numerical, 1e-5 + 1e-3 * np.abs(numerical))


def jax(f: Function, point: Any) -> Off:
    """A central difference along one random direction, ε = 1e-4: |a − n| ≤ 1e-5 + 1e-5·|n|."""
    random = np.random.default_rng(0)
    direction, weight = random.standard_normal(np.shape(point)), float(random.standard_normal())
    up, down = (f(_like(np.asarray(point) + step * direction)) for step in (1e-4, -1e-4))
    numerical = weight * (float(up) - float(down)) / 2e-4
    inner = _within(numerical, 1e-5 + 1e-5 * np.abs(numerical))
    return lambda gradient: inner(weight * np.sum(np.asarray(gradient) * direction))


def tight(f: Function, point: Any) -> Off:
    """Central differences, ε = 6e-6·max(1, |x|): |a − n| ≤ 1e-6·|n|, component by component."""
    numerical = numerical_gradient(f, point, "central")
    return _within(numerical, 1e-6 * np.abs(numerical))


def extrapolated(f: Function, point: Any) -> Off:
    """Richardson's extrapolation, as `engine.gradient_check`: |a − n| ≤ 10 × its own estimate + 1e-9·max|n|."""
    numerical, error = richardson(f, point)
    return _within(numerical, 10.0 * error + SCHEMES["richardson"].double * np.max(np.abs(numerical)))


DIFFERENCES: Mapping[str, Callable[[Function, Any], Off]] = {
    "torch's rule": torch,
    "JAX's rule": jax,
    "rtol 1e-6": tight,
    "Richardson": extrapolated,
}


def _within(numerical: Any, allowed: Any) -> Off:
    def off(gradient: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.atleast_1d(~(np.abs(gradient - numerical) <= allowed)).ravel()  # so that nan never passes

    return off


def _like(point: Any) -> Any:
    return point if np.ndim(point) else float(point)
