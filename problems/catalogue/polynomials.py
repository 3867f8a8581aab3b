"""Polynomials of two coordinates."""

import math
from typing import Any

from ..points import hard
from ..problem import Minimum
from ..registry import problem


def _matyas_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_matyas_gradient,
    properties=("smooth", "convex"),
    hard_points=(
        hard(
            (6.0, 6.5),
            "cancellation",
            "in the valley: 3.12 − 3.12 is what the constants' rounding leaves",
            2.220446049250313e-16,
            0.5000000000000002,
        ),
    ),
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
    properties=("smooth", "multimodal"),
    source="Goldstein & Price (1971), On descent from local minima",
)
def goldstein_price(x: Any, y: Any) -> Any:
    """f(x, y) = [1 + (x + y + 1)² (19 − 14x + 3x² − 14y + 6xy + 3y²)]
    · [30 + (2x − 3y)² (18 − 32x + 12x² + 48y − 36xy + 27y²)]"""
    a = 1.0 + (x + y + 1.0) ** 2 * (19.0 - 14.0 * x + 3.0 * x**2 - 14.0 * y + 6.0 * x * y + 3.0 * y**2)
    b = 30.0 + (2.0 * x - 3.0 * y) ** 2 * (18.0 - 32.0 * x + 12.0 * x**2 + 48.0 * y - 36.0 * x * y + 27.0 * y**2)
    return a * b


def _booth_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a = x + 2.0 * y - 7.0
    b = 2.0 * x + y - 5.0
    return 2.0 * a + 4.0 * b, 4.0 * a + 2.0 * b


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((1.0, 3.0), 0.0)],
    gradient=_booth_gradient,
    properties=("smooth", "convex"),
    hard_points=(
        hard(
            (1.0 + 3e-9, 3.0 - 1e-9),
            "cancellation",
            "1e-9 from the minimum: 7 − 7 and 5 − 5",
            2.1999999599842113e-08,
            1.3999999382008355e-08,
        ),
    ),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 20",
)
def booth(x: Any, y: Any) -> Any:
    """f(x, y) = (x + 2y − 7)² + (2x + y − 5)²"""
    return (x + 2.0 * y - 7.0) ** 2 + (2.0 * x + y - 5.0) ** 2


def _beale_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a = 1.5 - x + x * y
    b = 2.25 - x + x * y**2
    c = 2.625 - x + x * y**3
    return (
        2.0 * (a * (y - 1.0) + b * (y**2 - 1.0) + c * (y**3 - 1.0)),
        2.0 * x * (a + 2.0 * b * y + 3.0 * c * y**2),
    )


@problem(
    domain=(-4.5, 4.5),
    minima=[Minimum((3.0, 0.5), 0.0)],
    gradient=_beale_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (3.0 + 1e-8, 0.5 + 2.5e-9),
            "cancellation",
            "1e-8 from the minimum: all three residuals cancel",
            2.9687498100825103e-09,
            9.375004802398708e-10,
        ),
    ),
    source="Beale (1958), On an iterative method for finding a local minimum of a function of more than one variable; "
    "Moré, Garbow & Hillstrom (1981), Testing unconstrained optimization software, problem 5",
)
def beale(x: Any, y: Any) -> Any:
    """f(x, y) = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²"""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _himmelblau_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a = x**2 + y - 11.0
    b = x + y**2 - 7.0
    return 4.0 * x * a + 2.0 * b, 2.0 * a + 4.0 * y * b


@problem(
    domain=(-5.0, 5.0),
    minima=[
        Minimum((3.0, 2.0), 0.0),
        Minimum((-2.805118086952745, 3.131312518250573), 0.0),
        Minimum((-3.779310253377747, -3.2831859912861696), 0.0),
        Minimum((3.5844283403304917, -1.8481265269644036), 0.0),
    ],
    gradient=_himmelblau_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (3.0 + 1e-9, 2.0 + 1e-9),
            "cancellation",
            "1e-9 from a minimum: 11 − 11 and 7 − 7",
            9.400000781959488e-08,
            5.400000449798004e-08,
        ),
    ),
    source="Himmelblau (1972), Applied Nonlinear Programming",
)
def himmelblau(x: Any, y: Any) -> Any:
    """f(x, y) = (x² + y − 11)² + (x + y² − 7)²"""
    return (x**2 + y - 11.0) ** 2 + (x + y**2 - 7.0) ** 2


def _six_hump_camel_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 8.0 * x - 8.4 * x**3 + 2.0 * x**5 + y, x - 8.0 * y + 16.0 * y**3


@problem(
    domain=((-3.0, 3.0), (-2.0, 2.0)),
    minima=[
        Minimum((0.08984201310031806, -0.7126564030207396), -1.0316284534898774),
        Minimum((-0.08984201310031806, 0.7126564030207396), -1.0316284534898774),
    ],
    gradient=_six_hump_camel_gradient,
    properties=("smooth", "multimodal"),
    aliases=("camel_6",),
    source="Dixon & Szegő (1978), The global optimization problem: an introduction",
)
def six_hump_camel(x: Any, y: Any) -> Any:
    """f(x, y) = (4 − 2.1x² + x⁴/3) x² + xy + (−4 + 4y²) y²"""
    return (4.0 - 2.1 * x**2 + x**4 / 3.0) * x**2 + x * y + (-4.0 + 4.0 * y**2) * y**2


