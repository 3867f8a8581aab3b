"""Tables: a full one for each suite, with a row a case, and a short one to read at a glance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..function import FUNCTION

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
    wide = wide.reindex(columns=[metric for metric in metrics if metric in wide])
    primary = chosen.drop_duplicates(CASE).set_index(CASE)
    wide.insert(0, "outcome", primary["outcome"])
    wide["reason"] = primary["reason"]
    return wide.reset_index()


def label(method: str) -> str:
    """A method's name where there is little room."""
    return {FUNCTION: "f"}.get(method, method.rpartition(".")[2])


def _spread(cases: pd.DataFrame, values: pd.Series[float], heading: str) -> pd.DataFrame:
    """`values` with a row for each problem and size and a column a method, under a common heading."""
    table = cases.assign(value=values).pivot_table(
        index=ROW, columns="method", values="value", sort=False, aggfunc="first"
    )
    table = table.rename(columns=label)
    table.columns = pd.MultiIndex.from_product([[heading], list(table.columns)])
    return table


def _worst(cases: pd.DataFrame, metric: str, worst: str) -> pd.DataFrame:
    return cases.groupby([*ROW, "method"], sort=False)[metric].agg(worst).reset_index()


def hard_points_apart(cases: pd.DataFrame) -> pd.DataFrame:
    """`cases` with the hard points under a name of their own: there, even the best method has few digits."""
    hard = cases["point"].str.startswith("hard")
    return cases.assign(problem=cases["problem"] + np.where(hard, ", hard", ""))


def _accuracy(cases: pd.DataFrame) -> pd.DataFrame:
    cases = hard_points_apart(cases)
    parts = []
    for metric, worst, heading, form in (
        ("digits", "min", "correct digits", "{:.1f}"),
        ("error_over_attainable", "max", "error/attainable", "{:.2g}"),
        ("difference_from_central", "max", "vs. central", "{:.0e}"),
    ):
        judged = cases if metric == "digits" else cases[cases["outcome"] != "approximate"]
        rows = _worst(judged, metric, worst)
        parts.append(_spread(rows, rows[metric].map(form.format, na_action="ignore"), heading))
    return pd.concat(parts, axis=1)


def _runtime(cases: pd.DataFrame) -> pd.DataFrame:
    cases = cases.assign(time=cases["time"] * 1e6)
    own = cases[cases["method"] == FUNCTION].set_index(["problem", "n"])["time"]
    ratio = cases["time"] / own.reindex(pd.MultiIndex.from_frame(cases[["problem", "n"]])).to_numpy()
    methods = cases["method"] != FUNCTION
    times = _spread(cases, cases["time"].map(three_digits, na_action="ignore"), "time (µs)")
    ratios = _spread(cases[methods], ratio[methods].map(three_digits, na_action="ignore"), "time / time of f")
    return pd.concat([times, ratios], axis=1)


def _memory(cases: pd.DataFrame) -> pd.DataFrame:
    parts = [_spread(cases, (cases["peak_memory"] / 1024).map(three_digits, na_action="ignore"), "peak memory (KiB)")]
    if "nodes" in cases:
        counted = cases[cases["nodes"].notna()]
        parts.append(_spread(counted, counted["nodes"].map("{:.0f}".format), "nodes recorded"))
    return pd.concat(parts, axis=1)


def three_digits(value: float) -> str:
    """A positive number to three significant digits, without an exponent: 0.0712, 7.12, 71.2, 712, 71234."""
    digits = max(0, 2 - int(np.floor(np.log10(value)))) if value > 0 else 0
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
        "differences; the worst over the sampled points, or over the problem's hard points.",
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
)


def short(records: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The short tables of a run with their captions: those of the suites that were run."""
    tables = []
    for table in TABLES:
        cases = full(records, table.metrics)
        if not cases.empty:
            tables.append((table.caption, table.short(cases)))
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
    return table.to_string(na_rep="–")


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
