"""Many basins, in any dimension: smooth functions."""

from decimal import Decimal
from math import pi
from typing import Any

from ..columns import indices
from ..points import at_the_origin, combinations, gathered, hard, hard_at_each
from ..problem import Minimum, at_least, between
from ..products import product_of_others
from ..registry import problem
from ..sources import SFU, SURVEY


def _rastrigin_gradient(x: Any, xp: Any) -> Any:
    k = 2.0 * xp.pi
    return 2.0 * x + 10.0 * (k * xp.sin(k * x))


@problem(
    dimensions=at_least(1),
    domain=(-5.12, 5.12),
    minima=at_the_origin,
    gradient=_rastrigin_gradient,
    properties=("smooth", "separable", "multimodal"),
    hard_points=gathered(
        hard_at_each(1e-9, "control", "by the minimum: f loses all digits, its slopes none", 3.9678417604357433e-07)
    ),
    source="Rastrigin (1974), Systems of Extremal Control; in n dimensions Mühlenbein, Schomisch & Born (1991), "
    "The parallel genetic algorithm as function optimizer",
)
def rastrigin(x: Any, xp: Any) -> Any:
    """f(x) = 10n + Σ x_i² − 10 cos(2π x_i)"""
    return 10.0 * x.shape[0] + xp.sum(x**2 - 10.0 * xp.cos(2.0 * xp.pi * x), axis=0)


def _griewank_gradient(x: Any, xp: Any) -> Any:
    root = xp.sqrt(indices(x, xp))
    return x / 2000.0 + xp.sin(x / root) / root * product_of_others(xp.cos(x / root), xp)


@problem(
    dimensions=at_least(1),
    domain=(-600.0, 600.0),
    minima=at_the_origin,
    gradient=_griewank_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (pi / 2.0, pi / 2.0**0.5),
            "control",
            "both factors of the product are 0 but for rounding",
            0.000785398163397607,
            0.0011107207345396348,
        ),
    ),
    source=f"Griewank (1981), Generalized descent for global optimization; {SFU}",
)
def griewank(x: Any, xp: Any) -> Any:
    """f(x) = Σ x_i²/4000 − Π cos(x_i/√i) + 1"""
    return xp.sum(x**2 / 4000.0, axis=0) - xp.prod(xp.cos(x / xp.sqrt(indices(x, xp))), axis=0) + 1.0


_STYBLINSKI_TANG = -2.903534027771177, Decimal("-39.166165703771415463893169739476865340319395486043")
"""The lower root of 4x³ − 32x + 5, and the value for each coordinate."""


def _styblinski_tang_minima(n: int) -> tuple[Minimum, ...]:
    x, value = _STYBLINSKI_TANG
    return (Minimum((x,) * n, float(n * value)),)


def _styblinski_tang_gradient(x: Any, xp: Any) -> Any:
    return 2.0 * x**3 - 16.0 * x + 2.5


@problem(
    dimensions=at_least(1),
    domain=(-5.0, 5.0),
    minima=_styblinski_tang_minima,
    gradient=_styblinski_tang_gradient,
    properties=("smooth", "separable", "multimodal"),
    source="Styblinski & Tang (1990), Experiments in nonconvex optimization: stochastic approximation with function "
    f"smoothing and simulated annealing; {SFU}",
)
def styblinski_tang(x: Any, xp: Any) -> Any:
    """f(x) = ½ Σ x_i⁴ − 16x_i² + 5x_i"""
    return 0.5 * xp.sum(x**4 - 16.0 * x**2 + 5.0 * x, axis=0)


def _levy_gradient(x: Any, xp: Any) -> Any:
    w = 1.0 + (x - 1.0) / 4.0
    first, rest, last = w[:1], w[:-1], w[-1:]
    inner, turn = xp.pi * rest + 1.0, 2.0 * xp.pi * last
    gradient = xp.zeros_like(x)
    gradient[:-1] = 2.0 * (rest - 1.0) * (1.0 + 10.0 * xp.sin(inner) ** 2)
    gradient[:-1] += (rest - 1.0) ** 2 * (20.0 * xp.sin(inner) * xp.cos(inner) * xp.pi)
    gradient[-1:] = 2.0 * (last - 1.0) * (1.0 + xp.sin(turn) ** 2)
    gradient[-1:] += (last - 1.0) ** 2 * (4.0 * xp.sin(turn) * xp.cos(turn) * xp.pi)
    gradient[:1] += 2.0 * xp.sin(xp.pi * first) * xp.cos(xp.pi * first) * xp.pi
    return gradient / 4.0


