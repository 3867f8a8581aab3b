"""Families of Dixon and Szegő's collection, sums over the rows of constant matrices."""

from functools import partial
from typing import Any

from ..columns import column, matrix
from ..problem import Minimum, exactly
from ..registry import problem

Rows = tuple[tuple[float, ...], ...]

SOURCE = "Dixon & Szegő (1978), The global optimization problem: an introduction, "


WEIGHTS = (1.0, 1.2, 3.0, 3.2)


def _hartmann(a: Rows, p: Rows, x: Any, xp: Any) -> Any:
    exponents = xp.sum(matrix(a, x, xp) * (x - matrix(p, x, xp)) ** 2, axis=1)
    return -xp.sum(column(WEIGHTS, x, xp) * xp.exp(-exponents), axis=0)


def _hartmann_gradient(a: Rows, p: Rows, x: Any, xp: Any) -> Any:
    weights, differences = matrix(a, x, xp), x - matrix(p, x, xp)
    terms = column(WEIGHTS, x, xp) * xp.exp(-xp.sum(weights * differences**2, axis=1))
    return xp.sum(2.0 * terms[:, None] * weights * differences, axis=0)


A3 = (
    (3.0, 10.0, 30.0),
    (0.1, 10.0, 35.0),
    (3.0, 10.0, 30.0),
    (0.1, 10.0, 35.0),
)
P3 = (
    (0.3689, 0.1170, 0.2673),
    (0.4699, 0.4387, 0.7470),
    (0.1091, 0.8732, 0.5547),
    (0.03815, 0.5743, 0.8828),
)
P3_SFU = (*P3[:3], (0.0381, 0.5743, 0.8828))


@problem(
    dimensions=exactly(3),
    domain=(0.0, 1.0),
    minima=[Minimum((0.11461433858967196, 0.5556488499718569, 0.8525469535208658), -3.862782147820755)],
    gradient=partial(_hartmann_gradient, A3, P3),
    properties=("smooth", "multimodal"),
    aliases=("hartman_3", "hartmann_3@dixon_szego"),
    source=SOURCE + "after Hartman (1973); p_41 = 0.03815",
)
def hartmann_3(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{i=1…4} c_i exp(−Σ_{j=1…3} a_ij (x_j − p_ij)²)"""
    return _hartmann(A3, P3, x, xp)


@problem(
    name="hartmann_3@sfu",
    dimensions=exactly(3),
    domain=(0.0, 1.0),
    minima=[Minimum((0.11458887665506895, 0.5556488946169301, 0.8525469846866774), -3.8627797873326624)],
    gradient=partial(_hartmann_gradient, A3, P3_SFU),
    properties=("smooth", "multimodal"),
    source="Surjanovic & Bingham (2013), Virtual Library of Simulation Experiments; p_41 = 0.0381",
)
def hartmann_3_sfu(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{i=1…4} c_i exp(−Σ_{j=1…3} a_ij (x_j − p_ij)²)"""
    return _hartmann(A3, P3_SFU, x, xp)


A6 = (
    (10.0, 3.0, 17.0, 3.5, 1.7, 8.0),
    (0.05, 10.0, 17.0, 0.1, 8.0, 14.0),
    (3.0, 3.5, 1.7, 10.0, 17.0, 8.0),
    (17.0, 8.0, 0.05, 10.0, 0.1, 14.0),
)
P6 = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
    (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
    (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)


@problem(
    dimensions=exactly(6),
    domain=(0.0, 1.0),
    minima=[
        Minimum(
            (
                0.20168951100670543,
                0.15001069182345797,
                0.476873974221897,
                0.2753324304940561,
                0.31165161660011326,
                0.6573005340656204,
            ),
            -3.3223680114155147,
        )
    ],
    gradient=partial(_hartmann_gradient, A6, P6),
    properties=("smooth", "multimodal"),
    aliases=("hartman_6",),
    source=SOURCE + "after Hartman (1973); p_32 = 0.1451, which some print as 0.1415",
)
def hartmann_6(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{i=1…4} c_i exp(−Σ_{j=1…6} a_ij (x_j − p_ij)²)"""
    return _hartmann(A6, P6, x, xp)


C = (
    (4.0, 4.0, 4.0, 4.0),
    (1.0, 1.0, 1.0, 1.0),
    (8.0, 8.0, 8.0, 8.0),
    (6.0, 6.0, 6.0, 6.0),
    (3.0, 7.0, 3.0, 7.0),
    (2.0, 9.0, 2.0, 9.0),
    (5.0, 5.0, 3.0, 3.0),
    (8.0, 1.0, 8.0, 1.0),
    (6.0, 2.0, 6.0, 2.0),
    (7.0, 3.6, 7.0, 3.6),
)
BETA = (0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5)


def _shekel(m: int, x: Any, xp: Any) -> Any:
    distances = xp.sum((x - matrix(C[:m], x, xp)) ** 2, axis=1)
    return -xp.sum(1.0 / (distances + column(BETA[:m], x, xp)), axis=0)


def _shekel_gradient(m: int, x: Any, xp: Any) -> Any:
    differences = x - matrix(C[:m], x, xp)
    denominators = xp.sum(differences**2, axis=1) + column(BETA[:m], x, xp)
    return xp.sum(2.0 * differences / denominators[:, None] ** 2, axis=0)


@problem(
    dimensions=exactly(4),
    domain=(0.0, 10.0),
    minima=[Minimum((4.000037152819676, 4.00013327659156, 4.000037152819676, 4.00013327659156), -10.153199679058227)],
    gradient=partial(_shekel_gradient, 5),
    properties=("smooth", "multimodal"),
    source=SOURCE + "m = 5, after Shekel (1971)",
)
def shekel_5(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{i=1…5} 1 / (Σ_{j=1…4} (x_j − c_ij)² + β_i)"""
    return _shekel(5, x, xp)


@problem(
    dimensions=exactly(4),
    domain=(0.0, 10.0),
    minima=[
        Minimum((4.000572916185823, 4.000689366185305, 3.9994897088591506, 3.9996061588586316), -10.40294056681866)
    ],
    gradient=partial(_shekel_gradient, 7),
    properties=("smooth", "multimodal"),
    source=SOURCE + "m = 7, after Shekel (1971)",
)
def shekel_7(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{i=1…7} 1 / (Σ_{j=1…4} (x_j − c_ij)² + β_i)"""
    return _shekel(7, x, xp)


@problem(
    dimensions=exactly(4),
    domain=(0.0, 10.0),
    minima=[
        Minimum((4.000746531592046, 4.000592934138532, 3.9996633980403224, 3.9995098005868077), -10.536409816692043)
    ],
    gradient=partial(_shekel_gradient, 10),
    properties=("smooth", "multimodal"),
    source=SOURCE + "m = 10, after Shekel (1971)",
)
def shekel_10(x: Any, xp: Any) -> Any:
    """f(x) = −Σ_{i=1…10} 1 / (Σ_{j=1…4} (x_j − c_ij)² + β_i)"""
    return _shekel(10, x, xp)
