"""Series: what a number of the program is along a path that leads away from the singular point, for small t > 0.

A Series is Σ c · t^e · L^k + O(t^order) with L = log(1/t). Exponents are rational, and kept as whole numbers of
1/GRID, so that square and other roots are exact. A coefficient is a float64 with a bound of its rounding error, which
adds up as the arithmetic goes on; one that is below its bound is zero, and left out. (An absolute threshold and one
relative to the largest term were both tried, and both fail.) An `order` of -inf says that nothing is known, and `cause`
why.

NumPy's functions reach the methods here through arrays of objects, so the rules of the engine's table run on them.
"""

from __future__ import annotations

import math
from contextvars import ContextVar
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

Key: TypeAlias = tuple[int, int]
Terms: TypeAlias = "dict[Key, tuple[float, float]]"

GRID = 720720
"""Divided by all whole numbers up to 16."""
SPAN = ContextVar("gradmark_span", default=6 * GRID)
"""How far beyond the leading term the others are kept: `ORDERS`, one after the other if terms cancel so far."""
ORDERS = 3, 6, 14
MOST = 48
"""As many terms are kept."""
FLAT = 10**9 * GRID
"""The order of what is smaller than all powers of t; an infinite constant is larger than all."""
EPS = 2.0**-52
INF = math.inf
ONE: Key = (0, 0)


class Cause(NamedTuple):
    """Why nothing is known of a Series.

    Its kind is *outside* where the path has left the domain of an operation, so that the function has no value there,
    *undefined* where the number has no limit, and *unresolved* where the Series do not tell.
    """

    text: str
    kind: str = "unresolved"


TRUNCATED = Cause("terms that cancel to all orders that are kept")
OUT_OF_RANGE = Cause("numbers beyond the range of float64")


