"""HIPS autograd: reverse mode on NumPy's arrays, by the functions of its own NumPy."""

from __future__ import annotations

from problems import Problem

from ...function import on_arrays
from ..base import ValueAndGradient, Vector
from .namespace import Namespace
from .peer import Peer


class Autograd(Peer):
    id = package = extra = "autograd"

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        import autograd
        import autograd.numpy as anp

        # By their newer names it has these element by element, or not at all.
        xp = Namespace("autograd", anp, concat=anp.concatenate, cumulative_sum=anp.cumsum)
        differentiated = autograd.value_and_grad(on_arrays(problem, xp))

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            value, gradient = differentiated(x)
            return float(value), gradient

        return value_and_gradient
