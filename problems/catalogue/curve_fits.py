"""Curves fitted to data by least squares, from Moré, Garbow and Hillstrom's collection and its kind.

The data are those printed there. Its known minima are found again from them, to all their digits.
"""

import itertools
import math
from typing import Any

from ..columns import column
from ..points import hard, pole
from ..problem import Minimum, exactly
from ..registry import problem
from .least_squares import MGH

TENTHS = tuple(0.1 * i for i in range(1, 14))
"""The times 0.1, 0.2 … of the sums of exponentials."""


def _gradient(residuals: Any, *columns: Any, xp: Any) -> tuple[Any, ...]:
    """The partial derivatives of the sum of squares, from those of the residuals."""
    return tuple(2.0 * xp.sum(residuals * derivative, axis=0) for derivative in columns)


def _jennrich_sampson_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    a, b = 0.0, 0.0
    for i in range(1, 11):
        residual = 2.0 + 2.0 * i - (xp.exp(i * x) + xp.exp(i * y))
        a, b = a - 2.0 * i * residual * xp.exp(i * x), b - 2.0 * i * residual * xp.exp(i * y)
    return a, b


@problem(
    domain=(-1.0, 1.0),
    minima=[Minimum((0.2578252136703641, 0.2578252136703641), 124.36218235561485)],
    gradient=_jennrich_sampson_gradient,
    properties=("smooth",),
    source=MGH + "6, with m = 10, after Jennrich & Sampson (1968)",
)
def jennrich_sampson(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = Σ_{i=1…10} (2 + 2i − (exp(ix) + exp(iy)))²"""
    return sum((2.0 + 2.0 * i - (xp.exp(i * x) + xp.exp(i * y))) ** 2 for i in range(1, 11))


BARD = (0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39)
BARD_U = tuple(float(i) for i in range(1, 16))
BARD_V = tuple(16.0 - u for u in BARD_U)
BARD_W = tuple(map(min, BARD_U, BARD_V))


def _bard_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    y, u, v, w = (column(values, x, xp) for values in (BARD, BARD_U, BARD_V, BARD_W))
    below = v * x[1] + w * x[2]
    residuals = y - (x[0] + u / below)
    return _gradient(residuals, -1.0, u * v / below**2, u * w / below**2, xp=xp)


@problem(
    dimensions=exactly(3),
    domain=((-0.25, 0.25), (0.01, 2.5), (0.01, 2.5)),
    minima=[Minimum((0.08241055974978899, 1.1330360920297224, 2.3436951786425366), 0.00821487730657898)],
    gradient=_bard_gradient,
    properties=("smooth",),
    hard_points=(pole((0.08, 0.0, 0.0), "all denominators are 0, beyond the domain"),),
    source=MGH + "8, after Bard (1970); domain of Jamil & Yang (2013)",
)
def bard(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…15} (y_i − (x_1 + u_i / (v_i x_2 + w_i x_3)))²,
    u_i = i, v_i = 16 − i, w_i = min(u_i, v_i)"""
    y, u, v, w = (column(values, x, xp) for values in (BARD, BARD_U, BARD_V, BARD_W))
    return xp.sum((y - (x[0] + u / (v * x[1] + w * x[2]))) ** 2, axis=0)


GAUSSIAN = (
    0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
    0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009,
)  # fmt: skip
GAUSSIAN_T = tuple((8.0 - i) / 2.0 for i in range(1, 16))


def _gaussian_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    y, t = column(GAUSSIAN, x, xp), column(GAUSSIAN_T, x, xp)
    away = t - x[2]
    bell = xp.exp(-x[1] * away**2 / 2.0)
    return _gradient(x[0] * bell - y, bell, -x[0] * bell * away**2 / 2.0, x[0] * bell * x[1] * away, xp=xp)


@problem(
    dimensions=exactly(3),
    domain=(-2.0, 2.0),
    minima=[Minimum((0.39895613783875666, 1.0000190844878056, 0.0), 1.1279327696190113e-08)],
    gradient=_gaussian_gradient,
    properties=("smooth",),
    source=MGH + "9",
)
def gaussian(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…15} (x_1 exp(−x_2 (t_i − x_3)² / 2) − y_i)², t_i = (8 − i) / 2"""
    y, t = column(GAUSSIAN, x, xp), column(GAUSSIAN_T, x, xp)
    return xp.sum((x[0] * xp.exp(-x[1] * (t - x[2]) ** 2 / 2.0) - y) ** 2, axis=0)


MEYER = (
    34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0,
    8261.0, 7030.0, 6005.0, 5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
)  # fmt: skip
MEYER_T = tuple(45.0 + 5.0 * i for i in range(1, 17))


def _meyer_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    y, t = column(MEYER, x, xp), column(MEYER_T, x, xp)
    growth = xp.exp(x[1] / (t + x[2]))
    slope = x[0] * growth / (t + x[2])
    return _gradient(x[0] * growth - y, growth, slope, -slope * x[1] / (t + x[2]), xp=xp)


@problem(
    dimensions=exactly(3),
    domain=((0.0, 1.0), (0.0, 10000.0), (0.0, 1000.0)),
    minima=[Minimum((0.005609636471028053, 6181.346346286372, 345.2236346241365), 87.94585517085112)],
    gradient=_meyer_gradient,
    properties=("smooth",),
    hard_points=(
        hard(
            (0.005609636471028053, 6181.346346286372, 345.2236346241365),
            "cancellation",
            "the minimum: sums of slopes of 1e7 come to 0; the curvatures are from 1e-2 to 1e14",
            -0.00021249627468191513,
            -2.927149420237006e-09,
            4.448095952867771e-08,
        ),
        pole((0.01, 1.0, -50.0), "exp(1/0), beyond the domain: to one side endless, to the other 0"),
    ),
    source=MGH + "10, after Meyer (1970); a domain that has the minimum in it, which [0, 100]³, say, has not",
)
def meyer(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…16} (x_1 exp(x_2 / (t_i + x_3)) − y_i)², t_i = 45 + 5i"""
    y, t = column(MEYER, x, xp), column(MEYER_T, x, xp)
    return xp.sum((x[0] * xp.exp(x[1] / (t + x[2])) - y) ** 2, axis=0)


GULF = tuple(0.01 * i for i in range(1, 100))
GULF_U = tuple(25.0 + (-50.0 * math.log(t)) ** (2.0 / 3.0) for t in GULF)


def _gulf_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    t, u = column(GULF, x, xp), column(GULF_U, x, xp)
    away = xp.abs(u - x[1])
    power = away ** x[2]
    decay = xp.exp(-power / x[0])
    logarithm = xp.log(away + (away == 0.0))  # of 1 in place of 0: the power before it is 0
    return _gradient(
        decay - t,
        decay * power / x[0] ** 2,
        decay * x[2] * away ** (x[2] - 1.0) * xp.sign(u - x[1]) / x[0],
        -decay * power * logarithm / x[0],
        xp=xp,
    )


@problem(
    dimensions=exactly(3),
    domain=((0.1, 100.0), (0.0, 25.6), (0.0, 5.0)),
    minima=[Minimum((50.0, 25.0, 1.5), 0.0)],
    gradient=_gulf_gradient,
    properties=("smooth",),
    hard_points=(
        hard((0.1, 0.0, 5.0), "underflow", "exp(−1e8): every slope is less than any double", 0.0, 0.0, 0.0),
        hard(
            (50.0, GULF_U[-1], 0.5),
            "infinite slope",
            "x₂ = u₉₉ beyond the domain: the root of |x₂ − u₉₉|",
            0.12431253261907002,
            (math.inf, -math.inf),
            -17.223471307543267,
        ),
        hard(
            (50.0, GULF_U[-1], 1.0),
            "kink",
            "x₂ = u₉₉ beyond the domain: |x₂ − u₉₉|",
            0.2581021479827883,
            (0.8920855856865167, 0.8912855856865168),
            -36.061044254078524,
        ),
        hard(
            (50.0, GULF_U[-1], 1.5),
            "trap",
            "zero to the power 1.5: the derivative by the exponent has 0 log 0",
            0.024651445113744747,
            0.22239706839774198,
            -2.7886711123801593,
        ),
        hard(
            (50.0, 20.0, 0.0),
            "control",
            "the power of zero, x⁰, is 1 and flat",
            0.03727865611791649,
            0.0,
            -5.610420221090138,
        ),
        pole((0.0, 20.0, 1.5), "exp(1/0), beyond the domain: to one side 0, to the other endless"),
    ),
    source=MGH
    + "11, after Cox (1969), with m = 99 and |u_i − x_2| where a misprint there has |u_i m i x_2|; domain of "
    "Jamil & Yang (2013)",
)
def gulf(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…99} (exp(−|u_i − x_2|^x_3 / x_1) − 0.01 i)², u_i = 25 + (−50 log(0.01 i))^(2/3)"""
    t, u = column(GULF, x, xp), column(GULF_U, x, xp)
    return xp.sum((xp.exp(-(xp.abs(u - x[1]) ** x[2]) / x[0]) - t) ** 2, axis=0)


def _box_3d_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    t = column(TENTHS[:10], x, xp)
    a, b, c = xp.exp(-t * x[0]), xp.exp(-t * x[1]), xp.exp(-t) - xp.exp(-10.0 * t)
    return _gradient(a - b - c * x[2], -t * a, t * b, -c, xp=xp)


@problem(
    dimensions=exactly(3),
    domain=((0.9, 1.2), (9.0, 11.2), (0.9, 1.2)),
    minima=[Minimum((1.0, 10.0, 1.0), 0.0)],
    gradient=_box_3d_gradient,
    properties=("smooth",),
    aliases=("box_betts",),
    source=MGH + "12, with m = 10, after Box (1966); domain of the same function as Box-Betts in Ali, Khompatraporn & "
    "Zabinsky (2005), outside which f is 0 also at (10, 1, −1) and wherever x_1 = x_2 and x_3 = 0",
)
def box_3d(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…10} (exp(−t_i x_1) − exp(−t_i x_2) − x_3 (exp(−t_i) − exp(−10 t_i)))², t_i = 0.1 i"""
    t = column(TENTHS[:10], x, xp)
    return xp.sum(
        (xp.exp(-t * x[0]) - xp.exp(-t * x[1]) - x[2] * (xp.exp(-t) - xp.exp(-10.0 * t))) ** 2,
        axis=0,
    )


KOWALIK = (0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246)
KOWALIK_U = (4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625)
KOWALIK_U_YAO = tuple(1.0 / b for b in (0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0))


def _kowalik(abscissae: tuple[float, ...], x: Any, xp: Any) -> Any:
    y, u = column(KOWALIK, x, xp), column(abscissae, x, xp)
    return xp.sum((y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])) ** 2, axis=0)


