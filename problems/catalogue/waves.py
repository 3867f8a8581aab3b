"""Functions of two coordinates with sines and exponentials, smooth everywhere."""

import math
from typing import Any

from ..points import hard
from ..problem import Minimum
from ..registry import problem

_BRANIN_B = 5.1 / (4.0 * math.pi**2)
_BRANIN_C = 5.0 / math.pi
_BRANIN_D = 10.0 * (1.0 - 1.0 / (8.0 * math.pi))


def _branin_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    a = y - _BRANIN_B * x**2 + _BRANIN_C * x - 6.0
    return 2.0 * a * (_BRANIN_C - 2.0 * _BRANIN_B * x) - _BRANIN_D * xp.sin(x), 2.0 * a


@problem(
    domain=((-5.0, 10.0), (0.0, 15.0)),
    minima=[
        Minimum((-3.141592653589793, 12.275), 0.39788735772973816),
        Minimum((3.141592653589793, 2.2749999999999995), 0.39788735772973816),
        Minimum((9.42477796076938, 2.474999999999999), 0.39788735772973816),
    ],
    gradient=_branin_gradient,
    properties=("smooth", "multimodal"),
    aliases=("branin_rcos",),
    source="Branin (1972), Widely convergent method for finding multiple solutions of simultaneous nonlinear "
    "equations; Dixon & Szegő (1978), The global optimization problem: an introduction",
)
def branin(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = (y − 5.1/(4π²) x² + 5/π x − 6)² + 10 (1 − 1/(8π)) cos x + 10"""
    return (y - _BRANIN_B * x**2 + _BRANIN_C * x - 6.0) ** 2 + _BRANIN_D * xp.cos(x) + 10.0


def _easom_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    u, v = x - xp.pi, y - xp.pi
    bell = xp.exp(-(u**2) - v**2)
    return (
        bell * xp.cos(y) * (xp.sin(x) + 2.0 * u * xp.cos(x)),
        bell * xp.cos(x) * (xp.sin(y) + 2.0 * v * xp.cos(y)),
    )


@problem(
    domain=(-100.0, 100.0),
    minima=[Minimum((math.pi, math.pi), -1.0)],
    gradient=_easom_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (math.pi, math.pi),
            "control",
            "the minimum: of its slopes the rounding of π is left, sure to all digits",
            -1.2246467991473532e-16,
            -1.2246467991473532e-16,
        ),
        hard(
            (22.0, 22.0),
            "underflow",
            "the exponential is about 1e-309, a subnormal number with few digits",
            4.699309932033083e-308,
            4.699309932033083e-308,
        ),
        hard((50.0, 50.0), "underflow", "the exponential is about 1e-1908, which is 0 to doubles", 0.0, 0.0),
    ),
    source="Easom (1990), A survey of global optimization techniques",
)
def easom(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = −cos x cos y exp(−(x − π)² − (y − π)²)"""
    return -xp.cos(x) * xp.cos(y) * xp.exp(-((x - xp.pi) ** 2) - (y - xp.pi) ** 2)


def _mccormick_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    c = xp.cos(x + y)
    d = 2.0 * (x - y)
    return c + d - 1.5, c - d + 2.5


@problem(
    domain=((-1.5, 4.0), (-3.0, 4.0)),
    minima=[Minimum((-0.5471975511965977, -1.5471975511965979), -1.9132229549810364)],
    gradient=_mccormick_gradient,
    properties=("smooth", "multimodal"),
    source="Adorio & Diliman (2005), MVF: multivariate test functions library in C, McCormick's function",
)
def mccormick(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = sin(x + y) + (x − y)² − 1.5x + 2.5y + 1"""
    return xp.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1.0


_BOHACHEVSKY = "Bohachevsky, Johnson & Stein (1986), Generalized simulated annealing for function optimization, "
_THREE_PI, _FOUR_PI = 3.0 * math.pi, 4.0 * math.pi


def _bohachevsky_1_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return (
        2.0 * x + _THREE_PI * (0.3 * xp.sin(_THREE_PI * x)),
        4.0 * y + _FOUR_PI * (0.4 * xp.sin(_FOUR_PI * y)),
    )


@problem(
    domain=(-100.0, 100.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_bohachevsky_1_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=_BOHACHEVSKY + "function 1",
)
def bohachevsky_1(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = x² + 2y² − 0.3 cos(3πx) − 0.4 cos(4πy) + 0.7"""
    return x**2 + 2.0 * y**2 - 0.3 * xp.cos(_THREE_PI * x) - 0.4 * xp.cos(_FOUR_PI * y) + 0.7


def _bohachevsky_2_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return (
        2.0 * x + _THREE_PI * (0.3 * xp.sin(_THREE_PI * x) * xp.cos(_FOUR_PI * y)),
        4.0 * y + _FOUR_PI * (0.3 * xp.cos(_THREE_PI * x) * xp.sin(_FOUR_PI * y)),
    )


@problem(
    domain=(-100.0, 100.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_bohachevsky_2_gradient,
    properties=("smooth", "multimodal"),
    source=_BOHACHEVSKY + "function 2",
)
def bohachevsky_2(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = x² + 2y² − 0.3 cos(3πx) cos(4πy) + 0.3"""
    return x**2 + 2.0 * y**2 - 0.3 * xp.cos(_THREE_PI * x) * xp.cos(_FOUR_PI * y) + 0.3


def _bohachevsky_3_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    s = 0.3 * xp.sin(_THREE_PI * x + _FOUR_PI * y)
    return 2.0 * x + _THREE_PI * s, 4.0 * y + _FOUR_PI * s


@problem(
    domain=(-100.0, 100.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_bohachevsky_3_gradient,
    properties=("smooth", "multimodal"),
    source=_BOHACHEVSKY + "function 3",
)
def bohachevsky_3(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = x² + 2y² − 0.3 cos(3πx + 4πy) + 0.3"""
    return x**2 + 2.0 * y**2 - 0.3 * xp.cos(_THREE_PI * x + _FOUR_PI * y) + 0.3


def _schaffer_2_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    u = x**2 - y**2
    d = 1.0 + 0.001 * (x**2 + y**2)
    wave = 2.0 * xp.sin(2.0 * u) / d**2
    slope = 0.004 * (xp.sin(u) ** 2 - 0.5) / d**3
    return x * (wave - slope), -y * (wave + slope)


@problem(
    domain=(-100.0, 100.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_schaffer_2_gradient,
    properties=("smooth", "multimodal"),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 113",
)
def schaffer_2(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = 0.5 + (sin²(x² − y²) − 0.5) / (1 + 0.001 (x² + y²))²"""
    return 0.5 + (xp.sin(x**2 - y**2) ** 2 - 0.5) / (1.0 + 0.001 * (x**2 + y**2)) ** 2


def _trefethen_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    diagonal = 10.0 * xp.cos(10.0 * (x + y))
    e = 60.0 * xp.exp(y)
    return (
        50.0 * xp.cos(50.0 * x) * xp.exp(xp.sin(50.0 * x))
        + 70.0 * xp.cos(x) * xp.cos(70.0 * xp.sin(x))
        - diagonal
        + 0.5 * x,
        e * xp.cos(e) + 80.0 * xp.cos(80.0 * y) * xp.cos(xp.sin(80.0 * y)) - diagonal + 0.5 * y,
    )


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((-0.024403079694375173, 0.21061242715535577), -3.306868647475237)],
    gradient=_trefethen_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (-0.024403079694375173, 0.21061242715535577),
            "cancellation",
            "the minimum: slopes of 70 cancel",
            -6.610105942650815e-15,
            4.097748166505981e-14,
        ),
    ),
    source="Trefethen (2002), A hundred-dollar, hundred-digit challenge, problem 4",
)
def trefethen(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = exp(sin 50x) + sin(60 eʸ) + sin(70 sin x) + sin(sin 80y) − sin(10 (x + y)) + (x² + y²)/4"""
    return (
        xp.exp(xp.sin(50.0 * x))
        + xp.sin(60.0 * xp.exp(y))
        + xp.sin(70.0 * xp.sin(x))
        + xp.sin(xp.sin(80.0 * y))
        - xp.sin(10.0 * (x + y))
        + (x**2 + y**2) / 4.0
    )


_ONE_TO_FIVE = (1.0, 2.0, 3.0, 4.0, 5.0)


def _shubert_sum(x: Any, xp: Any) -> Any:
    return sum(j * xp.cos((j + 1.0) * x + j) for j in _ONE_TO_FIVE)


def _shubert_slope(x: Any, xp: Any) -> Any:
    return -sum(j * (j + 1.0) * xp.sin((j + 1.0) * x + j) for j in _ONE_TO_FIVE)


def _shubert_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return _shubert_slope(x, xp) * _shubert_sum(y, xp), _shubert_sum(x, xp) * _shubert_slope(y, xp)


@problem(
    domain=(-10.0, 10.0),
    minima=[
        Minimum(point, -186.73090883102384)
        for low in (-7.708313735499347, -1.425128428319761, 4.858056878859825)
        for high in (-7.0835064076515595, -0.8003211004719731, 5.482864206707613)
        for point in ((low, high), (high, low))
    ],
    gradient=_shubert_gradient,
    properties=("smooth", "multimodal"),
    source="Ali, Khompatraporn & Zabinsky (2005), A numerical evaluation of several stochastic algorithms on selected "
    "continuous global optimization test problems, Shubert's problem",
)
def shubert(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = (Σ_j j cos((j + 1) x + j)) (Σ_j j cos((j + 1) y + j)), j = 1 … 5"""
    return _shubert_sum(x, xp) * _shubert_sum(y, xp)


def _adjiman_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    d = y**2 + 1.0
    return -xp.sin(x) * xp.sin(y) - 1.0 / d, xp.cos(x) * xp.cos(y) + 2.0 * x * y / d**2


@problem(
    domain=((-1.0, 2.0), (-1.0, 1.0)),
    minima=[Minimum((2.0, 0.1057834694517169), -2.021806783359787)],
    gradient=_adjiman_gradient,
    properties=("smooth", "multimodal"),
    source="Adjiman, Dallwig, Floudas & Neumaier (1998), A global optimization method, αBB, for general "
    "twice-differentiable constrained NLPs; "
    "Jamil & Yang (2013), A literature survey of benchmark functions, function 5",
)
def adjiman(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = cos x sin y − x / (y² + 1)"""
    return xp.cos(x) * xp.sin(y) - x / (y**2 + 1.0)


_TWO_PI = 2.0 * math.pi


def _levy_13_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return (
        _THREE_PI * xp.sin(2.0 * _THREE_PI * x) + 2.0 * (x - 1.0) * (1.0 + xp.sin(_THREE_PI * y) ** 2),
        (x - 1.0) ** 2 * _THREE_PI * xp.sin(2.0 * _THREE_PI * y)
        + 2.0 * (y - 1.0) * (1.0 + xp.sin(_TWO_PI * y) ** 2)
        + (y - 1.0) ** 2 * _TWO_PI * xp.sin(2.0 * _TWO_PI * y),
    )


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((1.0, 1.0), 0.0)],
    gradient=_levy_13_gradient,
    properties=("smooth", "multimodal"),
    source="Surjanovic & Bingham (2013), Virtual Library of Simulation Experiments, Levy function N. 13",
)
def levy_13(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = sin²(3πx) + (x − 1)² (1 + sin²(3πy)) + (y − 1)² (1 + sin²(2πy))"""
    return (
        xp.sin(_THREE_PI * x) ** 2
        + (x - 1.0) ** 2 * (1.0 + xp.sin(_THREE_PI * y) ** 2)
        + (y - 1.0) ** 2 * (1.0 + xp.sin(_TWO_PI * y) ** 2)
    )


def _parsopoulos_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return -xp.sin(2.0 * x), xp.sin(2.0 * y)


@problem(
    domain=(-5.0, 5.0),
    minima=[
        Minimum((x, y), 0.0)
        for x in (-1.5 * math.pi, -0.5 * math.pi, 0.5 * math.pi, 1.5 * math.pi)
        for y in (-math.pi, 0.0, math.pi)
    ],
    gradient=_parsopoulos_gradient,
    properties=("smooth", "separable", "multimodal"),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 85",
)
def parsopoulos(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = cos² x + sin² y"""
    return xp.cos(x) ** 2 + xp.sin(y) ** 2


def _egg_crate_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    return 2.0 * x + 25.0 * xp.sin(2.0 * x), 2.0 * y + 25.0 * xp.sin(2.0 * y)


@problem(
    domain=(-5.0, 5.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_egg_crate_gradient,
    properties=("smooth", "separable", "multimodal"),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 52",
)
def egg_crate(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = x² + y² + 25 (sin² x + sin² y)"""
    return x**2 + y**2 + 25.0 * (xp.sin(x) ** 2 + xp.sin(y) ** 2)


def _bird_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    sin_x, cos_x, sin_y, cos_y = xp.sin(x), xp.cos(x), xp.sin(y), xp.cos(y)
    p = xp.exp((1.0 - cos_y) ** 2)
    q = xp.exp((1.0 - sin_x) ** 2)
    d = 2.0 * (x - y)
    return (
        cos_x * p - 2.0 * cos_y * q * (1.0 - sin_x) * cos_x + d,
        2.0 * sin_x * p * (1.0 - cos_y) * sin_y - sin_y * q - d,
    )


@problem(
    domain=(-2.0 * math.pi, 2.0 * math.pi),
    minima=[
        Minimum((4.701043130249553, 3.15293850372493), -106.76453674926468),
        Minimum((-1.5821421769300335, -3.1302468034546562), -106.76453674926468),
    ],
    gradient=_bird_gradient,
    properties=("smooth", "multimodal"),
    source="Mishra (2006), Some new test functions for global optimization and performance of repulsive particle swarm "
    "method; Jamil & Yang (2013), A literature survey of benchmark functions, function 16",
)
def bird(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = sin x exp((1 − cos y)²) + cos y exp((1 − sin x)²) + (x − y)²"""
    return xp.sin(x) * xp.exp((1.0 - xp.cos(y)) ** 2) + xp.cos(y) * xp.exp((1.0 - xp.sin(x)) ** 2) + (x - y) ** 2
