"""The gradient as derived by hand, where the problem has one."""

from collections.abc import Callable
from typing import Any

from problems import Problem

from ..function import plain, plain_gradient
from .base import Method, UnsupportedError, ValueAndGradient


class Manual(Method):
    id = "manual"
    kind = "symbolic"
    isolated = False

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        if problem.gradient is None:
            raise UnsupportedError(f"{problem.name} has no gradient derived by hand")
        value, gradient = plain(problem), plain_gradient(problem)
        return lambda x: (value(x), gradient(x))

    def own_code(self, problem: Problem, n: int) -> Callable[[Any], Any]:
        return problem.gradient_at
