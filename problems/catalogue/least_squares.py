"""Sums of a few squared residuals, from Moré, Garbow and Hillstrom's collection, without observed data."""

from typing import Any

from ..points import hard, pole
from ..problem import Minimum, exactly
from ..registry import problem

MGH = "Moré, Garbow & Hillstrom (1981), Testing unconstrained optimization software, problem "


def _freudenstein_roth_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a = x - 13.0 + ((5.0 - y) * y - 2.0) * y
    b = x - 29.0 + ((y + 1.0) * y - 14.0) * y
    return 2.0 * (a + b), 2.0 * (a * (10.0 * y - 3.0 * y**2 - 2.0) + b * (3.0 * y**2 + 2.0 * y - 14.0))


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((5.0, 4.0), 0.0)],
    gradient=_freudenstein_roth_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (5.0 + 1e-9, 4.0 + 1e-9),
            "cancellation",
            "1e-9 from the minimum: polynomials of 16 cancel",
            6.800000563834524e-08,
            3.7920003174714874e-06,
        ),
    ),
    source=MGH
    + "2, after Freudenstein & Roth (1963); domain of Jamil & Yang (2013): the other minimum, of 48.98, lies "
    "beyond its border, at (11.41, −0.897)",
)
def freudenstein_roth(x: Any, y: Any) -> Any:
    """f(x, y) = (x − 13 + ((5 − y) y − 2) y)² + (x − 29 + ((y + 1) y − 14) y)²"""
    return (x - 13.0 + ((5.0 - y) * y - 2.0) * y) ** 2 + (x - 29.0 + ((y + 1.0) * y - 14.0) * y) ** 2


def _powell_badly_scaled_gradient(x: Any, y: Any, xp: Any) -> tuple[Any, Any]:
    a, b = 1e4 * x * y - 1.0, xp.exp(-x) + xp.exp(-y) - 1.0001
    return 2.0 * (1e4 * y * a - xp.exp(-x) * b), 2.0 * (1e4 * x * a - xp.exp(-y) * b)


@problem(
    domain=(-10.0, 10.0),
    minima=[
        Minimum(point, 0.0)
        for point in ((1.0981593296998053e-05, 9.106146739866624), (9.106146739866624, 1.0981593296998053e-05))
    ],
    gradient=_powell_badly_scaled_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (1.1e-5, 9.1),
            "cancellation",
            "by the minimum: 10⁴xy is nearly 1, exp(−x) nearly 1.0001",
            181.99999866826482,
            0.00021999985129038746,
        ),
    ),
    source=MGH + "3, after Powell (1970)",
)
def powell_badly_scaled(x: Any, y: Any, xp: Any) -> Any:
    """f(x, y) = (10⁴ x y − 1)² + (exp(−x) + exp(−y) − 1.0001)²"""
    return (1e4 * x * y - 1.0) ** 2 + (xp.exp(-x) + xp.exp(-y) - 1.0001) ** 2


def _brown_badly_scaled_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    c = x * y - 2.0
    return 2.0 * (x - 1e6) + 2.0 * y * c, 2.0 * (y - 2e-6) + 2.0 * x * c


@problem(
    domain=((0.0, 1e7), (0.0, 2.0)),
    minima=[Minimum((1e6, 2e-6), 0.0)],
    gradient=_brown_badly_scaled_gradient,
    properties=("smooth",),
    hard_points=(
        hard(
            (1e6, 2e-6),
            "cancellation",
            "the minimum; slopes of 1e6 in y beside it, curvatures of 2 and 2e12",
            -3.6201510539290993e-22,
            -1.8100755269645497e-10,
        ),
    ),
    source=MGH + "4",
)
def brown_badly_scaled(x: Any, y: Any) -> Any:
    """f(x, y) = (x − 10⁶)² + (y − 2·10⁻⁶)² + (x y − 2)²"""
    return (x - 1e6) ** 2 + (y - 2e-6) ** 2 + (x * y - 2.0) ** 2


