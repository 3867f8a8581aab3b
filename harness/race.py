"""A race: the methods of one problem and size in turn, sample by sample, each in a process of its own.

What disturbs the machine disturbs all of them alike, and no method disturbs another: while it is not its turn, its
process is stopped.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .function import FUNCTION
from .isolation import POOL
from .methods import KnownFailureError
from .names import find_method
from .pairs import FEWEST
from .prepare import seconds_for
from .record import Case

MAIN = "time"
"""The metric of the main form: what is timed with one thread, from NumPy's arrays to NumPy's arrays."""

FORMS = {
    # metric: what is timed, threads
    MAIN: ("timed", "one"),
    "time_without_conversion": ("without_conversion", "one"),
    "time_default_threads": ("timed", "default"),
}

MOST = 1000
"""Samples of a contestant, at the most."""


@dataclass
class Contestant:
    """A method in one of its forms: the seconds of its preparation, its first call, a later one, and each sample's."""

    case: Case
    metric: str
    preparation: float
    first_call: float
    later_call: float
    samples: list[float] = field(default_factory=list)


def contestants(case: Case, x: Any) -> Iterator[Contestant]:
    """The forms that a case has, ready to be sampled at `x`. Raises KnownFailureError for what fails."""
    threaded = case.method != FUNCTION and find_method(case.method).threaded
    for metric, (form, threads) in FORMS.items():
        if threads == "one" or threaded:
            _prepare(case, threads)
            seconds = _ask(case, threads, "aim", case.anywhere, form, x)
            if seconds is not None:
                yield Contestant(case, metric, *seconds)


def _prepare(case: Case, threads: str) -> None:
    """A question of its own, as it may take as long as all that is asked after it."""
    if case.method != FUNCTION:
        _ask(case, threads, "prepare", case.anywhere)


def in_turn(racing: list[Contestant], seconds: float, seed: int) -> dict[Case, KnownFailureError]:
    """Take rounds of samples, each round in random order, for `seconds` a contestant if five rounds take less.

    A case that fails is out, in all its forms; its error is returned.
    """
    order, rounds = random.Random(seed), 0
    out: dict[Case, KnownFailureError] = {}
    deadline = time.perf_counter() + seconds * len(racing)
    while rounds < MOST and (rounds < FEWEST or time.perf_counter() < deadline):
        for one in order.sample(racing, len(racing)):
            if one.case not in out:
                try:
                    one.samples.append(_sample(one))
                except KnownFailureError as error:
                    out[one.case] = error
        rounds += 1
    return out


def _sample(one: Contestant) -> float:
    form, threads = FORMS[one.metric]
    seconds: float = _ask(one.case, threads, "sample", one.case.method, form, one.later_call)
    return seconds


def _ask(case: Case, threads: str, *question: Any) -> Any:
    return POOL.ask(case.method, threads, seconds_for(case), *question)
