"""Bowls: one basin, in any dimension."""

from typing import Any

from ..columns import indices
from ..points import at_the_origin, corner, gathered, hard, hard_at_each, hard_in_first
from ..problem import HardPoint, Minimum, at_least, between
from ..products import product_of_others
from ..registry import problem
from ..sources import SCHWEFEL, SFU, SURVEY


def _sphere_gradient(x: Any, xp: Any) -> Any:
    return 2.0 * x


@problem(
    dimensions=at_least(1),
    domain=(-5.12, 5.12),
    minima=at_the_origin,
    gradient=_sphere_gradient,
    properties=("smooth", "convex", "separable"),
    aliases=("de_jong_1",),
    source="De Jong (1975), An Analysis of the Behavior of a Class of Genetic Adaptive Systems, function F1",
)
def sphere(x: Any, xp: Any) -> Any:
    """f(x) = Σ x_i²"""
    return xp.sum(x**2, axis=0)


def _sum_of_squares_gradient(x: Any, xp: Any) -> Any:
    return 2.0 * indices(x, xp) * x


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    minima=at_the_origin,
    gradient=_sum_of_squares_gradient,
    properties=("smooth", "convex", "separable"),
    aliases=("axis_parallel_hyper_ellipsoid",),
    source=f"{SFU}, sum squares function",
)
def sum_of_squares(x: Any, xp: Any) -> Any:
    """f(x) = Σ i x_i²"""
    return xp.sum(indices(x, xp) * x**2, axis=0)


def _times_summed(x: Any, xp: Any) -> Any:
    """How often the double sum has each coordinate: n times the first, once the last."""
    return x.shape[0] + 1.0 - indices(x, xp)


def _rotated_hyper_ellipsoid_gradient(x: Any, xp: Any) -> Any:
    return 2.0 * _times_summed(x, xp) * x


@problem(
    dimensions=at_least(1),
    domain=(-65.536, 65.536),
    minima=at_the_origin,
    gradient=_rotated_hyper_ellipsoid_gradient,
    properties=("smooth", "convex", "separable"),
    source=f"{SFU}, rotated hyper-ellipsoid function",
)
def rotated_hyper_ellipsoid(x: Any, xp: Any) -> Any:
    """f(x) = Σ_i Σ_{j≤i} x_j² = Σ (n − i + 1) x_i²"""
    return xp.sum(_times_summed(x, xp) * x**2, axis=0)


def _trid_gradient(x: Any, xp: Any) -> Any:
    gradient = 2.0 * (x - 1.0)
    gradient[1:] -= x[:-1]
    gradient[:-1] -= x[1:]
    return gradient


