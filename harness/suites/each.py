"""One case after another: whatever is raised in one is its outcome, and costs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import numpy as np

from ..methods import ElsewhereError, failure
from ..record import Case, Outcome, Recorder


class EndOfProcess(BaseException):
    """Memory has run out here, and what holds it may outlive the case."""


class Figure(NamedTuple):
    """What was measured of a case."""

    metric: str
    value: float
    unit: str
    outcome: Outcome | Literal[""] = ""
    reason: str = ""
    timer: str = ""


def record_each(
    cases: Iterable[Case],
    recorder: Recorder,
    primary: str,
    unit: str,
    figures: Callable[[Case], Iterable[Figure]],
) -> None:
    """Record the `figures` of every case, the primary metric's last; that alone, with the outcome, of one that raises.

    Raises EndOfProcess when memory has run out in this process.
    """
    for case in cases:
        full = False
        try:
            found = list(figures(case))
        except BaseException as error:  # a method may raise whatever it likes, and ends neither process nor run by it
            outcome, reason = failure(error)
            full = outcome == "out_of_memory" and not isinstance(error, ElsewhereError)
            found = [Figure(primary, np.nan, unit, outcome, reason)]
        for figure in found:
            recorder.add(case, *figure)
        if full:
            raise EndOfProcess
