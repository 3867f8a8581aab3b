"""Memory: what one value and gradient allocates at its peak, by tracemalloc, which sees NumPy's buffers too.

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
from ..record import Case, Recorder

PRIMARY = "peak_memory"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case."""
    for case in cases:
        nodes = None
        try:
            problem = problems.get(case.problem)
            x = locate(problem, case.n, case.point, recorder.seed)
            if case.method == FUNCTION:
                held = peak(plain(problem), x)
            else:
                method = methods.get(case.method)
                held = peak(method.prepare(problem, case.n), x)
                nodes = method.nodes(problem, x)
        except Exception as error:
            recorder.add(case, PRIMARY, np.nan, "B", *failure(error))
            continue
        if nodes is not None:
            recorder.add(case, "nodes", nodes, "1", "")
        recorder.add(case, PRIMARY, held, "B", "")


def peak(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> int:
    """The most bytes that f(x) holds at once, its result included."""
    f(x)  # what is allocated once and for all is not counted
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        result = f(x)
        _, top = tracemalloc.get_traced_memory()
        del result
    finally:
        tracemalloc.stop()
        gc.enable()
    return top - before
