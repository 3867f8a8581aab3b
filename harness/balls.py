"""Balls: real numbers with a proven bound on their error, carrying one exact derivative. The reference's arithmetic.

A Ball is a power series of two terms in Arb's ball arithmetic: a value, and the derivative with respect to whichever
coordinate was given a one. The rules of differentiation are Arb's, so the engine's table is checked by none of its own.
Put into an object array, balls run through the same definitions as floats do: NumPy calls their operators and methods.

At 53 bits balls stand for doubles, and know their range: what is too small has the error of underflow, and what is too
large may be anything. At more bits they have no such limits.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import flint
import numpy as np

from .element import Ordered
from .errors import one_line


class UnknownToBallsError(TypeError):
    """An operation that balls do not know."""


class UndecidedError(UnknownToBallsError):
    """A comparison that is not certain at this precision."""


class TieError(UndecidedError):
    """A comparison of what is equal, with equal derivatives: higher ones may still differ."""


DOUBLE = 53
"""Bits of a double."""

LARGEST, SMALLEST_NORMAL = float(np.finfo(np.float64).max), float(np.finfo(np.float64).smallest_normal)
LEAST = 2.0**-1074
"""The smallest double, and the error of a result below SMALLEST_NORMAL."""

MANY = 8
"""Terms of a series that is to tell whether two numbers are equal for good."""


class Ball(Ordered):
    """One number: a series."""

    __slots__ = ()

    def __init__(self, content: Any) -> None:
        self.content = in_range(content) if flint.ctx.prec == DOUBLE else content

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
        if isinstance(number, (int, np.integer, np.bool_)):
            return flint.arb(int(number))
        if isinstance(number, (float, np.float32, np.float16)):  # exactly the double that stands in the source
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
        return Ball(flint.arb_series([abs(value), *slopes][: flint.ctx.cap]))

    def __pow__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) or not self.value.is_zero():
            return super().__pow__(other)
        exponent = flint.arb_series([self.taken(other)]) if not isinstance(other, Ball) else other.content
        return super().__pow__(other) if _is_count(exponent) else self._root(exponent[0])

    def __rpow__(self, other: Any) -> Any:
        return Ball(flint.arb_series([self.taken(other)])) ** self

    def sqrt(self) -> Ball:
        return self._root(0.5) if self.value.is_zero() else Ball(self.content.sqrt())

    def cbrt(self) -> Ball:
        if self.value.is_zero():
            return self._root(1.0 / 3.0)
        side = self.side_of(0)
        return Ball(((self.content * side) ** (flint.arb(1) / 3)) * side)

    def conjugate(self) -> Ball:
        return self

    def hypot(self, other: Any) -> Any:
        return (self * self + other * other).sqrt()

    def arctan2(self, other: Any) -> Ball:
        """The angle of (`other`, self); on its cut, and at the origin, it is undecided."""
        y, x = self.content, other.content if isinstance(other, Ball) else flint.arb_series([self.taken(other)])
        if not (y[0] > 0 or y[0] < 0 or x[0] > 0):
            raise UndecidedError(f"the angle of ({x[0]}, {y[0]}), which is on the cut")
        slope = (x * y.derivative() - y * x.derivative()) / (x * x + y * y)
        return Ball(slope.integral() + flint.arb.atan2(y[0], x[0]))

    def _root(self, exponent: Any) -> Ball:
        """Zero to a power: it starts with the power of the first term, and what comes before that is zero.

        Arb calls the power of zero zero, even where it is infinite or has no derivative.
        """
        cap = flint.ctx.cap
        first = next((k for k in range(cap) if not self.content[k].is_zero()), cap)
        return Ball(flint.arb_series([0 if first * exponent > k else flint.arb("nan") for k in range(cap)]))

    def side_of(self, other: object) -> int:
        """1, 0 or -1 as this is more than `other`, the same, or less.

        Raises UndecidedError where that is not certain, and where it changes: on the border of a branch.
        """
        difference = self.content - (other.content if isinstance(other, Ball) else self.taken(other))  # of any size
        value: Any = difference[0]
        if value > 0:
            return 1
        if value < 0:
            return -1
        if value == 0 and all(difference[k] == 0 for k in range(1, flint.ctx.cap)):
            if 1 < flint.ctx.cap < MANY:
                raise TieError("which way a branch goes: two numbers are equal, and may differ nearby")
            return 0
        raise UndecidedError(f"which way a branch goes: the difference is {value}, its derivative not zero")


def _is_count(series: Any) -> bool:
    """Whether it is a constant 0, 1, 2 …, whose powers are products."""
    value = series[0]
    return value.is_integer() and value >= 0 and all(series[k].is_zero() for k in range(1, flint.ctx.cap))


def in_range(series: Any) -> Any:
    """What doubles make of a series: too small a number has the error of underflow, too large a one has any."""
    terms = [series[k] for k in range(series.length())]
    if all(map(_is_double, terms)):
        return series
    return flint.arb_series([in_range_number(c) for c in terms])


def _is_double(number: Any) -> bool:
    if number.is_zero():
        return True
    return bool(number.abs_lower() >= SMALLEST_NORMAL and number.abs_upper() <= LARGEST and number.bits() <= DOUBLE)


def in_range_number(number: Any) -> Any:
    """The same for one number, which Arb may have left with more bits than it was asked for."""
    if not number.abs_upper() <= LARGEST:  # so is what is not a number
        return flint.arb("nan")
    number = +number
    if number.abs_lower() >= SMALLEST_NORMAL or (number.is_exact() and float(number) == number):
        return number
    return number + flint.arb(0, LEAST)


def from_derivative(value: Any, slope: Any, x: Any) -> Any:
    """The series of a function at the series `x`, by its value at x[0] and by the series of its derivative.

    For functions that Arb's series lack: its numbers have them, to the last bit near their zeros, too.
    """
    return (slope * x.derivative()).integral() + value


def _sinh(x: Any) -> Any:
    return from_derivative(x[0].sinh(), (x.exp() + (-x).exp()) / 2, x)


def _cosh(x: Any) -> Any:
    return from_derivative(x[0].cosh(), _sinh(x), x)


def _floor(x: Any) -> Any:
    """A jump of a step, where the floor is not certain, is undecided."""
    floor = x[0].floor().unique_fmpz()
    if floor is None or not x[0] > floor:
        raise UndecidedError(f"on which step of a staircase {x[0]} is")
    return flint.arb_series([floor])


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    **{name: operator.methodcaller(name) for name in ("exp", "log", "sin", "cos", "tan")},
    "arcsin": operator.methodcaller("asin"),
    "arccos": operator.methodcaller("acos"),
    "arctan": operator.methodcaller("atan"),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": lambda x: from_derivative(x[0].tanh(), 1 / _cosh(x) ** 2, x),
    "arcsinh": lambda x: from_derivative(x[0].asinh(), (1 + x * x).rsqrt(), x),
    "arccosh": lambda x: from_derivative(x[0].acosh(), ((x - 1) * (x + 1)).rsqrt(), x),
    "arctanh": lambda x: from_derivative(x[0].atanh(), 1 / ((1 - x) * (1 + x)), x),
    "expm1": lambda x: from_derivative(x[0].expm1(), x.exp(), x),
    "log1p": lambda x: from_derivative(x[0].log1p(), 1 / (1 + x), x),
    "exp2": lambda x: (x * flint.arb.const_log2()).exp(),
    "log2": lambda x: x.log() / flint.arb.const_log2(),
    "log10": lambda x: x.log() / flint.arb.const_log10(),
    "__floor__": _floor,
    "__ceil__": lambda x: -_floor(-x),
}
"""Functions of one operand, by the names of the methods that NumPy calls for objects."""

for _name, _function in FUNCTIONS.items():
    setattr(Ball, _name, lambda self, function=_function: Ball(function(self.content)))


def on_balls(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> Any:
    """f(x) at an array of balls.

    Raises UnknownToBallsError, in the words of NumPy or Arb, for what they lack or what has no value there; and
    UndecidedError, one of its kind, for what more bits may tell.
    """
    try:
        return f(x)
    except UndecidedError:
        raise
    except Exception as error:
        raise UnknownToBallsError(one_line(str(error)) or type(error).__name__) from error


def number(result: Any) -> Any:
    """What a function returned that does not depend on its balls. Raises UnknownToBallsError if it is no number."""
    try:
        return Ball.taken(result)
    except UnknownToBallsError:
        raise UnknownToBallsError(f"what returns {one_line(repr(result))}, no number, has no gradient") from None


def scalar(result: np.ndarray[Any, Any]) -> Any:
    """The only element of what a function returned. Raises UnknownToBallsError if there are more."""
    if result.size != 1:
        raise UnknownToBallsError(f"a function of shape {result.shape}, not a scalar, has no gradient")
    return result.item()


def upper(ball: Any) -> float:
    """A double that |ball| does not exceed."""
    bound = float(ball.abs_upper())
    return bound if flint.arb(bound) >= ball.abs_upper() else float(np.nextafter(bound, np.inf))


_alone = RLock()
"""Arb has one precision for all threads: in such a block there is one of them at a time."""


@contextmanager
def precision(bits: int, terms: int = 2) -> Iterator[None]:
    """Arb's working precision inside the block, and series of so many terms: of one, they are numbers."""
    with _alone:
        outer = flint.ctx.prec, flint.ctx.cap
        flint.ctx.prec, flint.ctx.cap = bits, terms
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