def _helical_valley_gradient(x: Any, xp: Any) -> tuple[Any, Any, Any]:
    squared = x[0] ** 2 + x[1] ** 2
    radius = xp.sqrt(squared)
    a, b = 200.0 * (x[2] - 10.0 * _turns(x, xp)), 200.0 * (radius - 1.0) / radius
    around = 10.0 * a / (2.0 * xp.pi * squared)
    return around * x[1] + b * x[0], -around * x[0] + b * x[1], a + 2.0 * x[2]


def _turns(x: Any, xp: Any) -> Any:
    """The angle of (x₁, x₂) in turns, from −1/4 to 3/4: the cut is at x₁ = 0, x₂ < 0."""
    return xp.atan(x[1] / x[0]) / (2.0 * xp.pi) + xp.where(x[0] < 0.0, 0.5, 0.0)


@problem(
    dimensions=exactly(3),
    domain=(-10.0, 10.0),
    minima=[Minimum((1.0, 0.0, 0.0), 0.0)],
    gradient=_helical_valley_gradient,
    aliases=("fletcher_powell_helical",),
    hard_points=(
        hard(
            (-1.0, 0.0, 0.0),
            "trap",
            "the standard start; the angle by atan2 in place of arctan jumps here",
            0.0,
            -1591.5494309189535,
            -1000.0,
        ),
        # The double π makes the angle jump by 1e-17 at x₁ = 0: here both sides' slopes are one double for all that.
        hard((0.0, 1.0, -1.0), "removable", "x₂/x₁ is 1/0, but the angle a quarter", -1114.0846016432674, 0.0, -702.0),
        hard(
            (1e-8, 1.0, 0.0),
            "control",
            "1e-8 beside that: x₂/x₁ is 1e8",
            -795.7747103934175,
            7.957747113934175e-06,
            -499.99999681690116,
        ),
        pole((0.0, 0.0, 1.0), "there is no angle: it is another from each side"),
    ),
    source=MGH + "7, after Fletcher & Powell (1963); θ by the branch given there",
)
def helical_valley(x: Any, xp: Any) -> Any:
    """f(x) = 100 ((x₃ − 10θ)² + (√(x₁² + x₂²) − 1)²) + x₃²,
    θ = arctan(x₂/x₁) / 2π, and 1/2 more where x₁ < 0"""
    radius = xp.sqrt(x[0] ** 2 + x[1] ** 2)
    return 100.0 * ((x[2] - 10.0 * _turns(x, xp)) ** 2 + (radius - 1.0) ** 2) + x[2] ** 2


def _colville_gradient(x1: Any, x2: Any, x3: Any, x4: Any) -> tuple[Any, Any, Any, Any]:
    a, b = x2 - x1**2, x4 - x3**2
    return (
        -400.0 * x1 * a - 2.0 * (1.0 - x1),
        200.0 * a + 20.2 * (x2 - 1.0) + 19.8 * (x4 - 1.0),
        -360.0 * x3 * b - 2.0 * (1.0 - x3),
        180.0 * b + 20.2 * (x4 - 1.0) + 19.8 * (x2 - 1.0),
    )


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((1.0, 1.0, 1.0, 1.0), 0.0)],
    gradient=_colville_gradient,
    properties=("smooth",),
    aliases=("wood",),
    source="Colville (1968), A comparative study of nonlinear programming codes; the same as " + MGH + "14, whose last "
    "residuals √10 (x₂ + x₄ − 2) and (x₂ − x₄)/√10 have these squares",
)
def colville(x1: Any, x2: Any, x3: Any, x4: Any) -> Any:
    """f(x₁, x₂, x₃, x₄) = 100 (x₂ − x₁²)² + (1 − x₁)² + 90 (x₄ − x₃²)² + (1 − x₃)²
    + 10.1 ((x₂ − 1)² + (x₄ − 1)²) + 19.8 (x₂ − 1)(x₄ − 1)"""
    return (
        100.0 * (x2 - x1**2) ** 2
        + (1.0 - x1) ** 2
        + 90.0 * (x4 - x3**2) ** 2
        + (1.0 - x3) ** 2
        + 10.1 * ((x2 - 1.0) ** 2 + (x4 - 1.0) ** 2)
        + 19.8 * (x2 - 1.0) * (x4 - 1.0)
    )
