"""Many basins, in any dimension: functions with kinks, or points where their formula has no value."""

from fractions import Fraction
from math import pi
from typing import Any

from ..points import at_the_origin, combinations, hard_at_the_origin
from ..problem import HardPoint, Minimum, at_least
from ..registry import problem
from ..sources import SCHWEFEL, SFU, SURVEY


def _one_at_zero(x: Any, xp: Any) -> Any:
    """1 where x is 0, else 0: what is added to a divisor where the dividend is 0, too."""
    return xp.where(x == 0.0, 1.0, 0.0)


def _ackley_gradient(x: Any, xp: Any) -> Any:
    n, k = x.shape[0], 2.0 * xp.pi
    square = xp.sum(x**2, axis=0) / n
    r = xp.sqrt(square)
    cone = 20.0 * (0.2 * xp.exp(-0.2 * r)) * (x / (n * (r + _one_at_zero(square, xp))))
    return cone + xp.exp(xp.sum(xp.cos(k * x), axis=0) / n) * (k * xp.sin(k * x) / n)


@problem(
    dimensions=at_least(1),
    domain=(-32.768, 32.768),
    minima=at_the_origin,
    gradient=_ackley_gradient,
    properties=("multimodal",),
    hard_points=hard_at_the_origin("kink", "the minimum, at the tip of a cone: the square root of zero"),
    source="Ackley (1987), A Connectionist Machine for Genetic Hillclimbing; in n dimensions Bäck & Schwefel (1993), "
    "An overview of evolutionary algorithms for parameter optimization",
)
def ackley(x: Any, xp: Any) -> Any:
    """f(x) = −20 exp(−0.2 √(Σ x_i²/n)) − exp(Σ cos(2π x_i)/n) + 20 + e"""
    n = x.shape[0]
    cone = xp.exp(-0.2 * xp.sqrt(xp.sum(x**2, axis=0) / n))
    return -20.0 * cone - xp.exp(xp.sum(xp.cos(2.0 * xp.pi * x), axis=0) / n) + 20.0 + xp.e


_SCHWEFEL = 420.96874635998205, Fraction("418.98288727243370627478643519560070869061509943502")
"""Where x sin √|x| is greatest, and its value there."""


def _schwefel_waves(x: Any, xp: Any) -> Any:
    return xp.sum(x * xp.sin(xp.sqrt(xp.abs(x))), axis=0)


def _schwefel_gradient(x: Any, xp: Any) -> Any:
    root = xp.sqrt(xp.abs(x))
    return -(xp.sin(root) + 0.5 * root * xp.cos(root))


def _schwefel_minimum(n: int, shift: float) -> tuple[Minimum, ...]:
    x, peak = _SCHWEFEL
    return (Minimum((x,) * n, float(Fraction(shift) - n * peak)),)


_SCHWEFEL_HARD_POINTS = hard_at_the_origin("removable", "x sin √|x| is near 0 as |x|^1.5: a slope of zero")


@problem(
    dimensions=at_least(1),
    domain=(-500.0, 500.0),
    minima=lambda n: _schwefel_minimum(n, 418.9829 * n),
    gradient=_schwefel_gradient,
    properties=("separable", "multimodal"),
    hard_points=_SCHWEFEL_HARD_POINTS,
    source=f"{SFU}, Schwefel function: {SCHWEFEL}, problem 2.26, raised by its minimum to four decimals",
)
def schwefel(x: Any, xp: Any) -> Any:
    """f(x) = 418.9829 n − Σ x_i sin(√|x_i|)"""
    return 418.9829 * x.shape[0] - _schwefel_waves(x, xp)


@problem(
    name="schwefel@exact",
    dimensions=at_least(1),
    domain=(-500.0, 500.0),
    minima=lambda n: _schwefel_minimum(n, 418.9828872724337 * n),
    gradient=_schwefel_gradient,
    properties=("separable", "multimodal"),
    hard_points=_SCHWEFEL_HARD_POINTS,
    source=f"{SCHWEFEL}, problem 2.26, raised by the double that is nearest to its minimum",
)
def schwefel_exact(x: Any, xp: Any) -> Any:
    """f(x) = 418.9828872724337 n − Σ x_i sin(√|x_i|)"""
    return 418.9828872724337 * x.shape[0] - _schwefel_waves(x, xp)


