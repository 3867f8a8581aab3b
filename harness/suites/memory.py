"""Memory: what a value and gradient allocates at its peak and keeps, by tracemalloc, which sees NumPy's buffers too.

A pass of its own, never while timing. The figures repeat to the byte on one Python and NumPy.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..footprint import peak_and_retained
from ..function import FUNCTION, plain
from ..isolation import POOL
from ..names import find_method, find_problem
from ..plan import locate
from ..prepare import prepare, seconds_for
from ..record import FAILURES, Case, Recorder
from .each import Figure, record_each
from .judged import judged

PRIMARY = "peak_memory"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def run(cases: Sequence[Case], recorder: Recorder) -> None:
    """Measure and record every case, but for those that have failed, or took too long, in another suite."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # what is there by now is not walked through again and again
    found = {**judged(recorder.path), **judged(recorder.path, "time")}
    failed = {case: found[case] for case in cases if case in found and found[case][0] in FAILURES}

    def figures(case: Case) -> Iterable[Figure]:
        return [Figure(PRIMARY, np.nan, "B", *failed[case])] if case in failed else _figures(case, recorder.seed)

    record_each(cases, recorder, PRIMARY, "B", figures)


def _figures(case: Case, seed: int) -> Iterator[Figure]:
    problem = find_problem(case.problem)
    x = locate(problem, case.n, case.point, seed)
    if case.method == FUNCTION:
        yield from _held(*peak_and_retained(plain(problem), x))
        return
    method = find_method(case.method)
    value_and_gradient, _ = prepare(case)
    if method.isolated:
        top, kept, grown = POOL.ask(case.method, "one", seconds_for(case), "memory", case.anywhere, x)
        if grown is not None:
            yield Figure("resident_memory", grown, "B")
        yield from _held(top, kept)
        return
    recorded = method.nodes(problem, x)
    if recorded is not None:
        yield Figure("nodes", recorded, "1")
    for name, other in method.passes(problem).items():
        top, kept = peak_and_retained(other, x)
        yield Figure(f"peak_memory_{name}", top, "B")
        yield Figure(f"retained_memory_{name}", kept, "B")
    yield from _held(*peak_and_retained(value_and_gradient, x))


def _held(top: int, kept: int) -> Iterator[Figure]:
    yield Figure("retained_memory", kept, "B")
    yield Figure(PRIMARY, top, "B")
