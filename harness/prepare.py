"""Preparation: what a method does once for a problem and a number of coordinates, timed and capped."""

from __future__ import annotations

import time
from functools import lru_cache

import problems

from . import methods
from .limits import PREPARATION_SECONDS, within
from .methods import ValueAndGradient
from .record import Case


def prepare(case: Case) -> tuple[ValueAndGradient, float]:
    """The case's value and gradient, as a function of a point, and the seconds that making it took.

    Made once for all points. Raises what the method raises, and TimeLimitError, at every point again.
    """
    result, seconds = _prepared(case.problem, case.n, case.method)
    if isinstance(result, Exception):
        raise result
    return result, seconds


@lru_cache(maxsize=64)
def _prepared(problem: str, n: int, method: str) -> tuple[ValueAndGradient | Exception, float]:
    started = time.perf_counter()
    result: ValueAndGradient | Exception
    try:
        with within(PREPARATION_SECONDS, "preparation"):
            result = methods.get(method).prepare(problems.get(problem), n)
    except Exception as error:
        result = error
    return result, time.perf_counter() - started
