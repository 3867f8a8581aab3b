"""Systems of equations in any number of coordinates, as sums of squares, from Moré, Garbow and Hillstrom's paper."""

import itertools
import math
from fractions import Fraction
from functools import cache
from typing import Any

from ..columns import indices, matrix
from ..points import hard
from ..problem import Minimum, at_least, between
from ..products import product_of_others
from ..registry import problem
from .least_squares import MGH


@cache
def _watson_powers(n: int) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """t^(j−1) and its derivative (j − 1) t^(j−2), rounded once; rows for t = 1/29 … 29/29, j = 1 … n."""
    powers = tuple(tuple(i**j / 29**j for j in range(n)) for i in range(1, 30))
    return powers, tuple((0.0, *(j * i ** (j - 1) / 29 ** (j - 1) for j in range(1, n))) for i in range(1, 30))


def _watson_gradient(x: Any, xp: Any) -> Any:
    powers, slopes = (matrix(rows, x, xp) for rows in _watson_powers(x.shape[0]))
    values = xp.sum(powers * x, axis=1)
    residuals = xp.sum(slopes * x, axis=1) - values**2 - 1.0
    gradient = 2.0 * xp.sum(residuals[:, None] * (slopes - 2.0 * values[:, None] * powers), axis=0)
    last = x[1] - x[0] ** 2 - 1.0
    gradient[0] += 2.0 * x[0] - 4.0 * x[0] * last
    gradient[1] += 2.0 * last
    return gradient


WATSON = {
    2: Minimum((-0.5013670075219627, 1.0736498384595432), 0.5466078558746469),
    3: Minimum((-0.37573300579510516, 0.9277884537947423, 0.1716430245881916), 0.47139972252095674),
    4: Minimum((-0.1830480790751187, 1.080738694631855, -0.4526588085087553, 0.6144563386645558), 0.06958772678589437),
    5: Minimum((
        -0.0714051701051879, 0.9700247047203899, 0.2661688465197952, -0.5398931870568664, 0.7107112218473484,
    ), 0.0171543662690187),
    6: Minimum((
        -0.01572508640145866, 1.0124348693691099, -0.2329916259567368, 1.2604300877996042, -1.5137289227222737,
        0.9929964324311313,
    ), 0.002287670053552471),
    9: Minimum((
        -1.5307036521380234e-05, 0.9997897039319483, 0.014763963693558648, 0.1463423282993521, 1.0008211030047278,
        -2.617731140519003, 4.104403164478781, -3.143612278556362, 1.0526264080101395,
    ), 1.399760138097755e-06),
    12: Minimum((
        -6.638060464225782e-09, 1.0000016441178619, -0.0005639322103258133, 0.3478205405036694, -0.1567315040925444,
        1.0528151771879843, -3.2472711533982808, 7.288434897814381, -10.27184824116371, 9.074113646951174,
        -4.541375466637833, 1.0120118885424816,
    ), 4.72238110564079e-10),
}  # fmt: skip


