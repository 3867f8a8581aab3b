"""Search: the point of a problem's domain where a method's error is the largest multiple of what rounding may do.

Rounding errors are erratic: beside a point with a large one lie points with small ones. So nothing is descended along.
Random points of the domain come first, the same that accuracy is measured at; then the best few of all so far are moved
at random: by steps from half the domain down to a millionth, by units in the last place, or to coordinates of few bits.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from problems import Problem

from ..methods import Method, ValueAndGradient
from ..names import find_method, find_problem
from ..prepare import prepare
from ..record import Case, Outcome, Recorder
from ..worst import RATIO, as_reason
from .accuracy import judge, reference_at
from .each import Figure, record_each

PRIMARY = RATIO
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

EVALUATIONS = 600
"""Points that are judged, of each problem and size."""
SAMPLES = 200
"""So many of them are random ones."""
BEST = 3
"""So many of the best are moved."""
ROUNDED = 0.3
"""The part of the moves that round coordinates to few bits."""
BITS = 52
"""As many are the most, which is one less than a double has."""
ULPS = 0.1
"""The part of the moves by units in the last place."""
FEW_ULPS = 4
"""As many at the most."""
HALVINGS = 20
"""Of the domain's width, at the most, for the other moves."""


class Found(NamedTuple):
    """A point, the error there as a multiple of what rounding may do (inf for nan and inf themselves), the verdict."""

    ratio: float
    point: tuple[float, ...]
    outcome: Outcome
    reason: str


Judge = Callable[[np.ndarray[Any, Any]], Found | None]


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Search and record every case."""
    record_each(cases, recorder, PRIMARY, "1", lambda case: _figures(case, recorder.seed))


def _figures(case: Case, seed: int) -> Iterator[Figure]:
    problem, method = find_problem(case.problem), find_method(case.method)
    value_and_gradient, _ = prepare(case)

    def judged(x: np.ndarray[Any, Any]) -> Found | None:
        return judge_point(problem, method, value_and_gradient, x, seed)

    found = search(problem, case.n, judged, seed)
    known = [one for one in found if one is not None]
    if not known:
        yield Figure(PRIMARY, np.nan, "1", "cannot_tell", f"none of {len(found)} points tells anything")
        return
    sampled = max((one.ratio for one in found[:SAMPLES] if one is not None), default=np.nan)
    worst = max(known, key=lambda one: one.ratio)
    reason = as_reason(worst.point, worst.reason)
    yield Figure("points_left_out", len(found) - len(known), "1", worst.outcome, reason)
    yield Figure("sampled_error_over_attainable", sampled, "1", worst.outcome, reason)
    yield Figure(PRIMARY, worst.ratio, "1", worst.outcome, reason)


def judge_point(
    problem: Problem, method: Method, value_and_gradient: ValueAndGradient, x: np.ndarray[Any, Any], seed: int
) -> Found | None:
    """What is found at `x`, of shape (n,); None where the ratio of error and attainable error would mean nothing.

    That is so at a hard point, which is judged in its own way; where the reference is not certain; and where rounding
    alone may change a component altogether, unless the error is larger than even that allows. A gradient that is not
    finite is worse than any ratio.
    """
    if any(hard.point == tuple(x.tolist()) for hard in problem.hard_points_in(x.size)):
        return None
    with np.errstate(all="ignore"):
        gradient = np.asarray(value_and_gradient(x.copy())[1], dtype=np.float64)
        accuracy = judge(problem, method, x, gradient, seed)
    ratio = np.inf if accuracy.outcome == "nonfinite" else accuracy.error_over_attainable
    if np.isnan(ratio) or (accuracy.outcome == "cannot_tell" and not ratio > 1.0):
        return None
    if reference_at(problem, x.tobytes(), x.size, seed).uncertain:
        return None
    return Found(ratio, tuple(x.tolist()), accuracy.outcome, accuracy.reason)


def search(problem: Problem, n: int, judged: Judge, seed: int) -> list[Found | None]:
    """What was found at each point tried, in order: EVALUATIONS of them, the same for the same seed.

    It ends at a gradient that is not finite, as nothing is worse.
    """
    random = np.random.default_rng([seed, n, zlib.crc32(problem.name.encode()), EVALUATIONS])
    low, high = problem.domain(n).T
    samples = problem.points(n, SAMPLES, seed)
    found: list[Found | None] = []
    best: list[Found] = []
    for k in range(EVALUATIONS):
        if k < SAMPLES or not best:
            x = samples[k] if k < SAMPLES else low + (high - low) * random.random(n)
        else:
            start = np.array(best[random.integers(len(best))].point)
            x = np.clip(moved(start, high - low, random), low, high)
        found.append(one := judged(x))
        if one is not None:
            best = sorted([*best, one], key=lambda other: -other.ratio)[:BEST]
            if np.isinf(one.ratio):
                break
    return found


def moved(x: np.ndarray[Any, Any], width: np.ndarray[Any, Any], random: np.random.Generator) -> np.ndarray[Any, Any]:
    """`x` with some of its coordinates, or all, moved by a random part of the domain's `width`, by ulps, or rounded."""
    chosen = random.random(x.size) < random.random()
    chosen[random.integers(x.size)] = True
    kind = random.random()
    if kind < ROUNDED:
        fraction, exponent = np.frexp(x)
        bits = random.integers(1, BITS)
        other = np.ldexp(np.round(np.ldexp(fraction, bits)), exponent - bits)
    elif kind < ROUNDED + ULPS:
        other = x + random.integers(-FEW_ULPS, FEW_ULPS, x.size, endpoint=True) * np.spacing(np.abs(x))
    else:
        other = x + width * 2.0 ** -random.uniform(1, HALVINGS) * random.standard_normal(x.size)
    return np.where(chosen, other, x)
