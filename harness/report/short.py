"""Short tables, to read at a glance: a few rows a problem, from the full tables of a suite."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from ..function import FUNCTION
from ..goals import GOALS, Goal
from ..suites.steps import AT_STEP
from ..worst import RATIO, from_reason, from_text
from .by_method import resident
from .cases import ROW, apart, headed, label, relative, spread, three_digits, worst

NOTICEABLE = 1e-2
"""Seconds of preparation that are worth a column."""

WORST = 10
"""Rows of the short table of a search."""
FEW = 4
"""Coordinates of a point that are shown."""


def accuracy(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a problem: the worst over its sizes, and over all points but the hard ones."""
    cases, _ = apart(cases)
    sizes = cases.groupby("problem")["n"].agg(["min", "max"])
    ranges = {name: f"{low}" if low == high else f"{low}–{high}" for name, low, high in sizes.itertuples()}
    cases = cases.assign(n=cases["problem"].map(ranges))
    judged = cases[cases["outcome"] != "approximate"]
    parts = [
        _headed(heading, worst(part, metric, choice, form))
        for part, metric, choice, heading, form in (
            (cases, "digits", "min", "correct digits", "{:.1f}"),
            (judged, "error_over_attainable", "max", "error/attainable", "{:.2g}"),
            (judged, "difference_from_central", "max", "vs. central", "{:.0e}"),
        )
        if not part.empty
    ]
    return pd.concat(parts, axis=1)


def runtime(cases: pd.DataFrame) -> pd.DataFrame:
    """The smallest and the largest size of each problem."""
    sizes = cases.groupby("problem")["n"]
    cases = cases[(cases["n"] == sizes.transform("min")) | (cases["n"] == sizes.transform("max"))]
    times = spread(cases, cases["time"])
    parts = [_headed("time (µs)", _texts(times * 1e6))]
    if FUNCTION in times:
        parts.append(_headed("time / time of f", _texts(relative(times))))
    slow = cases[cases["method"].isin(cases.loc[cases["preparation_time"] > NOTICEABLE, "method"])]
    if not slow.empty:
        parts.append(_headed("preparation (ms)", _texts(spread(slow, slow["preparation_time"]) * 1e3)))
    return pd.concat(parts, axis=1)


def memory(cases: pd.DataFrame) -> pd.DataFrame:
    """The largest size of each problem."""
    cases = cases[cases["n"] == cases.groupby("problem")["n"].transform("max")]
    parts = [_headed("peak memory (KiB)", _texts(spread(cases, cases["peak_memory"]) / 1024))]
    counted = cases[cases["nodes"].notna()]
    if not counted.empty:
        ways = counted.set_index(ROW)[["retained_memory_backward", "peak_memory_retain_grad", "peak_memory_no_grad"]]
        ways.columns = pd.MultiIndex.from_product([["reverse by Variables (KiB)"], ["kept", "retain_grad", "no_grad"]])
        parts.append(_texts(ways / 1024))
        parts.append(_headed("nodes", spread(counted, counted["nodes"].map("{:.0f}".format))))
    grown = cases[cases["resident_memory"].notna()]
    if not grown.empty:
        parts.append(_headed("resident memory (MiB)", spread(grown, grown["resident_memory"].map(resident))))
    return pd.concat(parts, axis=1)


def growth(cases: pd.DataFrame) -> str:
    """What a caption says of the resident memory, where it was measured."""
    if cases["resident_memory"].isna().all():
        return ""
    return " Resident: what a process of the method's own grows by in one call."


def steps(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a scheme: medians over the problems. A slope is of those that have the branch."""
    errors = cases[[column for column in cases if column.startswith(AT_STEP)]]
    figures = cases.assign(best_error=errors.min(axis=1)).groupby("method", sort=False)
    table = pd.DataFrame(
        {
            column: figures[metric].median().map(form.format, na_action="ignore").astype(object)
            for column, metric, form in (
                (("best step", "h"), "best_step", "{:.0e}"),
                (("best step", "error"), "best_error", "{:.0e}"),
                (("power of h", "truncation"), "truncation_slope", "{:+.2f}"),
                (("power of h", "rounding"), "rounding_slope", "{:+.2f}"),
            )
        }
    )
    return table.rename(index=label).rename_axis(index=None)


def overhead(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a goal, of those whose case was measured."""
    measured = {(case["problem"], case["n"], case["method"]): case for case in cases.to_dict("records")}
    keys = [(goal.case.problem, goal.case.n, goal.case.method) for goal in GOALS]
    rows = [_beside(goal, measured[key]) for goal, key in zip(GOALS, keys, strict=True) if key in measured]
    return pd.DataFrame(rows).set_index("what").rename_axis(index=None, columns="what")


def _beside(goal: Goal, case: dict[Hashable, Any]) -> dict[str, str]:
    """What was measured beside the goal: the median, and where the middle half of the pairs lies."""
    row = {"what": goal.what, "median": case["outcome"], "middle half": "", "goal": goal.goal}
    if not case["outcome"]:
        row["median"] = three_digits(case[goal.metric] * goal.scale)
        if goal.metric + "_low" in case:
            low, high = (three_digits(case[goal.metric + end] * goal.scale) for end in ("_low", "_high"))
            row["middle half"] = f"{low} to {high}"
    return row


def search(cases: pd.DataFrame) -> pd.DataFrame:
    """The problems with the largest errors, the largest first."""
    top = cases.sort_values(RATIO, ascending=False, kind="stable", na_position="first").head(WORST)
    columns = {
        "problem": top["problem"],
        "n": top["n"],
        "method": top["method"].map(label),
        "error/attainable": top[RATIO].map("{:.3g}".format),
        "of the samples": top["sampled_error_over_attainable"].map("{:.3g}".format),
        "outcome": top["outcome"],
        "point": top["reason"].map(_point),
    }
    return pd.DataFrame(columns).set_index("problem").rename_axis(index=None, columns="problem")


def largest(cases: pd.DataFrame) -> str:
    """A line on all that was searched."""
    found = cases.dropna(subset=[RATIO])
    if found.empty:
        return "Nothing was found."
    top = found.loc[found[RATIO].idxmax()]
    return (
        f"The largest of {len(found)}: {top[RATIO]:.3g}, {top['problem']} at n = {top['n']}; "
        f"the median: {found[RATIO].median():.2g}."
    )


def _point(reason: str) -> str:
    """The point in the reason of a search, shortened; or that reason, of a search that has none."""
    text = from_reason(reason)
    if not text:
        return reason
    shown = [f"{coordinate:.6g}" for coordinate in from_text(text)]
    if len(shown) > FEW:
        shown = [*shown[: FEW - 1], "…", shown[-1]]
    return f"({', '.join(shown)})"


def _headed(heading: str, table: pd.DataFrame) -> pd.DataFrame:
    return headed(heading, table.rename(columns=label))


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    return table.map(three_digits, na_action="ignore").astype(object)
