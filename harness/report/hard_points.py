"""The table of hard points: a row a kind, and how many of them each method gets right."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..record import OUTCOMES
from .cases import apart, judged, kind_of, label

KINDS = ("removable", "kink", "infinite slope", "pole", "cancellation", "underflow", "trap", "control")
"""The order of the rows; one that is not known comes last."""

RIGHT = ("correct", "undefined")
"""Where there is no gradient, no answer is wrong that the slopes to the sides allow."""


def hard_points(cases: pd.DataFrame) -> pd.DataFrame:
    """Cells such as "12/14, 2 nonfinite", of methods that get a verdict; empty where there are no hard points."""
    cases = _cases(cases)
    if cases.empty:
        return pd.DataFrame()
    table = cases.groupby(["kind", "method"], sort=False)["outcome"].agg(_cell).unstack("method", sort=False)
    known = [kind for kind in KINDS if kind in table.index]
    table = table.loc[[*known, *table.index.difference(known)]].rename_axis(index=None)
    return table.set_axis(pd.MultiIndex.from_product([["right / all"], map(label, table.columns)]), axis=1)


def caption(cases: pd.DataFrame) -> str:
    """What the table is, and how the first method does where known libraries fail."""
    text = "Hard points: how many of each kind are right, and what the others are."
    cases = _cases(cases)
    removable = cases[cases["kind"] == "removable"]
    if removable.empty:
        return text
    method = removable["method"].iloc[0]
    own = removable.loc[removable["method"] == method, "outcome"]
    return (
        f"{text} Removable: the formula has 0/0 or the like, and there is a gradient; {method} gives it at"
        f" {own.isin(RIGHT).sum()} of {len(own)}. At 19 such points that are known, JAX, PyTorch and autograd return"
        " NaN; this run does not measure that."
    )


def _cases(cases: pd.DataFrame) -> pd.DataFrame:
    _, hard = apart(judged(cases))
    return hard.assign(kind=hard["point"].map(kind_of))


def _cell(outcomes: pd.Series[Any]) -> str:
    found = outcomes.value_counts()
    others = [f"{found[outcome]} {outcome}" for outcome in OUTCOMES if outcome in found and outcome not in RIGHT]
    return ", ".join([f"{outcomes.isin(RIGHT).sum()}/{len(outcomes)}", *others])
