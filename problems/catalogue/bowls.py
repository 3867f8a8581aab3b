"""Bowls: one basin, in any dimension."""

from typing import Any

from ..problem import Minimum, at_least
from ..registry import problem


def _sphere_gradient(x: Any, xp: Any) -> Any:
    return 2.0 * x


@problem(
    dimensions=at_least(1),
    domain=(-5.12, 5.12),
    minima=lambda n: (Minimum((0.0,) * n, 0.0),),
    gradient=_sphere_gradient,
    properties=("smooth", "convex", "separable"),
    aliases=("de_jong_1",),
    source="De Jong (1975), An Analysis of the Behavior of a Class of Genetic Adaptive Systems, function F1",
)
def sphere(x: Any, xp: Any) -> Any:
    """f(x) = Σ x_i²"""
    return xp.sum(x**2, axis=0)
