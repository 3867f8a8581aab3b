"""The baseline: the figures of a run that do not depend on the machine's mood, and how they are compared.

Outcomes and node counts are compared exactly. The error is compared in powers of two of what rounding allows, with one
power of slack; memory with max(1 KiB, 1 %) of slack, and only under the Python and NumPy it was recorded with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .errors import BadInputError, NothingMeasuredError
from .plan import Plan
from .record import FAILURES
from .report.cases import CASE, HARD, WORST, decisive, full, named
from .runs import Run

KEY = [*CASE, "metric"]
BYTES = ("peak_memory", "retained_memory")
RED = (FAILURES - {"unsupported", "not_installed", "timeout"}) | {"wrong", "nonfinite"}
"""Outcomes that keep a run from becoming the baseline. Slow is not wrong; to become so is worse."""
RANK = ("correct", "approximate", "undefined", "cannot_tell")
"""Outcomes from the best on; every other one is worse."""
EXACT = -5
"""The bin of the smallest errors. Below a 32nd of what rounding allows, another processor's exp makes a difference."""
ENDLESS = 2100
"""The bin of an infinite error: doubles reach 2**1024, and down to 2**-1074."""


@dataclass(frozen=True)
class Metrics:
    """Comparable figures: `rows` has the columns of KEY and a `value`, as text; `versions` what bytes depend on."""

    rows: pd.DataFrame
    versions: dict[str, str]
    plan: Plan


def metrics(run: Run) -> Metrics:
    """The comparable figures of a run."""
    records = run.records
    cases = full(records, ("normwise_error", "error_over_attainable"))
    verdicts = cases[cases["outcome"].isin(("correct", "wrong", "cannot_tell"))]
    parts = [
        cases.assign(metric="outcome", value=cases["outcome"]),
        verdicts.assign(metric="error_bin", value=verdicts["error_over_attainable"].map(error_bin)),
    ]
    for metric in ("nodes", *BYTES):
        counted = full(records, (metric,)).dropna(subset=[metric])
        parts.append(counted.assign(metric=metric, value=counted[metric].map("{:.0f}".format)))
    rows = pd.concat([part[[*KEY, "value"]] for part in parts], ignore_index=True).astype({"value": str})
    if rows.empty:
        raise NothingMeasuredError(f"{run.folder.name} has no figures to compare")
    environment = run.environment
    versions = {
        "python": _minor(environment["python"]),
        "numpy": _minor(environment["packages"]["numpy"]),
    }
    return Metrics(rows, versions, Plan.from_json(environment["plan"]))


def error_bin(ratio: float) -> str:
    """The power of two that an error / attainable does not exceed."""
    if np.isnan(ratio):
        return "nan"
    return str(int(np.clip(np.ceil(np.log2(ratio)), EXACT, ENDLESS)) if ratio else EXACT)


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def write(run: Run, path: Path) -> None:
    """Make `run` the baseline. Raises BadInputError for a run that is red, or that is not a whole profile."""
    found = metrics(run)
    if not {"outcome", "peak_memory"} <= set(found.rows["metric"]):
        raise BadInputError(f"{run.folder.name} lacks accuracy or memory: the baseline is a whole profile")
    outcomes = decisive(found.rows[found.rows["metric"] == "outcome"], "value")
    if red := sorted(outcomes & RED):
        raise BadInputError(f"{run.folder.name} has outcomes {', '.join(red)}: such a run does not become the baseline")
    if not found.plan.whole:
        raise BadInputError(f"{run.folder.name} is only part of {found.plan.profile}: the baseline is a whole profile")
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({**found.versions, "plan": found.plan.as_json()})
    path.write_text(f"# {head}\n{found.rows.to_csv(index=False)}", encoding="utf-8")


def read(path: Path) -> Metrics:
    """The baseline. Raises NothingMeasuredError if there is none and BadInputError if it is damaged."""
    if not path.exists():
        raise NothingMeasuredError(f"there is no baseline at {path}: `gradmark baseline` makes one")
    try:
        with path.open(encoding="utf-8") as file:
            head = json.loads(file.readline().removeprefix("# "))
            rows = pd.read_csv(file, dtype={"value": str, "variant": str}, keep_default_na=False)
        plan = Plan.from_json(head.pop("plan"))
        rows.loc[(rows["metric"] != "outcome") & (rows["value"] != "nan"), "value"].astype(int)
        return Metrics(rows.astype({"n": int})[[*KEY, "value"]], head, plan)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"{path} is not a baseline: {error}") from error


def compare(base: Metrics, head: Metrics) -> pd.DataFrame:
    """What moved between two runs, worst first: the columns of KEY, `base`, `head` and `status`.

    The status is worse, better, missing (not measured any more), new, or not comparable. A figure at a worst point is
    new, too, if the point of that name was another one.
    """
    both = base.rows.merge(head.rows, on=KEY, how="outer", suffixes=("_base", "_head"), sort=False)
    both = both.rename(columns={"value_base": "base", "value_head": "head"})
    same_versions = base.versions == head.versions
    both.loc[_elsewhere(both, base.plan, head.plan) & both["head"].notna(), "base"] = np.nan
    both["status"] = [_status(row, same_versions) for row in both.to_dict("records")]
    moved = both[both["status"] != "same"]
    by_status = moved["status"].map({"missing": 0, "worse": 1, "better": 2, "new": 3, "not comparable": 4})
    by_size = [-_size(row) for row in moved.to_dict("records")]
    order = np.lexsort((by_size, by_status))
    return moved.iloc[order].reset_index(drop=True)


def _elsewhere(rows: pd.DataFrame, base: Plan, head: Plan) -> pd.Series[bool]:
    """Which rows are of worst points that are others in the two plans."""
    moved = {(point.problem, point.n) for point in set(base.worst) ^ set(head.worst)}
    of_moved = [key in moved for key in zip(named(rows)["problem"], rows["n"], strict=True)]
    return rows["point"].str.startswith(WORST) & np.array(of_moved, dtype=bool)


def _status(row: Any, same_versions: bool) -> str:
    base, head, metric = row["base"], row["head"], row["metric"]
    if isinstance(head, float):  # merge leaves NaN where a side has no row
        return "missing"
    if isinstance(base, float):
        fails = metric == "outcome" and head in RED and not row["point"].startswith(HARD)
        return "worse" if fails else "new"
    if metric == "outcome":
        step = _rank(head) - _rank(base)
        return "same" if base == head else "worse" if step >= 0 else "better"
    if metric in BYTES and not same_versions:
        return "not comparable"
    if "nan" in (base, head):
        return "same" if base == head else "worse" if head == "nan" else "better"
    slack = {"error_bin": 1, "nodes": 0}.get(metric, max(1024, int(base) // 100))
    step = int(head) - int(base)
    return "same" if abs(step) <= slack else "worse" if step > 0 else "better"


def _size(row: Any) -> float:
    """How far a figure has moved, in powers of two; an outcome is further than any number."""
    base, head = row["base"], row["head"]
    if row["metric"] == "outcome" or {type(base), type(head)} != {str} or "nan" in (base, head):
        return np.inf
    if row["metric"] == "error_bin":
        return abs(int(head) - int(base))
    return abs(float(np.log2((int(head) + 1) / (int(base) + 1))))


def _rank(outcome: str) -> int:
    return RANK.index(outcome) if outcome in RANK else len(RANK)
