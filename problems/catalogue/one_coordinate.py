"""Functions of one coordinate."""

from math import inf
from typing import Any

from ..points import NONE, hard, pole
from ..problem import Minimum
from ..registry import problem

HANSEN = "Hansen, Jaumard & Lu (1992), Global optimization of univariate Lipschitz functions: II, problem "


def _gramacy_lee_gradient(x: Any, xp: Any) -> tuple[Any]:
    c = 10.0 * xp.pi
    wave = xp.where(x == 0.0, 0.0, c * xp.cos(c * x) - xp.sin(c * x) / xp.where(x == 0.0, 1.0, x))
    return (wave / (2.0 * xp.where(x == 0.0, 1.0, x)) + 4.0 * (x - 1.0) ** 3,)


@problem(
    domain=(0.5, 2.5),
    minima=[Minimum((0.5485634445276052,), -0.8690111349894998)],
    gradient=_gramacy_lee_gradient,
    properties=("smooth", "separable", "multimodal"),
    hard_points=(
        hard((0.0,), "removable", "sin(10πx)/2x is 0/0, outside the domain; the limit is 5π, its slope 0", -4.0),
        hard(
            (1e-8,),
            "cancellation",
            "beside 0/0, where the quotient's slope is the difference of 1e9 and 1e9",
            -4.000051557127802,
        ),
    ),
    source="Gramacy & Lee (2012), Cases for the nugget in modeling computer experiments",
)
def gramacy_lee(x: Any, xp: Any) -> Any:
    """f(x) = sin(10πx) / (2x) + (x − 1)⁴"""
    return xp.sin(10.0 * xp.pi * x) / (2.0 * x) + (x - 1.0) ** 4


def _forrester_gradient(x: Any, xp: Any) -> tuple[Any]:
    a, b = 6.0 * x - 2.0, 12.0 * x - 4.0
    return (12.0 * a * (xp.sin(b) + a * xp.cos(b)),)


@problem(
    domain=(0.0, 1.0),
    minima=[Minimum((0.7572487578418559,), -6.0207400557670825)],
    gradient=_forrester_gradient,
    properties=("smooth", "separable", "multimodal"),
    source="Forrester, Sóbester & Keane (2008), Engineering Design via Surrogate Modelling, appendix",
)
def forrester(x: Any, xp: Any) -> Any:
    """f(x) = (6x − 2)² sin(12x − 4)"""
    return (6.0 * x - 2.0) ** 2 * xp.sin(12.0 * x - 4.0)


def _problem_02_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (xp.cos(x) + 10.0 / 3.0 * xp.cos(10.0 / 3.0 * x),)


@problem(
    domain=(2.7, 7.5),
    minima=[Minimum((5.145735290256128,), -1.8995993491521135)],
    gradient=_problem_02_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "2",
)
def problem_02(x: Any, xp: Any) -> Any:
    """f(x) = sin(x) + sin(10x/3)"""
    return xp.sin(x) + xp.sin(10.0 / 3.0 * x)


