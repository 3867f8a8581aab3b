"""Short tables with a row a method, for where there are too many of them to stand side by side."""

from __future__ import annotations

import pandas as pd

from ..function import FUNCTION
from .cases import apart, by_size, headed, joined, judged, label, sized, three_digits

MIB = 2**20

NOISE = 8.0
"""MiB that a process grows by, or does not, whatever is called."""


def accuracy(cases: pd.DataFrame) -> pd.DataFrame:
    """Digits and error/attainable, by n: medians, and the worst over the problems; hard points left out."""
    cases, _ = apart(sized(cases))
    parts = (
        (cases, "digits", "median", "correct digits, median", "{:.1f}"),
        (cases, "digits", "min", "correct digits, worst", "{:.1f}"),
        (judged(cases), "error_over_attainable", "max", "error/attainable, worst", "{:.2g}"),
    )
    return joined(
        headed(heading, by_size(part, metric, form.format, choice)) for part, metric, choice, heading, form in parts
    )


def memory(cases: pd.DataFrame) -> pd.DataFrame:
    """The peaks that tracemalloc sees, and the growth of the processes: medians over the problems, by n."""
    cases = sized(cases)
    parts = [
        headed("peak memory (KiB)", by_size(cases.assign(kib=cases["peak_memory"] / 1024), "kib", three_digits)),
        headed("resident memory (MiB)", by_size(cases, "resident_memory", resident)),
    ]
    return joined(parts).rename(index={FUNCTION: label(FUNCTION)})


def resident(size: float) -> str:
    """A growth of the resident set, in MiB; none that is noise."""
    return f"< {NOISE:.0f}" if size < NOISE * MIB else three_digits(size / MIB)