@problem(
    dimensions=at_least(1),
    domain=(-10.0, 10.0),
    minima=lambda n: (Minimum((1.0,) * n, 0.0),),
    gradient=_levy_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=f"Laguna & Martí (2005), Experimental testing of advanced scatter search designs; {SFU}",
)
def levy(x: Any, xp: Any) -> Any:
    """f(x) = sin²(π w_1) + Σ_{i<n} (w_i − 1)² [1 + 10 sin²(π w_i + 1)] + (w_n − 1)² [1 + sin²(2π w_n)],
    where w_i = 1 + (x_i − 1)/4"""
    w = 1.0 + (x - 1.0) / 4.0
    first = xp.sin(xp.pi * w[0]) ** 2
    middle = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * xp.sin(xp.pi * w[:-1] + 1.0) ** 2)
    last = (w[-1] - 1.0) ** 2 * (1.0 + xp.sin(2.0 * xp.pi * w[-1]) ** 2)
    return first + xp.sum(middle, axis=0) + last


_MICHALEWICZ = (
    (2.2029055201726093, "-0.801303410098552557907689095029650406522406968"),
    (1.5707963267948966, "-0.999999999999999999999999999999999537111178191"),
    (1.2849915705529242, "-0.959091269896005941146373587861952818109125072"),
    (1.9230584698663629, "-0.938462418472083423051228876209854720141679368"),
    (1.7204697725658413, "-0.988801080621504366099513609734948286934357938"),
    (1.5707963267948966, "-0.999999999999999999999999999999999531975102498"),
    (1.4544139713623790, "-0.993227135355881601239297885695764564983698774"),
    (1.7560865209450263, "-0.982872036272210605005955192536204014183030282"),
    (1.6557174168210291, "-0.996394364925102960843496620511459000367451667"),
    (1.5707963267948966, "-0.999999999999999999999999999999999531559288274"),
)
"""For each coordinate in turn, where its term is least, and what it is there."""


def _michalewicz_minima(n: int) -> tuple[Minimum, ...]:
    if n > len(_MICHALEWICZ):
        return ()
    terms = _MICHALEWICZ[:n]
    return (Minimum(tuple(x for x, _ in terms), float(sum(Decimal(value) for _, value in terms))),)


def _michalewicz_gradient(x: Any, xp: Any) -> Any:
    i = indices(x, xp)
    angle = i * x**2 / xp.pi
    s = xp.sin(angle)
    return -(xp.cos(x) * s**20 + xp.sin(x) * (20.0 * s**19) * xp.cos(angle) * (2.0 * i * x / xp.pi))


@problem(
    dimensions=at_least(1),
    domain=(0.0, pi),
    minima=_michalewicz_minima,
    gradient=_michalewicz_gradient,
    properties=("smooth", "separable", "multimodal"),
    hard_points=gathered(
        hard_at_each(0.0, "trap", "powers of a sine that is 0, as are all derivatives to the 40th", 0.0),
        hard_at_each(1e-12, "underflow", "a sine of 1e-25 to the powers of 19 and 20", 0.0),
        hard(
            (pi, pi / 2.0),
            "underflow",
            "a sine that is 0 but for rounding, to the power of 19",
            2.360483e-317,
            -2.510525938252074e-15,
        ),
    ),
    source=f"Michalewicz (1992), Genetic Algorithms + Data Structures = Evolution Programs, with m = 10; {SFU}",
)
def michalewicz(x: Any, xp: Any) -> Any:
    """f(x) = −Σ sin(x_i) sin²⁰(i x_i²/π)"""
    return -xp.sum(xp.sin(x) * xp.sin(indices(x, xp) * x**2 / xp.pi) ** 20, axis=0)


def _qing_minima(n: int) -> tuple[Minimum, ...]:
    return combinations([(root, -root) for root in (float(i) ** 0.5 for i in range(1, n + 1))], 0.0)


def _qing_gradient(x: Any, xp: Any) -> Any:
    return 4.0 * x * (x**2 - indices(x, xp))


@problem(
    dimensions=at_least(1),
    domain=(-500.0, 500.0),
    minima=_qing_minima,
    gradient=_qing_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=f"{SURVEY}, function 98",
)
def qing(x: Any, xp: Any) -> Any:
    """f(x) = Σ (x_i² − i)²"""
    return xp.sum((x**2 - indices(x, xp)) ** 2, axis=0)


def _whitley_arguments(x: Any) -> tuple[Any, Any, Any]:
    """x_i in rows, x_j in columns, and y_ij."""
    rows, columns = x[:, None], x[None]
    return rows, columns, 100.0 * (rows**2 - columns) ** 2 + (1.0 - columns) ** 2