@problem(
    dimensions=between(2, 31),
    domain=(-20.0, 20.0),
    minima=lambda n: (WATSON[n],) if n in WATSON else (),
    gradient=_watson_gradient,
    properties=("smooth",),
    source=MGH + "20, after Kowalik & Osborne (1968)",
)
def watson(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…29} (Σ_{j=2…n} (j − 1) x_j t^(j−2) − (Σ_{j=1…n} x_j t^(j−1))² − 1)² + x_1² + (x_2 − x_1² − 1)²,
    t = i/29"""
    powers, slopes = (matrix(rows, x, xp) for rows in _watson_powers(x.shape[0]))
    residuals = xp.sum(slopes * x, axis=1) - xp.sum(powers * x, axis=1) ** 2 - 1.0
    return xp.sum(residuals**2, axis=0) + x[0] ** 2 + (x[1] - x[0] ** 2 - 1.0) ** 2


def _variably_dimensioned_gradient(x: Any, xp: Any) -> Any:
    weighted = xp.sum(indices(x, xp) * (x - 1.0), axis=0)
    return 2.0 * (x - 1.0) + (2.0 * weighted + 4.0 * weighted**3) * indices(x, xp)


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    minima=lambda n: (Minimum((1.0,) * n, 0.0),),
    gradient=_variably_dimensioned_gradient,
    properties=("smooth", "convex"),
    source=MGH + "25",
)
def variably_dimensioned(x: Any, xp: Any) -> Any:
    """f(x) = Σ (x_i − 1)² + (Σ i (x_i − 1))² + (Σ i (x_i − 1))⁴"""
    weighted = xp.sum(indices(x, xp) * (x - 1.0), axis=0)
    return xp.sum((x - 1.0) ** 2, axis=0) + weighted**2 + weighted**4


def _trigonometric_gradient(x: Any, xp: Any) -> Any:
    i = indices(x, xp)
    residuals = x.shape[0] - xp.sum(xp.cos(x), axis=0) + i * (1.0 - xp.cos(x)) - xp.sin(x)
    return 2.0 * (xp.sin(x) * xp.sum(residuals, axis=0) + residuals * (i * xp.sin(x) - xp.cos(x)))


TRIGONOMETRIC: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((0.9272952180016122,),),
    2: ((0.24306420220156216, 0.6126761171373342),),
    3: ((0.13865866208959526, 0.1523812304815233, 0.46778723247518894),),
    4: ((0.08918060157524355, 0.09406975483676079, 0.10034903821762742, 0.3808809535377545),),
    5: (
        (0.0617549189234923, 0.06393992541842797, 0.06648669739226702, 0.06953055812954323, 0.32148909434561196),
        (0.09913239836037303, 0.10534189559381861, 0.11366324922812172, 0.3637453216131457, 0.15328894673682641),
        (0.10454850688520703, 0.11156249728066213, 0.12120260702025626, 0.3533943645717458, 0.190489900410833),
    ),
}
"""The zeros other than the origin. With S = Σ (1 − cos x_j), each x_i must be one of the two solutions of
i cos x_i + sin x_i = i + S; these are all the S and choices that agree, for a few n."""


@problem(
    dimensions=at_least(1),
    domain=(-math.pi, math.pi),
    minima=lambda n: tuple(Minimum(point, 0.0) for point in ((0.0,) * n, *TRIGONOMETRIC.get(n, ()))),
    gradient=_trigonometric_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (1e-8, 1e-8),
            "cancellation",
            "1 − cos(1e-8) is nothing to doubles",
            1.999999910000001e-08,
            1.9999998800000013e-08,
        ),
    ),
    source=MGH + "26, after Spedicato (1975); the sine is not multiplied by i, as it is in Jamil & Yang (2013)",
)
def trigonometric(x: Any, xp: Any) -> Any:
    """f(x) = Σ_i (n − Σ_j cos(x_j) + i (1 − cos(x_i)) − sin(x_i))²"""
    residuals = x.shape[0] - xp.sum(xp.cos(x), axis=0) + indices(x, xp) * (1.0 - xp.cos(x)) - xp.sin(x)
    return xp.sum(residuals**2, axis=0)


def _brown_almost_linear_gradient(x: Any, xp: Any) -> Any:
    n = x.shape[0]
    linear = x[:-1] + xp.sum(x, axis=0) - (n + 1.0)
    gradient = 2.0 * xp.sum(linear, axis=0) + 2.0 * (xp.prod(x, axis=0) - 1.0) * product_of_others(x, xp)
    gradient[:-1] += 2.0 * linear
    return gradient


def _brown_almost_linear_minima(n: int) -> tuple[Minimum, ...]:
    """The zeros (α, … α, α^(1−n)): α is 1 or another root of n α^n − (n + 1) α^(n−1) + 1. Those in the domain."""
    brackets = [(Fraction(0), 1 - Fraction(1, n**2))] * (n > 1) + [(Fraction(0), Fraction(-1))] * (n > 1 and n % 2)
    points = [(1.0,) * n]
    for positive, negative in brackets:
        for _ in range(80):
            middle = (positive + negative) / 2
            if n * middle**n - (n + 1) * middle ** (n - 1) + 1 > 0:
                positive = middle
            else:
                negative = middle
        points.append((float(positive),) * (n - 1) + (float(positive ** (1 - n)),))
    return tuple(Minimum(point, 0.0) for point in points if point[-1] <= 10.0)


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    minima=_brown_almost_linear_minima,
    gradient=_brown_almost_linear_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (0.0, 0.0, 4.0), "trap", "a local minimum, of 1; slopes of a product with two zero factors", 0.0, 0.0, 0.0
        ),
        hard((0.0, 1.0, 2.0), "trap", "slopes of a product with one zero factor", -8.0, -2.0, -2.0),
    ),
    source=MGH + "27, after Brown (1969)",
)
def brown_almost_linear(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i<n} (x_i + Σ_j x_j − (n + 1))² + (Π x_j − 1)²"""
    linear = x[:-1] + xp.sum(x, axis=0) - (x.shape[0] + 1.0)
    return xp.sum(linear**2, axis=0) + (xp.prod(x, axis=0) - 1.0) ** 2