def _problem_03_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (-sum(k * (k + 1.0) * xp.cos((k + 1.0) * x + k) for k in (1.0, 2.0, 3.0, 4.0, 5.0)),)


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((x,), -12.03124944216714) for x in (-6.774576143438901, -0.49139083625931457, 5.791794470920272)],
    gradient=_problem_03_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "3, after Shubert (1972); five terms: with a sixth, as some print it, the minimum is another",
)
def problem_03(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{k=1…5} k sin((k + 1) x + k)"""
    return -sum(k * xp.sin((k + 1.0) * x + k) for k in (1.0, 2.0, 3.0, 4.0, 5.0))


def _problem_05_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (3.0 * xp.sin(18.0 * x) - 18.0 * (1.4 - 3.0 * x) * xp.cos(18.0 * x),)


@problem(
    domain=(0.0, 1.2),
    minima=[Minimum((0.9660858038268509,), -1.4890725386896042)],
    gradient=_problem_05_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "5",
)
def problem_05(x: Any, xp: Any) -> Any:
    """f(x) = −(1.4 − 3x) sin(18x)"""
    return -(1.4 - 3.0 * x) * xp.sin(18.0 * x)


def _problem_06_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (xp.exp(-(x**2)) * (2.0 * x * (x + xp.sin(x)) - 1.0 - xp.cos(x)),)


@problem(
    domain=(-10.0, 10.0),
    minima=[Minimum((0.6795786600198815,), -0.8242393984760766)],
    gradient=_problem_06_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "6",
)
def problem_06(x: Any, xp: Any) -> Any:
    """f(x) = −(x + sin(x)) exp(−x²)"""
    return -(x + xp.sin(x)) * xp.exp(-(x**2))


def _problem_07_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (xp.cos(x) + 10.0 / 3.0 * xp.cos(10.0 / 3.0 * x) + 1.0 / x - 0.84,)


@problem(
    domain=(2.7, 7.5),
    minima=[Minimum((5.199778371061005,), -1.6013075464943949)],
    gradient=_problem_07_gradient,
    properties=("smooth", "separable", "multimodal"),
    hard_points=(pole((0.0,), "the logarithm of 0, outside the domain"),),
    source=HANSEN + "7",
)
def problem_07(x: Any, xp: Any) -> Any:
    """f(x) = sin(x) + sin(10x/3) + log(x) − 0.84x + 3"""
    return xp.sin(x) + xp.sin(10.0 / 3.0 * x) + xp.log(x) - 0.84 * x + 3.0


def _problem_10_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (-xp.sin(x) - x * xp.cos(x),)


@problem(
    domain=(0.0, 10.0),
    minima=[Minimum((7.978665712413241,), -7.916727371587782)],
    gradient=_problem_10_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "10",
)
def problem_10(x: Any, xp: Any) -> Any:
    """f(x) = −x sin(x)"""
    return -x * xp.sin(x)


def _problem_11_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (-2.0 * (xp.sin(x) + xp.sin(2.0 * x)),)


@problem(
    domain=(-1.57, 6.28),
    minima=[Minimum((2.0943951023931957,), -1.5), Minimum((4.188790204786391,), -1.5)],
    gradient=_problem_11_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "11",
)
def problem_11(x: Any, xp: Any) -> Any:
    """f(x) = 2 cos(x) + cos(2x)"""
    return 2.0 * xp.cos(x) + xp.cos(2.0 * x)


def _problem_13_gradient(x: Any) -> tuple[Any]:
    rest = 1.0 - x**2
    return (-2.0 / 3.0 * (x ** (2.0 / 3.0 - 1.0) - x * rest ** (1.0 / 3.0) / rest),)


@problem(
    domain=(0.001, 0.99),
    minima=[Minimum((0.7071067811865476,), -1.5874010519681996)],
    gradient=_problem_13_gradient,
    properties=("smooth", "separable"),
    hard_points=(
        hard((0.0,), "infinite slope", "x^(2/3), outside the domain", (NONE, -inf)),
        hard((1.0,), "infinite slope", "(1 − x²)^(1/3), outside the domain", (inf, NONE)),
        hard(
            (1.0 - 2.0**-53,),
            "cancellation",
            "the double before 1: all but a few digits of 1 − x² cancel",
            18180894942.905113,
        ),
    ),
    source=HANSEN + "13",
)
def problem_13(x: Any) -> Any:
    """f(x) = −x^(2/3) − (1 − x²)^(1/3)"""
    return -(x ** (2.0 / 3.0)) - (1.0 - x**2) ** (1.0 / 3.0)


def _problem_14_gradient(x: Any, xp: Any) -> tuple[Any]:
    c = 2.0 * xp.pi
    return (xp.exp(-x) * (xp.sin(c * x) - c * xp.cos(c * x)),)


@problem(
    domain=(0.0, 4.0),
    minima=[Minimum((0.22488038589156198,), -0.7886853874086726)],
    gradient=_problem_14_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "14",
)
def problem_14(x: Any, xp: Any) -> Any:
    """f(x) = −exp(−x) sin(2πx)"""
    return -xp.exp(-x) * xp.sin(2.0 * xp.pi * x)


def _problem_15_gradient(x: Any) -> tuple[Any]:
    return (5.0 * (x**2 - 2.0 * x - 1.0) / (x**2 + 1.0) ** 2,)


@problem(
    domain=(-5.0, 5.0),
    minima=[Minimum((2.414213562373095,), -0.03553390593273762)],
    gradient=_problem_15_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=HANSEN + "15",
)
def problem_15(x: Any) -> Any:
    """f(x) = (x² − 5x + 6) / (x² + 1)"""
    return (x**2 - 5.0 * x + 6.0) / (x**2 + 1.0)


def _problem_18_gradient(x: Any, xp: Any) -> tuple[Any]:
    return (xp.where(x <= 3.0, 2.0 * (x - 2.0), 2.0 / (xp.where(x <= 3.0, 6.0 - x, x) - 2.0)),)


@problem(
    domain=(0.0, 6.0),
    minima=[Minimum((2.0,), 0.0)],
    gradient=_problem_18_gradient,
    properties=("separable",),
    hard_points=(
        hard((1.0,), "trap", "the branch that is not taken is the logarithm of −1", -2.0),
        hard((2.0,), "trap", "the branch that is not taken is the logarithm of 0", 0.0),
        hard((3.0,), "removable", "the border of two branches that meet with the same slope", 2.0),
    ),
    source=HANSEN + "18",
)
def problem_18(x: Any, xp: Any) -> Any:
    """f(x) = (x − 2)² for x ≤ 3, 2 log(x − 2) + 1 beyond"""
    beyond = xp.where(x <= 3.0, 6.0 - x, x)  # reflected, where it is not taken, so that there is a logarithm
    return xp.where(x <= 3.0, (x - 2.0) ** 2, 2.0 * xp.log(beyond - 2.0) + 1.0)
