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


class UndecidedError(UnknownToBallsError):
    """A comparison that is not certain at this precision."""


class Ball(Element):
    """One number: a series."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

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

    def __abs__(self) -> Any:
        value = self.value
        if value > 0:
            return self
        if value < 0:
            return -self
        # Around the kink the derivative lies between those of both sides; of higher ones nothing is known.
        slopes = [self.derivative * flint.arb(0, 1), *[flint.arb("nan")] * (flint.ctx.cap - 2)]
        return Ball(flint.arb_series([abs(value), *slopes]))

    def __pow__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) or not self.value.is_zero():
            return super().__pow__(other)
        exponent = flint.arb_series([self.taken(other)]) if not isinstance(other, Ball) else other.content
        return super().__pow__(other) if _is_count(exponent) else self._root(exponent[0])

    def __rpow__(self, other: Any) -> Any:
        return Ball(flint.arb_series([self.taken(other)])) ** self

    def sqrt(self) -> Ball:
        return self._root(0.5) if self.value.is_zero() else Ball(self.content.sqrt())

    def _root(self, exponent: Any) -> Ball:
        """Zero to a power: it starts with the power of the first term, and what comes before that is zero.

        Arb calls the power of zero zero, even where it is infinite or has no derivative.
        """
        cap = flint.ctx.cap
        first = next((k for k in range(cap) if not self.content[k].is_zero()), cap)
        return Ball(flint.arb_series([0 if first * exponent > k else flint.arb("nan") for k in range(cap)]))

    def __bool__(self) -> bool:
        return self.side_of(0) != 0

    def __eq__(self, other: object) -> bool:
        return self.side_of(other) == 0

    def __ne__(self, other: object) -> bool:
        return self.side_of(other) != 0

    def __lt__(self, other: object) -> bool:
        return self.side_of(other) < 0

    def __le__(self, other: object) -> bool:
        return self.side_of(other) <= 0

    def __gt__(self, other: object) -> bool:
        return self.side_of(other) > 0

    def __ge__(self, other: object) -> bool:
        return self.side_of(other) >= 0

    def side_of(self, other: object) -> int:
        """1, 0 or -1 as this is more than `other`, the same, or less.

        Raises UndecidedError where that is not certain, and where it changes: on the border of a branch.
        """
        difference = self - other
        value: Any = difference.value
        if value > 0:
            return 1
        if value < 0:
            return -1
        if value == 0 and difference.derivative == 0:
            return 0
        raise UndecidedError(f"which way a branch goes: the difference is {value}, its derivative not zero")


def _is_count(series: Any) -> bool:
    """Whether it is a constant 0, 1, 2 …, whose powers are products."""
    value = series[0]
    return value.is_integer() and value >= 0 and all(series[k].is_zero() for k in range(1, flint.ctx.cap))


def _function(name: str) -> Any:
    return lambda self: Ball(getattr(self.content, name)())


NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}
"""The methods that NumPy calls for objects, where Arb's have other names."""

for _name in ("exp", "log", "sin", "cos", "tan", *NAMES):
    setattr(Ball, _name, _function(NAMES.get(_name, _name)))


def on_balls(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> Any:
    """f(x) at an array of balls.

    Raises UnknownToBallsError, in the words of NumPy or Arb, for what they lack or what has no value there; and
    UndecidedError, one of its kind, for what more bits may tell.
    """
    try:
        return f(x)
    except UndecidedError:
        raise
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
