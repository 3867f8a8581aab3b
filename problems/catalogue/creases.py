"""Functions of two coordinates with roots or absolute values: not all points have a derivative by the formula."""

import math
from typing import Any

from ..points import corner, hard
from ..problem import Minimum
from ..registry import problem


def _radius(x: Any, y: Any, xp: Any) -> Any:
    return xp.sqrt(x**2 + y**2)


CUSP, VALLEY = (math.inf, -math.inf), (-math.inf, math.inf)
"""The slopes of −√|x| and of √|x| at 0."""


def _or_one(divisor: Any, xp: Any) -> Any:
    """`divisor`, but 1 where it is 0: what is divided is 0 there as well, and so is the limit."""
    return xp.where(divisor == 0.0, 1.0, divisor)


def _drop_wave_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    r = _or_one(_radius(x, y, xp), xp)
    d = 0.5 * (x**2 + y**2) + 2.0
    k = 12.0 * xp.sin(12.0 * r) / (r * d) + (1.0 + xp.cos(12.0 * r)) / d**2
    return k * x, k * y


@problem(
    domain=(-5.12, 5.12),
    minima=[Minimum((0.0, 0.0), -1.0)],
    gradient=_drop_wave_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, 0.0), "removable", "the root has no slope, the cosine of it is flat: the minimum", 0.0, 0.0),
        hard(
            (3e-5, 4e-5),
            "control",
            "beside the minimum, at half a hundred-thousandth",
            0.0021749998676812523,
            0.0028999998235750037,
        ),
    ),
    source="Molga & Smutnicki (2005), Test functions for optimization needs",
)
def drop_wave(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −(1 + cos(12 √(x² + y²))) / (0.5 (x² + y²) + 2)"""
    return -(1.0 + xp.cos(12.0 * xp.sqrt(x**2 + y**2))) / (0.5 * (x**2 + y**2) + 2.0)


def _eggholder_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    a = y + 47.0
    u, v = a + x / 2.0, x - a
    p, q = xp.sqrt(xp.abs(u)), xp.sqrt(xp.abs(v))
    s = a * xp.cos(p) * p / (2.0 * u)
    t = x * xp.cos(q) * q / (2.0 * v)
    return -s / 2.0 - xp.sin(q) - t, -xp.sin(p) - s + t


@problem(
    domain=(-512.0, 512.0),
    minima=[Minimum((512.0, 404.2318051137578), -959.6406627208509)],
    gradient=_eggholder_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, -47.0), "removable", "both roots have infinite slope, times 0", 0.0, 0.0),
        hard((100.0, 53.0), "infinite slope", "on the line y = x − 47, where the second root is 0", CUSP, CUSP),
        hard((-94.0, 0.0), "infinite slope", "on the line y = −47 − x/2, where the first root is 0", CUSP, CUSP),
        hard(
            (100.0, 53.0 + 2.0**-30),
            "control",
            "1e-9 off the line y = x − 47: slopes of 1e6, every digit of them sure",
            1638398.0608967312,
            -1638403.5623136763,
        ),
    ),
    source="Whitley, Rana, Dzubera & Mathias (1996), Evaluating evolutionary algorithms, function F101",
)
def eggholder(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −(y + 47) sin √|y + x/2 + 47| − x sin √|x − (y + 47)|"""
    return -(y + 47.0) * xp.sin(xp.sqrt(xp.abs(y + x / 2.0 + 47.0))) - x * xp.sin(xp.sqrt(xp.abs(x - (y + 47.0))))


def _cross_in_tray_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    sin_x, sin_y = xp.sin(x), xp.sin(y)
    r = _radius(x, y, xp)
    e = xp.exp(xp.abs(100.0 - r / xp.pi))
    g = xp.abs(sin_x * sin_y * e) + 1.0
    k = -0.0001 * g**0.1 * (0.1 / g) * xp.sign(sin_x * sin_y) * e
    radial = sin_x * sin_y * xp.sign(100.0 - r / xp.pi) / (xp.pi * _or_one(r, xp))
    return k * (xp.cos(x) * sin_y - radial * x), k * (sin_x * xp.cos(y) - radial * y)


@problem(
    domain=(-10.0, 10.0),
    minima=[
        Minimum((x, y), -2.062611870822738)
        for x in (-1.3494066171539107, 1.3494066171539107)
        for y in (-1.3494066171539107, 1.3494066171539107)
    ],
    gradient=_cross_in_tray_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, 0.0), "removable", "kinks cross and the root has no slope, but |xy| is flat", 0.0, 0.0),
        hard((0.0, 1.0), "kink", "|sin x| at 0, times e¹⁰⁰", corner(-1.6453076184027243e38), 0.0),
        hard(
            (math.pi, math.pi),
            "control",
            "where kinks would cross if π were a double",
            1025929748361.6658,
            1025929748361.6658,
        ),
    ),
    source="Mishra (2006), Some new test functions for global optimization and performance of repulsive particle swarm "
    "method; Jamil & Yang (2013), A literature survey of benchmark functions, function 39",
)
def cross_in_tray(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −0.0001 (|sin x sin y exp|100 − √(x² + y²)/π|| + 1)^0.1"""
    e = xp.exp(xp.abs(100.0 - xp.sqrt(x**2 + y**2) / xp.pi))
    return -0.0001 * (xp.abs(xp.sin(x) * xp.sin(y) * e) + 1.0) ** 0.1


def _schaffer_4_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    u = x**2 - y**2  # its sign goes, as that of a sine inside an even function
    d = 1.0 + 0.001 * (x**2 + y**2)
    wave = 2.0 * xp.sin(2.0 * xp.sin(u)) * xp.cos(u) / d**2
    slope = 0.004 * (xp.cos(xp.sin(u)) ** 2 - 0.5) / d**3
    return -x * (wave + slope), y * (wave - slope)


@problem(
    domain=(-100.0, 100.0),
    minima=[
        Minimum((0.0, 1.2531318314637332), 0.29257863203598056),
        Minimum((0.0, -1.2531318314637332), 0.29257863203598056),
        Minimum((1.2531318314637332, 0.0), 0.29257863203598056),
        Minimum((-1.2531318314637332, 0.0), 0.29257863203598056),
    ],
    gradient=_schaffer_4_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, 0.0), "control", "|x² − y²| is flat, and its kink inside an even function", 0.0, 0.0),
        hard(
            (1.0, 1.0),
            "control",
            "the kink of |x² − y²|, inside an even function",
            -0.0019880478404786595,
            -0.0019880478404786595,
        ),
    ),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 115",
)
def schaffer_4(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = 0.5 + (cos²(sin|x² − y²|) − 0.5) / (1 + 0.001 (x² + y²))²"""
    return 0.5 + (xp.cos(xp.sin(xp.abs(x**2 - y**2))) ** 2 - 0.5) / (1.0 + 0.001 * (x**2 + y**2)) ** 2


def _schaffer_6_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    r = _or_one(_radius(x, y, xp), xp)
    d = 1.0 + 0.001 * (x**2 + y**2)
    k = xp.sin(2.0 * r) / (r * d**2) - 0.004 * (xp.sin(r) ** 2 - 0.5) / d**3
    return k * x, k * y


@problem(
    domain=(-100.0, 100.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_schaffer_6_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, 0.0), "removable", "the root has no slope, its sine squared is flat: the minimum", 0.0, 0.0),
        hard((1e-8, 0.0), "control", "beside the minimum: the root of 1e-16", 2.002e-08, 0.0),
    ),
    source="Schaffer, Caruana, Eshelman & Das (1989), A study of control parameters affecting online performance of "
    "genetic algorithms for function optimization, function F6",
)
def schaffer_6(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = 0.5 + (sin² √(x² + y²) − 0.5) / (1 + 0.001 (x² + y²))²"""
    return 0.5 + (xp.sin(xp.sqrt(x**2 + y**2)) ** 2 - 0.5) / (1.0 + 0.001 * (x**2 + y**2)) ** 2


def _bukin_6_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    u = y - x**2 / 100.0
    k = xp.sqrt(xp.abs(u)) / u
    return 0.01 * xp.sign(x + 10.0) - k * x, 50.0 * k


@problem(
    domain=((-15.0, -5.0), (-3.0, 3.0)),
    minima=[Minimum((-10.0, 1.0), 0.0)],
    gradient=_bukin_6_gradient,
    hard_points=(
        hard(
            (-10.0, 1.0), "infinite slope", "the minimum, on the curve y = x²/100 where the root is 0", VALLEY, VALLEY
        ),
        hard((-12.5, 1.5625), "infinite slope", "elsewhere on that curve", VALLEY, VALLEY),
        hard((-10.0, 0.0), "kink", "0.01 |x + 10|, on a slope of −10", (-10.01, -9.99), -50.0),
        hard(
            (-12.3, 1.5129 + 1e-12),
            "cancellation",
            "1e-12 off the curve: most of y − x²/100 cancels",
            12301072.41657238,
            50004359.4576113,
        ),
        hard(
            (-12.5, 1.5625 + 2.0**-40),
            "control",
            "1e-12 off the curve, where y − x²/100 has no rounding",
            13107199.99,
            52428800.0,
        ),
    ),
    source="Bukin (1997), New minimization strategy for non-smooth functions; "
    "Jamil & Yang (2013), A literature survey of benchmark functions, function 28",
)
def bukin_6(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = 100 √|y − x²/100| + 0.01 |x + 10|"""
    # Not 0.01 x²: the double 0.01 moves the minimum off (−10, 1), where the root would make 5e-7 of 2e-17.
    return 100.0 * xp.sqrt(xp.abs(y - x**2 / 100.0)) + 0.01 * xp.abs(x + 10.0)


def _holder_table_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    r = _radius(x, y, xp)
    e = xp.exp(xp.abs(1.0 - r / xp.pi))
    g = xp.sin(x) * xp.cos(y)
    k = -xp.sign(g) * e
    radial = g * xp.sign(1.0 - r / xp.pi) / (xp.pi * _or_one(r, xp))
    return k * (xp.cos(x) * xp.cos(y) - radial * x), -k * (xp.sin(x) * xp.sin(y) + radial * y)


@problem(
    domain=(-10.0, 10.0),
    minima=[
        Minimum((x, y), -19.208502567886736)
        for x in (-8.055023475736563, 8.055023475736563)
        for y in (-9.664590019241272, 9.664590019241272)
    ],
    gradient=_holder_table_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, 0.0), "kink", "|sin x| falls to both sides of the line x = 0", corner(-math.e), 0.0),
        hard((0.0, 2.0), "kink", "elsewhere on the line x = 0", corner(-0.5984951360609091), 0.0),
        hard(
            (1.0, 0.5 * math.pi),
            "control",
            "where |cos y| would have a kink if π/2 were a double",
            -3.6480261274178315e-17,
            1.2644948611765001,
        ),
    ),
    source="Mishra (2006), Some new test functions for global optimization and performance of repulsive particle swarm "
    "method",
)
def holder_table(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −|sin x cos y exp|1 − √(x² + y²)/π||"""
    return -xp.abs(xp.sin(x) * xp.cos(y) * xp.exp(xp.abs(1.0 - xp.sqrt(x**2 + y**2) / xp.pi)))


def _ackley_2_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    r = _radius(x, y, xp)
    k = 200.0 * (0.02 * xp.exp(-0.02 * r)) / _or_one(r, xp)
    return k * x, k * y


@problem(
    domain=(-32.0, 32.0),
    minima=[Minimum((0.0, 0.0), -200.0)],
    gradient=_ackley_2_gradient,
    hard_points=(
        hard((0.0, 0.0), "kink", "the minimum is the tip of a cone", corner(4.0), corner(4.0)),
        hard((1e-10, 0.0), "control", "1e-10 beside the tip: the root of 1e-20", 3.999999999992, 0.0),
    ),
    source="Ackley (1987), A Connectionist Machine for Genetic Hillclimbing; "
    "Jamil & Yang (2013), A literature survey of benchmark functions, function 2",
)
def ackley_2(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −200 exp(−0.02 √(x² + y²))"""
    return -200.0 * xp.exp(-0.02 * xp.sqrt(x**2 + y**2))


def _keane_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    w = xp.sin(x - y) * xp.sin(x + y)  # which is sin² x − sin² y
    r = _or_one(_radius(x, y, xp), xp)
    k = w**2 / r**3
    return k * x - 2.0 * w * xp.sin(2.0 * x) / r, k * y + 2.0 * w * xp.sin(2.0 * y) / r


@problem(
    domain=(0.0, 10.0),
    minima=[
        Minimum((0.0, 1.3932490753255886), -0.6736675211468547),
        Minimum((1.3932490753255886, 0.0), -0.6736675211468547),
    ],
    gradient=_keane_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((0.0, 0.0), "removable", "0/0, which is of the third order in the distance", 0.0, 0.0),
        hard((1e-3, 2e-3), "control", "beside 0/0: 1e-11 by 2e-3", 6.171532412652599e-06, -9.123116204621496e-06),
        hard((1.0, 1.0), "control", "on the diagonal the sine of x − y is 0, squared and all", 0.0, 0.0),
    ),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 69, to be maximised there",
)
def keane(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −sin²(x − y) sin²(x + y) / √(x² + y²), and 0 at (0, 0)"""
    return -(xp.sin(x - y) ** 2) * xp.sin(x + y) ** 2 / _or_one(xp.sqrt(x**2 + y**2), xp)


def _sinc(t: Any, xp: Any) -> Any:
    """sin(πt) / (πt), and its limit at 0."""
    at_zero = t == 0.0
    angle = xp.pi * xp.where(at_zero, 1.0, t)
    return xp.where(at_zero, 1.0, xp.sin(angle) / angle)


def _sinc_slope(t: Any, xp: Any) -> Any:
    return (xp.cos(xp.pi * t) - _sinc(t, xp)) / _or_one(t, xp)


def _damavandi_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    u, v = _sinc(x - 2.0, xp), _sinc(y - 2.0, xp)
    q = xp.abs(u * v)
    bowl = 2.0 + (x - 7.0) ** 2 + 2.0 * (y - 7.0) ** 2
    k = -5.0 * u * v * q**3 * bowl
    dent = 1.0 - q**5
    return (
        k * v * _sinc_slope(x - 2.0, xp) + 2.0 * (x - 7.0) * dent,
        k * u * _sinc_slope(y - 2.0, xp) + 4.0 * (y - 7.0) * dent,
    )


@problem(
    domain=(0.0, 14.0),
    minima=[Minimum((2.0, 2.0), 0.0)],
    gradient=_damavandi_gradient,
    properties=("multimodal",),
    hard_points=(
        hard((2.0, 2.0), "removable", "0/0, the minimum", 0.0, 0.0),
        hard((2.0, 3.0), "removable", "0/0 in x, and a factor that is 0 to the fifth power", -10.0, -16.0),
        hard((5.0, 2.0), "removable", "0/0 in y, and a factor that is 0 to the fifth power", -4.0, -20.0),
        hard((3.0, 3.0), "control", "two factors that are 0 but for rounding, and the kink of |x|⁵", -8.0, -16.0),
        hard(
            (2.0 + 1e-8, 2.0 + 1e-8),
            "cancellation",
            "the slope of a sine over its angle, near angle 0",
            1.266599217195676e-05,
            1.266599215550742e-05,
        ),
    ),
    source="Damavandi & Safavi-Naeini (2005), A hybrid evolutionary programming method for circuit optimization; "
    "Jamil & Yang (2013), A literature survey of benchmark functions, function 42",
)
def damavandi(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = [1 − |sin(π(x − 2)) sin(π(y − 2)) / (π² (x − 2) (y − 2))|⁵] [2 + (x − 7)² + 2 (y − 7)²]"""
    # Each sine over its own angle, with one π, is never above 1: so f is not below 0.
    quotient = _sinc(x - 2.0, xp) * _sinc(y - 2.0, xp)
    return (1.0 - xp.abs(quotient) ** 5) * (2.0 + (x - 7.0) ** 2 + 2.0 * (y - 7.0) ** 2)


def _price_1_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return 2.0 * x - 10.0 * xp.sign(x), 2.0 * y - 10.0 * xp.sign(y)


@problem(
    domain=(-500.0, 500.0),
    minima=[Minimum((x, y), 0.0) for x in (-5.0, 5.0) for y in (-5.0, 5.0)],
    gradient=_price_1_gradient,
    properties=("separable", "multimodal"),
    hard_points=(
        hard((0.0, 0.0), "kink", "the local maximum between four minima", corner(-10.0), corner(-10.0)),
        hard((0.0, 5.0), "kink", "a ridge between two minima", corner(-10.0), 0.0),
        hard((1e-300, -1e-300), "control", "beside the kinks, by less than any square can tell", -10.0, 10.0),
    ),
    source="Price (1977), A controlled random search procedure for global optimisation; "
    "Jamil & Yang (2013), A literature survey of benchmark functions, function 94",
)
def price_1(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = (|x| − 5)² + (|y| − 5)²"""
    return (xp.abs(x) - 5.0) ** 2 + (xp.abs(y) - 5.0) ** 2
