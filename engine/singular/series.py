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
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

Key: TypeAlias = tuple[int, int]
Coefficients: TypeAlias = "list[tuple[float, float]]"
"""Of a power series, each with a bound of its error."""
Terms: TypeAlias = "dict[Key, tuple[float, float]]"

GRID = 720720
"""Divided by all whole numbers up to 16."""
SPAN = ContextVar("gradmark_span", default=5 * GRID)
"""How far beyond the leading term the others are kept: `ORDERS`, one after the other if terms cancel so far."""
ORDERS = 5, 14
MOST = 48
"""As many terms are kept."""
WHOLE = range(2, 17)
"""Exponents of powers that are products: those of polynomials end, and so do they."""
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

    def exponent(self) -> Fraction | float | None:
        """The number that it is, if it is one and constant: a Fraction where that is the double nearest to it."""
        if self.order != INF or any(key != ONE for key in self.terms):
            return None
        c = self.constant[0]
        fraction = Fraction(c).limit_denominator(16)
        return fraction if float(fraction) == c else c

    def __neg__(self) -> Series:
        return Series({key: (-c, e) for key, (c, e) in self.terms.items()}, self.order, self.cause)

    def __add__(self, other: Any) -> Series:
        other = lifted(other)
        if other is None:
            return NotImplemented
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
        other = lifted(other)
        return NotImplemented if other is None else self + -other

    def __rsub__(self, other: Any) -> Series:
        return -self + other

    def __mul__(self, other: Any) -> Series:
        if (type(other) is float or type(other) is int) and math.isfinite(other):
            return self.scaled(float(other), 0.0)
        other = lifted(other)
        if other is None:
            return NotImplemented
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
        return normal(terms, self.order, self.cause)

    def __truediv__(self, other: Any) -> Series:
        other = lifted(other)
        if other is None:
            return NotImplemented
        inverse = other.power(Fraction(-1), "divide")
        return inverse if inverse.has_no_value else self * inverse

    def __rtruediv__(self, other: Any) -> Series:
        return lifted(other) / self

    def __pow__(self, other: Any) -> Series:
        other = lifted(other)
        if other is None:
            return NotImplemented
        number = other.exponent()
        if number is not None:
            return self.power(number, "pow")
        if self.is_zero:
            return nothing(Cause("pow: zero to a power that varies")) if other.sign() <= 0 else ZERO
        return (other * self.log("pow")).exp()

    def __rpow__(self, other: Any) -> Series:
        return lifted(other) ** self

    def power(self, a: Fraction | float, name: str) -> Series:
        """It to the power `a`. Nothing is known of it if it is negative and `a` no whole number."""
        if self.is_zero:
            if a > 0:
                return self
            return lifted(1.0) if a == 0 else nothing(Cause(f"{name} by zero all along a path", "outside"))
        if a == 1 or not self.terms:
            return self if a == 1 else self._power_of_bound(a, name)
        (e, k), (c, error) = next(iter(self.terms.items()))
        if c < 0.0 and a != int(a):
            return nothing(Cause(f"{name} of negative numbers", "outside"))
        if a in WHOLE:
            half = self.power(Fraction(int(a) // 2), name)
            return half * half * self if a % 2 else half * half
        if int(k * a) != k * a:
            return nothing(Cause(f"{name} of a logarithm"))
        try:
            value = float(c ** int(a) if a == int(a) else c ** float(a))
        except OverflowError:
            value = INF
        if not 0.0 < abs(value) < INF:
            return nothing(OUT_OF_RANGE)
        size = abs(float(a) * value / c)
        head = Series({(round(e * a), int(k * a)): (value, size * error + 4.0 * EPS * abs(value))})
        rest = self.rest_over_lead()
        return head * rest if rest.order == -INF else head * composed(binomial(a), rest)

    def _power_of_bound(self, a: Fraction | float, name: str) -> Series:
        """Of a number that only a bound is known of."""
        if a > 0 and self.order > -INF:
            return Series({}, math.floor(self.order * a), self.cause)
        return nothing(self.cause or TRUNCATED)

    def rest_over_lead(self) -> Series:
        """All but the leading term, divided by it; it tends to 0."""
        (e, k), (c, error) = next(iter(self.terms.items()))
        terms: Terms = {}
        for key, (c1, r1) in list(self.terms.items())[1:]:
            if key[0] == e:
                return nothing(Cause("a logarithm and other terms of the same order"))
            q = c1 / c
            terms[key[0] - e, key[1] - k] = q, (r1 + abs(q) * error) / abs(c) + EPS * abs(q)
        return Series(terms, self.order - e, self.cause)

    def log(self, name: str = "log") -> Series:
        if not self.terms:
            return nothing(Cause(f"{name} of zero all along a path") if self.is_zero else self.cause or TRUNCATED)
        (e, k), (c, error) = next(iter(self.terms.items()))
        if c < 0.0:
            return nothing(Cause(f"{name} of negative numbers", "outside"))
        if k:
            return nothing(Cause(f"{name} of a logarithm"))
        terms: Terms = {(0, 1): (-e / GRID, EPS * abs(e / GRID))} if e else {}
        value = math.log(c)
        terms[ONE] = value, error / c + 2.0 * EPS * abs(value)
        return normal(terms, INF, None) + composed(OF_LOG1P, self.rest_over_lead())

    def exp(self) -> Series:
        if self.order <= 0:
            return nothing(self.cause or TRUNCATED)
        (e, k) = self.lead
        if e < 0 or (e == 0 and k > 1):
            return nothing(Cause("exp grows beyond all powers")) if self.sign() > 0 else ZERO
        head = Series({ONE: _with_bound(math.exp, self.constant)})
        if (0, 1) in self.terms:
            head = head * Series({(round(-self.terms[0, 1][0] * GRID), 0): (1.0, 0.0)})
        if any(e == 0 and k < 0 for e, k in self.terms):
            return nothing(Cause("exp of a quotient of logarithms"))
        return head * composed(OF_EXP, self.small_part())

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
    found = [(key, term) for key, term in terms.items() if abs(term[0]) > term[1] and key[0] < order]
    if len(found) > 1:
        found.sort(key=lambda item: (item[0][0], -item[0][1]))
        last = found[0][0][0] + SPAN.get()
        if found[-1][0][0] >= last or len(found) > MOST:
            cut = next((i for i, (key, _) in enumerate(found) if key[0] >= last or i >= MOST), len(found))
            order, cause = found[cut][0][0], None
            found = [item for item in found if item[0][0] < order]
    if any(not math.isfinite(c) for _, (c, _) in found):
        return nothing(OUT_OF_RANGE)
    return Series(dict(found), order, None if order == INF else cause)


def nothing(cause: Cause) -> Series:
    """A number that nothing is known of."""
    return Series({}, -INF, cause)


def bounded(name: str) -> Series:
    """What oscillates between bounds."""
    return Series({}, 0, Cause(f"{name} of a pole oscillates", "undefined"))


def lifted(value: Any) -> Any:
    """A number as a Series; None for what is no number."""
    if type(value) is Series:
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(number):
        return nothing(Cause(f"a constant is {number}"))
    return Series({ONE: (number, 0.0)}) if number else ZERO


@lru_cache(64)
def binomial(a: Fraction | float) -> Coefficients:
    """Those of (1 + x)ᵃ."""
    coefficients = [(1.0, 0.0)]
    for i in range(MOST):
        c = coefficients[-1][0] * (float(a) - i) / (i + 1)
        coefficients.append((c, abs(c) * 2.0 * (i + 1) * EPS))
    return coefficients


OF_EXP: Coefficients = [(1.0 / math.factorial(i), EPS / math.factorial(i)) for i in range(MOST)]
OF_LOG1P: Coefficients = [(0.0, 0.0), *(((-1.0) ** (i + 1) / i, EPS / i) for i in range(1, MOST))]


def composed(coefficients: Coefficients, small: Series) -> Series:
    """Σ cᵢ smallⁱ, where `small` tends to 0, by Horner's rule."""
    if small.order <= 0 or (small.terms and small.lead[0] <= 0):
        return nothing(small.cause or TRUNCATED)
    if small.is_zero:
        return Series({ONE: coefficients[0]} if coefficients[0][0] else {})
    lead = small.lead[0]
    count = min(len(coefficients), MOST, max(1, math.ceil(SPAN.get() / lead)))
    total = Series({}, 0)  # what all the terms that are left out make, divided by the first of them
    for c, error in coefficients[count - 1 :: -1]:
        total = total * small + Series({ONE: (c, error)} if abs(c) > error else {})
    return total


def _with_bound(function: Any, x: tuple[float, float]) -> tuple[float, float]:
    """exp at a number with a bound."""
    try:
        value = function(x[0])
    except OverflowError:
        value = INF
    return value, value * (2.0 * EPS + math.expm1(min(x[1], 700.0)))


ZERO = Series({})
