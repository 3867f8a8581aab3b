"""The plan: which cases a run measures, decided before anything runs."""

from typing import Any

import numpy as np
import pytest

import problems
from harness.errors import BadInputError
from harness.function import FUNCTION
from harness.goals import CALLS, CASES, CHAINS, LARGE, NO_GC, VECTOR
from harness.plan import Plan, locate
from harness.profiles import PROFILES
from harness.record import Case


def test_quick_measures_what_the_main_job_names() -> None:
    sizes = {(case.problem, case.n) for case in Plan("quick").cost_cases()}
    for name in ("sphere", "rosenbrock"):
        assert {(name, 10), (name, 100), (name, 1000)} <= sizes
    assert {("matyas", 2), ("goldstein_price", 2)} <= sizes
    assert {"engine.reverse", "manual", "numerical.central"} <= set(PROFILES["quick"].methods)


def test_accuracy_is_measured_at_samples_minima_and_hard_points() -> None:
    cases = Plan("quick", problems=("rosenbrock",), methods=("manual",), dimensions=(2,)).accuracy_cases()
    points = [*(f"sample-{k}" for k in range(PROFILES["quick"].samples)), "minimum-0", "hard-cancellation-0"]
    assert cases == [Case("rosenbrock", 2, point, "manual") for point in points]


def test_cost_is_measured_of_the_function_too() -> None:
    cases = Plan("quick", problems=("matyas",), methods=("manual",)).cost_cases()
    assert cases == [Case("matyas", 2, "sample-0", method) for method in (FUNCTION, "manual")]


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ({}, CASES),
        ({"problems": ("banana",)}, (VECTOR, CALLS, LARGE)),
        ({"dimensions": (1_000_000,)}, (LARGE, CHAINS[1_000_000], NO_GC)),
        ({"problems": ("rosenbrock",), "dimensions": (1_000,)}, (VECTOR, CALLS)),
        ({"methods": ("manual",)}, ()),
    ],
    ids=str,
)
def test_overhead_is_measured_of_what_has_a_goal(parts: dict[str, Any], wanted: tuple[Case, ...]) -> None:
    assert tuple(Plan("engine", **parts).overhead_cases()) == wanted


@pytest.mark.parametrize(
    "parts",
    [
        {"problems": ("sphere", "sphere")},
        {"problems": ("sphere", "de_jong_1")},
        {"methods": ("manual", "manual")},
        {"dimensions": (2, 2)},
    ],
    ids=str,
)
def test_what_is_named_twice_is_measured_once(parts: dict[str, Any]) -> None:
    plan = Plan("quick", **parts)
    for cases in (plan.accuracy_cases(), plan.cost_cases()):
        assert len(cases) == len(set(cases))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"profile": "quikc"}, "unknown profile 'quikc': the profiles are quick"),
        ({"problems": ("spere",)}, "unknown problem 'spere': did you mean sphere"),
        ({"methods": ("maual",)}, "unknown method 'maual': did you mean manual"),
        ({"dimensions": (0,)}, "no problem has 0 coordinates: "),
        ({"problems": ("matyas",), "dimensions": (3,)}, "no problem has 3 coordinates: matyas takes 2$"),
    ],
    ids=["profile", "problem", "method", "n", "n of a problem"],
)
def test_what_does_not_exist_is_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        Plan(**{"profile": "quick", **parts})


def test_a_dimension_that_one_problem_has_leaves_the_others_out() -> None:
    plan = Plan("quick", problems=("matyas", "sphere"), dimensions=(7,))
    assert {(case.problem, case.n) for case in plan.cost_cases()} == {("sphere", 7)}


def test_a_plan_goes_through_json_and_back() -> None:
    plan = Plan("quick", 3, ("sphere",), ("manual",), (2, 10))
    assert Plan.from_json(plan.as_json()) == plan


@pytest.mark.parametrize(
    ("parts", "whole"),
    [({}, True), ({"problems": ("sphere",)}, False), ({"methods": ("manual",)}, False), ({"seed": 1}, False)],
    ids=str,
)
def test_a_plan_is_whole_only_if_nothing_is_narrowed(parts: dict[str, Any], whole: bool) -> None:
    assert Plan("quick", **parts).whole is whole


def test_a_point_is_found_by_its_name() -> None:
    rosenbrock = problems.get("rosenbrock")
    assert list(locate(rosenbrock, 3, "minimum-0", seed=0)) == [1.0, 1.0, 1.0]
    assert tuple(locate(rosenbrock, 2, "hard-cancellation-0", seed=0)) == rosenbrock.hard_points[0].point
    bukin = problems.get("bukin_6")
    assert tuple(locate(bukin, 2, "hard-infinite_slope-1", seed=0)) == bukin.hard_points[1].point
    assert np.array_equal(locate(rosenbrock, 2, "sample-4", seed=9), rosenbrock.points(2, 5, seed=9)[4])
    assert not np.array_equal(locate(rosenbrock, 2, "sample-4", seed=9), locate(rosenbrock, 2, "sample-4", seed=8))
