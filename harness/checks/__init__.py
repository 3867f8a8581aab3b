"""Checks of a derivative that need no reference: what has to be true of it, and of the values, whatever they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.evaluation import unpacked

from ..errors import one_line
from ..observed import silence
from .adjoint import adjoint_identity
from .base import Check, Verdict
from .symmetry import hessian_symmetry
from .taylor import taylor_test

CHECKS: dict[str, Callable[[Callable[[Any], Any], Any, int], Check]] = {
    "adjoint": adjoint_identity,
    "symmetry": hessian_symmetry,
    "taylor": taylor_test,
}
"""The checks, by their names: from a function, a point and a seed."""


def check(f: Callable[[Any], Any], x: Any, seed: int = 0) -> list[Check]:
    """Every check of the engine's derivatives of `f`, a function of a float or array to a scalar, at `x`.

    `f` is run with NumPy's numbers and with the engine's Variables; the directions are the same for the same seed.
    Whatever is raised makes a check *cannot tell*, with that as its reason: so the last two are of an `f` that returns
    an array.
    """
    with silence():  # of steps that leave the domain, and of points where there is no derivative
        return [_one(name, f, x, seed) for name in CHECKS]


def _one(name: str, f: Callable[[Any], Any], x: Any, seed: int) -> Check:
    try:
        unfit = _unfit(f, x)
        if not unfit:
            return CHECKS[name](f, x, seed)
    except Exception as error:  # the function is the user's, and may raise anything
        unfit = f"{type(error).__name__}: {error}"
    return Check(name, math.nan, "", math.nan, "cannot_tell", one_line(unfit))


def _unfit(f: Callable[[Any], Any], x: Any) -> str:
    """Why nothing can be said of `f` at `x`: it gives no numbers there, or others each time. Empty if it can."""
    if not np.size(x):
        return "x has no coordinates"
    first, second = (np.asarray(f(unpacked(np.array(x, dtype=np.float64)))) for _ in range(2))
    if not np.isfinite(first).all():
        return f"f is not finite there: {first[~np.isfinite(first)].flat[0]}"
    return "" if np.array_equal(first, second) else f"f is not the same each time: {first}, then {second}"


__all__ = ["CHECKS", "Check", "Verdict", "adjoint_identity", "check", "hessian_symmetry", "taylor_test"]
