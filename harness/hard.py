"""The verdict at hard points that have no gradient, by the slopes to both sides of each coordinate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from problems import HardPoint, Problem

from .balls import UnknownToBallsError
from .methods import Method
from .record import Outcome
from .reference import derivative, enclose, radius, threshold
from .verdict import NO_FIGURES, WRONG, Accuracy

ROUNDING = 2.0**-40
"""The error of a slope, relative to it, that is not wrong where balls do not tell what rounding may do."""


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
    faults = [fault for i in range(x.size) if (fault := _fault(problem, x, i, float(gradient[i]), hard.slopes[i]))]
    if not faults:
        return Accuracy("undefined", about(hard, "the answer is within the one-sided slopes"), *NO_FIGURES)
    outcome, reason = next((fault for fault in faults if fault[0] == "wrong"), faults[0])
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
    slack = _slack(problem, x, i, low, high) if math.isfinite(value) else 0.0
    return None if low - slack <= value <= high + slack else ("wrong", found)


def _slack(problem: Problem, x: np.ndarray[Any, Any], i: int, low: float, high: float) -> float:
    """How far outside is not wrong yet: as far as elsewhere, if the slope is one and balls can enclose it."""
    if low == high:
        try:
            rounding = radius(derivative(problem, x, i, 53))
            enclosure, narrow = enclose(problem, x, i, rounding)
        except UnknownToBallsError:
            narrow = False
        if narrow and math.isfinite(rounding):
            return WRONG * threshold(enclosure, rounding)
    return ROUNDING * max((abs(end) for end in (low, high) if math.isfinite(end)), default=0.0)
