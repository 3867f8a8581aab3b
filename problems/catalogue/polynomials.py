"""Polynomials of two coordinates."""

from typing import Any

from ..problem import Minimum
from ..registry import problem


def _matyas_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_matyas_gradient,
    properties=("smooth", "convex"),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 71",
)
def matyas(x: Any, y: Any) -> Any:
    """f(x, y) = 0.26 (x² + y²) − 0.48 x y"""
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


def _goldstein_price_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    s = x + y + 1.0
    p = 19.0 - 14.0 * x + 3.0 * x**2 - 14.0 * y + 6.0 * x * y + 3.0 * y**2
    a = 1.0 + s**2 * p
    t = 2.0 * x - 3.0 * y
    q = 18.0 - 32.0 * x + 12.0 * x**2 + 48.0 * y - 36.0 * x * y + 27.0 * y**2
    b = 30.0 + t**2 * q
    a_xy = 2.0 * s * p + s**2 * (6.0 * (x + y) - 14.0)  # the same with respect to x and y
    b_x = 4.0 * t * q + t**2 * (24.0 * x - 36.0 * y - 32.0)
    b_y = -6.0 * t * q + t**2 * (54.0 * y - 36.0 * x + 48.0)
    return a_xy * b + a * b_x, a_xy * b + a * b_y


@problem(
    domain=(-2.0, 2.0),
    minima=[Minimum((0.0, -1.0), 3.0)],
    gradient=_goldstein_price_gradient,
    properties=("smooth",),
    source="Goldstein & Price (1971), On descent from local minima",
)
def goldstein_price(x: Any, y: Any) -> Any:
    """f(x, y) = [1 + (x + y + 1)² (19 − 14x + 3x² − 14y + 6xy + 3y²)]
    · [30 + (2x − 3y)² (18 − 32x + 12x² + 48y − 36xy + 27y²)]"""
    a = 1.0 + (x + y + 1.0) ** 2 * (19.0 - 14.0 * x + 3.0 * x**2 - 14.0 * y + 6.0 * x * y + 3.0 * y**2)
    b = 30.0 + (2.0 * x - 3.0 * y) ** 2 * (18.0 - 32.0 * x + 12.0 * x**2 + 48.0 * y - 36.0 * x * y + 27.0 * y**2)
    return a * b
