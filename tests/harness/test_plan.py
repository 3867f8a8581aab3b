"""The plan: which cases a run measures, decided before anything runs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harness
import problems
from harness import trial
from harness.environment import describe, source_digest
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


FUNCTIONS = """\
import numpy as np
from harness import Method

def square(x): return np.sum(x**2)
def three(x): return x[0] * x[1] * x[2]
def xy(x, y): return x * y
def vector(x): return x**2
def nothing(x): pass
def text(x): return "1.0"
def complex_(x): return np.sum(np.sqrt(x - 100.0 + 0.0j))
def negative(x): return np.sum(np.log(x - 100.0))
def changes(x):
    x[0] = 0.0
    return x[1]
def leaves(x): raise SystemExit
def hangs(x):
    while True: pass
def alone(): return 1.0
def needs(x, *, scale): return x[0]

class M(Method):
    def prepare(self, problem, n): return None
"""


def test_a_function_of_ones_own_is_measured_as_any_problem(file: Any) -> None:
    """At the sizes of the profile unless others are named, and at random points alone: nothing else is known of it."""
    file(FUNCTIONS)
    plan = Plan("quick", problems=("mine.py:square", "mine.py:xy"), methods=("mine.py:M",))
    plan.try_functions()
    sizes = {("mine.py:square", n) for n in PROFILES["quick"].dimensions} | {("mine.py:xy", 2)}
    samples = {f"sample-{k}" for k in range(PROFILES["quick"].samples)}
    cases = plan.accuracy_cases()
    assert {(case.problem, case.n) for case in cases} == sizes
    assert {case.point for case in cases} == samples
    assert {case.method for case in cases} == {"mine.py:M"}
    assert {case.n for case in Plan("quick", problems=("mine.py:square",), dimensions=(3,)).cost_cases()} == {3}


@pytest.mark.parametrize(
    ("name", "n", "words"),
    [
        (
            "three",
            (),
            "mine.py:three, of 2 coordinates, raises an error at .*: IndexError: .*; --n says how many coord",
        ),
        ("three", (2,), "IndexError: index 2 is out of bounds for axis 0 with size 2$"),
        ("xy", (3,), "no problem has 3 coordinates: mine.py:xy takes 2$"),
        ("vector", (3,), r"mine.py:vector, of 3 coordinates, returns an array of shape \(3,\): a gradient is that of"),
        ("nothing", (3,), "returns None, which is no number"),
        ("text", (3,), "returns '1.0', which is no number"),
        ("complex_", (3,), "leaves the real numbers"),
        ("negative", (3,), r"is nan at \[.*\]: @problem\(domain=…\) says where it has a value"),
        ("changes", (3,), "changes its argument"),
        ("leaves", (3,), "raises an error at .*: SystemExit"),
        ("hangs", (3,), "3 calls of mine.py:hangs with 3 coordinates took more than 0.2 s: --n asks for fewer"),
        ("alone", (), "alone takes no argument"),
        ("needs", (), "needs scale="),
    ],
)
def test_a_function_that_cannot_be_measured_is_refused(
    file: Any, monkeypatch: pytest.MonkeyPatch, name: str, n: tuple[int, ...], words: str
) -> None:
    """Before the run, in one line."""
    monkeypatch.setattr(trial, "SECONDS", 0.2)
    file(FUNCTIONS)
    with pytest.raises(BadInputError, match=words) as error:
        harness.run("quick", problems=(f"mine.py:{name}",), dimensions=n)
    assert "\n" not in str(error.value)
    assert not Path("results").exists()


def test_problems_that_are_registered_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.plan.try_out", lambda *_: pytest.fail("tried"))
    Plan("quick").try_functions()


def test_a_change_of_the_users_file_is_one_of_the_source(file: Any) -> None:
    """A run that was begun with another one is not gone on with."""
    path = file(FUNCTIONS)
    plan = Plan("quick", problems=("mine.py:square", "sphere"), methods=("mine.py:M", "manual"))
    before = describe("", plan, [])["source"]
    assert before != source_digest() == describe("", Plan("quick"), [])["source"]
    path.write_text(FUNCTIONS + "\n# another line\n")
    assert describe("", plan, [])["source"] != before


def test_a_dimension_that_one_problem_has_leaves_the_others_out() -> None:
    plan = Plan("quick", problems=("matyas", "sphere"), dimensions=(7,))
    assert {(case.problem, case.n) for case in plan.cost_cases()} == {("sphere", 7)}


@pytest.mark.parametrize("name", ["sphere", "mine.py:square"])
def test_a_plan_goes_through_json_and_back(file: Any, name: str) -> None:
    file(FUNCTIONS)
    plan = Plan("quick", 3, (name,), ("manual",), (2, 10))
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