def _whitley_gradient(x: Any, xp: Any) -> Any:
    rows, columns, y = _whitley_arguments(x)
    outer = y / 2000.0 + xp.sin(y)
    valley = 200.0 * (rows**2 - columns)
    by_rows, by_columns = 2.0 * valley * rows, -valley - 2.0 * (1.0 - columns)
    return xp.sum(outer * by_rows, axis=1) + xp.sum(outer * by_columns, axis=0)


@problem(
    dimensions=between(1, 50),  # it has n² terms
    domain=(-10.24, 10.24),
    minima=lambda n: (Minimum((1.0,) * n, 0.0),),
    gradient=_whitley_gradient,
    properties=("smooth", "multimodal"),
    hard_points=(
        hard(
            (1.0 + 1e-8, 1.0 + 2e-8),
            "cancellation",
            "in the valley, 1e-8 from the minimum: differences cancel",
            -5.186552330718538e-19,
            1.2450543277927544e-18,
        ),
    ),
    source=f"Whitley, Rana, Dzubera & Mathias (1996), Evaluating evolutionary algorithms; {SURVEY}",
)
def whitley(x: Any, xp: Any) -> Any:
    """f(x) = Σ_i Σ_j y_ij²/4000 − cos(y_ij) + 1, where y_ij = 100 (x_i² − x_j)² + (1 − x_j)²"""
    _, _, y = _whitley_arguments(x)
    return xp.sum(y**2 / 4000.0 - xp.cos(y) + 1.0, axis=(0, 1))


def _cosines_gradient(x: Any, xp: Any) -> Any:
    k = 5.0 * xp.pi
    return 0.1 * (k * xp.sin(k * x))


def _cosine_mixture_gradient(x: Any, xp: Any) -> Any:
    return 2.0 * x + _cosines_gradient(x, xp)


@problem(
    dimensions=at_least(1),
    domain=(-1.0, 1.0),
    minima=lambda n: (Minimum((0.0,) * n, -0.1 * n),),
    gradient=_cosine_mixture_gradient,
    properties=("smooth", "separable", "multimodal"),
    source="Breiman & Cutler (1993), A deterministic algorithm for global optimization; Ali, Khompatraporn & Zabinsky "
    "(2005), A numerical evaluation of several stochastic algorithms: there to be maximised, here its negative",
)
def cosine_mixture(x: Any, xp: Any) -> Any:
    """f(x) = Σ x_i² − 0.1 Σ cos(5π x_i)"""
    return xp.sum(x**2, axis=0) - 0.1 * xp.sum(xp.cos(5.0 * xp.pi * x), axis=0)


def _cosine_mixture_jamil_yang_gradient(x: Any, xp: Any) -> Any:
    return _cosines_gradient(x, xp) - 2.0 * x


@problem(
    name="cosine_mixture@jamil_yang",
    dimensions=at_least(1),
    domain=(-1.0, 1.0),
    minima=lambda n: combinations([(1.0, -1.0)] * n, float(n * (Decimal.from_float(0.1) - 1))),
    gradient=_cosine_mixture_jamil_yang_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=f"{SURVEY}, function 38, with the signs printed there; so its minima lie in the corners, not at the origin",
)
def cosine_mixture_jamil_yang(x: Any, xp: Any) -> Any:
    """f(x) = −0.1 Σ cos(5π x_i) − Σ x_i²"""
    return -0.1 * xp.sum(xp.cos(5.0 * xp.pi * x), axis=0) - xp.sum(x**2, axis=0)


_DEB_1 = (0.1, 0.3, 0.5, 0.7, 0.9, -0.1, -0.3, -0.5, -0.7, -0.9)


def _deb_1_gradient(x: Any, xp: Any) -> Any:
    k = 5.0 * xp.pi
    return -6.0 * xp.sin(k * x) ** 5 * xp.cos(k * x) * k / x.shape[0]


@problem(
    dimensions=at_least(1),
    domain=(-1.0, 1.0),
    minima=lambda n: combinations([_DEB_1] * n, -1.0),
    gradient=_deb_1_gradient,
    properties=("smooth", "separable", "multimodal"),
    source=f"{SURVEY}, function 43",
)
def deb_1(x: Any, xp: Any) -> Any:
    """f(x) = −(1/n) Σ sin⁶(5π x_i)"""
    return -xp.sum(xp.sin(5.0 * xp.pi * x) ** 6, axis=0) / x.shape[0]
