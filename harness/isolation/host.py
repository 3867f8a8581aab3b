"""The process that a method runs in: `python -m harness.isolation.host SOCKET METHOD THREADS`.

It answers questions, one at a time, with what they ask for or with the outcome and reason of a failure. All that a
method prints goes where the process's output goes, and all that it starts is in the process's group.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import repeat
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from problems import Problem
from problems.problem import at_least

from .. import limits
from ..errors import one_line
from ..footprint import peak_and_retained, resident_growth
from ..function import FUNCTION, plain
from ..methods import ValueAndGradient, failure
from ..names import find_method, find_problem
from ..pairs import calls_per_sample, seconds_per_call
from ..prepare import forget, prepare_here, seconds_for
from ..record import Case

COLD_SECONDS = 0.01
"""A call that takes longer does not depend on what the processor's caches held before it."""


class Host:
    """What the process has at hand: the functions that are prepared for the problem and size that it is at."""

    def __init__(self) -> None:
        self.ready: dict[tuple[str, str], Callable[[], object]] = {}
        self.first_calls: dict[Case, float] = {}

    def begin(self, name: str) -> None:
        """Differentiate something, so that the first problem does not find a library unloaded, or a compiler cold."""
        if name != FUNCTION:
            with suppress(Exception), limits.within(find_method(name).preparation_seconds, "beginning"):
                find_method(name).prepare(SOMETHING, 3)(np.array([0.1, 0.2, 0.3]))

    def prepare(self, case: Case) -> float:
        """The seconds that preparing took, once for all points."""
        return prepare_here(case)[1]

    def value_and_gradient(self, case: Case, x: Any) -> Any:
        """The answer at a point."""
        f = prepare_here(case)[0]
        with limits.within(seconds_for(case), "one call"):
            started = time.perf_counter()
            value, gradient = f(x)
            self.first_calls.setdefault(case, time.perf_counter() - started)
        return _number(value), _array(gradient)

    def aim(self, case: Case, form: str, x: Any) -> tuple[float, float, float] | None:
        """Get ready to be sampled: the seconds of the preparation, the first call and a later one.

        None of a form that the method does not have.
        """
        before = x.copy()
        f, preparation = _function(case)
        call = _call(case, form, f, x)
        if call is None:
            return None
        with limits.within(seconds_for(case), "the first call"):
            started = time.perf_counter()
            call()
            self.first_calls.setdefault(case, time.perf_counter() - started)
        with limits.within(limits.CALL_SECONDS, "one call"):
            call()
        later = min(seconds_per_call(call) for _ in range(3))  # what a hiccup makes long is not how long it takes
        if not np.array_equal(x, before, equal_nan=True):
            raise ValueError("it changes the point that it is given")
        self.ready[case.method, form] = call
        return preparation, self.first_calls[case], later

    def sample(self, method: str, form: str, seconds: float) -> float:
        """The seconds of a call, from a sample of calls that take about `seconds` each."""
        call, calls = self.ready[method, form], calls_per_sample(seconds)
        for _ in repeat(None, calls // 4 + (seconds < COLD_SECONDS)):  # other processes have been here in between
            call()
        started = time.perf_counter()
        for _ in repeat(None, calls):
            call()
        return (time.perf_counter() - started) / calls

    def memory(self, case: Case, x: Any) -> tuple[int, int, int | None]:
        """The bytes that a call allocates at its peak and keeps, and by which the process grows."""
        f = prepare_here(case)[0]
        with limits.within(seconds_for(case), "one call"):
            return *peak_and_retained(f, x), resident_growth(f, x)

    def forget(self) -> None:
        """Let go of what is prepared, as another problem is next."""
        forget()
        self.ready.clear()
        self.first_calls.clear()
        gc.collect()


def _number(value: Any) -> float:
    if isinstance(value, complex) or np.size(value) != 1:
        raise ValueError(f"a value that is no number: {one_line(repr(value))}")
    return float(value)


def _array(gradient: Any) -> np.ndarray[Any, Any]:
    if not isinstance(gradient, np.ndarray) or gradient.dtype != np.float64:
        kind = getattr(gradient, "dtype", None) or type(gradient).__name__
        raise ValueError(f"a gradient that is no array of NumPy's of float64, but of {kind}")
    return np.array(gradient)


def _function(case: Case) -> tuple[Callable[[Any], Any], float]:
    return (plain(find_problem(case.problem)), 0.0) if case.method == FUNCTION else prepare_here(case)


def _call(case: Case, form: str, f: ValueAndGradient, x: Any) -> Callable[[], object] | None:
    if case.method == FUNCTION:
        return partial(f, x) if form == "timed" else None
    method = find_method(case.method)
    return method.timed(f, x) if form == "timed" else method.without_conversion(f, x)


SOMETHING = Problem(
    name="something to begin with", function=lambda x, xp: xp.sum(xp.exp(-x) * x), dimensions=at_least(1),
    takes_vector=True, bounds=(-1.0, 1.0), known_minima=(), source="", formula="",
)  # fmt: skip


def serve(connection: Connection, unable: tuple[type[Exception], ...]) -> None:
    """Answer until the other end is closed."""
    host = Host()
    while True:
        operation, arguments = connection.recv()
        try:
            connection.send(("done", getattr(host, operation)(*arguments)))
        except BaseException as error:  # a method may raise whatever it likes
            connection.send(("failed", failure(error, unable)))


def one_cpu() -> None:
    """Stay on one processor, so that every library finds just that one, whatever variable it would be told by."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main(socket: int, name: str, threads: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limits.leave_with_parent()
    limits.lift_memory_limit()  # the server watches what is used
    if threads == "one":
        one_cpu()
    connection = Connection(socket)
    unable = () if name == FUNCTION else find_method(name).unable
    connection.send(("done", None))
    with suppress(EOFError, OSError):
        serve(connection, unable)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
