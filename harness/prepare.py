"""Preparation: what a method does once for a problem and a number of coordinates, timed and capped."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from . import limits
from .function import FUNCTION
from .isolation import POOL
from .methods import ElsewhereError, KnownFailureError, ValueAndGradient, failure
from .names import find_method, find_problem
from .record import Case

Prepared = tuple[ValueAndGradient, float]


def prepare(case: Case) -> Prepared:
    """The case's value and gradient, as a function of a point, and the seconds that making it took.

    Made once for all points. What the method raises, and that it takes too long, is a KnownFailureError at every point.
    """
    return _once(case, _elsewhere if find_method(case.method).isolated else _here)


def prepare_here(case: Case) -> Prepared:
    """The same in this process, whatever method it is."""
    return _once(case, _here)


def seconds_for(case: Case) -> float:
    """What the preparation of a case may take, its first call, or a later one."""
    return limits.PREPARATION_SECONDS if case.method == FUNCTION else find_method(case.method).preparation_seconds


def _once(case: Case, make: Any) -> Prepared:
    made = _made(case.problem, case.n)
    if case.method not in made:
        made[case.method] = make(case)
    result: Prepared | KnownFailureError = made[case.method]
    if isinstance(result, KnownFailureError):
        raise type(result)(*result.args)
    return result


@lru_cache(maxsize=1)
def _made(problem: str, n: int) -> dict[str, Prepared | KnownFailureError]:
    """What each method has made, for as long as it is this problem's turn: formulas can be large."""
    return {}


def _here(case: Case) -> Prepared | KnownFailureError:
    method = find_method(case.method)
    started = time.perf_counter()
    try:
        with limits.within(method.preparation_seconds, "preparation"):
            return method.prepare(find_problem(case.problem), case.n), time.perf_counter() - started
    except BaseException as error:  # not the error itself is kept, as that keeps alive all that the method held
        return KnownFailureError(*failure(error, method.unable))


def _elsewhere(case: Case) -> Prepared | KnownFailureError:
    """By the method's own server: the function returned asks it."""

    def ask(*question: Any) -> Any:
        return POOL.ask(case.method, "one", seconds_for(case), *question)

    def value_and_gradient(x: Any) -> Any:
        try:
            return ask("value_and_gradient", case.anywhere, x)
        except ElsewhereError as error:
            if error.args[0] in ("timeout", "out_of_memory"):  # it would be the same at the other points
                _made(case.problem, case.n)[case.method] = error
            raise

    try:
        return value_and_gradient, ask("prepare", case.anywhere)
    except ElsewhereError as error:
        return error


def forget() -> None:
    """Let go of all that is prepared in this process."""
    _made.cache_clear()
