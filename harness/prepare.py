"""Preparation: what a method does once for a problem and a number of coordinates, timed and capped."""

from __future__ import annotations

import time
from functools import lru_cache

from . import limits
from .methods import KnownFailureError, ValueAndGradient, failure
from .names import find_method, find_problem
from .record import Case


def prepare(case: Case) -> tuple[ValueAndGradient, float]:
    """The case's value and gradient, as a function of a point, and the seconds that making it took.

    Made once for all points. What the method raises, and that it takes too long, is a KnownFailureError at every point.
    """
    made = _made(case.problem, case.n)
    if case.method not in made:
        made[case.method] = _prepare(case)
    result, seconds = made[case.method]
    if isinstance(result, KnownFailureError):
        raise KnownFailureError(*result.args)
    return result, seconds


@lru_cache(maxsize=1)
def _made(problem: str, n: int) -> dict[str, tuple[ValueAndGradient | KnownFailureError, float]]:
    """What each method has made, for as long as it is this problem's turn: formulas can be large."""
    return {}


def _prepare(case: Case) -> tuple[ValueAndGradient | KnownFailureError, float]:
    started = time.perf_counter()
    result: ValueAndGradient | KnownFailureError
    try:
        with limits.within(limits.PREPARATION_SECONDS, "preparation"):
            result = find_method(case.method).prepare(find_problem(case.problem), case.n)
    except BaseException as error:
        result = KnownFailureError(*failure(error))  # not the error itself, which keeps alive all that the method held
    return result, time.perf_counter() - started