def _kowalik_gradient(abscissae: tuple[float, ...], x: Any, xp: Any) -> tuple[Any, ...]:
    y, u = column(KOWALIK, x, xp), column(abscissae, x, xp)
    above, below = u**2 + u * x[1], u**2 + u * x[2] + x[3]
    slope = x[0] * above / below**2
    return _gradient(y - x[0] * above / below, -above / below, -x[0] * u / below, slope * u, slope, xp=xp)


@problem(
    dimensions=exactly(4),
    domain=(0.0, 0.42),
    minima=[
        Minimum(
            (0.1928069345790379, 0.1912823287343668, 0.12305650692632074, 0.13606233068379475), 0.0003075056038492378
        )
    ],
    gradient=lambda x, xp: _kowalik_gradient(KOWALIK_U, x, xp),
    properties=("smooth",),
    source=MGH + "15, after Kowalik & Osborne (1968); domain of Ali, Khompatraporn & Zabinsky (2005)",
)
def kowalik_osborne(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…11} (y_i − x_1 (u_i² + u_i x_2) / (u_i² + u_i x_3 + x_4))²"""
    return _kowalik(KOWALIK_U, x, xp)


@problem(
    name="kowalik_osborne@yao",
    dimensions=exactly(4),
    domain=(-5.0, 5.0),
    minima=[
        Minimum(
            (0.19283345298250862, 0.19083623878262898, 0.12311729627785722, 0.13576598998153694), 0.00030748598780560644
        )
    ],
    gradient=lambda x, xp: _kowalik_gradient(KOWALIK_U_YAO, x, xp),
    properties=("multimodal",),
    aliases=("kowalik",),
    hard_points=(
        pole((0.1, 0.1, -4.0, 0.0), "the first denominator, 16 − 4·4, is 0"),
        hard(
            (0.1, 0.1, -4.0, 2.0**-30),
            "control",
            "1e-9 beside a pole: slopes of 1e28, every digit of them sure",
            6.201795356891921e19,
            1.5126330138760783e18,
            -2.663650823433545e28,
            -6.659127058583863e27,
        ),
    ),
    source="Yao, Liu & Lin (1999), Evolutionary programming made faster, function 15: u_i = 1/b_i is not rounded to "
    "three digits, and there are poles in the domain",
)
def kowalik_osborne_yao(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…11} (y_i − x_1 (u_i² + u_i x_2) / (u_i² + u_i x_3 + x_4))²"""
    return _kowalik(KOWALIK_U_YAO, x, xp)


