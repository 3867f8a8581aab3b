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

from .element import Element


class UnknownToBallsError(TypeError):
    """An operation that balls do not know."""


class Ball(Element):
    """One number: a series."""

    __slots__ = ()
    unordered = UnknownToBallsError, "a comparison of balls: which way it goes may not be certain"

    @property
    def series(self) -> Any:
        return self.content

    @property
    def value(self) -> Any:
        return self.content[0]

    @property
    def derivative(self) -> Any:
        return self.content[1]

    @staticmethod
    def taken(number: Any) -> Any:
        if isinstance(number, (int, np.integer)):
            return int(number)
        if isinstance(number, float):  # exactly the double that stands in the source
            return flint.arb(float(number))
        raise UnknownToBallsError(f"a ball combines with floats, integers and balls, not {type(number).__name__}")


def _function(name: str) -> Any:
    return lambda self: Ball(getattr(self.content, name)())


for _name in ("exp", "log", "sqrt", "sin", "cos"):
    setattr(Ball, _name, _function(_name))


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
