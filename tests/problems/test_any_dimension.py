"""The functions of any number of coordinates: values from elsewhere, and what is special about each."""

import numpy as np
import pytest

import problems
from engine import Variable
from problems import Minimum
from problems.points import combinations
from problems.products import product_of_others

POINT = (0.5, -1.25, 2.0, 0.75)
VALUES = {
    "sum_of_squares": 17.625,
    "rotated_hyper_ellipsoid": 14.25,
    "trid": 8.0,
    "zakharov": 168.6875,
    "exponential": -0.04127492938579755,
    "schwefel_2_20": 4.5,
    "schwefel_2_21": 2.0,
    "schwefel_2_22": 5.4375,
    "brown": 54.76543305124642,
    "dixon_price": 273.78125,
    "powell_singular": 911.54296875,
    "rastrigin": 46.375,
    "griewank": 0.7922835857409596,
    "styblinski_tang": -36.58984375,
    "levy": 2.7172863047807634,
    "michalewicz": 0.027849230671879645,
    "qing": 13.5703125,
    "whitley": 2850.2152945106727,
    "cosine_mixture": 6.13357864376269,
    "cosine_mixture@jamil_yang": -6.61642135623731,
    "deb_1": -0.3125,
    "ackley": 6.180965274628215,
    "schwefel": 1674.183982335667,
    "schwefel@exact": 1674.1839314254019,
    "schwefel@yao": -1.747617664332988,
    "salomon": 2.2402973152559684,
    "alpine_1": 3.9557674671654484,
    "csendes": 164.15053155199362,
    "quintic": 24.119140625,
    "xin_she_yang_2": 1.6164100530584768,
    "xin_she_yang_4": 0.14915242080541224,
}
"""At POINT, in 50 digits, by loops over the formulas as they are printed, from 1 to n."""


@pytest.mark.parametrize("name", VALUES)
def test_the_value_at_a_point(name):
    assert problems.get(name)(POINT) == pytest.approx(VALUES[name], rel=1e-14, abs=1e-13)


@pytest.mark.parametrize(
    ("name", "n", "published"),
    [
        ("trid", 6, "-50"),
        ("trid", 10, "-210"),
        ("michalewicz", 2, "-1.8013"),
        ("michalewicz", 5, "-4.687658"),
        ("michalewicz", 10, "-9.66015"),
        ("schwefel@yao", 30, "-12569.5"),
        ("schwefel@exact", 100, "0.0000"),
        ("styblinski_tang", 2, "-78.33233"),
        ("cosine_mixture", 4, "-0.4"),
        ("exponential", 10, "-1"),
    ],
)
def test_the_minimum_is_the_published_one_to_its_digits(name, n, published):
    (minimum,) = problems.get(name).minima(n)
    digits = len(published.partition(".")[2])
    assert f"{minimum.value:.{digits}f}".removeprefix("-" if published == "0.0000" else "") == published


@pytest.mark.parametrize("n", [2, 3, 7, 40, 2000])
def test_minima_of_any_dimension(n):
    first, second = problems.get("dixon_price").minima(n)
    assert first.point[:-1] == second.point[:-1]
    assert first.point[-1] == -second.point[-1]
    for name in ("dixon_price", "trid", "styblinski_tang", "qing", "schwefel@exact"):
        problem = problems.get(name)
        minimum = problem.minima(n)[0]
        terms = np.sum(np.asarray(minimum.point) ** 2)
        assert problem(minimum.point) == pytest.approx(minimum.value, rel=1e-12, abs=1e-14 * terms)


def test_michalewicz_has_no_minima_where_they_are_not_known():
    assert problems.get("michalewicz").minima(11) == ()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("alpine_1", (8, 64, 1)),
        ("quintic", (3, 9, 27, 81, 1)),
        ("deb_1", (10, 100, 1)),
        ("qing", (2, 4, 8, 16, 32, 64, 1)),
        ("cosine_mixture@jamil_yang", (2, 4, 8, 16, 32, 64, 1)),
    ],
)
def test_all_minima_are_listed_or_one(name, numbers):
    assert tuple(len(problems.get(name).minima(n)) for n in range(1, len(numbers) + 1)) == numbers
    assert len(problems.get(name).minima(1000)) == 1


