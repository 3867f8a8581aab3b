"""Functions of one coordinate and of a few: the forms that others get wrong, and the engine where a formula is hard."""

import math

import numpy as np
import pytest

import problems
from engine import Variable


def slopes(name, *x):
    variables = [Variable(a) for a in x]
    problems.get(name)(*variables).backward()
    return [variable.grad for variable in variables]


def test_the_third_of_hansens_problems_has_five_terms():
    assert problems.get("problem_03")(0.0) == pytest.approx(-sum(k * math.sin(k) for k in range(1, 6)), rel=1e-14)


@pytest.mark.parametrize(
    ("number", "maximum"),
    [
        (2, 1.899599349), (3, 12.03125), (5, 1.489072539), (6, 0.8242393985), (7, 1.601307546), (10, 7.91673),
        (11, 1.5), (13, 1.587401052), (14, 0.7886853874), (15, 0.03553390593), (18, 0.0),
    ],
)  # fmt: skip
def test_hansens_problems_have_the_optima_that_the_ampl_collection_lists(number, maximum):
    """There the negatives are maximised."""
    assert -problems.get(f"problem_{number:02}").minima(1)[0].value == pytest.approx(maximum, abs=3e-6)


@pytest.mark.parametrize(("x", "slope"), [(1.0, -2.0), (2.0, 0.0), (3.0, 2.0), (4.0, 1.0)])
def test_the_branch_that_is_not_taken_spoils_nothing(x, slope):
    assert slopes("problem_18", x) == [slope]
    assert problems.get("problem_18").gradient_at(x) == [slope]


def test_the_branches_meet():
    below, above = problems.get("problem_18")([[3.0], [3.0 + 1e-12]])
    assert below == 1.0
    assert above == pytest.approx(1.0, abs=1e-11)


def test_the_hand_derived_gradients_hold_where_the_formulas_are_singular():
    for name in ("gramacy_lee", "wolfe"):
        problem = problems.get(name)
        singular = [hard for hard in problem.hard_points if hard.kind == "removable"]
        assert singular
        for hard in singular:
            assert problem.gradient_at(hard.point).tolist() == list(hard.gradient)


def test_the_two_hartmann_functions_of_three_coordinates():
    """They differ in the centre of the fourth term, by 0.00005 in its first coordinate, of weight 0.1."""
    original, other = problems.get("hartmann_3"), problems.get("hartmann_3@sfu")
    x = np.array([0.9, 0.5743, 0.8828])
    change = 3.2 * (math.exp(-0.1 * (0.9 - 0.03815) ** 2) - math.exp(-0.1 * (0.9 - 0.0381) ** 2))
    assert other(x) - original(x) == pytest.approx(change, rel=1e-9)
    assert problems.get("hartmann_3@dixon_szego") is original


@pytest.mark.parametrize(("m", "value"), [(5, -10.1532), (7, -10.4029), (10, -10.5364)])
def test_shekels_minima_to_the_digits_that_are_printed(m, value):
    assert problems.get(f"shekel_{m}").minima(4)[0].value == pytest.approx(value, abs=5e-5)


def test_shekels_terms_are_ten_and_no_two_alike():
    """Beside each centre c_i the function is −1/β_i, and what the other terms add to it."""
    centres = [(4.0,) * 4, (1.0,) * 4, (8.0,) * 4, (6.0,) * 4, (3.0, 7.0) * 2, (2.0, 9.0) * 2]
    centres += [(5.0, 5.0, 3.0, 3.0), (8.0, 1.0) * 2, (6.0, 2.0) * 2, (7.0, 3.6) * 2]
    beta = [0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5]
    for x in (*centres, (0.5, 3.25, 7.0, 9.5)):
        terms = [1.0 / (math.dist(x, c) ** 2 + b) for c, b in zip(centres, beta, strict=True)]
        for m in (5, 7, 10):
            assert problems.get(f"shekel_{m}")(x) == pytest.approx(-sum(terms[:m]), rel=1e-13)


def test_miele_and_cantrells_sign():
    assert problems.get("miele_cantrell")(1.0, 1.0, 1.0, 1.0) == pytest.approx((math.e - 1.0) ** 4 + 1.0)
    assert problems.get("miele_cantrell@jamil_yang")(-1.0, 1.0, 1.0, 1.0) == pytest.approx((math.e - 1.0) ** 4 + 1.0)


def test_a_product_with_factors_that_are_zero():
    variable = Variable([0.0, 0.0, 4.0])
    problem = problems.get("brown_almost_linear")
    result = problem(variable)
    result.backward()
    assert result.data == 1.0
    assert variable.grad.tolist() == problem.gradient_at(variable.data).tolist() == [0.0, 0.0, 0.0]
    assert problem.gradient_at(0.0, 2.0, 3.0).tolist() == slopes("brown_almost_linear", 0.0, 2.0, 3.0)
