"""Reverse mode, by the project's own engine."""

from collections.abc import Callable
from functools import partial

from engine import Variable, no_grad, value_and_grad
from engine.graph import nodes
from problems import Problem

from .base import Method, ValueAndGradient, Vector


class EngineReverse(Method):
    id = "engine.reverse"
    kind = "automatic"
    isolated = False

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        return value_and_grad(problem)

    def nodes(self, problem: Problem, x: Vector) -> int:
        return len(nodes(problem(Variable(x))))

    def passes(self, problem: Problem) -> dict[str, Callable[[Vector], object]]:
        return {
            "backward": partial(_recorded, problem, False),
            "retain_grad": partial(_recorded, problem, True),
            "no_grad": partial(_not_recorded, problem),
        }


def _recorded(problem: Problem, retain_grad: bool, x: Vector) -> Variable:
    """Forward and back, as with Variables by hand: while the result is kept, so is its graph."""
    y: Variable = problem(Variable(x))
    y.backward(retain_grad=retain_grad)
    return y


def _not_recorded(problem: Problem, x: Vector) -> Variable:
    with no_grad():
        y: Variable = problem(Variable(x))
        return y
