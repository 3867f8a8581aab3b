"""Reasons: why methods gave no gradient, in their own words, and in how many cells: problems, each at one n."""

from __future__ import annotations

import textwrap

import pandas as pd

from ..record import FAILURES
from .cases import in_order, named

CAPTION = "Reasons: why methods gave no gradient, the most frequent, and at how many problems and sizes n."

EACH = 3
"""Rows of a method in the short table."""

WIDTH = 70
"""Characters of a reason that are shown there."""


def reasons(records: pd.DataFrame) -> pd.DataFrame:
    """A row for each reason of a method, the most frequent first, with the first cell that has it."""
    failed = named(records[records["outcome"].isin(FAILURES)])
    cells = failed.assign(reason=[_of_any(*row) for row in failed[["reason", "problem", "n"]].itertuples(index=False)])
    cells = cells.drop_duplicates(["problem", "n", "method", "outcome", "reason"])
    groups = cells.groupby(["method", "outcome", "reason"], sort=False)
    table = groups.agg(cells=("n", "size"), problem=("problem", "first"), n=("n", "first")).reset_index()
    place = table["method"].map({method: place for place, method in enumerate(in_order(table["method"]))})
    table = table.assign(place=place).sort_values(["place", "cells"], ascending=[True, False], kind="stable")
    return table[["method", "outcome", "cells", "reason", "problem", "n"]].reset_index(drop=True)


def _of_any(reason: str, problem: str, n: int) -> str:
    """The reason without what tells the problem and its size, so that it is the same for all of them."""
    return reason.replace(problem, "…").replace(f"{n} coordinates", "n coordinates")


def short_reasons(table: pd.DataFrame) -> pd.DataFrame:
    """The first reasons of each method, shortened, and in how many cells it had others."""
    if table.empty:
        return table
    texts = table["reason"].map(lambda reason: textwrap.shorten(reason, WIDTH, placeholder=" …"))
    table = table.assign(reason=texts.str.ljust(texts.str.len().max()))
    groups = table.groupby(["method", "outcome", "reason"], sort=False)
    rows: list[dict[str, str]] = []
    for method, own in groups["cells"].sum().groupby("method", sort=False):
        found = own.sort_values(ascending=False, kind="stable")
        shown = found.head(EACH if len(found) > EACH + 1 else len(found))
        for k, ((_, outcome, reason), cells) in enumerate(shown.items()):
            rows.append({"method": "" if k else str(method), "outcome": outcome, "cells": str(cells), "reason": reason})
        if len(found) > len(shown):
            rest = found.iloc[len(shown) :]
            others = f"{len(rest)} other reasons".ljust(len(reason))
            rows.append({"method": "", "outcome": "", "cells": str(rest.sum()), "reason": others})
    return pd.DataFrame(rows).set_index("method").rename_axis(index=None)