FIFTHS = tuple(i / 5.0 for i in range(1, 21))


def _brown_dennis_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    t = column(FIFTHS, x, xp)
    a, b = x[0] + t * x[1] - xp.exp(t), x[2] + x[3] * xp.sin(t) - xp.cos(t)
    residuals = a**2 + b**2
    return _gradient(residuals, 2.0 * a, 2.0 * a * t, 2.0 * b, 2.0 * b * xp.sin(t), xp=xp)


@problem(
    dimensions=exactly(4),
    domain=(-100.0, 100.0),
    minima=[
        Minimum((-11.594439904762165, 13.203630051207202, -0.4034394881768595, 0.23677877445573628), 85822.20162635631)
    ],
    gradient=_brown_dennis_gradient,
    properties=("smooth", "convex"),
    source=MGH + "16, with m = 20, after Brown & Dennis (1971)",
)
def brown_dennis(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…20} ((x_1 + t_i x_2 − exp(t_i))² + (x_3 + x_4 sin(t_i) − cos(t_i))²)², t_i = i/5"""
    t = column(FIFTHS, x, xp)
    residuals = (x[0] + t * x[1] - xp.exp(t)) ** 2 + (x[2] + x[3] * xp.sin(t) - xp.cos(t)) ** 2
    return xp.sum(residuals**2, axis=0)


OSBORNE_1 = (
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
    0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
    0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
)  # fmt: skip
OSBORNE_1_T = tuple(10.0 * i for i in range(33))


def _osborne_1_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    y, t = column(OSBORNE_1, x, xp), column(OSBORNE_1_T, x, xp)
    a, b = xp.exp(-t * x[3]), xp.exp(-t * x[4])
    return _gradient(y - (x[0] + x[1] * a + x[2] * b), -1.0, -a, -b, t * x[1] * a, t * x[2] * b, xp=xp)


@problem(
    dimensions=exactly(5),
    domain=((0.0, 3.0), (0.0, 3.0), (-3.0, 0.0), (0.0, 3.0), (0.0, 3.0)),
    minima=[
        Minimum(
            (0.37541005210695194, 1.9358469127123559, -1.4646871366134115, 0.012867534640057266, 0.02212269966167266),
            5.464894697482912e-05,
        )
    ],
    gradient=_osborne_1_gradient,
    properties=("smooth",),
    source=MGH + "17, after Osborne (1972); a domain in which the two exponentials cannot change places",
)
def osborne_1(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…33} (y_i − (x_1 + x_2 exp(−t_i x_4) + x_3 exp(−t_i x_5)))², t_i = 10 (i − 1)"""
    y, t = column(OSBORNE_1, x, xp), column(OSBORNE_1_T, x, xp)
    return xp.sum((y - (x[0] + x[1] * xp.exp(-t * x[3]) + x[2] * xp.exp(-t * x[4]))) ** 2, axis=0)