def _chebyquad_gradient(x: Any, xp: Any) -> Any:
    n, y = x.shape[0], 2.0 * x - 1.0
    before, current, slope_before, slope = 1.0, y, 0.0, 2.0
    gradient = xp.zeros_like(x)
    for i in range(1, n + 1):
        gradient += 2.0 * (xp.sum(current, axis=0) / n - _integral(i)) * slope / n
        slope_before, slope = slope, 4.0 * current + 2.0 * y * slope - slope_before
        before, current = current, 2.0 * y * current - before
    return gradient


def _integral(i: int) -> float:
    """That of the shifted Chebyshev polynomial of degree i, from 0 to 1."""
    return 0.0 if i % 2 else -1.0 / (i**2 - 1.0)


CHEBYQUAD = {
    1: (0.5,),
    2: (0.2113248654051871, 0.7886751345948129),
    3: (0.14644660940672624, 0.5, 0.8535533905932737),
    4: (0.10267276385411693, 0.40620376295746, 0.5937962370425399, 0.8973272361458831),
    5: (0.08375125649950906, 0.31272929522320947, 0.5, 0.6872707047767905, 0.9162487435004909),
    6: (
        0.0668765909460897,
        0.28874067311944424,
        0.36668229924164764,
        0.6333177007583524,
        0.7112593268805558,
        0.9331234090539103,
    ),
    7: (
        0.05806914962097548,
        0.2351716123574216,
        0.3380440947400462,
        0.5,
        0.6619559052599538,
        0.7648283876425784,
        0.9419308503790246,
    ),
    8: (
        0.04315276015101663,
        0.1930908403841861,
        0.26632870689027294,
        0.5,
        0.5,
        0.7336712931097271,
        0.8069091596158139,
        0.9568472398489833,
    ),
    9: (
        0.04420534613578276,
        0.19949067230988096,
        0.23561910847106002,
        0.416046907892598,
        0.5,
        0.583953092107402,
        0.76438089152894,
        0.8005093276901191,
        0.9557946538642172,
    ),
}
"""In order. That of n = 8 is the lowest that is known; the others are zeros."""


def _chebyquad_minima(n: int) -> tuple[Minimum, ...]:
    """Every order of the coordinates, but for n > 4, where there are over 100, only one."""
    if n not in CHEBYQUAD:
        return ()
    value = 0.00351687372567793 if n == 8 else 0.0
    orders = itertools.permutations(CHEBYQUAD[n])
    return tuple(Minimum(point, value) for point in itertools.islice(orders, None if n <= 4 else 1))


@problem(
    dimensions=between(1, 50),  # it takes n² operations
    domain=(0.0, 1.0),
    minima=_chebyquad_minima,
    gradient=_chebyquad_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard((0.0, 1.0), "trap", "the end points, where T_i as cos(i arccos x) has infinite slopes", -32 / 3, 32 / 3),
        hard((-0.5, 1.5), "trap", "outside [0, 1], where cos(i arccos x) is no number", -352 / 3, 352 / 3),
    ),
    source=MGH + "35, with m = n, after Fletcher (1965)",
)
def chebyquad(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…n} (Σ_j T_i(x_j) / n − ∫₀¹ T_i)², T_i the Chebyshev polynomials shifted to [0, 1], by recurrence;
    ∫₀¹ T_i = 0 for odd i, −1/(i² − 1) for even i. It takes n² operations: sensible to n of a few hundreds"""
    n, y = x.shape[0], 2.0 * x - 1.0
    before, current = 1.0, y
    total = (xp.sum(current, axis=0) / n) ** 2
    for i in range(2, n + 1):
        before, current = current, 2.0 * y * current - before
        total = total + (xp.sum(current, axis=0) / n - _integral(i)) ** 2
    return total
