"""Memory: what a value and gradient allocates at its peak and keeps, by tracemalloc, which sees NumPy's buffers too.

A pass of its own, never while timing. The figures repeat to the byte on one Python and NumPy.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import problems

from .. import methods
from ..function import FUNCTION, plain
from ..methods import failure
from ..plan import locate
from ..prepare import prepare
from ..record import FAILURES, Case, Recorder
from .accuracy import judged

PRIMARY = "peak_memory"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case."""
    verdicts = judged(recorder)
    for case in cases:
        outcome, reason = verdicts.get(case, ("", ""))
        if outcome in FAILURES:
            recorder.add(case, PRIMARY, np.nan, "B", outcome, reason)
            continue
        try:
            figures = _figures(case, recorder.seed)
        except Exception as error:
            recorder.add(case, PRIMARY, np.nan, "B", *failure(error))
            continue
        for metric, (value, unit) in figures.items():
            recorder.add(case, metric, value, unit, "")


def _figures(case: Case, seed: int) -> dict[str, tuple[int, str]]:
    """Each metric's value and unit; the primary one last."""
    problem = problems.get(case.problem)
    x = locate(problem, case.n, case.point, seed)
    figures: dict[str, tuple[int, str]] = {}
    f: Callable[[Any], Any] = plain(problem)
    if case.method != FUNCTION:
        f, _ = prepare(case)
        method = methods.get(case.method)
        recorded = method.nodes(problem, x)
        if recorded is not None:
            figures["nodes"] = recorded, "1"
        for name, other in method.passes(problem).items():
            top, kept = peak_and_retained(other, x)
            figures |= {f"peak_memory_{name}": (top, "B"), f"retained_memory_{name}": (kept, "B")}
    top, kept = peak_and_retained(f, x)
    return {**figures, "retained_memory": (kept, "B"), PRIMARY: (top, "B")}


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
