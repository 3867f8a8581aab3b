"""Symbolic differentiation, by SymPy: formulas for the value and the gradient, compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flint
import numpy as np

from problems import Problem

from ..balls import Ball
from .base import Method, NotInstalledError, UnsupportedError, ValueAndGradient, Vector

if TYPE_CHECKING:
    from ..symbols import Gradient

LARGEST = 100
"""Formulas for more coordinates take minutes to make."""


class SymPy(Method):
    id = "sympy"
    kind = "symbolic"

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        gradient = _gradient(problem, n)
        code, constants = gradient.on_floats, [float(constant) for constant in gradient.constants]

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            value, *slopes = code(*x.tolist(), *constants)
            return float(value), np.array(slopes, dtype=np.float64)

        return value_and_gradient

    def evaluate_on_balls(self, problem: Problem, x: Any) -> Any:
        gradient = _gradient(problem, len(x))
        constants = [_ball(constant.numerator, constant.denominator) for constant in gradient.constants]
        return gradient.on_objects(*x, *constants)[1:]


def _gradient(problem: Problem, n: int) -> Gradient:
    try:
        from .. import symbols  # it takes half a second, and SymPy may not be there
    except ImportError as error:
        raise NotInstalledError("SymPy is not installed: pip install 'gradmark[sympy]'") from error
    if n > LARGEST:
        raise UnsupportedError(f"formulas for {n} coordinates are too long: SymPy is given {LARGEST} at the most")
    try:
        return symbols.gradient(problem, n)
    except (TypeError, AttributeError, ValueError, ArithmeticError, NotImplementedError) as error:
        raise UnsupportedError(f"SymPy cannot evaluate {problem.name} on symbols: {error}") from error


def _ball(numerator: int, denominator: int) -> Ball:
    return Ball(flint.arb_series([flint.arb(numerator) / denominator]))
