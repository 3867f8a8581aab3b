"""The overview: a row a method, over all problems, to see first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..function import FUNCTION
from .cases import METRICS, apart, full, named, relative, spread, three_digits


def overview(records: pd.DataFrame) -> pd.DataFrame | None:
    """Digits and cost of each method; None where nothing of it was measured."""
    rows: dict[str, dict[tuple[str, str], str]] = {}
    for part in (_accuracy(records), _cost(records)):
        for method, figures in part.items():
            rows.setdefault(method, {}).update(figures)
    table = pd.DataFrame.from_dict(rows, orient="index").fillna("")
    table = table.loc[:, (table != "").any()]
    return None if table.empty else table


def _accuracy(records: pd.DataFrame) -> dict[str, dict[tuple[str, str], str]]:
    plain, _ = apart(named(full(records, METRICS["accuracy"])))
    return {
        str(method): {
            ("correct digits", "median"): _median(own["digits"], "{:.1f}"),
            ("correct digits", "worst"): _worst(own),
            ("vs. central", "median"): _median(own["difference_from_central"], "{:.0e}"),
        }
        for method, own in plain.groupby("method", sort=False)
    }


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
