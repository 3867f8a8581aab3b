"""The symmetry of the Hessian: ⟨u, Hv⟩ = ⟨v, Hu⟩."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from engine import hessian, hvp
from engine.evaluation import unpacked

from .base import Array, Check, directions
from .two_sums import Sides, apart, judged

WHOLE = 30
"""Up to so many coordinates the whole Hessian is looked at, too."""


def hessian_symmetry(f: Callable[[Any], Any], x: Any, seed: int = 0) -> Check:
    """Whether the engine's Hessian of `f`, from a float or array to a scalar, is symmetric at `x`.

    The value is the largest distance of ⟨u, Hv⟩ and ⟨v, Hu⟩, by `hvp`, over four pairs of u and v, in ulps of Σ|terms|,
    and up to n = WHOLE that of H and Hᵀ, by `hessian`, in ulps of the largest element. It catches a field that is not
    the gradient of anything, as one with a wrong partial derivative of a product is. It cannot catch the gradient of
    another function, such as twice the right one, nor a wrong derivative of a primitive of one operand; and at a kink,
    where the engine's slope is a convention, it says nothing. One coordinate is no test at all.

    *Cannot tell* where the Hessian is not finite. Raises what `f`, `hvp` and `hessian` raise.
    """
    point = np.array(x, dtype=np.float64)
    random = np.random.default_rng(seed)
    pairs = zip(directions(point.shape, random), directions(point.shape, random), strict=True)
    found = [("⟨u, Hv⟩ and ⟨v, Hu⟩", apart(partial(_sums, f, u, v), point, random)) for u, v in pairs]
    if point.size <= WHOLE:
        whole = apart(partial(_whole, f), point, random, lambda side: float(np.abs(side).max()), lambda side: side)
        found.append(("H and Hᵀ", whole))
    return judged("symmetry", found, "the Hessian is symmetric")


def _sums(f: Callable[[Any], Any], u: Array, v: Array, point: Array) -> Sides:
    """The terms of ⟨u, Hv⟩ and those of ⟨v, Hu⟩."""
    at = unpacked(point)
    return np.ravel(u * hvp(f)(at, unpacked(v))), np.ravel(v * hvp(f)(at, unpacked(u)))


def _whole(f: Callable[[Any], Any], point: Array) -> Sides:
    """The Hessian, and its transpose."""
    found = np.reshape(hessian(f)(unpacked(point)), (point.size, point.size))
    return found, found.T
