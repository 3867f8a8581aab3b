"""The worst points of each method: where to look first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from .cases import apart, judged

CAPTION = "Worst points, but hard ones: by error/attainable, of numerical methods by digits; a problem once a method."

ROWS, EACH = 9, 3
"""Rows of the table in all, and of a method, but that each method has one."""

GRADES = {"wrong": 1, "nonfinite": 2}
"""What is worse than any error."""


def worst_points(cases: pd.DataFrame) -> pd.DataFrame:
    """The worst cases of each method, of those that gave a gradient."""
    cases, _ = apart(cases)
    methods = cases["method"].unique()
    size = cases["error_over_attainable"].where(cases["method"].isin(judged(cases)["method"]), -cases["digits"])
    cases = cases.assign(grade=cases["outcome"].map(GRADES).fillna(0), size=size)
    cases = cases[(cases["grade"] > 0) | size.notna()].sort_values(["grade", "size"], ascending=False, kind="stable")
    each = max(1, min(EACH, ROWS // max(1, len(methods))))
    rows: list[dict[str, str]] = []
    for method in methods:
        own = cases[cases["method"] == method].drop_duplicates("problem").head(each)
        for k, case in enumerate(own.to_dict("records")):
            rows.append({"method": "" if k else method, **_row(case)})
    return pd.DataFrame(rows).set_index("method").rename_axis(index=None) if rows else pd.DataFrame()


def _row(case: dict[Hashable, Any]) -> dict[str, str]:
    ratio, digits = case["error_over_attainable"], case["digits"]
    return {
        "problem": case["problem"],
        "n": str(case["n"]),
        "point": case["point"],
        "error/attainable": "" if np.isnan(ratio) else f"{ratio:.2g}",
        "digits": "" if np.isnan(digits) else f"{digits:.1f}",
        "outcome": case["outcome"],
    }
