"""Symbolic differentiation, by SymPy: formulas for the value and the gradient, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flint
import numpy as np

from problems import Problem

from ..balls import Ball
from ..function import NO_ANSWER
from .base import Method, NotInstalledError, UnsupportedError, ValueAndGradient, Vector

if TYPE_CHECKING:
    from ..symbols import Gradient

LARGEST = 100
"""Coordinates, at the most: making the formulas takes seconds there, and four times that for twice as many."""

DIGITS = 200
"""Decimal digits of the constants on balls, whose precision is up to 512 bits."""


class SymPy(Method):
    id = "sympy"
    kind = "symbolic"
    isolated = False
    package = "sympy"

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        gradient = _gradient(problem, n)
        code, constants = gradient.on_floats, gradient.floats

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            try:
                value, *slopes = code(*x.tolist(), *constants)
                return float(value), np.array(slopes, dtype=np.float64)
            except NO_ANSWER:
                value, *slopes = gradient.on_objects(*x, *constants)
                return float(value), np.array(slopes, dtype=np.float64)

        return value_and_gradient

    def own_code(self, problem: Problem, n: int) -> Callable[[Any], Any]:
        gradient = _gradient(problem, n)
        return lambda x: gradient.on_objects(*x, *map(_ball, gradient.constants))[1:]


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


def _ball(constant: Any) -> Ball:
    """A number of SymPy's. What it is cut off by is far less than what reading it rounds, which is in the radius."""
    return Ball(flint.arb_series([flint.arb(str(constant.evalf(DIGITS)))]))
