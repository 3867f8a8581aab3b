"""The functions of two coordinates: their values are those of the formulas in the literature."""

import pytest

import problems
from problems.catalogue import creases, polynomials, waves

MODULES = {module.__name__ for module in (creases, polynomials, waves)}

# By mpmath, in 50 digits, from the formulas as they are printed, with decimal constants; at points where the forms
# that are often taken for them have other values.
VALUES = {
    "matyas": ((1.5, -0.75), 1.27125),
    "goldstein_price": ((1.5, -0.75), 15775.982070922852),
    "booth": ((1.5, -0.75), 56.5625),
    "beale": ((1.5, -0.75), 4.04791259765625),
    "himmelblau": ((1.5, -0.75), 114.62890625),
    "six_hump_camel": ((1.5, -0.75), 0.05625),
    "three_hump_camel": ((1.5, -0.75), 0.5203125),
    "leon": ((1.5, -0.75), 1701.8125),
    "leon@jamil_yang": ((1.5, -0.75), 900.25),
    "treccani": ((1.5, -0.75), 28.125),
    "deckkers_aarts": ((0.5, -12.5), 6662.703100625),
    "zettl": ((1.5, -0.75), 0.41015625),
    "rotated_ellipse": ((1.5, -0.75), 34.75384295108992),
    "branin": ((1.5, -0.75), 32.33280903320629),
    "easom": ((2.5, 3.5), -0.43715650215614704),
    "mccormick": ((1.5, -0.75), 2.619138760023334),
    "bohachevsky_1": ((0.35, -0.6), 1.7151997044285623),
    "bohachevsky_2": ((0.35, -0.6), 1.2340637447169667),
    "bohachevsky_3": ((0.35, -0.6), 1.278697149921864),
    "schaffer_2": ((1.5, -0.75), 0.9837172372512574),
    "trefethen": ((1.5, -0.75), 1.327728861500419),
    "shubert": ((1.5, -0.75), 16.656068617778885),
    "adjiman": ((1.5, -0.75), -1.0082172184322935),
    "levy_13": ((0.35, -0.6), 4.037400148990782),
    "parsopoulos": ((1.5, -0.75), 0.46963515086592583),
    "egg_crate": ((1.5, -0.75), 39.303191186659284),
    "bird": ((1.5, -0.75), 6.866146983942509),
    "drop_wave": ((1.5, -0.75), -0.3791407663275004),
    "eggholder": ((100.0, -200.0), -81.68626748365273),
    "cross_in_tray": ((1.5, -0.75), -2.0091285639015117),
    "schaffer_4": ((1.5, -0.75), 0.2992615627907201),
    "schaffer_6": ((1.5, -0.75), 0.9860146954110135),
    "bukin_6": ((-12.5, 2.5), 96.84958365518543),
    "holder_table": ((1.5, -0.75), -1.1633107541833427),
    "ackley_2": ((1.5, -0.75), -193.40304875578133),
    "keane": ((1.5, -0.75), -0.16772708523916702),
    "damavandi": ((2.25, 1.5), 79.80094200890974),
    "price_1": ((1.5, -0.75), 30.3125),
}


def test_every_one_has_a_value_here():
    functions = map(problems.get, problems.names())
    assert {problem.name for problem in functions if problem.function.__module__ in MODULES} == set(VALUES)


@pytest.mark.parametrize(("name", "point", "value"), [(name, *known) for name, known in VALUES.items()], ids=VALUES)
def test_a_value(name, point, value):
    assert problems.get(name)(*point) == pytest.approx(value, rel=1e-14, abs=1e-14)