@problem(
    name="schwefel@yao",
    dimensions=at_least(1),
    domain=(-500.0, 500.0),
    minima=lambda n: _schwefel_minimum(n, 0.0),
    gradient=_schwefel_gradient,
    properties=("separable", "multimodal"),
    hard_points=_SCHWEFEL_HARD_POINTS,
    aliases=("schwefel_2_26",),
    source=f"{SCHWEFEL}, problem 2.26; Yao, Liu & Lin (1999), Evolutionary programming made faster, function 8",
)
def schwefel_yao(x: Any, xp: Any) -> Any:
    """f(x) = −Σ x_i sin(√|x_i|)"""
    return -_schwefel_waves(x, xp)


def _salomon_gradient(x: Any, xp: Any) -> Any:
    k = 2.0 * xp.pi
    square = xp.sum(x**2, axis=0)
    r = xp.sqrt(square)
    return (k * xp.sin(k * r) + 0.1) * (x / (r + _one_at_zero(square, xp)))


@problem(
    dimensions=at_least(1),
    domain=(-100.0, 100.0),
    minima=at_the_origin,
    gradient=_salomon_gradient,
    properties=("multimodal",),
    hard_points=hard_at_the_origin("kink", "the minimum, at the tip of a cone: the square root of zero"),
    source="Salomon (1996), Re-evaluating genetic algorithm performance under coordinate rotation of benchmark "
    f"functions; {SURVEY}, function 110",
)
def salomon(x: Any, xp: Any) -> Any:
    """f(x) = 1 − cos(2π √(Σ x_i²)) + 0.1 √(Σ x_i²)"""
    r = xp.sqrt(xp.sum(x**2, axis=0))
    return 1.0 - xp.cos(2.0 * xp.pi * r) + 0.1 * r


_ALPINE_1 = (
    0.0,
    -0.1001674211615598,
    3.241760074751353,
    6.1830178860180265,
    9.524945381930939,
    -3.0414252324282334,
    -6.383352728341146,
    -9.32461053960782,
)
"""Zero, and all x of the domain with sin x = −0.1."""


def _alpine_1_gradient(x: Any, xp: Any) -> Any:
    return xp.sign(x * xp.sin(x) + 0.1 * x) * (xp.sin(x) + x * xp.cos(x) + 0.1)


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    minima=lambda n: combinations([_ALPINE_1] * n, 0.0),
    gradient=_alpine_1_gradient,
    properties=("separable", "multimodal"),
    hard_points=hard_at_the_origin("kink", "a minimum, one of many: slopes of −0.1 and 0.1"),
    source=f"{SURVEY}, function 6",
)
def alpine_1(x: Any, xp: Any) -> Any:
    """f(x) = Σ |x_i sin(x_i) + 0.1x_i|"""
    return xp.sum(xp.abs(x * xp.sin(x) + 0.1 * x), axis=0)


def _csendes_gradient(x: Any, xp: Any) -> Any:
    inverse = 1.0 / (x + _one_at_zero(x, xp))
    return 6.0 * x**5 * (2.0 + xp.sin(inverse)) - x**4 * xp.cos(inverse)


@problem(
    dimensions=at_least(1),
    domain=(-1.0, 1.0),
    minima=at_the_origin,
    gradient=_csendes_gradient,
    properties=("separable", "multimodal"),
    hard_points=hard_at_the_origin("removable", "the minimum: x⁶ outweighs the wave of 1/0"),
    source="Csendes & Ratz (1997), Subdivision direction selection in interval methods for global optimization; "
    f"{SURVEY}, function 40",
)
def csendes(x: Any, xp: Any) -> Any:
    """f(x) = Σ x_i⁶ (2 + sin(1/x_i)), where the term of x_i = 0 is its limit, 0"""
    return xp.sum(x**6 * (2.0 + xp.sin(1.0 / (x + _one_at_zero(x, xp)))), axis=0)


