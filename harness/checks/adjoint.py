"""The adjoint identity: ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, forward mode against reverse mode.

Measured over the catalogue, sizes from 1 to 1000: TODO
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from engine import jvp, vjp
from engine.evaluation import unpacked

from .base import Array, Check, directions
from .two_sums import Sides, apart, judged


def adjoint_identity(f: Callable[[Any], Any], x: Any, seed: int = 0) -> Check:
    """Whether the engine's jvp and vjp of `f`, from a float or array to a float or array, are of one Jacobian.

    TODO
    """
    point = np.array(x, dtype=np.float64)
    random = np.random.default_rng(seed)
    shape = np.shape(vjp(f)(unpacked(point))[0])
    found = []
    for v in directions(point.shape, random):
        for w in directions(shape, random):
            found.append(("⟨Jv, w⟩ and ⟨v, Jᵀw⟩", apart(partial(_sums, f, v, w), point, random)))
    return judged("adjoint", found, "forward and reverse mode agree")


def _sums(f: Callable[[Any], Any], v: Array, w: Array, point: Array) -> Sides:
    """The terms of ⟨Jv, w⟩ and those of ⟨v, Jᵀw⟩."""
    at = unpacked(point)
    return np.ravel(w * jvp(f)(at, unpacked(v))[1]), np.ravel(v * vjp(f)(at)[1](unpacked(w)))
