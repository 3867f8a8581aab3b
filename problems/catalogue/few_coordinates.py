"""A fixed number of coordinates, more than two, and of no family."""

import math
from typing import Any

from ..points import hard, pole
from ..problem import Minimum, exactly
from ..registry import problem
from ..sources import SURVEY


def _wolfe_gradient(x1: Any, x2: Any, x3: Any, xp: Any) -> tuple[Any, Any, Any]:
    form = x1**2 + x2**2 - x1 * x2
    power = xp.where(form == 0.0, 1.0, form) ** -0.25  # infinite at 0, but what it is multiplied with is 0
    slope = 4.0 / 3.0 * (0.75 * power)
    return slope * (2.0 * x1 - x2), slope * (2.0 * x2 - x1), 1.0 + 0.0 * x3


@problem(
    domain=(0.0, 2.0),
    minima=[Minimum((0.0, 0.0, 0.0), 0.0)],
    gradient=_wolfe_gradient,
    properties=("convex",),
    hard_points=(
        hard((0.0, 0.0, 0.0), "removable", "the minimum: the slope of s^0.75 is infinite at s = 0", 0.0, 0.0, 1.0),
        hard((0.0, 0.0, 2.0), "removable", "elsewhere on the line s = 0", 0.0, 0.0, 1.0),
        hard((1e-8, 1e-8, 0.0), "control", "1e-8 beside that line", 9.999999999999999e-05, 9.999999999999999e-05, 1.0),
    ),
    source=SURVEY + ", after Schwefel (1981)",
)
def wolfe(x1: Any, x2: Any, x3: Any, xp: Any) -> Any:
    """f(x₁, x₂, x₃) = 4/3 (x₁² + x₂² − x₁ x₂)^0.75 + x₃"""
    return 4.0 / 3.0 * (x1**2 + x2**2 - x1 * x2) ** 0.75 + x3


def _miele_cantrell(sign: float, x: tuple[Any, Any, Any, Any], xp: Any) -> Any:
    x1, x2, x3, x4 = x
    return (xp.exp(sign * x1) - x2) ** 4 + 100.0 * (x2 - x3) ** 6 + xp.tan(x3 - x4) ** 4 + x1**8


def _miele_cantrell_gradient(sign: float, x: tuple[Any, Any, Any, Any], xp: Any) -> tuple[Any, Any, Any, Any]:
    x1, x2, x3, x4 = x
    a = 4.0 * (xp.exp(sign * x1) - x2) ** 3
    b = 600.0 * (x2 - x3) ** 5
    tangent = xp.tan(x3 - x4)
    c = 4.0 * tangent**3 * (1.0 + tangent**2)
    return sign * a * xp.exp(sign * x1) + 8.0 * x1**7, b - a, c - b, -c


@problem(
    domain=(-1.0, 1.0),
    minima=[Minimum((0.0, 1.0, 1.0, 1.0), 0.0)],
    gradient=lambda x1, x2, x3, x4, xp: _miele_cantrell_gradient(1.0, (x1, x2, x3, x4), xp),
    hard_points=(
        hard(
            (0.5, 0.5, 0.25 * math.pi, -0.25 * math.pi),
            "control",
            "the tangent's pole, if π/2 were a double",
            10.059074823721284,
            -7.199304429701101,
            4.6468185142338955e81,
            -4.6468185142338955e81,
        ),
    ),
    source="Miele & Cantrell (1969), Study on a memory gradient method for the minimization of functions; domain of "
    "Ali, Khompatraporn & Zabinsky (2005): the tangent has poles in it",
)
def miele_cantrell(x1: Any, x2: Any, x3: Any, x4: Any, xp: Any) -> Any:
    """f(x₁, x₂, x₃, x₄) = (exp(x₁) − x₂)⁴ + 100 (x₂ − x₃)⁶ + tan⁴(x₃ − x₄) + x₁⁸"""
    return _miele_cantrell(1.0, (x1, x2, x3, x4), xp)


@problem(
    name="miele_cantrell@jamil_yang",
    domain=(-1.0, 1.0),
    minima=[Minimum((0.0, 1.0, 1.0, 1.0), 0.0)],
    gradient=lambda x1, x2, x3, x4, xp: _miele_cantrell_gradient(-1.0, (x1, x2, x3, x4), xp),
    source=SURVEY + ": exp(−x₁) in place of exp(x₁)",
)
def miele_cantrell_jamil_yang(x1: Any, x2: Any, x3: Any, x4: Any, xp: Any) -> Any:
    """f(x₁, x₂, x₃, x₄) = (exp(−x₁) − x₂)⁴ + 100 (x₂ − x₃)⁶ + tan⁴(x₃ − x₄) + x₁⁸"""
    return _miele_cantrell(-1.0, (x1, x2, x3, x4), xp)


def _paviani_gradient(x: Any, xp: Any) -> Any:
    logarithms = xp.log(x - 2.0) / (x - 2.0) - xp.log(10.0 - x) / (10.0 - x)
    return 2.0 * logarithms - 0.2 * xp.prod(x, axis=0) ** 0.2 / x


@problem(
    dimensions=exactly(10),
    domain=(2.001, 9.999),
    minima=[Minimum((9.350265833069384,) * 10, -45.77846970744629)],
    gradient=_paviani_gradient,
    properties=("smooth",),
    hard_points=(pole((2.0,) * 10, "log² of 0 in every coordinate, beyond the domain"),),
    source="Himmelblau (1972), Applied Nonlinear Programming; " + SURVEY,
)
def paviani(x: Any, xp: Any) -> Any:
    """f(x) = Σ_{i=1…10} (log²(x_i − 2) + log²(10 − x_i)) − (Π x_i)^0.2"""
    return xp.sum(xp.log(x - 2.0) ** 2 + xp.log(10.0 - x) ** 2, axis=0) - xp.prod(x, axis=0) ** 0.2