def _three_hump_camel_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 4.0 * x - 4.2 * x**3 + x**5 + y, x + 2.0 * y


@problem(
    domain=(-5.0, 5.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_three_hump_camel_gradient,
    properties=("smooth", "multimodal"),
    aliases=("camel_3",),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 29",
)
def three_hump_camel(x: Any, y: Any) -> Any:
    """f(x, y) = 2x² − 1.05x⁴ + x⁶/6 + xy + y²"""
    return 2.0 * x**2 - 1.05 * x**4 + x**6 / 6.0 + x * y + y**2


def _leon_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    valley = y - x**3
    return -600.0 * x**2 * valley - 2.0 * (1.0 - x), 200.0 * valley


@problem(
    domain=(-1.2, 1.2),
    minima=[Minimum((1.0, 1.0), 0.0)],
    gradient=_leon_gradient,
    properties=("smooth",),
    source="Leon (1966), A comparison among eight known optimizing procedures",
)
def leon(x: Any, y: Any) -> Any:
    """f(x, y) = 100 (y − x³)² + (1 − x)²"""
    return 100.0 * (y - x**3) ** 2 + (1.0 - x) ** 2


def _leon_jamil_yang_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    valley = y - x**2
    return -400.0 * x * valley - 2.0 * (1.0 - x), 200.0 * valley


@problem(
    name="leon@jamil_yang",
    domain=(-1.2, 1.2),
    minima=[Minimum((1.0, 1.0), 0.0)],
    gradient=_leon_jamil_yang_gradient,
    properties=("smooth",),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 70",
)
def leon_jamil_yang(x: Any, y: Any) -> Any:
    """f(x, y) = 100 (y − x²)² + (1 − x)², which is Rosenbrock's"""
    return 100.0 * (y - x**2) ** 2 + (1.0 - x) ** 2


def _treccani_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 4.0 * x * (x + 1.0) * (x + 2.0), 2.0 * y


@problem(
    domain=(-5.0, 5.0),
    minima=[Minimum((0.0, 0.0), 0.0), Minimum((-2.0, 0.0), 0.0)],
    gradient=_treccani_gradient,
    properties=("smooth", "separable", "multimodal"),
    source="Dixon & Szegő (1978), The global optimization problem: an introduction; "
    "Jamil & Yang (2013), A literature survey of benchmark functions",
)
def treccani(x: Any, y: Any) -> Any:
    """f(x, y) = x⁴ + 4x³ + 4x² + y²"""
    return x**4 + 4.0 * x**3 + 4.0 * x**2 + y**2


def _deckkers_aarts_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    s = x**2 + y**2
    of_s = 4e-5 * s**3 - 2.0 * s
    return 2.0 * x * (1e5 + of_s), 2.0 * y * (1.0 + of_s)


@problem(
    domain=(-20.0, 20.0),
    minima=[
        Minimum((0.0, 14.945112151891959), -24776.51834231769),
        Minimum((0.0, -14.945112151891959), -24776.51834231769),
    ],
    gradient=_deckkers_aarts_gradient,
    properties=("smooth", "multimodal"),
    source="Ali, Khompatraporn & Zabinsky (2005), A numerical evaluation of several stochastic algorithms on selected "
    "continuous global optimization test problems, Dekkers and Aarts' problem",
)
def deckkers_aarts(x: Any, y: Any) -> Any:
    """f(x, y) = 10⁵ x² + y² − (x² + y²)² + 10⁻⁵ (x² + y²)⁴"""
    return 1e5 * x**2 + y**2 - (x**2 + y**2) ** 2 + 1e-5 * (x**2 + y**2) ** 4


def _zettl_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a = x**2 + y**2 - 2.0 * x
    return 4.0 * a * (x - 1.0) + 0.25, 4.0 * a * y


@problem(
    domain=(-5.0, 10.0),
    minima=[Minimum((-0.029895985050660382, 0.0), -0.003791237220468898)],
    gradient=_zettl_gradient,
    properties=("smooth",),
    source="Schwefel (1995), Evolution and Optimum Seeking; "
    "Jamil & Yang (2013), A literature survey of benchmark functions",
)
def zettl(x: Any, y: Any) -> Any:
    """f(x, y) = (x² + y² − 2x)² + 0.25x"""
    return (x**2 + y**2 - 2.0 * x) ** 2 + 0.25 * x


_SIX_ROOTS_OF_THREE = 6.0 * math.sqrt(3.0)


def _rotated_ellipse_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 14.0 * x - _SIX_ROOTS_OF_THREE * y, 26.0 * y - _SIX_ROOTS_OF_THREE * x


@problem(
    domain=(-500.0, 500.0),
    minima=[Minimum((0.0, 0.0), 0.0)],
    gradient=_rotated_ellipse_gradient,
    properties=("smooth", "convex"),
    source="Jamil & Yang (2013), A literature survey of benchmark functions, function 107",
)
def rotated_ellipse(x: Any, y: Any) -> Any:
    """f(x, y) = 7x² − 6√3 xy + 13y²"""
    return 7.0 * x**2 - _SIX_ROOTS_OF_THREE * x * y + 13.0 * y**2
