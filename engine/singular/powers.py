"""Quotients, powers, logarithm and exponential of a Series.

They are those of its leading term, times or plus a power series in all the rest.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from .series import (
    EPS,
    FLAT,
    GRID,
    INF,
    MOST,
    ONE,
    OUT_OF_RANGE,
    SPAN,
    TRUNCATED,
    ZERO,
    Cause,
    Series,
    Terms,
    lifted,
    normal,
    nothing,
)  # fmt: skip

Coefficients: TypeAlias = "list[tuple[float, float]]"
"""Of a power series, each with a bound of its error."""

WHOLE = range(2, 17)
"""Exponents of powers that are products: those of polynomials end, and so do they."""


def divide(x: Series, y: Any) -> Any:
    if isinstance(y, np.ndarray):
        return NotImplemented
    inverse = power(lifted(y), Fraction(-1), "divide")
    return inverse if inverse.has_no_value else x * inverse


def raised_to(x: Series, y: Any) -> Any:
    """`x ** y`."""
    if isinstance(y, np.ndarray):
        return NotImplemented
    y = lifted(y)
    if y.order == INF and all(key == ONE for key in y.terms):
        return power(x, _exponent(y.constant[0]), "pow")
    if x.is_zero:
        return ZERO if y.sign() > 0 else nothing(Cause("pow of zero to an exponent that varies"))
    return exp(y * log(x, "pow"))


def _exponent(a: float) -> Fraction | float:
    """An exponent as a Fraction, where that is the double nearest to it."""
    fraction = Fraction(a).limit_denominator(16)
    return fraction if float(fraction) == a else a


def power(x: Series, a: Fraction | float, name: str) -> Series:
    """`x` to the power `a`, as part of the operation `name`."""
    if a == 0:
        return Series({ONE: (1.0, 0.0)})
    if x.is_zero:
        return x if a > 0 else nothing(Cause(f"{name} by zero all along a path", "outside"))
    if a == 1:
        return x
    if not x.terms:
        known = a > 0 and x.order > -INF
        return Series({}, math.floor(x.order * a), x.cause) if known else nothing(x.cause or TRUNCATED)
    (e, k), (c, error) = next(iter(x.terms.items()))
    if c < 0.0 and a != int(a):
        return nothing(Cause(f"{name} of negative numbers", "outside"))
    if a in WHOLE:
        half = power(x, Fraction(int(a) // 2), name)
        return half * half * x if a % 2 else half * half
    if int(k * a) != k * a:
        return nothing(Cause(f"{name} of a logarithm"))
    try:
        value = float(c ** int(a) if a == int(a) else c ** float(a))
    except OverflowError:
        value = INF
    if not 0.0 < abs(value) < INF:
        return nothing(OUT_OF_RANGE)
    exponent = round(e * a)
    if exponent % GRID == 0 and abs(e * a - exponent) > 1e-6:
        return nothing(Cause(f"{name} to an exponent too near to a whole number"))
    size = abs(float(a) * value / c)
    head = Series({(exponent, int(k * a)): (value, size * error + 4.0 * EPS * abs(value))})
    rest = rest_over_lead(x)
    return rest if rest.order == -INF else head * composed(_binomial(a), rest)


def rest_over_lead(x: Series) -> Series:
    """All but the leading term, divided by it; it tends to 0."""
    (e, k), (c, error) = next(iter(x.terms.items()))
    terms: Terms = {}
    for key, (c1, r1) in list(x.terms.items())[1:]:
        if key[0] == e:
            return nothing(Cause("a logarithm and other terms of the same order"))
        q = c1 / c
        terms[key[0] - e, key[1] - k] = q, (r1 + abs(q) * error) / abs(c) + EPS * abs(q)
    return normal(terms, x.order - e, x.cause)


def log(x: Series, name: str = "log") -> Series:
    if not x.terms:
        return nothing(Cause(f"{name} of zero all along a path") if x.is_zero else x.cause or TRUNCATED)
    (e, k), (c, error) = next(iter(x.terms.items()))
    if c < 0.0:
        return nothing(Cause(f"{name} of negative numbers", "outside"))
    if k:
        return nothing(Cause(f"{name} of a logarithm"))
    value = math.log(c)
    terms: Terms = {ONE: (value, error / c + 2.0 * EPS * abs(value))}
    if e:
        terms[0, 1] = -e / GRID, EPS * abs(e / GRID)
    return normal(terms, INF, None) + composed(OF_LOG1P, rest_over_lead(x))


def exp(x: Series) -> Series:
    if x.order <= 0:
        return nothing(x.cause or TRUNCATED)
    e, k = x.lead
    if e < 0 or (e == 0 and k > 1):
        if x.sign() > 0:
            return nothing(Cause("exp grows beyond all powers"))
        return Series({}, FLAT, Cause("exp is smaller than all powers"))
    if any(e == 0 and k < 0 for e, k in x.terms):
        return nothing(Cause("exp of a quotient of logarithms"))
    c, error = x.constant
    try:
        value = math.exp(c)
    except OverflowError:
        value = INF
    if not 0.0 < value < INF or error > 1.0:
        return nothing(OUT_OF_RANGE)
    slope = x.terms.get((0, 1), (0.0, 0.0))[0]  # exp(a log(1/t)) is a power of t
    head = Series({(round(-slope * GRID), 0): (value, value * (2.0 * EPS + 2.0 * error))})
    return head * composed(OF_EXP, x.small_part())


@lru_cache(64)
def _binomial(a: Fraction | float) -> Coefficients:
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
        return normal({ONE: coefficients[0]}, INF, None)
    count = min(len(coefficients), MOST, max(1, math.ceil(SPAN.get() / small.lead[0])))
    total = Series({}, 0)  # what all the terms that are left out make, divided by the first of them
    for c, error in coefficients[count - 1 :: -1]:
        total = total * small + normal({ONE: (c, error)}, INF, None)
    return total


METHODS: dict[str, Any] = {
    "__truediv__": divide,
    "__rtruediv__": lambda x, y: divide(lifted(y), x),
    "__pow__": raised_to,
    "__rpow__": lambda x, y: raised_to(lifted(y), x),
    "log": log,
    "exp": exp,
}
for _name, _method in METHODS.items():
    setattr(Series, _name, _method)
