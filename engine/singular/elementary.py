"""The elementary functions of a Series, under the names by which NumPy's functions look for methods of objects.

At a finite limit it is Taylor's series; at a pole each function is what its asymptote says, or bounded, or unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from .powers import composed, exp, log, power
from .series import EPS, MOST, ONE, SPAN, TRUNCATED, Cause, Series, bounded, normal, nothing

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def taylor(x: Series, cycle: tuple[float, ...]) -> Series:
    """A function at the finite limit of `x`, whose derivatives there repeat themselves: `cycle`."""
    small = x.small_part()
    needed = min(MOST, math.ceil(SPAN.get() / small.lead[0]) + 1) if small.terms else 1
    error = x.constant[1]
    coefficients = []
    for i in range(needed):
        c = cycle[i % len(cycle)] / math.factorial(i)
        slope = cycle[(i + 1) % len(cycle)] / math.factorial(i)
        coefficients.append((c, 2.0 * EPS * abs(c) + error * abs(slope) + error * error))
    c, bound = coefficients[0]
    return composed([(c if abs(c) > bound else 0.0, bound), *coefficients[1:]], small)


def unknown(x: Series) -> Series | None:
    """What a function of `x` is where `x` has no limit, nor a pole: nothing is known."""
    if x.order <= 0 or any(e == 0 and k for e, k in x.terms):
        return nothing(x.cause or TRUNCATED)
    return None


def sin(x: Series, name: str = "sin", shift: int = 0) -> Series:
    if x.is_infinite:
        return bounded(name)
    found = unknown(x)
    if found is not None:
        return found
    s, c = math.sin(x.constant[0]), math.cos(x.constant[0])
    cycle = (s, c, -s, -c)
    return taylor(x, cycle[shift:] + cycle[:shift])


def cos(x: Series) -> Series:
    return sin(x, "cos", 1)


def tan(x: Series) -> Series:
    if x.is_infinite:
        return nothing(Cause("tan of a pole"))
    return sin(x, "tan") / sin(x, "tan", 1)


def sqrt(x: Series) -> Series:
    return power(x, HALF, "sqrt")


def cbrt(x: Series) -> Series:
    if x.terms and x.sign() < 0:
        return -power(-x, THIRD, "cbrt")
    return power(x, THIRD, "cbrt")


def expm1(x: Series) -> Series:
    return with_constant(exp(x) - 1.0, x, math.expm1)


def log1p(x: Series) -> Series:
    return with_constant(log(x + 1.0, "log1p"), x, math.log1p)


def with_constant(series: Series, x: Series, function: Callable[[float], float]) -> Series:
    """`series` with a constant term that has all its digits, where the limit of `x` is near 0."""
    c, error = x.constant
    if not c or abs(c) > 0.5 or x.lead != ONE or ONE not in series.terms:
        return series
    value = function(c)
    return normal({**series.terms, ONE: (value, 2.0 * EPS * abs(value) + 2.0 * error)}, series.order, series.cause)


def log2(x: Series) -> Series:
    return log(x, "log2").scaled(1.0 / math.log(2.0), EPS)


def log10(x: Series) -> Series:
    return log(x, "log10").scaled(1.0 / math.log(10.0), EPS)


def sinh(x: Series, name: str = "sinh", shift: int = 0) -> Series:
    if x.is_infinite:
        return nothing(Cause(f"{name} grows beyond all powers"))
    found = unknown(x)
    if found is not None:
        return found
    if abs(x.constant[0]) > 700.0:
        return nothing(Cause(f"{name} beyond the range of float64"))
    pair = math.sinh(x.constant[0]), math.cosh(x.constant[0])
    return taylor(x, pair[shift:] + pair[:shift])


def cosh(x: Series) -> Series:
    return sinh(x, "cosh", 1)


def tanh(x: Series) -> Series:
    if x.terms and x.sign() > 0:
        return -tanh(-x)
    u = expm1(x * 2.0)
    return u / (u + 2.0)


def arctan(x: Series) -> Series:
    if x.is_infinite:
        return quarter_turn(x) - arctan(1.0 / x)
    found = unknown(x)
    if found is not None:
        return found
    c, error = x.constant
    delta = (x - c) / (x * c + 1.0) if c else x  # the difference of two angles, by their tangents
    odd = [(0.0 if i % 2 == 0 else (-1.0) ** (i // 2) / i, EPS if i % 2 else 0.0) for i in range(MOST)]
    return composed(odd, delta) + Series({ONE: (math.atan(c), 2.0 * EPS * abs(math.atan(c)) + error)} if c else {})


def quarter_turn(x: Series) -> Series:
    return Series({ONE: (math.copysign(math.pi / 2.0, x.sign()), EPS)})


def arcsin(x: Series) -> Series:
    cosine = sqrt((1.0 - x) * (1.0 + x))
    return quarter_turn(x) if cosine.is_zero else arctan(x / cosine)


def arccos(x: Series) -> Series:
    above = 1.0 + x
    return quarter_turn(1.0 - x) * 2.0 if above.is_zero else arctan(sqrt((1.0 - x) / above)) * 2.0


def arctan2(y: Series, x: Series) -> Series:
    if x.is_zero and y.is_zero:
        return x
    if abs(y) > abs(x):
        return quarter_turn(y) - arctan(x / y)
    half_turn = 0.0 if x.sign() > 0 else math.pi if y.sign() >= 0 else -math.pi
    return arctan(y / x) + half_turn


def hypot(x: Series, y: Series) -> Series:
    return sqrt(x * x + y * y)


def conjugate(x: Series) -> Series:
    """What NumPy's norm asks for."""
    return x


for _function in (
    sin, cos, tan, sqrt, cbrt, expm1, log1p, log2, log10, sinh, cosh, tanh, arctan, arcsin, arccos, arctan2, hypot,
    conjugate,
):  # fmt: skip
    setattr(Series, _function.__name__, _function)
