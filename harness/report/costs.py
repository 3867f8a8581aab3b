"""Costs: what each method takes beside f, beside the fastest of its cell, and beside the gradient by hand.

A cell is a problem at one n. What a method pays before its first gradient is set against what each call saves later.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..function import FUNCTION
from .cases import CELL, METRICS, by_size, full, headed, joined, sized, three_digits
from .kinds import BY_HAND, racers, races

RATIOS = {
    "time_over_f": "time / f",
    "time_over_fastest": "time / fastest",
    "time_over_manual": "time / by hand",
}
"""The ratios of the times, and their headings."""


def costs(records: pd.DataFrame) -> pd.DataFrame:
    """A row a case: its times, beside those of others, and the call from which on it is ahead; no empty columns."""
    cases = full(records, METRICS["costs"])
    if cases["time"].isna().all():
        return cases.iloc[:0]
    cases = beside(cases).assign(ahead_from_call=ahead_from(cases))
    return cases.dropna(axis=1, how="all")


def beside(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with the ratios of their times to those of f, of the fastest that races, and of the method by hand."""
    cases = cases.copy()
    others = (cases["method"] == FUNCTION, _racing(cases), cases["method"] == BY_HAND)
    for place, (column, chosen) in enumerate(zip(RATIOS, others, strict=True), list(cases).index("time") + 1):
        cases.insert(place, column, cases["time"] / least(cases, cases["time"].where(chosen & (cases["time"] > 0))))
    return cases


def least(cases: pd.DataFrame, values: pd.Series[Any]) -> pd.Series[Any]:
    """For each case the least of the values in its cell."""
    return values.groupby([cases[key] for key in CELL]).transform("min")


def until_first(cases: pd.DataFrame) -> pd.Series[Any]:
    """Seconds until the first gradient of those that race is there."""
    seconds = cases["preparation_time"] + cases["first_call_time"]
    return seconds.where(_racing(cases) & cases["time"].notna())


def ahead_from(cases: pd.DataFrame) -> pd.Series[Any]:
    """From how many calls on a method has taken less time in all than the one whose first gradient is there soonest.

    1 for that one itself; infinite for one that never is ahead.
    """
    start = until_first(cases)
    soonest = least(cases, start)
    saved = least(cases, cases["time"].where(start == soonest)) - cases["time"]
    calls = np.floor((start - soonest) / saved.where(saved > 0)) + 2
    return calls.fillna(np.inf).where(start > soonest, 1.0).where(start.notna())


def short_costs(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a method, the cheapest first: medians over the problems, by n, and how often it is the fastest."""
    cases = sized(beside(cases))
    cells = cases.groupby(CELL).ngroups
    cases = cases[cases["time"].notna() & (cases["method"] != FUNCTION)]
    parts = [headed(heading, by_size(cases, column, three_digits)) for column, heading in RATIOS.items()]
    parts.append(headed("fastest, % of problems", by_size(_won(cases), "won", "{:.0f}".format, "sum")))
    parts.append(cases["method"].value_counts().map("{:.0f}".format).to_frame(("timed", f"of {cells}")))
    return _sorted(joined(parts), cases, "time_over_f")


def race(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases that race, in cells where at least two do; none without a time."""
    raced = cases[_racing(cases) & (cases["time"] > 0)]
    return raced[raced.groupby(CELL)["method"].transform("size") > 1]


def _racing(cases: pd.DataFrame) -> pd.Series[bool]:
    return cases["method"].map(races).astype(bool) & (cases["outcome"] != "approximate")


def _won(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases that race, with the percentage of their size's cells that each wins: one cell's, or nothing."""
    raced = race(cases)
    cells = raced.drop_duplicates(CELL)["size"].value_counts()
    return raced.assign(won=100.0 * (raced["time_over_fastest"] == 1.0) / raced["size"].map(cells).astype(float))


def _sorted(table: pd.DataFrame, cases: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows in the order of the methods' medians of a column."""
    medians = cases.groupby("method", sort=False)[column].median()
    return table.loc[medians[table.index].sort_values(kind="stable").index]


def conversion(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a method: its time without conversion, and with as many threads as it takes, both over its time."""
    parts = []
    for column, heading in (
        ("time_without_conversion", "without conversion / time"),
        ("time_default_threads", "with threads / time"),
    ):
        if column in cases:
            ratios = sized(cases).assign(ratio=cases[column] / cases["time"])
            parts.append(headed(heading, by_size(ratios, "ratio", three_digits)))
    return joined(parts)


def break_even(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a method that races, the soonest first: the time to its first gradient, and the call it is ahead from."""
    if "ahead_from_call" not in cases:
        return pd.DataFrame()
    raced = race(sized(cases).assign(start=until_first(cases) * 1e3).dropna(subset="start"))
    if raced.empty:
        return pd.DataFrame()
    parts = [
        headed("first gradient (ms)", by_size(raced, "start", three_digits)),
        headed("ahead from call", by_size(raced, "ahead_from_call", _call)),
    ]
    return _sorted(joined(parts), raced, "start")


def who_is_the_fastest(cases: pd.DataFrame) -> str:
    return f" The fastest is one of {racers(cases['method'])}."


def who_races(cases: pd.DataFrame) -> str:
    return f" Of {racers(cases['method'])}."


def _call(count: float) -> str:
    """The number of a call; "never" if it is infinite."""
    return "never" if np.isinf(count) else f"{count:.0f}"
