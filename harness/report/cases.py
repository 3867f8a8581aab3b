"""Records as tables with a row a case, and the small steps from there to what a report shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from ..function import FUNCTION
from ..methods import METHODS, has_verdict
from ..record import FAILURES, UNTIMED
from ..suites.steps import AT_STEP, STEPS
from ..worst import RATIO

CASE = ["problem", "variant", "n", "point", "method"]
ROW = ["problem", "n"]
CELL = [*CASE[:-1]]
"""What the methods are compared at: a problem, in one of its sizes, at a point."""
SIDE_BY_SIDE = 6
"""Methods that tables have a column each for; where there are more, they have a row each."""
HARD = "hard-"
"""The names of hard points begin so."""
WORST = "worst-"
"""The names of worst points begin so."""

WITHOUT_ERROR = FAILURES | {"nonfinite"}
"""Outcomes of a case that has no error, because there is no number to compare."""

METRICS = {
    "accuracy": (
        *("normwise_error", "digits", "max_relative_error", "max_ulp_error"),
        *("error_over_attainable", "difference_from_central"),
    ),
    "runtime": ("time", "time_min", "time_iqr", "time_rounds", "time_iterations", "preparation_time"),
    "memory": (
        *("peak_memory", "retained_memory", "nodes", "peak_memory_backward", "retained_memory_backward"),
        *("peak_memory_retain_grad", "retained_memory_retain_grad", "peak_memory_no_grad", "retained_memory_no_grad"),
        "resident_memory",
    ),
    "costs": ("time", "time_without_conversion", "time_default_threads", "preparation_time", "first_call_time"),
    "steps": (
        *("best_step", "truncation_slope", "rounding_slope"),
        *(f"{AT_STEP}{step:.0e}" for step in STEPS),
    ),
    "overhead": (
        *("time_ratio", "time_ratio_low", "time_ratio_high"),
        *("time_difference", "time_difference_low", "time_difference_high"),
        *("engine_time", "engine_time_low", "engine_time_high"),
        *("base_time", "base_time_low", "base_time_high"),
        *("pairs", "memory_ratio"),
    ),
    "search": (RATIO, "sampled_error_over_attainable", "points_left_out"),
}
"""The metrics of each suite, the primary one first."""


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


def named(cases: pd.DataFrame) -> pd.DataFrame:
    """`cases` with the problem's name as a report shows it: with its variant."""
    variant = np.where(cases["variant"] != "", "@" + cases["variant"], "")
    return cases.assign(problem=cases["problem"] + variant)


def apart(cases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases at samples, minima and worst points, and those at hard points, where the best method has few digits."""
    hard = cases["point"].str.startswith(HARD)
    return cases[~hard], cases[hard]


def kind_of(point: str) -> str:
    """What kind of point its name says: sample, minimum, or that of a hard point, as in `hard-infinite_slope-2`.

    A hard point whose name does not say its kind is just "hard".
    """
    return point.removeprefix(HARD).rpartition("-")[0].replace("_", " ") or "hard"


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of methods that get a verdict: the numerical ones do not."""
    return rows[rows["method"].isin(list(filter(has_verdict, rows["method"].unique())))]


def decisive(rows: pd.DataFrame, column: str = "outcome") -> set[str]:
    """The outcomes that decide over a run.

    Not those of numerical methods, which get no verdict, nor those at hard points, which are there to fail at. At a
    minimum the gradient is zero, and often what rounding leaves of it says nothing: that nobody can tell is fine.
    """
    plain, _ = apart(judged(rows))
    idle = plain["point"].str.startswith("minimum") & (plain[column] == "cannot_tell")
    return set(plain.loc[~idle, column])


def label(method: str) -> str:
    """A method's name where there is little room: its last part, unless another method may have the same.

    Of `FILE.py:NAME` that is NAME; the name that a package gives its method is told whole.
    """
    if method == FUNCTION:
        return "f"
    last = method.rpartition("." if method in METHODS else ":")[2]
    taken = [known for known in METHODS if known != method and known.rpartition(".")[2] == last]
    return method if taken else last


def spread(cases: pd.DataFrame, values: pd.Series[Any]) -> pd.DataFrame:
    """`values` of the cases, one a problem, size and method, with a column a method.

    In an order of their own: that of the records has what was not worth a time before all else.
    """
    table = cases.assign(value=values).set_index([*ROW, "method"])["value"].unstack("method", sort=False)
    return table.sort_index()[in_order(table.columns)]


def in_order(methods: Iterable[str]) -> list[str]:
    """The methods in the order of all tables; those that are no more, or are somebody's own, come last."""
    found = set(methods)
    known = [method for method in (FUNCTION, *METHODS) if method in found]
    return [*known, *sorted(found.difference(known))]


def many(cases: pd.DataFrame) -> bool:
    """Whether there are more methods than stand side by side."""
    return len(set(cases["method"]) - {FUNCTION}) > SIDE_BY_SIDE


def sized(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with what tables over problems call their sizes: those of as many digits together, as 1–6 or 100."""
    digits = cases["n"].astype(str).str.len()
    ends = cases["n"].groupby(digits).agg(["min", "max"])
    names = {length: f"{low}" if low == high else f"{low}–{high}" for length, low, high in ends.itertuples()}
    return cases.assign(size=pd.Categorical(digits.map(names), list(names.values()), ordered=True))


def by_size(
    cases: pd.DataFrame, column: str, form: Callable[[float], str], choice: str | Callable[[Any], Any] = "median"
) -> pd.DataFrame:
    """The medians of a column of `sized` cases over the problems, as text: a row a method, a column a size."""
    groups = cases.dropna(subset=column).groupby(["method", "size"], sort=False, observed=True)
    table = groups[column].agg(choice).unstack("size", sort=False).map(form, na_action="ignore").astype(object)
    return table.loc[in_order(table.index), [size for size in cases["size"].cat.categories if size in table]]


def headed(heading: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with a heading above its columns."""
    return table.set_axis(pd.MultiIndex.from_product([[heading], list(table.columns)]), axis=1)


def worst(cases: pd.DataFrame, metric: str, choice: str, form: str) -> pd.DataFrame:
    """The worst value over the points, as text; or an outcome that is worse than any value."""
    cases = cases.assign(bad=cases["outcome"].where(cases["outcome"].isin(UNTIMED)))
    rows = cases.groupby([*ROW, "method"], sort=False).agg({metric: choice, "bad": "first"}).reset_index()
    return spread(rows, rows["bad"].astype(object).fillna(rows[metric].map(form.format, na_action="ignore")))


def joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Those of the parts that are not empty, side by side; an empty table without them."""
    found = [part for part in parts if not part.empty]
    return pd.concat(found, axis=1).rename_axis(index=None) if found else pd.DataFrame()


def relative(times: pd.DataFrame) -> pd.DataFrame:
    """The columns of the methods, as multiples of the function's own."""
    return times.drop(columns=FUNCTION).div(times[FUNCTION], axis=0)


def three_digits(value: float) -> str:
    """A number to three significant digits, without an exponent: 0.0712, 7.12, 71.2, 712, 71234."""
    size = abs(value)
    digits = max(0, 2 - int(np.floor(np.log10(size)))) if size > 0 else 0
    return f"{value:.{digits}f}"
