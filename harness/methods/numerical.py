"""Differences of values: the engine's `numerical_gradient`, one method a scheme."""

import numpy as np

from engine import numerical_gradient
from engine.numerical import SCHEMES
from problems import Problem

from ..function import bare, plain
from .base import Method, ValueAndGradient, Vector

__all__ = ["SCHEMES", "Numerical"]


class Numerical(Method):
    kind = "numerical"

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.id = f"numerical.{scheme}"

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        scheme, value = self.scheme, plain(problem)
        f = bare(problem, problem.function) if scheme == "complex_step" else value  # `plain` gives floats alone

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            return value(x), np.asarray(numerical_gradient(f, x, scheme))

        return value_and_gradient
