"""MyGrad: reverse mode on tensors that behave as NumPy's arrays do."""

from __future__ import annotations

import numpy as np

from problems import Problem

from ...function import on_arrays
from ..base import ValueAndGradient, Vector
from .namespace import Namespace
from .peer import Peer


class MyGrad(Peer):
    id = package = extra = "mygrad"

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        import mygrad

        # Else it locks all arrays in a graph against changes: almost half of the time, where they are small.
        mygrad.turn_memory_guarding_off()
        # NumPy's functions, so that constants stay arrays; of a tensor they call MyGrad's.
        function = on_arrays(problem, Namespace("mygrad", mygrad, arange=np.arange, reshape=np.reshape))

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            point = mygrad.tensor(x, copy=False)
            value = function(point)
            value.backward()
            return value.item(), point.grad

        return value_and_gradient
