"""Verdicts at hard points: without a gradient by the one-sided slopes, with one by the gradient; each says its kind."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

import problems
from harness import methods
from harness.hard import ROUNDING, judge_by_slopes
from harness.suites.accuracy import judge
from harness.verdict import Accuracy
from problems import HardPoint
from problems.problem import WITHOUT_GRADIENT

REVERSE, CENTRAL = methods.get("engine.reverse"), methods.get("numerical.central")
HARD = [(problem, hard) for problem in map(problems.get, problems.names()) for hard in problem.hard_points]


@pytest.fixture
def verdict(register: Any) -> Any:
    """The verdict on one component of a gradient, where the function is declared to have such slopes."""
    problem = register(lambda x, y: abs(x) + 0.3 * y)

    def judged(slopes: tuple[float, float], value: float, method: Any = REVERSE) -> Accuracy:
        hard = HardPoint((0.0, 1.0), "kink", "a fold", (slopes, (0.3, 0.3)))
        return judge_by_slopes(problem, method, hard, np.array(hard.point), np.array([value, 0.3]))

    return judged


@pytest.mark.parametrize(
    ("slopes", "right", "wrong", "nonfinite"),
    [
        ((-1.0, 1.0), (-1.0, 0.0, 0.3, 1.0, 1.0 + ROUNDING), (-1.1, 1.0 + 3.0 * ROUNDING, 1e300, inf, -inf), (nan,)),
        ((5.0, -2.0), (-2.0, 5.0), (-2.1, 5.1, -inf), (nan,)),
        ((2.0, 2.0), (2.0, 2.0 - ROUNDING), (-2.0, 2.1, inf), (nan,)),
        ((0.0, 0.0), (0.0, -0.0), (5e-324, -1.0, inf), (nan,)),
        ((0.0, inf), (0.0, 1e300, inf, nan), (-5e-324, -1.0, -inf), ()),
        ((inf, -inf), (0.0, -1e300, inf, -inf, nan), (), ()),
        ((-inf, -inf), (-inf,), (0.0, -1e300, inf), (nan,)),
        ((nan, inf), (inf,), (1e300, -inf), (nan,)),
        ((-3.0, nan), (-3.0,), (3.0, -inf), (nan,)),
        ((nan, nan), (nan, inf, -inf), (0.0, -1e300), ()),
    ],
    ids=str,
)
def test_a_component_lies_between_its_slopes(verdict: Any, slopes: Any, right: Any, wrong: Any, nonfinite: Any) -> None:
    for outcome, values in (("undefined", right), ("wrong", wrong), ("nonfinite", nonfinite)):
        for value in values:
            found = verdict(slopes, value)
            assert found.outcome == outcome, value
            assert found.reason.startswith("kink: a fold; ")
            assert np.isnan([found.digits, found.normwise_error, found.error_over_attainable]).all()


def test_the_reason_says_what_is_wrong(verdict: Any) -> None:
    assert verdict((-1.0, 1.0), 0.0).reason == "kink: a fold; the answer is within the one-sided slopes"
    assert verdict((-1.0, 1.0), -1.5).reason == "kink: a fold; component 0 is -1.5, its slope -1.0 to 1.0"
    assert verdict((nan, 0.1), nan).reason == "kink: a fold; component 0 is nan, its slope 0.1"
    assert verdict((nan, nan), 7.0).reason == "kink: a fold; component 0 is 7.0 where there is no slope"


def test_numerical_methods_get_no_verdict(verdict: Any) -> None:
    for value in (0.0, 7.0, nan):
        found = verdict((-1.0, 1.0), value, CENTRAL)
        assert (found.outcome, found.reason) == ("undefined", "kink: a fold")


def fold(x: Any, y: Any) -> Any:
    return abs(x) + (np.exp(y) - 1.0)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ((nan, 5.0), "wrong"),
        ((nan, 1.0), "nonfinite"),
        ((0.0, 1.0 + 1e-13), "undefined"),
        ((0.0, 1.0 + 1e-11), "wrong"),
    ],
)
def test_a_wrong_number_is_told_first_and_rounding_is_judged_as_elsewhere(
    register: Any, values: tuple[float, float], outcome: str
) -> None:
    problem = register(fold, hard_points=(HardPoint((0.0, 0.0), "kink", "", ((-1.0, 1.0), (1.0, 1.0))),))
    assert judge(problem, REVERSE, np.zeros(2), np.array(values), seed=0).outcome == outcome


@pytest.mark.parametrize("side", [0, 1], ids=["left", "right"])
def test_the_true_slopes_of_either_side_pass_at_every_hard_point(side: int) -> None:
    for problem, hard in HARD:
        gradient = np.array([pair[1 - side] if np.isnan(pair[side]) else pair[side] for pair in hard.slopes])
        found = judge(problem, REVERSE, np.array(hard.point), gradient, seed=0)
        assert found.outcome in (("undefined",) if hard.kind in WITHOUT_GRADIENT else ("correct", "cannot_tell"))
        assert found.reason.startswith(f"{hard.kind}: {hard.note}")


def test_a_number_beyond_the_slopes_is_wrong_at_every_hard_point_without_gradient() -> None:
    for problem, hard in HARD:
        if hard.kind not in WITHOUT_GRADIENT:
            continue
        for i, pair in enumerate(hard.slopes):
            gradient = np.array([np.nan if np.isnan(pair).all() else np.nanmax(pair) for pair in hard.slopes])
            low, high = (0.0, 0.0) if np.isnan(pair).all() else (np.nanmin(pair), np.nanmax(pair))
            if (low, high) == (-inf, inf):
                continue  # nothing is beyond
            gradient[i] = 0.0 if np.isinf(high) else high + 1e-3 * (1.0 + abs(high))
            found = judge(problem, REVERSE, np.array(hard.point), gradient, seed=0)
            assert (found.outcome, f"component {i} " in found.reason) == ("wrong", True)


def test_the_reason_of_a_right_gradient_says_the_kind_too() -> None:
    rosenbrock = problems.get("rosenbrock")
    (hard,) = rosenbrock.hard_points
    accuracy = judge(rosenbrock, REVERSE, np.array(hard.point), np.array(hard.gradient), seed=0)
    assert (accuracy.outcome, accuracy.reason) == ("correct", f"cancellation: {hard.note}")
