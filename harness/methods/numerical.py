"""Differences of values: the engine's `numerical_gradient`, one method a scheme."""

from collections.abc import Callable
from typing import Any

import numpy as np

from engine import numerical_gradient
from engine.numerical import SCHEMES
from problems import Problem

from ..function import on_arrays, plain
from .base import Method, ValueAndGradient, Vector

__all__ = ["SCHEMES", "Numerical", "function"]


class Analytic:
    """NumPy, with the functions that branch on a sign continued to complex numbers, as the complex step needs them."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def abs(x: Any) -> Any:
        return np.where(np.real(x) < 0.0, -x, x)[()]

    absolute = abs

    @staticmethod
    def sign(x: Any) -> Any:
        return np.sign(np.real(x))


def function(problem: Problem, scheme: str) -> Callable[[Vector], Any]:
    """`problem` from a point of shape (n,) to a number, as the scheme evaluates it."""
    # The numbers are NumPy's, as Python's complex ones have no order.
    return on_arrays(problem, Analytic()) if scheme == "complex_step" else plain(problem)


class Numerical(Method):
    kind = "numerical"
    isolated = False

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.id = f"numerical.{scheme}"

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        scheme, value, f = self.scheme, plain(problem), function(problem, self.scheme)

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            return value(x), np.asarray(numerical_gradient(f, x, scheme))

        return value_and_gradient