@pytest.mark.parametrize("name", ["alpine_1", "quintic", "deb_1", "qing"])
def test_a_coordinate_has_no_other_minima_in_the_domain(name):
    problem = problems.get(name)
    x = np.linspace(*problem.domain(1)[0], 2_000_001)
    low = x[problem(x[:, np.newaxis]) < problem.minima(1)[0].value + 1e-3]
    known = np.array([minimum.point[0] for minimum in problem.minima(1)])
    distances = np.abs(low[:, np.newaxis] - known)
    assert np.max(np.min(distances, axis=1)) < 0.05
    assert set(np.argmin(distances, axis=1)) == set(range(len(known)))


def test_every_combination_of_choices_is_a_minimum():
    assert combinations([(1.0, 2.0), (3.0,), (4.0, 5.0)], -1.0) == (
        Minimum((1.0, 3.0, 4.0), -1.0),
        Minimum((1.0, 3.0, 5.0), -1.0),
        Minimum((2.0, 3.0, 4.0), -1.0),
        Minimum((2.0, 3.0, 5.0), -1.0),
    )


def test_the_constant_of_schwefel_is_the_nearest_double(taylor):
    problem = problems.get("schwefel@yao")
    peak = -taylor(problem, problem.minima(1)[0].point, np.zeros(1), 1)[0]
    assert float(peak) == 418.9828872724337
    assert float(peak) != 418.9828872724338  # what others have


def test_the_origin_is_no_minimum_of_the_cosine_mixture_as_the_survey_prints_it():
    assert problems.get("cosine_mixture@jamil_yang")([0.0, 0.0]) == -0.2
    assert problems.get("cosine_mixture@jamil_yang").minima(2)[0].value == -1.8


MIDDLES = {
    "ackley": ((0.0, 0.0), (0.0, 0.0)),
    "salomon": ((0.0, 0.0), (0.0, 0.0)),
    "xin_she_yang_4": ((0.0, 0.0), (0.0, 0.0)),
    "alpine_1": ((0.0, 0.0), (0.0, 0.0)),
    "schwefel_2_20": ((0.0, -3.0), (0.0, -1.0)),
    "schwefel_2_21": ((2.0, -2.0), (0.5, -0.5)),
    "schwefel_2_22": ((0.0, -3.0), (0.0, -1.0)),
    "quintic": ((-1.0, 2.0), (0.0, 0.0)),
}


@pytest.mark.parametrize("name", MIDDLES)
def test_at_a_kink_the_gradient_by_hand_is_the_middle_of_the_slopes(name):
    point, middle = MIDDLES[name]
    assert problems.get(name).gradient_at(point).tolist() == list(middle)


@pytest.mark.parametrize("name", ["schwefel", "csendes", "brown"])
def test_at_a_singular_point_the_gradient_by_hand_is_the_limit(name):
    assert problems.get(name).gradient_at(0.0, 0.0).tolist() == [0.0, 0.0]
    mixed = problems.get(name).gradient_at(0.0, 0.5)
    assert np.all(np.isfinite(mixed))
    assert mixed[0] == 0.0


def test_csendes_and_brown_have_values_and_gradients_at_zero():
    for name in ("csendes", "brown"):
        x = Variable([0.0, 0.5, 0.0])
        value = problems.get(name)(x)
        value.backward()
        assert value.data == problems.get(name)([0.0, 0.5, 0.0]) > 0.0
        assert x.grad.tolist() == pytest.approx(problems.get(name).gradient_at(0.0, 0.5, 0.0).tolist(), rel=1e-14)


@pytest.mark.parametrize("shape", [(1,), (2,), (5,), (4, 3)])
def test_the_product_of_others(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    for zeros in (0, 1, 2):
        x[:zeros] = 0.0
        others = product_of_others(x, np)
        for i in range(shape[0]):
            np.testing.assert_allclose(others[i], np.prod(np.delete(x, i, axis=0), axis=0), rtol=1e-14)


def test_schwefel_2_22_does_not_overflow_in_its_domain():
    corner = np.full(308, 10.0)
    assert np.isfinite(problems.get("schwefel_2_22")(corner))
    assert np.all(np.isfinite(problems.get("schwefel_2_22").gradient_at(corner)))


@pytest.mark.parametrize("n", [1, 8, 12])
def test_powell_singular_is_a_sum_over_groups_of_four(n):
    problem = problems.get("powell_singular")
    if n % 4:
        with pytest.raises(ValueError, match="takes multiples of 4 coordinates, not 1"):
            problem([1.0])
        return
    x = problem.points(n, 1)[0]
    assert problem(x) == pytest.approx(sum(problem(group) for group in x.reshape(-1, 4)), rel=1e-14)
    np.testing.assert_array_equal(
        problem.gradient_at(x), np.concatenate([problem.gradient_at(group) for group in x.reshape(-1, 4)])
    )
