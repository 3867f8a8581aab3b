"""Overhead: what the engine costs beside the same work without it, by interleaved pairs.

Ratios of one run on one machine; the times are recorded too. Python's garbage collector is as a user has it, but for
one measurement that shows its part.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

import problems
from engine import Variable, namespace, value_and_grad

from ..footprint import peak_and_retained
from ..pairs import TIMER, Sampler, calling, interleave
from ..plan import locate
from ..record import Case, Recorder
from .each import Figure, record_each

PRIMARY = "time_ratio"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

SECONDS = 4.0
"""What the pairs of one case may take, if five of them take less."""

METRICS = {
    # name: unit, timer
    "memory_ratio": ("1", ""),
    "pairs": ("1", ""),
    "base_time": ("s", TIMER),
    "engine_time": ("s", TIMER),
    "time_difference": ("s", TIMER),
    "time_ratio": ("1", TIMER),
}

Figures = dict[str, Any]
"""What was measured: one value of a metric, or one for each pair."""


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case."""
    record_each(cases, recorder, PRIMARY, "1", lambda case: _figures(case, recorder.seed))


def _figures(case: Case, seed: int) -> Iterator[Figure]:
    for metric, values in MEASUREMENTS[case.problem, case.method](case, seed).items():
        unit, timer = METRICS[metric]
        low, median, high = np.percentile(values, (25, 50, 75))
        if np.ndim(values):
            yield Figure(f"{metric}_low", low, unit, timer=timer)
            yield Figure(f"{metric}_high", high, unit, timer=timer)
        yield Figure(metric, median, unit, timer=timer)


def compare(base: Sampler, engine: Sampler, seed: int) -> Figures:
    """The times of both and, pair by pair, their difference and ratio."""
    without, with_ = interleave(base, engine, SECONDS, seed)
    return {
        "pairs": with_.size,
        "base_time": without,
        "engine_time": with_,
        "time_difference": with_ - without,
        "time_ratio": with_ / without,
    }


def scalars(case: Case, seed: int) -> Figures:
    """Value and gradient of a function of two scalars, beside the function itself on Python's floats."""
    problem = problems.get(case.problem)
    f = problem.function
    a, b = locate(problem, case.n, case.point, seed).tolist()

    def value_and_gradient() -> None:
        x, y = Variable(a), Variable(b)
        f(x, y).backward()

    return compare(calling(partial(f, a, b)), calling(value_and_gradient), seed)


def rosenbrock(case: Case, seed: int) -> Figures:
    """Value and gradient of a function of a vector, beside both by hand."""
    problem = problems.get(case.problem)
    x = locate(problem, case.n, case.point, seed)
    by_engine = value_and_grad(partial(problem.function, xp=namespace))
    (value, gradient), (by_hand, gradient_by_hand) = by_engine(x), rosenbrock_by_hand(x)
    scale = np.abs(gradient).max()
    if not (abs(value - by_hand) <= 1e-12 * value and np.abs(gradient - gradient_by_hand).max() <= 1e-12 * scale):
        raise ValueError(f"by hand the value is {by_hand}, by the engine {value}, or their gradients differ")
    held = peak_and_retained(by_engine, x)[0] / x.nbytes
    times = compare(calling(partial(rosenbrock_by_hand, x)), calling(partial(by_engine, x)), seed)
    return {"memory_ratio": held, **times}


def rosenbrock_by_hand(x: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
    """As an expert would write it in NumPy: value and gradient share what they have in common."""
    head = x[:-1]
    valley = x[1:] - head * head
    rest = 1.0 - head
    value = 100.0 * np.dot(valley, valley) + np.dot(rest, rest)
    valley *= 200.0
    gradient = np.empty_like(x)
    gradient[0] = 0.0
    gradient[1:] = valley
    valley *= head
    valley += rest
    valley *= 2.0
    gradient[:-1] -= valley
    return float(value), gradient


def calls(case: Case, seed: int) -> Figures:
    """The calls of NumPy that the engine makes for Rosenbrock's function, without the engine, beside those by hand."""
    x = locate(problems.get(case.problem), case.n, case.point, seed)
    return compare(calling(partial(rosenbrock_by_hand, x)), calling(partial(rosenbrock_by_calls, x)), seed)


def rosenbrock_by_calls(x: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
    """Operation by operation, first forward and then back, as the engine does it, to the bit."""
    tail, head, same = x[1:], x[:-1], x[:-1]
    valley = tail - head * head
    rest = 1.0 - same
    value = np.add.reduce(100.0 * (valley * valley) + rest * rest)
    to_rest, to_valley = 2.0 * rest, 100.0 * 2.0 * valley
    gradient = np.zeros(x.shape)
    gradient[:-1] += -to_rest
    gradient[:-1] += -to_valley * 2.0 * head
    gradient[1:] += to_valley
    return float(value), gradient


def chain(case: Case, seed: int) -> Figures:
    """One chain of n scalar operations, beside the same number of operations in chains of a thousand."""
    short, long = (calling(partial(chains, case.n // n, n)) for n in (1_000, case.n))
    return compare(short, long, seed)


def chain_without_gc(case: Case, seed: int) -> Figures:
    short, long = (without_gc(calling(partial(chains, case.n // n, n))) for n in (1_000, case.n))
    return compare(short, long, seed)


def chains(count: int, operations: int) -> None:
    """Value and derivative of `count` chains."""
    for _ in range(count):
        x = Variable(0.25)
        y = x
        for _ in range(operations // 2):
            y = 1.0 - 0.5 * y  # stays between 0 and 1
        y.backward()


def without_gc(sampler: Sampler) -> Sampler:
    def sample() -> float:
        gc.disable()
        try:
            return sampler()
        finally:
            gc.enable()

    return sample


def imports(case: Case, seed: int) -> Figures:
    """Importing the engine, and NumPy with it, beside importing NumPy alone."""
    return compare(importing("numpy"), importing("engine"), seed)


def importing(module: str) -> Sampler:
    """The sampler of importing `module` in a fresh interpreter."""
    timed = f"from time import perf_counter as t; started = t(); import {module}; print(t() - started)"

    def sample() -> float:
        command = [sys.executable, "-P", "-c", timed]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    sample()  # compiles what was not compiled yet
    return sample


MEASUREMENTS: dict[tuple[str, str], Callable[[Case, int], Figures]] = {
    ("goldstein_price", "engine.reverse"): scalars,
    ("rosenbrock", "engine.reverse"): rosenbrock,
    ("rosenbrock", "numpy.calls"): calls,
    ("chain", "engine.reverse"): chain,
    ("chain@no_gc", "engine.reverse"): chain_without_gc,
    ("import", "engine"): imports,
}
