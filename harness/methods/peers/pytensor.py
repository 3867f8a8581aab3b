"""PyTensor: reverse mode on a graph, compiled by Numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from problems import Problem

from ...function import on_arrays
from ..base import ValueAndGradient, Vector
from .peer import Peer


class PyTensor(Peer):
    id = "pytensor"
    package = "pytensor"
    extra = "pytensor"
    preparation_seconds = 30.0

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        import pytensor

        point, outputs = graph(problem, n)
        with pytensor.config.change_flags(numba__cache=False):  # else what was compiled once is found on the disk
            function = pytensor.function([pytensor.In(point, borrow=True)], outputs, mode="NUMBA", trust_input=True)
            function(np.ones(n))  # compiles
        compiled = function.vm.jit_fn  # what `function` calls, in less time than it takes itself

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            value, gradient = compiled(x)
            return value.item(), gradient

        return value_and_gradient


def graph(problem: Problem, n: int) -> tuple[Any, list[Any]]:
    """PyTensor's symbols for the point, and for the value and the gradient there."""
    import pytensor
    import pytensor.tensor

    from .pytensor_arrays import NAMESPACE, Array, symbol_of

    point = pytensor.tensor.vector("x", shape=(n,))
    value = symbol_of(on_arrays(problem, NAMESPACE)(Array(point)))
    return point, [value, pytensor.grad(value, point)]