class UnresolvedError(Exception):
    """The program has to decide something that its Series leave open."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.text)
        self.cause = cause


class Series:
    """A number along a path; see the module. Immutable."""

    __slots__ = ("cause", "order", "terms")

    terms: Terms  # in the order of size: the leading one first
    order: float
    cause: Cause | None

    def __init__(self, terms: Terms, order: float = INF, cause: Cause | None = None) -> None:
        self.terms = terms
        self.order = order
        self.cause = cause

    @property
    def is_zero(self) -> bool:
        """Whether it is zero all along the path."""
        return not self.terms and self.order == INF

    @property
    def has_no_value(self) -> bool:
        """Whether the path has left the domain, where it is NaN."""
        return self.order == -INF and self.cause is not None and self.cause.kind == "outside"

    @property
    def lead(self) -> Key:
        """The exponents of the leading term; of what is not known, those of its bound."""
        return next(iter(self.terms)) if self.terms else (self.order, 0)  # type: ignore[return-value]

    @property
    def is_infinite(self) -> bool:
        """Whether it grows without bound."""
        e, k = self.lead
        return bool(self.terms) and (e < 0 or (e == 0 and k > 0))

    @property
    def constant(self) -> tuple[float, float]:
        """The coefficient of 1, with its bound."""
        return self.terms.get(ONE, (0.0, 0.0))

    def sign(self) -> int:
        """1, 0 or -1: the sign for small t. Raises UnresolvedError if it is not known."""
        for c, _ in self.terms.values():
            return 1 if c > 0.0 else -1
        if self.order == INF:
            return 0
        raise UnresolvedError(self.cause or TRUNCATED)

    def __neg__(self) -> Series:
        return Series({key: (-c, e) for key, (c, e) in self.terms.items()}, self.order, self.cause)

    if TYPE_CHECKING:  # put on the class by powers.py

        def __truediv__(self, other: Any) -> Series: ...
        def __rtruediv__(self, other: Any) -> Series: ...
        def __pow__(self, other: Any) -> Series: ...
        def __rpow__(self, other: Any) -> Series: ...

    def __add__(self, other: Any) -> Series:
        if isinstance(other, np.ndarray):  # whose elements it is added to, one by one
            return NotImplemented
        other = lifted(other)
        terms = dict(self.terms)
        for key, (c, e) in other.terms.items():
            if key in terms:
                c0, e0 = terms[key]
                total = c0 + c
                terms[key] = total, e0 + e + EPS * abs(total)
            else:
                terms[key] = c, e
        order, cause = (self.order, self.cause) if self.order <= other.order else (other.order, other.cause)
        return normal(terms, order, cause)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Series:
        if isinstance(other, np.ndarray):
            return NotImplemented
        difference: Series = self + -lifted(other)
        return difference

    def __rsub__(self, other: Any) -> Series:
        return -self + lifted(other)

    def __mul__(self, other: Any) -> Series:
        if (type(other) is float or type(other) is int) and math.isfinite(other):
            return self.scaled(float(other), 0.0)
        if isinstance(other, np.ndarray):
            return NotImplemented
        other = lifted(other)
        if self.is_zero or other.is_zero:
            return ZERO
        first = INF if self.order == INF else self.order + other.lead[0]
        second = INF if other.order == INF else other.order + self.lead[0]
        order, cause = (first, self.cause) if first <= second else (second, other.cause)
        last = min(order, self.lead[0] + other.lead[0] + SPAN.get())
        terms: Terms = {}
        for (e1, k1), (c1, r1) in self.terms.items():
            for (e2, k2), (c2, r2) in other.terms.items():
                if e1 + e2 >= last:
                    if e1 + e2 < order:
                        order, cause = e1 + e2, None
                    break
                c = c1 * c2
                if not c:
                    return nothing(OUT_OF_RANGE)
                r = abs(c1) * r2 + abs(c2) * r1 + r1 * r2 + EPS * abs(c)
                key = e1 + e2, k1 + k2
                if key in terms:
                    c0, r0 = terms[key]
                    c += c0
                    r += r0 + EPS * abs(c)
                terms[key] = c, r
        return normal(terms, order, cause)

    __rmul__ = __mul__

    def scaled(self, factor: float, error: float) -> Series:
        """It times a number with a bound of its error."""
        if factor == 0.0:
            return ZERO
        terms = {
            key: (c * factor, abs(factor) * e + abs(c) * error + EPS * abs(c * factor))
            for key, (c, e) in self.terms.items()
        }
        return normal(terms, self.order, self.cause) if all(c for c, _ in terms.values()) else nothing(OUT_OF_RANGE)

    def small_part(self) -> Series:
        """The terms that are powers of t."""
        return Series({key: term for key, term in self.terms.items() if key[0] > 0}, self.order, self.cause)

    # What compares is the numbers for small t. As for NaN, nothing is true of what is outside of the domain.
    def _compared(self, other: Any) -> int | None:
        if self is other:
            return 0
        difference = self - other
        if difference.has_no_value:
            return None
        return int(difference.sign())

    def __lt__(self, other: Any) -> bool:
        return self._compared(other) == -1

    def __gt__(self, other: Any) -> bool:
        return self._compared(other) == 1

    def __le__(self, other: Any) -> bool:
        return self._compared(other) in (-1, 0)

    def __ge__(self, other: Any) -> bool:
        return self._compared(other) in (1, 0)

    def __eq__(self, other: object) -> bool:
        return self._compared(other) == 0

    def __ne__(self, other: object) -> bool:
        return self._compared(other) != 0

    __hash__ = None  # type: ignore[assignment]

    def __abs__(self) -> Series:
        return self if not self.terms or self.sign() > 0 else -self

    def __floor__(self) -> Series:
        if self.order <= 0 or self.is_infinite:
            return nothing(self.cause or Cause("floor of a pole"))
        c, error = self.constant
        below = math.floor(c)
        if abs(c - round(c)) <= error:
            below = round(c) - ((self - float(round(c))).sign() < 0)
        return lifted(float(below))

    def __repr__(self) -> str:
        shown = [f"{c:.6g} t^{Fraction(e, GRID)}" + (f" L^{k}" if k else "") for (e, k), (c, _) in self.terms.items()]
        end = [] if self.order == INF else [f"O(t^{self.order / GRID:.6g})"]
        return " + ".join([*shown, *end]) or "0"


def normal(terms: Terms, order: float, cause: Cause | None) -> Series:
    """A Series of terms in any order: without those that are zero, or unknown, or too small to be kept."""
    found = [(key, term) for key, term in terms.items() if key[0] < order and not abs(term[0]) <= term[1] < INF]
    if len(found) > 1:
        found.sort(key=lambda item: (item[0][0], -item[0][1]))
        last = found[0][0][0] + SPAN.get()
        if found[-1][0][0] >= last or len(found) > MOST:
            cut = next((i for i, (key, _) in enumerate(found) if key[0] >= last or i >= MOST), len(found))
            order, cause = found[cut][0][0], None
            found = [item for item in found if item[0][0] < order]
    if not all(math.isfinite(c) and error < INF for _, (c, error) in found):
        return nothing(OUT_OF_RANGE)
    return Series(dict(found), order, None if order == INF else cause)


def nothing(cause: Cause) -> Series:
    """A number that nothing is known of."""
    return Series({}, -INF, cause)


def bounded(name: str) -> Series:
    """What oscillates between bounds."""
    return Series({}, 0, Cause(f"{name} of a pole oscillates", "undefined"))


def lifted(value: Any) -> Series:
    """A number as a Series."""
    if type(value) is Series:
        return value
    number = float(value)
    if math.isnan(number):
        return nothing(Cause("a constant is nan", "outside"))
    if math.isinf(number):
        return Series({(-FLAT, 0): (math.copysign(1.0, number), 0.0)})
    return Series({ONE: (number, 0.0)}) if number else ZERO


ZERO = Series({})
