"""Memory: what a value and gradient allocates at its peak and keeps, by tracemalloc, which sees NumPy's buffers too.

A pass of its own, never while timing. The figures repeat to the byte on one Python and NumPy.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..function import FUNCTION, plain
from ..names import find_method, find_problem
from ..plan import locate
from ..prepare import prepare
from ..record import FAILURES, Case, Recorder, read_records
from . import SUITES
from .each import Figure, record_each

PRIMARY = "peak_memory"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case, but for those that have failed, or took too long, in another suite."""
    gc.collect()
    gc.freeze()  # what is there by now is not walked through again and again
    failed = {
        record.case: (record.outcome, record.reason)
        for record in read_records(recorder.path)
        if record.metric in (SUITES["accuracy"].primary, SUITES["runtime"].primary) and record.outcome in FAILURES
    }

    def figures(case: Case) -> Iterable[Figure]:
        return [Figure(PRIMARY, np.nan, "B", *failed[case])] if case in failed else _figures(case, recorder.seed)

    record_each(cases, recorder, PRIMARY, "B", figures)


def _figures(case: Case, seed: int) -> Iterator[Figure]:
    problem = find_problem(case.problem)
    x = locate(problem, case.n, case.point, seed)
    f: Callable[[Any], Any] = plain(problem)
    if case.method != FUNCTION:
        f, _ = prepare(case)
        method = find_method(case.method)
        recorded = method.nodes(problem, x)
        if recorded is not None:
            yield Figure("nodes", recorded, "1")
        for name, other in method.passes(problem).items():
            top, kept = peak_and_retained(other, x)
            yield Figure(f"peak_memory_{name}", top, "B")
            yield Figure(f"retained_memory_{name}", kept, "B")
    top, kept = peak_and_retained(f, x)
    yield Figure("retained_memory", kept, "B")
    yield Figure(PRIMARY, top, "B")


def peak_and_retained(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> tuple[int, int]:
    """The most bytes that f(x) holds at once, its result included, and what is let go with the result."""
    f(x)  # what is allocated once and for all is not counted
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        result = f(x)
        kept, top = tracemalloc.get_traced_memory()
        del result
        left, _ = tracemalloc.get_traced_memory()  # above `before`: Python's free lists keep some of what is freed
    finally:
        tracemalloc.stop()
        gc.enable()
    return top - before, kept - left
