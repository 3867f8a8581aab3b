"""Valleys: curved, narrow or flat, in any dimension."""

from typing import Any

from ..problem import HardPoint, Minimum, at_least
from ..registry import problem


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
        HardPoint((1.0 + 1e-8, 1.0 + 2e-8), "cancellation", "in the valley, 1e-8 from the minimum: differences cancel"),
    ),
    source="Rosenbrock (1960), An automatic method for finding the greatest or least value of a function; "
    "in n dimensions after Goldberg (1989)",
)
def rosenbrock(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i<n} 100 (x_{i+1} − x_i²)² + (1 − x_i)²"""
    return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2, axis=0)
