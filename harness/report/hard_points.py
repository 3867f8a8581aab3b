"""The table of hard points: a row a kind, and how many of them each method gets right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..record import OUTCOMES
from .cases import apart, headed, joined, judged, kind_of, label, many

KINDS = ("removable", "kink", "infinite slope", "pole", "cancellation", "underflow", "trap", "control")
"""The order of the rows; one that is not known comes last."""

RIGHT = ("correct", "undefined")
"""Where there is no gradient, no answer is wrong that the slopes to the sides allow."""

ELSEWHERE = " At 19 such points that are known, JAX, PyTorch and autograd return NaN; this run does not measure that."


def hard_points(cases: pd.DataFrame) -> pd.DataFrame:
    """Cells such as "12/14, 2 nonfinite", of methods that get a verdict; empty where there are no hard points.

    A row a kind; a row a method, where there are many, with what the others are in a column of its own.
    """
    cases = _cases(cases)
    if cases.empty:
        return pd.DataFrame()
    if many(cases):
        others = cases.groupby("method", sort=False)["outcome"].agg(_others).to_frame(("the others", ""))
        return joined([headed("right / all", _by_kind(cases, _right).T), others])
    table = _by_kind(cases, lambda outcomes: ", ".join(filter(None, (_right(outcomes), _others(outcomes)))))
    return headed("right / all", table.rename(columns=label)).rename_axis(index=None)


def _by_kind(cases: pd.DataFrame, cell: Callable[[Any], str]) -> pd.DataFrame:
    """A row a kind, a column a method, with what `cell` makes of the outcomes."""
    table = cases.groupby(["kind", "method"], sort=False)["outcome"].agg(cell).unstack("method", sort=False)
    known = [kind for kind in KINDS if kind in table.index]
    return table.loc[[*known, *table.index.difference(known)]]


def caption(cases: pd.DataFrame) -> str:
    """What the table is, and how the first method does where known libraries fail."""
    text = "Hard points: how many of each kind are right, and what the others are."
    cases = _cases(cases)
    removable = cases[cases["kind"] == "removable"]
    if removable.empty:
        return text
    method = removable["method"].iloc[0]
    own = removable.loc[removable["method"] == method, "outcome"]
    text = (
        f"{text} Removable: the formula has 0/0 or the like, and there is a gradient; {method} gives it at"
        f" {own.isin(RIGHT).sum()} of {len(own)}."
    )
    if cases["method"].isin(("jax", "torch", "autograd")).any():
        return text
    return text + ELSEWHERE


def _cases(cases: pd.DataFrame) -> pd.DataFrame:
    _, hard = apart(judged(cases))
    return hard.assign(kind=hard["point"].map(kind_of))


def _right(outcomes: pd.Series[Any]) -> str:
    return f"{outcomes.isin(RIGHT).sum()}/{len(outcomes)}"


def _others(outcomes: pd.Series[Any]) -> str:
    found = outcomes.value_counts()
    return ", ".join(f"{found[outcome]} {outcome}" for outcome in OUTCOMES if outcome in found and outcome not in RIGHT)
