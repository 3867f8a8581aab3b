"""Differences of values: the engine's `numerical_gradient`, one method a scheme."""

from typing import ClassVar

from engine import numerical_gradient
from problems import Problem

from ..function import plain
from .base import Method, ValueAndGradient, Vector


class Numerical(Method):
    kind = "numerical"
    scheme: ClassVar[str]

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        f = plain(problem)
        scheme = self.scheme

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            gradient = numerical_gradient(f, x, scheme)
            assert not isinstance(gradient, float)
            return f(x), gradient

        return value_and_gradient


class Central(Numerical):
    id = "numerical.central"
    scheme = "central"
