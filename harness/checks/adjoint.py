"""The adjoint identity: ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, forward mode against reverse mode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from engine import jvp, vjp
from engine.evaluation import unpacked

from .base import Array, Check, directions
from .two_sums import Sides, apart, judged


def adjoint_identity(f: Callable[[Any], Any], x: Any, seed: int = 0) -> Check:
    """Whether the engine's jvp and vjp of `f`, from a float or array to a float or array, are of one Jacobian at `x`.

    The value is the largest distance of ⟨Jv, w⟩ and ⟨v, Jᵀw⟩ over 16 pairs of v and w, in ulps of Σ|terms|; `apart`
    says what is done where those cancel. It catches what is wrong with one mode alone: the vjp of a linear primitive,
    a sweep, a rule that is not linear in its cotangent. It cannot catch what both modes share, such as the partial
    derivative of an elementwise primitive, or the vjp of a primitive of one's own, which forward mode transposes.

    *Cannot tell* where a term is not finite. Raises what `f`, `jvp` and `vjp` raise.
    """
    point = np.array(x, dtype=np.float64)
    random = np.random.default_rng(seed)
    shape = np.shape(vjp(f)(unpacked(point))[0])
    pairs = product(list(directions(point.shape, random)), list(directions(shape, random)))
    found = [("⟨Jv, w⟩ and ⟨v, Jᵀw⟩", apart(partial(_sums, f, v, w), point, random)) for v, w in pairs]
    return judged("adjoint", found, "forward and reverse mode agree")


def _sums(f: Callable[[Any], Any], v: Array, w: Array, point: Array) -> Sides:
    """The terms of ⟨Jv, w⟩ and those of ⟨v, Jᵀw⟩."""
    at = unpacked(point)
    return np.ravel(w * jvp(f)(at, unpacked(v))[1]), np.ravel(v * vjp(f)(at)[1](unpacked(w)))
