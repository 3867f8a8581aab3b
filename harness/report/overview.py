"""The overview: a row a method, over all problems, to see first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..function import FUNCTION
from ..record import OUTCOMES
from .cases import METRICS, apart, full, named, relative, spread, three_digits


def overview(records: pd.DataFrame) -> pd.DataFrame | None:
    """Outcomes, digits and cost of each method; None where nothing of it was measured."""
    rows: dict[str, dict[tuple[str, str], str]] = {}
    for part in (_accuracy(records), _cost(records)):
        for method, figures in part.items():
            rows.setdefault(method, {}).update(figures)
    return _ordered(pd.DataFrame.from_dict(rows, orient="index")) if rows else None


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """The columns under their headings, which the first method may not all have; what a method has none of is empty."""
    headings = dict.fromkeys(table.columns.get_level_values(0))
    order = [column for heading in headings for column in table.columns if column[0] == heading]
    words = {outcome: k for k, outcome in enumerate(OUTCOMES)}
    order.sort(key=lambda column: (list(headings).index(column[0]), words.get(column[1], 0)))
    return table[order].fillna("")


def _accuracy(records: pd.DataFrame) -> dict[str, dict[tuple[str, str], str]]:
    plain, hard = apart(named(full(records, METRICS["accuracy"])))
    return {
        str(method): {
            **_counts(own["outcome"], "samples and minima"),
            **_counts(hard.loc[hard["method"] == method, "outcome"], "hard points"),
            ("correct digits", "median"): _median(own["digits"], "{:.1f}"),
            ("correct digits", "worst"): _worst(own),
            ("vs. central", "median"): _median(own["difference_from_central"], "{:.0e}"),
        }
        for method, own in plain.groupby("method", sort=False)
    }


def _counts(outcomes: pd.Series[Any], where: str) -> dict[tuple[str, str], str]:
    found = outcomes.value_counts()
    return {(where, outcome): str(found[outcome]) for outcome in OUTCOMES if outcome in found}


def _median(values: pd.Series[Any], form: str) -> str:
    return form.format(values.median()) if values.notna().any() else ""


def _worst(cases: pd.DataFrame) -> str:
    if cases["digits"].isna().all():
        return ""
    case = cases.loc[cases["digits"].idxmin()]
    return f"{case['digits']:.1f} {case['problem']}"


def _cost(records: pd.DataFrame) -> dict[str, dict[tuple[str, str], str]]:
    """The time, and the peak memory, in multiples of the function's own: medians over all problems and sizes."""
    rows: dict[str, dict[tuple[str, str], str]] = {}
    for suite, metric, what in (("runtime", "time", "time"), ("memory", "peak_memory", "memory")):
        cases = named(full(records, METRICS[suite]))
        if FUNCTION not in set(cases["method"]):
            continue
        for method, ratios in relative(spread(cases, cases[metric])).items():
            text = three_digits(ratios.median()) if ratios.notna().any() else ""
            rows.setdefault(str(method), {})["cost / f, median", what] = text
    return rows
