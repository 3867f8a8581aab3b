"""Balls: real numbers with a proven bound on their error, carrying one exact derivative. The reference's arithmetic.

A Ball is a power series of two terms in Arb's ball arithmetic: a value, and the derivative with respect to whichever
coordinate was given a one. The rules of differentiation are Arb's, so the engine's table is checked by none of its own.
Put into an object array, balls run through the same definitions as floats do: NumPy calls their operators and methods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import flint
import numpy as np


class UnknownToBallsError(TypeError):
    """An operation that balls do not know."""


def _binary(operate: Callable[[Any, Any], Any]) -> Any:
    def operator(self: Ball, other: Any) -> Any:
        # An array of numbers combines element by element, which its own operator does.
        return NotImplemented if isinstance(other, np.ndarray) else Ball(operate(self.series, _operand(other)))

    return operator


class Ball:
    """One number. It is deliberately no sequence: NumPy would iterate over a bare series, with a wrong result."""

    __slots__ = ("series",)

    def __init__(self, series: Any) -> None:
        self.series = series

    @property
    def value(self) -> Any:
        return self.series[0]

    @property
    def derivative(self) -> Any:
        return self.series[1]

    def __neg__(self) -> Ball:
        return Ball(-self.series)

    __add__ = __radd__ = _binary(lambda x, y: x + y)
    __sub__ = _binary(lambda x, y: x - y)
    __rsub__ = _binary(lambda x, y: y - x)
    __mul__ = __rmul__ = _binary(lambda x, y: x * y)
    __truediv__ = _binary(lambda x, y: x / y)
    __rtruediv__ = _binary(lambda x, y: y / x)
    __pow__ = _binary(lambda x, y: x**y)
    __rpow__ = _binary(lambda x, y: y**x)

    def _refuse(self, *_: object) -> bool:
        raise UnknownToBallsError("a comparison of balls: which way it goes may not be certain")

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Ball({self.series})"


def _function(name: str) -> Any:
    return lambda self: Ball(getattr(self.series, name)())


for _name in ("exp", "log", "sqrt", "sin", "cos"):
    setattr(Ball, _name, _function(_name))


def _operand(other: Any) -> Any:
    if isinstance(other, Ball):
        return other.series
    if isinstance(other, (int, np.integer)):
        return int(other)
    if isinstance(other, float):  # exactly the double that stands in the source
        return flint.arb(float(other))
    raise UnknownToBallsError(f"a ball combines with floats, integers and balls, not {type(other).__name__}")


def on_balls(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> Any:
    """f(x) at an array of balls.

    Raises UnknownToBallsError, in the words of NumPy or Arb, for what they lack or what has no value there.
    """
    try:
        return f(x)
    except (TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise UnknownToBallsError(str(error)) from error


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Arb's working precision inside the block, and series of two terms."""
    outer = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = bits, 2
    try:
        yield
    finally:
        flint.ctx.prec, flint.ctx.cap = outer


def balls(x: Sequence[float], along: int | None = None) -> np.ndarray[Any, Any]:
    """The exact point `x` as balls; derivatives are with respect to coordinate `along`."""
    array = np.empty(len(x), dtype=object)
    for i, value in enumerate(x):
        array[i] = Ball(flint.arb_series([float(value), 1.0] if i == along else [float(value)]))
    return array
