"""Accuracy: gradients against the certified reference, and against central differences."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

import problems
from engine import numerical_gradient
from problems import Problem

from .. import methods
from ..balls import Ball, UnknownToBallsError, balls, on_balls, precision
from ..function import plain
from ..methods import Method, failure
from ..plan import locate
from ..record import Case, Outcome, Recorder
from ..reference import Reference, certify, radius
from ..verdict import Accuracy, measure

PRIMARY = "normwise_error"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case."""
    for case in cases:
        problem = problems.get(case.problem)
        x = locate(problem, case.n, case.point, recorder.seed)
        method = methods.get(case.method)
        try:
            gradient = np.asarray(method.prepare(problem, case.n)(x.copy())[1], dtype=np.float64)
            if gradient.shape != x.shape:
                raise ValueError(f"a gradient of shape {gradient.shape} at a point of shape {x.shape}")
        except Exception as error:
            recorder.add(case, PRIMARY, np.nan, "1", *failure(error))
            continue
        accuracy = judge(problem, method, x, gradient, recorder.seed)
        _record(recorder, case, method, accuracy, gradient, _central(problem, x.tobytes(), case.n))


def judge(problem: Problem, method: Method, x: np.ndarray[Any, Any], gradient: Any, seed: int) -> Accuracy:
    """The accuracy of what `method` gave for the gradient at `x`."""
    try:
        reference = _reference(problem, x.tobytes(), x.size, seed)
        attainable = _attainable(problem, method, x, reference)
    except UnknownToBallsError as reason:
        return Accuracy("cannot_tell", str(reason), *[float("nan")] * 4)
    return measure(gradient, reference, attainable)


@functools.lru_cache(maxsize=1)
def _reference(problem: Problem, point: bytes, n: int, seed: int) -> Reference:
    return certify(problem, np.frombuffer(point, dtype=np.float64, count=n), seed)


@functools.lru_cache(maxsize=1)
def _central(problem: Problem, point: bytes, n: int) -> Any:
    return numerical_gradient(plain(problem), np.frombuffer(point, dtype=np.float64, count=n), "central")


def _attainable(
    problem: Problem, method: Method, x: np.ndarray[Any, Any], reference: Reference
) -> np.ndarray[Any, Any]:
    """What rounding may do to each certified component: in the method's own code, where its gradient has one."""
    with precision(53):
        own = on_balls(lambda point: method.evaluate_on_balls(problem, point), balls(x.tolist()))
        if own is None:
            return reference.attainable
        return np.array([radius(own[i].value) if isinstance(own[i], Ball) else 0.0 for i in reference.components])


def _record(
    recorder: Recorder, case: Case, method: Method, accuracy: Accuracy, gradient: Any, central: np.ndarray[Any, Any]
) -> None:
    outcome: Outcome = accuracy.outcome
    reason = accuracy.reason
    if method.kind == "numerical" and outcome in ("correct", "wrong", "cannot_tell"):
        outcome, reason = "approximate", ""

    def add(metric: str, value: float, unit: str) -> None:
        recorder.add(case, metric, value, unit, outcome, reason)

    add("digits", accuracy.digits, "digits")
    add("max_relative_error", accuracy.max_relative_error, "1")
    add("max_ulp_error", accuracy.max_ulp_error, "ulp")
    add("error_over_attainable", accuracy.error_over_attainable, "1")
    if case.method != "numerical.central":
        # At a minimum central differences are nothing but their own error: there is no scale to compare on.
        scale = np.nan if case.point.startswith("minimum") else np.abs(central).max()
        add("difference_from_central", np.abs(gradient - central).max() / scale, "1")
    add(PRIMARY, accuracy.normwise_error, "1")
