"""The verdict at hard points that have no gradient, by the slopes to both sides of each coordinate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from problems import HardPoint, Problem

from .balls import DOUBLE, UnknownToBallsError
from .methods import Method
from .record import Outcome
from .reference import derivative, enclose, is_narrow, radius, threshold
from .verdict import NO_FIGURES, WRONG, Accuracy

ROUNDING = 2.0**-40
"""The error of a slope, relative to it, that is never wrong: balls seldom tell what rounding may do beside a kink."""


def hard_at(problem: Problem, x: np.ndarray[Any, Any]) -> HardPoint | None:
    """The hard point at `x`, if it is one."""
    point = tuple(x.tolist())
    return next((hard for hard in problem.hard_points_in(x.size) if hard.point == point), None)


def about(hard: HardPoint, reason: str = "") -> str:
    """The reason of an outcome at a hard point: it begins with the kind."""
    return f"{hard.kind}: {hard.note}" + (f"; {reason}" if reason else "")


def judge_by_slopes(
    problem: Problem, method: Method, hard: HardPoint, x: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any]
) -> Accuracy:
    """The verdict on a `gradient` of shape (n,) where there is none: undefined, unless a component cannot be excused.

    Each has to lie between its slopes to the left and to the right; a side where the function has no value does not
    count. nan is right only where the slopes are infinitely far apart or there is none, and at the latter no number is.
    Numerical methods get no verdict.
    """
    if method.kind == "numerical":
        return Accuracy("undefined", about(hard), *NO_FIGURES)
    outcome: Outcome = "undefined"
    reason = "the answer is within the one-sided slopes"
    for i in range(x.size):
        fault = _fault(problem, x, i, float(gradient[i]), hard.slopes[i])
        if fault and (outcome == "undefined" or fault[0] == "wrong"):
            outcome, reason = fault
        if outcome == "wrong":
            break
    return Accuracy(outcome, about(hard, reason), *NO_FIGURES)


def _fault(
    problem: Problem, x: np.ndarray[Any, Any], i: int, value: float, slopes: tuple[float, float]
) -> tuple[Outcome, str] | None:
    """What is wrong with a component, if anything is."""
    known = [slope for slope in slopes if not math.isnan(slope)]
    if not known:
        return ("wrong", f"component {i} is {value!r} where there is no slope") if math.isfinite(value) else None
    low, high = min(known), max(known)
    found = f"component {i} is {value!r}, its slope {low!r}" + (f" to {high!r}" if low < high else "")
    if math.isnan(value):
        return None if high - low == math.inf else ("nonfinite", found)
    inside = low <= value <= high or _is_rounding(problem, x, i, value, low, high)
    return None if inside else ("wrong", found)


def _is_rounding(problem: Problem, x: np.ndarray[Any, Any], i: int, value: float, low: float, high: float) -> bool:
    """Whether a value is so little outside that it is not wrong yet."""
    near = low if value < low else high
    error = abs(value - near)
    if error <= ROUNDING * abs(near) < math.inf:
        return True
    if low < high or error == math.inf:
        return False
    try:  # where the slope is one, balls may enclose it
        rounding = radius(derivative(problem, x, i, DOUBLE))
        (enclosure,) = enclose(problem, x, np.array([i]), np.array([rounding]))
    except UnknownToBallsError:
        return False
    return is_narrow(enclosure, rounding) and error <= WRONG * threshold(enclosure, rounding) < math.inf
