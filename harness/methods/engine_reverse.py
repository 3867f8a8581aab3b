"""Reverse mode, by the project's own engine."""

from engine import Variable, value_and_grad
from engine.graph import nodes
from problems import Problem

from .base import Method, ValueAndGradient, Vector


class EngineReverse(Method):
    id = "engine.reverse"
    kind = "automatic"

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        return value_and_grad(problem)

    def nodes(self, problem: Problem, x: Vector) -> int:
        return len(nodes(problem(Variable(x))))
