"""Symbols: a problem's definition as a formula of SymPy's, its derivatives, and code for both.

An Expression runs through the same definitions as floats and balls do, put into an object array. Every float on the way
becomes the rational number that it is, so that nothing is rounded before the code runs. Importing this needs SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy

from problems import Problem

from .element import Element
from .function import bare


class UnknownToSymbolsError(TypeError):
    """An operation that symbols do not know."""


class Expression(Element):
    """A formula of SymPy's."""

    __slots__ = ()

    def __abs__(self) -> Expression:
        return Expression(sympy.Abs(self.content))

    def _refuse(self, *_: object) -> bool:
        raise UnknownToSymbolsError("a comparison of symbols: which way it goes depends on their values")

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    @staticmethod
    def taken(number: Any) -> Any:
        if isinstance(number, (int, np.integer)):
            return sympy.Integer(int(number))
        if isinstance(number, float):  # exactly the double that stands in the source
            return sympy.Rational(*number.as_integer_ratio())
        raise UnknownToSymbolsError(f"a symbol combines with floats, integers and symbols, not {type(number).__name__}")


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    **{
        name: getattr(sympy, name)
        for name in ("exp", "log", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "expm1": lambda x: sympy.exp(x) - 1,
    "log1p": lambda x: sympy.log(1 + x),
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
}
"""NumPy's functions of one operand: the methods that it calls for objects."""

for _name, _function in FUNCTIONS.items():
    setattr(Expression, _name, lambda self, function=_function: Expression(function(self.content)))


class Gradient:
    """A problem's formula and its derivatives in `n` coordinates, as code that shares what they have in common."""

    def __init__(self, problem: Problem, n: int) -> None:
        """Raises what NumPy, SymPy or the definition raise for what they cannot do with symbols."""
        variables = sympy.symbols(f"x:{n}", real=True)
        point = np.empty(n, dtype=object)
        point[:] = list(map(Expression, variables))
        formula = _formula(bare(problem, problem.function)(point))
        formulas = [formula, *(sympy.diff(formula, variable) for variable in variables)]
        self.constants = list(dict.fromkeys(c for formula in formulas for c in _inexact(formula)))
        """The numbers in the formulas that no double is, as SymPy's; the code takes them after the coordinates."""
        self.floats = [float(sympy.N(constant, 40)) for constant in self.constants]
        names = sympy.symbols(f"c:{len(self.constants)}")
        replaced = [formula.xreplace(dict(zip(self.constants, names, strict=True))) for formula in formulas]
        arguments = [*variables, *names]
        self.on_floats = _code(arguments, replaced, "math")
        named = {name: getattr(np, name) for name in FUNCTIONS}
        self.on_objects = _code(arguments, replaced, [{**named, "copysign": lambda size, x: size * np.sign(x)}, "math"])
        """The same code, with NumPy's functions, which call methods of what they are given."""


@lru_cache(maxsize=1)
def gradient(problem: Problem, n: int) -> Gradient:
    """The Gradient, made once for all points in turn."""
    return Gradient(problem, n)


def _formula(result: Any) -> Any:
    value = result.item() if isinstance(result, np.ndarray) else result
    return value.content if isinstance(value, Expression) else Expression.taken(value)


def _inexact(formula: Any) -> Iterator[Any]:
    """The parts of a formula that are numbers, as large as can be, but for doubles."""
    if not formula.is_number:
        for part in formula.args:
            yield from _inexact(part)
    elif not (formula.is_Rational and Fraction(int(formula.p), int(formula.q)) == Fraction(float(formula))):
        yield formula


def _code(arguments: Sequence[Any], formulas: Sequence[Any], modules: Any) -> Callable[..., Sequence[Any]]:
    code: Callable[..., Sequence[Any]] = sympy.lambdify(arguments, formulas, modules, cse=True)
    return code
