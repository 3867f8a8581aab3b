"""Tables: a full one for each suite, with a row a case, and a short one to read at a glance."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..function import FUNCTION
from ..goals import GOALS, Goal
from ..methods import METHODS
from ..record import UNTIMED

CASE = ["problem", "variant", "n", "point", "method"]
ROW = ["problem", "n"]


@dataclass(frozen=True)
class Table:
    """One suite's figures. `short` makes the table for the terminal from the full one; its units are in `caption`."""

    name: str
    metrics: tuple[str, ...]
    caption: str
    short: Callable[[pd.DataFrame], pd.DataFrame]


def full(records: pd.DataFrame, metrics: tuple[str, ...]) -> pd.DataFrame:
    """A row a case, in the order measured: its outcome, each metric, and the reason where there is one."""
    chosen = records[records["metric"].isin(metrics)]
    # The last record of a case and metric counts; pivot would refuse a second one.
    chosen = chosen.drop_duplicates([*CASE, "metric"], keep="last")
    wide = chosen.set_index([*CASE, "metric"])["value"].unstack("metric", sort=False)
    wide = wide.reindex(columns=list(metrics))
    primary = chosen.drop_duplicates(CASE).set_index(CASE)
    wide.insert(0, "outcome", primary["outcome"])
    wide["reason"] = primary["reason"]
    return wide.reset_index()


def label(method: str) -> str:
    """A method's name where there is little room: its last part, unless another method has the same."""
    if method == FUNCTION:
        return "f"
    last = method.rpartition(".")[2]
    return method if sum(known.rpartition(".")[2] == last for known in METHODS) > 1 else last


def named(cases: pd.DataFrame) -> pd.DataFrame:
    """`cases` with the problem's name as a report shows it: with its variant, and with its hard points set apart.

    At a hard point even the best method has few digits.
    """
    variant = np.where(cases["variant"] != "", "@" + cases["variant"], "")
    hard = np.where(cases["point"].str.startswith("hard"), ", hard", "")
    return cases.assign(problem=cases["problem"] + variant + hard)


def spread(cases: pd.DataFrame, values: pd.Series[Any]) -> pd.DataFrame:
    """`values` of the cases, one a problem, size and method, with a column a method."""
    return cases.assign(value=values).set_index([*ROW, "method"])["value"].unstack("method", sort=False)


def _headed(heading: str, table: pd.DataFrame) -> pd.DataFrame:
    table.columns = pd.MultiIndex.from_product([[heading], map(label, table.columns)])
    return table


def _accuracy(cases: pd.DataFrame) -> pd.DataFrame:
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


def worst(cases: pd.DataFrame, metric: str, choice: str, form: str) -> pd.DataFrame:
    """The worst value over the points, as text; or an outcome that is worse than any value."""
    cases = cases.assign(bad=cases["outcome"].where(cases["outcome"].isin(UNTIMED)))
    rows = cases.groupby([*ROW, "method"], sort=False).agg({metric: choice, "bad": "first"}).reset_index()
    return spread(rows, rows["bad"].fillna(rows[metric].map(form.format, na_action="ignore")))


def _runtime(cases: pd.DataFrame) -> pd.DataFrame:
    times = spread(cases, cases["time"])
    parts = [_headed("time (µs)", _texts(times * 1e6))]
    if FUNCTION in times:
        ratios = times.drop(columns=FUNCTION).div(times[FUNCTION], axis=0)
        parts.append(_headed("time / time of f", _texts(ratios)))
    return pd.concat(parts, axis=1)


def _memory(cases: pd.DataFrame) -> pd.DataFrame:
    parts = [_headed("peak memory (KiB)", _texts(spread(cases, cases["peak_memory"]) / 1024))]
    counted = cases[cases["nodes"].notna()]
    if not counted.empty:
        parts.append(_headed("nodes recorded", spread(counted, counted["nodes"].map("{:.0f}".format))))
    return pd.concat(parts, axis=1)


def _overhead(cases: pd.DataFrame) -> pd.DataFrame:
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


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    return table.map(three_digits, na_action="ignore").astype(object)


def three_digits(value: float) -> str:
    """A number to three significant digits, without an exponent: 0.0712, 7.12, 71.2, 712, 71234."""
    size = abs(value)
    digits = max(0, 2 - int(np.floor(np.log10(size)))) if size > 0 else 0
    return f"{value:.{digits}f}"


TABLES = (
    Table(
        "accuracy",
        (
            "normwise_error",
            "digits",
            "max_relative_error",
            "max_ulp_error",
            "error_over_attainable",
            "difference_from_central",
        ),
        "Accuracy: correct digits and error against the certified gradient, and relative difference from central\n"
        "differences; the worst over samples and minima, or over hard points (a minimum has no digits to count).",
        _accuracy,
    ),
    Table(
        "runtime",
        ("time", "time_min", "time_iqr", "time_rounds", "time_iterations", "preparation_time"),
        "Runtime: the function f, and value and gradient by each method; medians.",
        _runtime,
    ),
    Table(
        "memory",
        ("peak_memory", "nodes"),
        "Memory: what one value and gradient holds at its peak, and the operations that it records.",
        _memory,
    ),
    Table(
        "overhead",
        (
            *("time_ratio", "time_ratio_low", "time_ratio_high"),
            *("time_difference", "time_difference_low", "time_difference_high"),
            *("engine_time", "engine_time_low", "engine_time_high"),
            *("base_time", "base_time_low", "base_time_high"),
            *("pairs", "memory_ratio"),
        ),
        "Overhead: what the engine costs beside the same work without it, measured in turn, and the goals.",
        _overhead,
    ),
)


def short(records: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The short tables of a run with their captions: those of the suites that were run."""
    tables = []
    for table in TABLES:
        cases = full(records, table.metrics)
        if not cases.empty:
            tables.append((table.caption, table.short(named(cases))))
    return tables


def verdicts(records: pd.DataFrame) -> str:
    """The outcomes of each method counted, over all points."""
    accuracy = full(records, TABLES[0].metrics)
    counts = accuracy.groupby(["method", "outcome"], sort=False).size()
    per_method = [
        f"{method}: " + ", ".join(f"{count} {outcome}" for outcome, count in counts[method].items())
        for method in accuracy["method"].unique()
    ]
    return "; ".join(per_method)


def as_text(table: pd.DataFrame) -> str:
    """A short table for the terminal."""
    text: str = table.to_string(na_rep="–")
    return text


def write(records: pd.DataFrame, folder: Path) -> None:
    """Write every full table as CSV and Markdown, and the short ones as summary.md."""
    folder.mkdir(exist_ok=True)
    for table in TABLES:
        cases = full(records, table.metrics)
        if not cases.empty:
            cases.to_csv(folder / f"{table.name}.csv", index=False)
            (folder / f"{table.name}.md").write_text(cases.to_markdown(index=False) + "\n", encoding="utf-8")
    summary = [f"{caption}\n\n```\n{as_text(table)}\n```\n" for caption, table in short(records)]
    (folder / "summary.md").write_text("\n".join(summary), encoding="utf-8")
