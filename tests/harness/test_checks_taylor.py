"""Taylor's test: right gradients are never wrong, planted errors are found, and it says how small ones it would see."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import problems
from engine import grad
from harness.checks import taylor_test
from harness.checks.taylor import LIMIT, STEPS, trend
from harness.plan import locate

NAMES = problems.names()


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


X = np.array([-1.2, 1.0, 0.7])
RIGHT = np.asarray(grad(rosenbrock)(X))


def shown(reason: str) -> float:
    """The relative error that a check says it would have seen."""
    found = re.search(r"relative error of g·v of (\S+) would show", reason)
    assert found
    return float(found.group(1))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=25, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from((2, 5)), st.integers(0, 1000))
def test_a_right_gradient_is_never_wrong(name: str, n: int, seed: int) -> None:
    problem = problems.get(name)
    x = problem.points(problem.dimensions.next(n) or problem.dimensions.low, 1, seed)[0]
    assert taylor_test(problem, x, seed).outcome != "wrong"


@pytest.mark.parametrize("name", ["beale", "branin", "goldstein_price", "levy", "rastrigin", "styblinski_tang"])
def test_a_right_gradient_is_correct_where_all_is_well(name: str) -> None:
    problem = problems.get(name)
    found = taylor_test(problem, problem.points(2, 1)[0])
    assert (found.outcome, found.unit, found.limit) == ("correct", "slope", LIMIT)
    assert found.value == pytest.approx(2.0, abs=0.05)
    assert shown(found.reason) < 1e-6


@pytest.mark.parametrize("name", ["beale", "treccani", "six_hump_camel", "trigonometric", "helical_valley", "booth"])
@pytest.mark.parametrize("away", [0.0, 1e-10, 1e-8, 1e-6])
def test_a_gradient_that_nearly_vanishes_is_not_called_wrong(name: str, away: float) -> None:
    problem = problems.get(name)
    x = locate(problem, problem.dimensions.next(2) or problem.dimensions.low, "minimum-0", 0)
    assert taylor_test(problem, x * (1.0 + away) + away).outcome != "wrong"


@pytest.mark.parametrize("error", [10.0**-k for k in range(1, 8)])
@pytest.mark.parametrize("component", range(3))
def test_an_error_of_one_component_is_found(error: float, component: int) -> None:
    wrong = RIGHT.copy()
    wrong[component] *= 1.0 + error
    found = taylor_test(rosenbrock, X, gradient=wrong)
    assert found.outcome == "wrong"
    assert found.value == pytest.approx(1.0, abs=0.2)
    assert "g·v is off by" in found.reason


@pytest.mark.parametrize("wrong", [-RIGHT, RIGHT[::-1], 2.0 * RIGHT, np.zeros(3), RIGHT + 1e-3])
def test_a_wrong_gradient_is_wrong(wrong: Any) -> None:
    assert taylor_test(rosenbrock, X, gradient=wrong).outcome == "wrong"


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_an_error_as_large_as_it_says_is_seen(sign: float) -> None:
    limit = shown(taylor_test(rosenbrock, X).reason)
    assert limit < 1e-5
    assert taylor_test(rosenbrock, X, gradient=RIGHT * (1.0 + 1.1 * sign * limit)).outcome == "wrong"


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_a_polynomial_of_low_degree_is_right_though_little_stands_above_rounding(degree: int) -> None:
    def power(x: Any) -> Any:
        return 3.0 + np.sum(x**degree)

    found = taylor_test(power, X)
    assert found.outcome == "correct"
    assert math.isnan(found.value) if degree == 1 else found.value == pytest.approx(2.0, abs=0.05)
    assert ("f is linear to rounding" in found.reason) == (degree == 1)
    wrong = np.asarray(grad(power)(X)) * (1.0, 1.0 - 1e-6, 1.0)
    assert taylor_test(power, X, gradient=wrong).outcome == "wrong"


def test_a_little_curvature_on_a_large_number_is_right_too() -> None:
    found = taylor_test(lambda x: 1e3 + x[0] - 2.0 * x[1] + 1e-12 * x[0] ** 2, [0.3, 1.1])
    assert found.outcome == "correct"
    assert math.isnan(found.value)


@pytest.mark.parametrize("x", [0.0, 1e-9])
def test_at_a_kink_nobody_can_tell(x: float) -> None:
    found = taylor_test(lambda x: np.abs(x) + np.sin(x), x)
    assert found.outcome == "cannot_tell"
    assert "not smooth near x" in found.reason


def test_straight_pieces_are_linear_near_x() -> None:
    found = taylor_test(lambda x: np.sum(np.abs(x)), [0.3, -1.1])
    assert found.outcome == "correct"
    assert taylor_test(lambda x: np.sum(np.abs(x)), [0.3, -1.1], gradient=[1.0, 1.0]).outcome == "wrong"


def test_a_function_that_rounds_coarsely_is_not_called_wrong() -> None:
    found = taylor_test(lambda x: np.sum((x**2 + 1e14) - 1e14), [0.3, -1.1])
    assert found.outcome == "cannot_tell"
    assert "rounding hides errors" in found.reason


@pytest.mark.parametrize("x", [1.0, 1e-3, 1e3])
def test_steps_that_leave_the_domain_do_not_matter(x: float) -> None:
    assert taylor_test(np.log, x).outcome == "correct"
    assert taylor_test(np.log, x, gradient=1.0001 / x).outcome == "wrong"


def test_where_there_is_nothing_to_compare_nobody_can_tell() -> None:
    assert taylor_test(lambda x: 0.0 * x + 3.0, 1.0).outcome == "cannot_tell"
    assert "not finite" in taylor_test(np.sqrt, 0.0).reason


def test_a_gradient_has_the_shape_of_the_point() -> None:
    with pytest.raises(ValueError, match=r"\(3,\), not \(2,\)"):
        taylor_test(rosenbrock, X, gradient=[1.0, 2.0])


@pytest.mark.parametrize("power", [1, 2, 3])
def test_a_trend_is_the_power_just_above_the_floor(power: int) -> None:
    random = np.random.default_rng(0).uniform(-1e-15, 1e-15, STEPS.size)
    found = trend(3.0 * STEPS**power + STEPS**5 + random, np.full(STEPS.size, 1.6e-14))
    assert found.slope == pytest.approx(power, abs=0.1)
    assert found.is_one == (power == 1)
    assert power > 1 or found.factor == pytest.approx(3.0, rel=0.1)


def test_what_is_at_the_floor_or_drops_to_it_has_no_trend() -> None:
    floor = np.full(STEPS.size, 1e-15)
    assert math.isnan(trend(np.zeros(STEPS.size), floor).slope)
    assert math.isnan(trend(np.maximum(STEPS - 2.0**-10, 0.0), floor).slope)
