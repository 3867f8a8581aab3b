"""Accuracy: gradients against the certified reference, and against central differences."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from flint import arb

import problems
from engine import numerical_gradient
from problems import Problem

from .. import methods
from ..balls import Ball, UnknownToBallsError, balls, on_balls, precision
from ..function import plain
from ..methods import Method
from ..plan import locate
from ..prepare import prepare
from ..record import Case, Outcome, Recorder, read_records
from ..reference import CERTIFY_ALL, Reference, certify, declared, radius, sharpened
from ..verdict import NO_FIGURES, Accuracy, measure
from ..worst import WorstPoint
from .each import Figure, record_each

PRIMARY = "normwise_error"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

FINE = 512
"""The bits at which the code of a gradient is told from the gradient itself."""

WITHOUT_GRADIENT = ("kink", "infinite slope")
"""The kinds of hard points where a gradient is neither right nor wrong."""


def run(cases: Iterable[Case], recorder: Recorder, worst: Sequence[WorstPoint] = ()) -> None:
    """Measure and record every case; `worst` are the worst points that the plan has."""
    record_each(cases, recorder, PRIMARY, "1", lambda case: _figures(case, recorder.seed, worst))


def _figures(case: Case, seed: int, worst: Sequence[WorstPoint]) -> Iterator[Figure]:
    problem = problems.get(case.problem)
    method = methods.get(case.method)
    x = locate(problem, case.n, case.point, seed, worst)
    value_and_gradient, _ = prepare(case)
    gradient = np.asarray(value_and_gradient(x.copy())[1], dtype=np.float64)
    if gradient.shape != x.shape:
        raise ValueError(f"a gradient of shape {gradient.shape} at a point of shape {x.shape}")
    accuracy = judge(problem, method, x, gradient, seed)
    central = _central(problem, x.tobytes(), case.n)
    outcome: Outcome = accuracy.outcome
    reason = accuracy.reason
    if method.kind == "numerical" and outcome in ("correct", "wrong", "cannot_tell"):
        outcome, reason = "approximate", ""
    if not reason and case.n > CERTIFY_ALL:
        reason = f"of {case.n} components, those certified: {' '.join(map(str, accuracy.components))}"
    at_minimum = case.point.startswith("minimum")  # the gradient is zero there: nothing is large or small beside it
    yield Figure("digits", np.nan if at_minimum else accuracy.digits, "digits", outcome, reason)
    yield Figure("max_relative_error", accuracy.max_relative_error, "1", outcome, reason)
    yield Figure("max_ulp_error", accuracy.max_ulp_error, "ulp", outcome, reason)
    yield Figure("error_over_attainable", accuracy.error_over_attainable, "1", outcome, reason)
    if case.method != "numerical.central":
        scale = np.nan if at_minimum else np.abs(central).max() or np.nan  # zero, too, where all values underflow
        yield Figure("difference_from_central", np.abs(gradient - central).max() / scale, "1", outcome, reason)
    yield Figure(PRIMARY, accuracy.normwise_error, "1", outcome, reason)


def judged(recorder: Recorder) -> dict[Case, tuple[Any, str]]:
    """What was found of each case that has been measured: its outcome, and the reason."""
    found = (record for record in read_records(recorder.path) if record.metric == PRIMARY)
    return {record.case: (record.outcome, record.reason) for record in found}


def judge(problem: Problem, method: Method, x: np.ndarray[Any, Any], gradient: Any, seed: int) -> Accuracy:
    """The accuracy of what `method` gave for the gradient at `x`."""
    hard = next((hard for hard in problem.hard_points_in(x.size) if hard.point == tuple(x.tolist())), None)
    if hard and hard.kind in WITHOUT_GRADIENT:
        return Accuracy("undefined", f"{hard.kind}: {hard.note}", *NO_FIGURES)
    if hard and hard.kind == "removable" and hard.gradient is not None:
        return measure(gradient, declared(hard.gradient), np.zeros(x.size))
    try:
        reference = reference_at(problem, x.tobytes(), x.size, seed)
    except UnknownToBallsError as reason:
        return Accuracy("cannot_tell", str(reason), *NO_FIGURES)
    try:
        coarse, fine = (_own_components(problem, method, x, reference, bits) for bits in (53, FINE))
    except UnknownToBallsError as reason:
        figures = measure(gradient, reference, reference.attainable)
        if figures.outcome == "nonfinite":  # that is certain, whatever the code does
            return figures
        return replace(figures, outcome="cannot_tell", reason=f"the code of the gradient: {reason}")
    if coarse is None or fine is None:
        return measure(gradient, reference, reference.attainable)
    attainable = np.array([radius(ball) for ball in coarse])
    reference = sharpened(reference, problem, x, attainable)
    accuracy = measure(gradient, reference, attainable)
    with precision(FINE):
        pairs = zip(fine, reference.enclosures, reference.components, strict=True)
        apart = [int(i) for ball, enclosure, i in pairs if not ball.overlaps(enclosure)]
    if apart and accuracy.outcome != "nonfinite":
        return replace(accuracy, outcome="wrong", reason=f"the formula of component {apart[0]} is not its derivative")
    return accuracy


def _own_components(
    problem: Problem, method: Method, x: np.ndarray[Any, Any], reference: Reference, bits: int
) -> list[Any] | None:
    """The certified components by the method's own code, on balls; None if the method has none of its own."""
    with precision(bits):
        own = on_balls(lambda point: method.evaluate_on_balls(problem, point), balls(x.tolist()))
        if own is None:
            return None
        return [own[i].value if isinstance(own[i], Ball) else arb(float(own[i])) for i in reference.components]


@functools.lru_cache(maxsize=1)
def reference_at(problem: Problem, point: bytes, n: int, seed: int) -> Reference:
    """The certified gradient at a point, whose coordinates are the bytes of `n` doubles."""
    return certify(problem, np.frombuffer(point, dtype=np.float64, count=n), seed)


@functools.lru_cache(maxsize=1)
def _central(problem: Problem, point: bytes, n: int) -> Any:
    return numerical_gradient(plain(problem), np.frombuffer(point, dtype=np.float64, count=n), "central")