def _quintic_gradient(x: Any, xp: Any) -> Any:
    slope = 5.0 * x**4 - 12.0 * x**3 + 12.0 * x**2 + 4.0 * x - 10.0
    return xp.sign(_quintic_polynomial(x)) * slope


def _quintic_polynomial(x: Any) -> Any:
    return x**5 - 3.0 * x**4 + 4.0 * x**3 + 2.0 * x**2 - 10.0 * x - 4.0


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    # The polynomial is (x + 1) (x − 2) (x³ − 2x² + 4x + 2): the last factor's root is a minimum too.
    minima=lambda n: combinations([(-1.0, 2.0, -0.4026279411861238)] * n, 0.0),
    gradient=_quintic_gradient,
    properties=("separable", "multimodal"),
    hard_points=lambda n: (
        HardPoint(((-1.0, 2.0) * n)[:n], "kink", "a minimum: all coordinates are roots of the polynomial"),
    ),
    source=f"{SURVEY}, function 101",
)
def quintic(x: Any, xp: Any) -> Any:
    """f(x) = Σ |x_i⁵ − 3x_i⁴ + 4x_i³ + 2x_i² − 10x_i − 4|"""
    return xp.sum(xp.abs(_quintic_polynomial(x)), axis=0)


def _xin_she_yang_2_gradient(x: Any, xp: Any) -> Any:
    size = xp.sum(xp.abs(x), axis=0)
    return (xp.sign(x) - size * (2.0 * x * xp.cos(x**2))) * xp.exp(-xp.sum(xp.sin(x**2), axis=0))


@problem(
    dimensions=at_least(1),
    domain=(-2.0 * pi, 2.0 * pi),
    minima=at_the_origin,
    gradient=_xin_she_yang_2_gradient,
    properties=("multimodal",),
    hard_points=hard_at_the_origin("kink", "the minimum: slopes of −1 and 1 along each coordinate"),
    source=f"Yang (2010), Test problems in optimization; {SURVEY}, Xin-She Yang 2",
)
def xin_she_yang_2(x: Any, xp: Any) -> Any:
    """f(x) = Σ |x_i| · exp(−Σ sin(x_i²))"""
    return xp.sum(xp.abs(x), axis=0) * xp.exp(-xp.sum(xp.sin(x**2), axis=0))


def _xin_she_yang_4_gradient(x: Any, xp: Any) -> Any:
    root = xp.sqrt(xp.abs(x))
    bell = xp.exp(-xp.sum(x**2, axis=0))
    outer = xp.exp(-xp.sum(xp.sin(root) ** 2, axis=0))
    inner_slope = 2.0 * (xp.sin(x) * xp.cos(x) + x * bell)
    exponent_slope = xp.sign(x) * xp.sin(root) * xp.cos(root) / (root + _one_at_zero(x, xp))
    return outer * (inner_slope - (xp.sum(xp.sin(x) ** 2, axis=0) - bell) * exponent_slope)


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    minima=lambda n: (Minimum((0.0,) * n, -1.0),),
    gradient=_xin_she_yang_4_gradient,
    properties=("multimodal",),
    hard_points=hard_at_the_origin("kink", "the minimum: sin²(√|x|) is near 0 as |x|, of slopes −1 and 1"),
    source=f"Yang (2010), Test problems in optimization; {SURVEY}, Xin-She Yang 4",
)
def xin_she_yang_4(x: Any, xp: Any) -> Any:
    """f(x) = [Σ sin²(x_i) − exp(−Σ x_i²)] · exp(−Σ sin²(√|x_i|))"""
    inner = xp.sum(xp.sin(x) ** 2, axis=0) - xp.exp(-xp.sum(x**2, axis=0))
    return inner * xp.exp(-xp.sum(xp.sin(xp.sqrt(xp.abs(x))) ** 2, axis=0))
