"""Comparison: the methods of each problem and size race; each answer is judged before it is timed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal

import numpy as np

from engine import grad
from problems import Problem

from ..function import FUNCTION
from ..isolation import POOL
from ..methods import failure
from ..names import find_method, find_problem
from ..pairs import TIMER, calls_per_sample
from ..plan import locate
from ..prepare import prepare
from ..race import MAIN, Contestant, contestants, in_turn
from ..record import UNTIMED, Case, Outcome, Recorder
from ..reference import CERTIFY_ALL
from .accuracy import as_gradient, conclusion, judge
from .each import Figure
from .judged import judged

PRIMARY = MAIN
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

SAME = 1e-4
"""Where nothing is certified, a gradient that is further apart from the engine's than any scheme of differences is."""

Verdict = tuple[Outcome | Literal[""], str]


def run(cases: Iterable[Case], recorder: Recorder, seconds: float) -> None:
    """Measure and record every case, at `seconds` for each method and form of it."""
    for _, group in groupby(cases, key=lambda case: (case.problem, case.n)):
        _compare(list(group), recorder, seconds)


def _compare(cases: list[Case], recorder: Recorder, seconds: float) -> None:
    """Measure and record the cases of one problem and size."""
    x = locate(find_problem(cases[0].problem), cases[0].n, cases[0].point, recorder.seed)
    known = judged(recorder.path)
    verdicts: dict[Case, Verdict] = {}
    racing: list[Contestant] = []
    for case in cases:
        POOL.alive()
        try:
            verdicts[case] = known[case] if case in known else _verdict(case, x, recorder.seed)
            if verdicts[case][0] not in UNTIMED:
                racing += list(contestants(case, x))  # all of them, or none
        except BaseException as error:  # an answer may be anything, and ends no race
            verdicts[case] = failure(error)
    verdicts |= {case: failure(error) for case, error in in_turn(racing, seconds, recorder.seed).items()}
    for case, verdict in verdicts.items():
        forms = [] if verdict[0] in UNTIMED else [one for one in racing if one.case == case]
        for metric, value, unit, *_ in _figures(forms) if forms else [Figure(PRIMARY, np.nan, "s")]:
            recorder.add(case, metric, value, unit, *verdict, TIMER)


def _verdict(case: Case, x: np.ndarray[Any, Any], seed: int) -> Verdict:
    """That on the answer at a point at which accuracy was not measured."""
    if case.method == FUNCTION:
        return "", ""
    problem, method = find_problem(case.problem), find_method(case.method)
    gradient = as_gradient(prepare(case)[0](x.copy())[1], x)
    if x.size <= CERTIFY_ALL:
        return conclusion(problem, method, x, judge(problem, method, x, gradient, seed))
    if not np.isfinite(gradient).all():
        return "nonfinite", "a component is not finite"
    apart = _apart(gradient, _by_the_engine(problem, x.tobytes(), x.size))
    reason = f"{x.size} components are not certified; they are {apart:.0e} of the norm apart from engine.reverse"
    if not np.isfinite(apart):  # the engine has none either
        return "cannot_tell", f"{x.size} components are not certified, and engine.reverse has no gradient"
    if method.kind == "numerical":
        return "approximate", reason
    return ("" if apart < SAME else "wrong"), reason


def _apart(gradient: np.ndarray[Any, Any], engines: np.ndarray[Any, Any]) -> float:
    return float(np.abs(gradient - engines).max() / (np.abs(engines).max() or 1.0))


@lru_cache(maxsize=1)
def _by_the_engine(problem: Problem, point: bytes, n: int) -> Any:
    try:
        return np.asarray(grad(problem)(np.frombuffer(point, dtype=np.float64, count=n)))
    except Exception:  # no fault of the method that is judged
        return np.full(n, np.nan)


def _figures(forms: list[Contestant]) -> Iterator[Figure]:
    """What is recorded of the forms of a case, the first of which is the main one; its median last."""
    main, *others = forms
    for other in others:
        yield Figure(other.metric, float(np.median(other.samples)), "s")
    low, median, high = np.percentile(main.samples, (25, 50, 75))
    if main.case.method != FUNCTION:
        yield Figure("preparation_time", main.preparation, "s")
        yield Figure("first_call_time", main.first_call, "s")
    yield Figure("time_min", min(main.samples), "s")
    yield Figure("time_iqr", high - low, "s")
    yield Figure("time_rounds", len(main.samples), "1")
    yield Figure("time_iterations", calls_per_sample(main.later_call), "1")
    yield Figure(PRIMARY, median, "s")
