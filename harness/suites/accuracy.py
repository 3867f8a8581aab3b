"""Accuracy: gradients against the certified reference, and against central differences."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine import numerical_gradient
from problems import Problem
from problems.problem import WITHOUT_GRADIENT

from .. import judging
from ..balls import UnknownToBallsError
from ..function import plain
from ..hard import about, hard_at, judge_by_slopes
from ..methods import Method
from ..names import find_method, find_problem
from ..plan import locate
from ..prepare import prepare
from ..record import Case, Outcome, Recorder
from ..reference import Reference, declared, reference_of
from ..verdict import NO_FIGURES, Accuracy, measure
from ..worst import WorstPoint
from .each import Figure, record_each

PRIMARY = "normwise_error"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def run(cases: Iterable[Case], recorder: Recorder, worst: Sequence[WorstPoint] = ()) -> None:
    """Measure and record every case; `worst` are the worst points that the plan has."""
    record_each(cases, recorder, PRIMARY, "1", lambda case: _figures(case, recorder.seed, worst))


def _figures(case: Case, seed: int, worst: Sequence[WorstPoint]) -> Iterator[Figure]:
    problem, method = find_problem(case.problem), find_method(case.method)
    x = locate(problem, case.n, case.point, seed, worst)
    value_and_gradient, _ = prepare(case)
    gradient = as_gradient(value_and_gradient(x.copy())[1], x)
    accuracy = judge(problem, method, x, gradient, seed)
    central = _central(problem, x.tobytes(), case.n)
    outcome, reason = conclusion(problem, method, x, accuracy)
    at_minimum = case.point.startswith("minimum")  # the gradient is zero there: nothing is large or small beside it
    yield Figure("digits", np.nan if at_minimum else accuracy.digits, "digits", outcome, reason)
    yield Figure("max_relative_error", accuracy.max_relative_error, "1", outcome, reason)
    yield Figure("max_ulp_error", accuracy.max_ulp_error, "ulp", outcome, reason)
    yield Figure("error_over_attainable", accuracy.error_over_attainable, "1", outcome, reason)
    if case.method != "numerical.central":
        scale = np.nan if at_minimum else np.abs(central).max() or np.nan  # zero, too, where all values underflow
        yield Figure("difference_from_central", np.abs(gradient - central).max() / scale, "1", outcome, reason)
    yield Figure(PRIMARY, accuracy.normwise_error, "1", outcome, reason)


def as_gradient(answer: Any, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What a method gave for a gradient at `x`, as doubles. Raises ValueError for complex ones, or another shape."""
    if np.iscomplexobj(answer):
        raise ValueError("a gradient of complex numbers")
    gradient = np.asarray(answer, dtype=np.float64)
    if gradient.shape != x.shape:
        raise ValueError(f"a gradient of shape {gradient.shape} at a point of shape {x.shape}")
    return gradient


def conclusion(problem: Problem, method: Method, x: np.ndarray[Any, Any], accuracy: Accuracy) -> tuple[Outcome, str]:
    """The outcome and the reason that are recorded: a numerical method gets no verdict."""
    outcome, reason = accuracy.outcome, accuracy.reason
    if method.kind == "numerical" and outcome in ("correct", "wrong", "cannot_tell"):
        hard = hard_at(problem, x)
        outcome, reason = "approximate", about(hard) if hard else ""
    if outcome in ("correct", "approximate") and 0 < len(accuracy.components) < x.size:
        indices = " ".join(str(component.index) for component in accuracy.components)
        certified = f"of {x.size} components, those certified: {indices}"
        reason = f"{reason}; {certified}" if reason else certified
    return outcome, reason


def judge(problem: Problem, method: Method, x: np.ndarray[Any, Any], gradient: Any, seed: int) -> Accuracy:
    """The accuracy of what `method` gave for the gradient at `x`."""
    hard = hard_at(problem, x)
    if hard is None:
        return _judge(problem, method, x, gradient, seed)
    if hard.kind in WITHOUT_GRADIENT:
        return judge_by_slopes(problem, method, hard, x, gradient)
    if hard.kind == "removable" and hard.gradient is not None:
        accuracy = measure(gradient, declared(hard.gradient), np.zeros(x.size))
    else:
        accuracy = _judge(problem, method, x, gradient, seed)
    return replace(accuracy, reason=about(hard, accuracy.reason))


def _judge(problem: Problem, method: Method, x: np.ndarray[Any, Any], gradient: Any, seed: int) -> Accuracy:
    """The accuracy by the certified reference."""
    try:
        reference = reference_at(problem, x.tobytes(), x.size, seed)
    except UnknownToBallsError as reason:
        return Accuracy("cannot_tell", str(reason), *NO_FIGURES)
    return judging.judge(problem, x, gradient, reference, method.own_code(problem, x.size))


@functools.lru_cache(maxsize=1)
def reference_at(problem: Problem, point: bytes, n: int, seed: int) -> Reference:
    """The certified gradient at a point, whose coordinates are the bytes of `n` doubles."""
    return reference_of(problem, np.frombuffer(point, dtype=np.float64, count=n), seed)


@functools.lru_cache(maxsize=1)
def _central(problem: Problem, point: bytes, n: int) -> Any:
    return numerical_gradient(plain(problem), np.frombuffer(point, dtype=np.float64, count=n), "central")
