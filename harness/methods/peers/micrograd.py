"""micrograd: reverse mode on scalars, which run through a definition in an object array."""

from __future__ import annotations

from typing import Any

import numpy as np

from problems import Problem

from ...function import on_arrays
from ..base import ValueAndGradient, Vector
from .namespace import Namespace
from .peer import Peer

OF_ARRAYS = ("arange", "asarray", "reshape", "stack", "concat", "sum", "prod")
"""What NumPy does with objects by their operators + and * alone, or without any."""


class Micrograd(Peer):
    id = package = extra = "micrograd"
    unable = (*Peer.unable, AssertionError)
    """An assertion is how it says that an exponent is no number."""

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        from micrograd.engine import Value

        own = {name: getattr(np, name) for name in OF_ARRAYS}
        function = on_arrays(problem, Namespace("micrograd", **own, sqrt=lambda x: x**0.5))
        arranged = _batch if problem.takes_vector else list

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            point = [Value(coordinate) for coordinate in x.tolist()]
            value = np.asarray(function(arranged(point))).item()
            value.backward()
            return float(value.data), np.array([coordinate.grad for coordinate in point], dtype=np.float64)

        return value_and_gradient


def _batch(values: list[Any]) -> Any:
    """A batch of one point: a coordinate of it is still an array, as a Value takes an array beside it for a number."""
    return np.array(values)[:, None]
