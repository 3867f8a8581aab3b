"""Valleys: curved, narrow or flat, in any dimension."""

from typing import Any

from ..columns import indices
from ..points import at_the_origin, hard
from ..problem import Minimum, at_least, multiples_of
from ..registry import problem
from ..sources import SFU


def _rosenbrock_gradient(x: Any, xp: Any) -> Any:
    valley = x[1:] - x[:-1] ** 2
    gradient = xp.zeros_like(x)
    gradient[:-1] = -400.0 * x[:-1] * valley - 2.0 * (1.0 - x[:-1])
    gradient[1:] += 200.0 * valley
    return gradient


@problem(
    dimensions=at_least(2),
    domain=(-5.0, 10.0),
    minima=lambda n: (Minimum((1.0,) * n, 0.0),),
    gradient=_rosenbrock_gradient,
    properties=("smooth",),
    aliases=("banana", "de_jong_2"),
    hard_points=(
        hard(
            (1.0 + 1e-8, 1.0 + 2e-8),
            "cancellation",
            "in the valley, 1e-8 from the minimum: differences cancel",
            1.9999951060607637e-08,
            2.44089212281051e-14,
        ),
    ),
    source="Rosenbrock (1960), An automatic method for finding the greatest or least value of a function; "
    "in n dimensions after Goldberg (1989)",
)
def rosenbrock(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i<n} 100 (x_{i+1} − x_i²)² + (1 − x_i)²"""
    return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2, axis=0)


def _dixon_price_minima(n: int) -> tuple[Minimum, ...]:
    """Each coordinate has half the square root of the one before; of the last the function has the square alone."""
    *first, last = (2.0 ** (2.0 ** (1 - i) - 1.0) for i in range(1, n + 1))
    return Minimum((*first, last), 0.0), Minimum((*first, -last), 0.0)


def _dixon_price_gradient(x: Any, xp: Any) -> Any:
    weighted = indices(x, xp)[1:] * (2.0 * x[1:] ** 2 - x[:-1])
    gradient = xp.zeros_like(x)
    gradient[0] = 2.0 * (x[0] - 1.0)
    gradient[1:] += 8.0 * x[1:] * weighted
    gradient[:-1] -= 2.0 * weighted
    return gradient


@problem(
    dimensions=at_least(2),
    domain=(-10.0, 10.0),
    minima=_dixon_price_minima,
    gradient=_dixon_price_gradient,
    properties=("smooth", "multimodal"),
    source=f"Dixon & Price (1989), The truncated Newton method for sparse unconstrained optimisation; {SFU}",
)
def dixon_price(x: Any, xp: Any) -> Any:
    """f(x) = (x_1 − 1)² + Σ_{i≥2} i (2x_i² − x_{i−1})²"""
    return (x[0] - 1.0) ** 2 + xp.sum(indices(x, xp)[1:] * (2.0 * x[1:] ** 2 - x[:-1]) ** 2, axis=0)


def _powell_singular_gradient(x: Any, xp: Any) -> Any:
    x1, x2, x3, x4 = (x[i::4] for i in range(4))
    p, q = 2.0 * (x1 + 10.0 * x2), 10.0 * (x3 - x4)
    r, s = 4.0 * (x2 - 2.0 * x3) ** 3, 40.0 * (x1 - x4) ** 3
    gradient = xp.zeros_like(x)
    gradient[0::4] = p + s
    gradient[1::4] = 10.0 * p + r
    gradient[2::4] = q - 2.0 * r
    gradient[3::4] = -q - s
    return gradient


@problem(
    dimensions=multiples_of(4),
    domain=(-4.0, 5.0),
    minima=at_the_origin,
    gradient=_powell_singular_gradient,
    properties=("smooth", "convex"),
    source="Powell (1962), An iterative method for finding stationary values of a function of several variables; "
    "Moré, Garbow & Hillstrom (1981), Testing unconstrained optimization software, functions 13 and 22",
)
def powell_singular(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i≤n/4} (x_{4i−3} + 10x_{4i−2})² + 5 (x_{4i−1} − x_{4i})²
    + (x_{4i−2} − 2x_{4i−1})⁴ + 10 (x_{4i−3} − x_{4i})⁴"""
    x1, x2, x3, x4 = (x[i::4] for i in range(4))
    return xp.sum((x1 + 10.0 * x2) ** 2 + 5.0 * (x3 - x4) ** 2 + (x2 - 2.0 * x3) ** 4 + 10.0 * (x1 - x4) ** 4, axis=0)