def _biggs_residuals(x: Any, xp: Any) -> Any:
    t = column(TENTHS, x, xp)
    y = xp.exp(-t) - 5.0 * xp.exp(-10.0 * t) + 3.0 * xp.exp(-4.0 * t)
    return x[2] * xp.exp(-t * x[0]) - x[3] * xp.exp(-t * x[1]) + x[5] * xp.exp(-t * x[4]) - y


def _biggs_exp6_gradient(x: Any, xp: Any) -> tuple[Any, ...]:
    t = column(TENTHS, x, xp)
    a, b, c = xp.exp(-t * x[0]), xp.exp(-t * x[1]), xp.exp(-t * x[4])
    return _gradient(_biggs_residuals(x, xp), -t * x[2] * a, t * x[3] * b, a, -b, -t * x[5] * c, c, xp=xp)


BIGGS_EXP6 = tuple(
    Minimum((a, b, in_a, -in_b, c, in_c), 0.0)
    for (a, in_a), (b, in_b), (c, in_c) in itertools.permutations([(1.0, 1.0), (10.0, -5.0), (4.0, 3.0)])
)
"""(1, 10, 1, 5, 4, 3), and the three exponentials in other places."""


@problem(
    dimensions=exactly(6),
    domain=(-20.0, 20.0),
    minima=BIGGS_EXP6,
    gradient=_biggs_exp6_gradient,
    properties=("smooth", "multimodal"),
    source=MGH + "18, with m = 13, after Biggs (1971)",
)
def biggs_exp6(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…13} (x_3 exp(−t_i x_1) − x_4 exp(−t_i x_2) + x_6 exp(−t_i x_5) − y_i)²,
    t_i = 0.1 i, y_i = exp(−t_i) − 5 exp(−10 t_i) + 3 exp(−4 t_i)"""
    return xp.sum(_biggs_residuals(x, xp) ** 2, axis=0)
