"""Many basins, in any dimension: functions with kinks, or points where their formula has no value."""

from decimal import Decimal
from fractions import Fraction
from math import pi
from typing import Any

from ..points import at_the_origin, combinations, corner, gathered, hard, hard_at_each, hard_in_first
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


def _ackley_tip(n: int) -> HardPoint:
    steepness = float(20 * Decimal.from_float(0.2) / Decimal(n).sqrt())
    return hard_at_each(0.0, "kink", "the minimum, at the tip of a cone: the square root of zero", corner(steepness))(n)


@problem(
    dimensions=at_least(1),
    domain=(-32.768, 32.768),
    minima=at_the_origin,
    gradient=_ackley_gradient,
    properties=("multimodal",),
    hard_points=gathered(
        _ackley_tip,
        hard(
            (1e-10, 1e-10),
            "control",
            "1e-10 beside the tip: f cancels, its slopes do not",
            2.0000000053256732,
            2.0000000053256732,
        ),
    ),
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


_SCHWEFEL_ORIGIN = hard_at_each(0.0, "removable", "x sin √|x| is near 0 as |x|^1.5: a slope of zero", 0.0)
_SCHWEFEL_AXIS = hard_in_first(0.0, 100.0, "removable", "in one coordinate, beside a slope", 0.0, 4.739378756271632)


@problem(
    dimensions=at_least(1),
    domain=(-500.0, 500.0),
    minima=lambda n: _schwefel_minimum(n, 418.9829 * n),
    gradient=_schwefel_gradient,
    properties=("separable", "multimodal"),
    hard_points=gathered(_SCHWEFEL_ORIGIN),
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
    hard_points=gathered(_SCHWEFEL_ORIGIN),
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
    hard_points=gathered(_SCHWEFEL_ORIGIN, _SCHWEFEL_AXIS),
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
    hard_points=gathered(
        hard_at_each(0.0, "kink", "the minimum, at the tip of a cone: the square root of zero", corner(0.1)),
        hard(
            (1e-10, 1e-10),
            "control",
            "1e-10 beside the tip: 1 − cos cancels, its slope does not",
            0.07071068206649651,
            0.07071068206649651,
        ),
    ),
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
    hard_points=gathered(
        hard_at_each(0.0, "kink", "a minimum, one of many", corner(0.1)),
        hard_in_first(0.0, 2.0, "kink", "in one coordinate, beside a slope", corner(0.1), 0.17700375373139693),
        hard_at_each(1e-10, "control", "1e-10 beside a kink", 0.10000000020000001),
    ),
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
    hard_points=gathered(
        hard_at_each(0.0, "removable", "the minimum: x⁶ outweighs the wave of 1/0", 0.0),
        hard_in_first(0.0, 0.5, "removable", "1/0 in one coordinate, beside a slope", 0.0, 0.5715024448140117),
        hard_at_each(1e-3, "control", "beside 1/0: the wave of 1000", -5.454177990475283e-13),
        hard_at_each(
            1e-8,
            "cancellation",
            "the angle 1/x is 1e8: its rounding costs half the digits of its cosine",
            3.633852633048048e-33,
        ),
        hard_at_each(
            1e-60, "underflow", "x⁶ is 0 to doubles, and the angle 1e60 is known to 1e44", -9.626385292301526e-241
        ),
    ),
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


def _quintic_roots(n: int) -> HardPoint:
    note = "a minimum: all coordinates are roots of the polynomial"
    return hard(((-1.0, 2.0) * n)[:n], "kink", note, *((corner(15.0), corner(30.0)) * n)[:n])


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    # The polynomial is (x + 1) (x − 2) (x³ − 2x² + 4x + 2): the last factor's root is a minimum too.
    minima=lambda n: combinations([(-1.0, 2.0, -0.4026279411861238)] * n, 0.0),
    gradient=_quintic_gradient,
    properties=("separable", "multimodal"),
    hard_points=gathered(
        _quintic_roots,
        hard_in_first(-1.0, 0.0, "kink", "in one coordinate, beside a slope", corner(15.0), 10.0),
        hard_at_each(
            -0.4026279411861238,
            "cancellation",
            "the double next to the third root: the sign of the polynomial is a matter of rounding",
            8.75056699065757,
        ),
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
    hard_points=gathered(
        hard_at_each(0.0, "kink", "the minimum, where all absolute values have theirs", corner(1.0)),
        hard((0.0, 1.0), "kink", "that of one coordinate", corner(0.43107595064559234), -0.034746709630635524),
    ),
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
    hard_points=gathered(
        hard_at_each(0.0, "kink", "the minimum: sin²(√|x|) is near 0 as |x|", corner(1.0)),
        hard((0.0, 1.0), "kink", "a ridge: the factor is above 0", corner(-0.16757693471415575), 0.7341534384550489),
    ),
    source=f"Yang (2010), Test problems in optimization; {SURVEY}, Xin-She Yang 4",
)
def xin_she_yang_4(x: Any, xp: Any) -> Any:
    """f(x) = [Σ sin²(x_i) − exp(−Σ x_i²)] · exp(−Σ sin²(√|x_i|))"""
    inner = xp.sum(xp.sin(x) ** 2, axis=0) - xp.exp(-xp.sum(x**2, axis=0))
    return inner * xp.exp(-xp.sum(xp.sin(xp.sqrt(xp.abs(x))) ** 2, axis=0))
