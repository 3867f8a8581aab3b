"""Forward mode, by the project's own engine: one evaluation a coordinate."""

import numpy as np

from engine import jvp
from problems import Problem

from .base import Method, ValueAndGradient, Vector


class EngineForward(Method):
    id = "engine.forward"
    kind = "automatic"
    isolated = False

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        derivative = jvp(problem)

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            gradient, direction = np.empty(n), np.zeros(n)
            value = np.nan
            for i in range(n):
                direction[i] = 1.0
                value, gradient[i] = derivative(x, direction)
                direction[i] = 0.0
            return value, gradient

        return value_and_gradient
