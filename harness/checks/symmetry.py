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
    point = np.array(x, dtype=np.float64)
    random = np.random.default_rng(seed)
    found = []
    pairs = zip(directions(point.shape, random), directions(point.shape, random), strict=True)
    for u, v in pairs:
        found.append(("⟨u, Hv⟩ and ⟨v, Hu⟩", apart(partial(_sums, f, u, v), point, random)))
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