@problem(
    dimensions=at_least(2),
    domain=lambda n: (-float(n**2), float(n**2)),
    minima=lambda n: (
        Minimum(tuple(float(i * (n + 1 - i)) for i in range(1, n + 1)), float(-(n * (n + 4) * (n - 1) // 6))),
    ),
    gradient=_trid_gradient,
    properties=("smooth", "convex"),
    source=f"{SFU}, Trid function",
)
def trid(x: Any, xp: Any) -> Any:
    """f(x) = Σ (x_i − 1)² − Σ_{i≥2} x_i x_{i−1}"""
    return xp.sum((x - 1.0) ** 2, axis=0) - xp.sum(x[1:] * x[:-1], axis=0)


def _zakharov_gradient(x: Any, xp: Any) -> Any:
    half = 0.5 * indices(x, xp)
    s = xp.sum(half * x, axis=0)
    return 2.0 * x + half * (2.0 * s + 4.0 * s**3)


@problem(
    dimensions=at_least(1),
    domain=(-5.0, 10.0),
    minima=at_the_origin,
    gradient=_zakharov_gradient,
    properties=("smooth", "convex"),
    source=f"{SFU}, Zakharov function",
)
def zakharov(x: Any, xp: Any) -> Any:
    """f(x) = Σ x_i² + (Σ 0.5 i x_i)² + (Σ 0.5 i x_i)⁴"""
    s = xp.sum(0.5 * indices(x, xp) * x, axis=0)
    return xp.sum(x**2, axis=0) + s**2 + s**4


def _exponential_gradient(x: Any, xp: Any) -> Any:
    return x * xp.exp(-0.5 * xp.sum(x**2, axis=0))


@problem(
    dimensions=at_least(1),
    domain=(-1.0, 1.0),
    minima=lambda n: (Minimum((0.0,) * n, -1.0),),
    gradient=_exponential_gradient,
    properties=("smooth",),
    source=f"{SURVEY}, function 54; to be maximised, without the minus, in Breiman & Cutler (1993)",
)
def exponential(x: Any, xp: Any) -> Any:
    """f(x) = −exp(−0.5 Σ x_i²)"""
    return -xp.exp(-0.5 * xp.sum(x**2, axis=0))


def _schwefel_2_20_gradient(x: Any, xp: Any) -> Any:
    return xp.sign(x)


@problem(
    dimensions=at_least(1),
    domain=(-100.0, 100.0),
    minima=at_the_origin,
    gradient=_schwefel_2_20_gradient,
    properties=("convex", "separable"),
    hard_points=gathered(
        hard_at_each(0.0, "kink", "the minimum, where all absolute values have theirs", corner(1.0)),
        hard_in_first(0.0, 1.0, "kink", "that of one coordinate alone", corner(1.0), 1.0),
        hard_at_each(5e-324, "control", "the smallest of all doubles is not zero: |x| has a slope there", 1.0),
    ),
    source=f"{SCHWEFEL}, problem 2.20; {SURVEY} (with a wrong sign)",
)
def schwefel_2_20(x: Any, xp: Any) -> Any:
    """f(x) = Σ |x_i|"""
    return xp.sum(xp.abs(x), axis=0)


def _schwefel_2_21_hard_points(n: int) -> tuple[HardPoint, ...]:
    tied, note = (2.0, -2.0) + (1.0,) * (n - 2), "a tie: either of two coordinates is the largest close by"
    return gathered(
        hard_at_each(0.0, "kink", "the minimum: all coordinates tie, and each has a kink", corner(1.0)),
        hard(tied, "kink", note, (0.0, 1.0), (-1.0, 0.0), *(0.0,) * (n - 2)),
        hard_in_first(3.0, 0.0, "control", "kinks and ties of coordinates that are not the largest", 1.0, 0.0),
    )(n)


def _schwefel_2_21_gradient(x: Any, xp: Any) -> Any:
    size = xp.abs(x)
    largest = xp.where(size == xp.max(size, axis=0), 1.0, 0.0)
    return xp.sign(x) * largest / xp.sum(largest, axis=0)


@problem(
    dimensions=at_least(1),
    domain=(-100.0, 100.0),
    minima=at_the_origin,
    gradient=_schwefel_2_21_gradient,
    properties=("convex",),
    hard_points=_schwefel_2_21_hard_points,
    source=f"{SCHWEFEL}, problem 2.21; {SURVEY}",
)
def schwefel_2_21(x: Any, xp: Any) -> Any:
    """f(x) = max |x_i|"""
    return xp.max(xp.abs(x), axis=0)


def _schwefel_2_22_hard_points(n: int) -> tuple[HardPoint, ...]:
    alone = 2.0 if n == 1 else 1.0  # in one coordinate the product is |x| too
    note = "one zero factor in the product, which is not to be divided by"
    return gathered(
        hard_at_each(0.0, "kink", "the minimum: sum and product have their kinks", corner(alone)),
        hard_in_first(0.0, 2.0, "kink", note, corner(1.0 + 2.0 ** (n - 1)), 1.0),
        hard_at_each(1e-200, "control", "the product is 0 to doubles, but it does not matter", alone),
    )(n)


def _schwefel_2_22_gradient(x: Any, xp: Any) -> Any:
    return xp.sign(x) * (1.0 + product_of_others(xp.abs(x), xp))


@problem(
    dimensions=between(1, 308),  # from 309 coordinates on the product overflows at the domain's corners
    domain=(-10.0, 10.0),
    minima=at_the_origin,
    gradient=_schwefel_2_22_gradient,
    hard_points=_schwefel_2_22_hard_points,
    source=f"{SCHWEFEL}, problem 2.22; "
    "the domain is that of Yao, Liu & Lin (1999), Evolutionary programming made faster, function 2",
)
def schwefel_2_22(x: Any, xp: Any) -> Any:
    """f(x) = Σ |x_i| + Π |x_i|"""
    return xp.sum(xp.abs(x), axis=0) + xp.prod(xp.abs(x), axis=0)


def _brown_gradient(x: Any, xp: Any) -> Any:
    a, b = x[:-1], x[1:]
    gradient = xp.zeros_like(x)
    gradient[:-1] = _brown_slope(a, b, xp)
    gradient[1:] += _brown_slope(b, a, xp)
    return gradient


def _brown_slope(x: Any, y: Any, xp: Any) -> Any:
    """The derivative of (x²)^(y² + 1) + (y²)^(x² + 1) by x. At y = 0 the logarithm has a factor that is 0."""
    logarithm = xp.log(y**2 + xp.where(y == 0.0, 1.0, 0.0))
    return 2.0 * x * ((y**2 + 1.0) * (x**2) ** (y**2) + logarithm * (y**2) ** (x**2 + 1.0))


@problem(
    dimensions=at_least(2),
    domain=(-1.0, 4.0),
    minima=at_the_origin,
    gradient=_brown_gradient,
    hard_points=gathered(
        hard_at_each(0.0, "trap", "powers of zero: their derivative by the exponent has 0 log 0", 0.0),
        hard((0.0, 1.0), "trap", "0 to the power 2: the derivative by the exponent has 0 log 0", 0.0, 2.0),
        hard((1e-200, 1e-200), "underflow", "x² is 0 to doubles, and x to the power y² is 1", 2e-200, 2e-200),
    ),
    source=f"{SURVEY}, function 25",
)
def brown(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i<n} (x_i²)^(x_{i+1}² + 1) + (x_{i+1}²)^(x_i² + 1)"""
    a, b = x[:-1] ** 2, x[1:] ** 2
    return xp.sum(a ** (b + 1.0) + b ** (a + 1.0), axis=0)
