"""DeZero: reverse mode on NumPy's arrays, by the functions that its book has."""

from __future__ import annotations

import numpy as np

from problems import Problem

from ...function import on_arrays
from ..base import ValueAndGradient, Vector
from .namespace import Namespace
from .peer import Peer


class DeZero(Peer):
    id = package = extra = "dezero"

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        names = vars(np)
        lent = "int" not in names
        if lent:  # DeZero 0.0.13 asks for what NumPy 2 has no more, while it is imported: its users lend it
            names["int"] = int
        try:
            return super().prepare(problem, n)
        finally:
            if lent:
                del names["int"]

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        from dezero import Variable, functions

        xp = Namespace("dezero", functions, arange=np.arange, asarray=np.asarray, sqrt=lambda x: x**0.5)
        function = on_arrays(problem, xp)

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            point = Variable(x)
            value = function(point)
            value.backward()
            gradient = point.grad.data
            # That of a sum is a view of a single number.
            return float(value.data), gradient if gradient.flags.writeable else gradient.copy()

        return value_and_gradient
