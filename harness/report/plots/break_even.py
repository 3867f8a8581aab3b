"""Break-even: the time that a number of calls takes in all, preparation included, and who is ahead at which number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..cases import CELL, METRICS, full, label, named, sized
from ..costs import race, until_first
from ..kinds import racers
from .labels import SIZE, name_ends
from .style import Page, decades, inches, looks

WIDTH, HEIGHT = 3.6, 3.0
"""Inches of a panel."""

CALLS = 10.0 ** np.arange(0, 8.01, 0.05)
"""Up to how many calls are looked at."""


def break_even(records: pd.DataFrame) -> Figure | None:
    """A panel for the sizes of as many digits: of the problem there in which most methods are ahead at some number."""
    cases = _cases(records)
    if cases.empty:
        return None
    chosen = [_telling(own) for _, own in cases.groupby("size", observed=True)]
    calls = CALLS[10.0 ** (max(map(_last, chosen)) + 0.01) > CALLS]
    styles = looks(cases["method"].unique())
    columns = min(3 if len(chosen) > 4 else 2, len(chosen))
    across, down = WIDTH + 0.75 + inches(map(label, styles), SIZE, bold=True), HEIGHT + 0.8
    page = Page(
        0.65 + columns * across,
        -(-len(chosen) // columns) * down,
        "Break-even: what a number of calls takes in all",
        f"Preparation, the first call and the others, of {racers(records['method'])}. The wide line is the least of"
        " all; in bold, the methods that are on it for some number of calls. Of the sizes n of as many digits, the"
        " problem in which there are most of them.",
    )
    for i, cell in enumerate(chosen):
        row, column = divmod(i, columns)
        axes = page.panel(0.65 + column * across, 0.3 + row * down, WIDTH, HEIGHT)
        totals = _totals(cell, calls)
        axes.set_title(f"{cell['problem'].iloc[0]}, n = {cell['n'].iloc[0]}", weight="bold")
        decades(axes, "x", 1, calls[-1], 9)
        decades(axes, "y", totals.min(axis=None), totals.max(axis=None), 9)
        axes.set_xlabel("calls")
        if column == 0:
            axes.set_ylabel("time in all (s)")
        _draw(axes, totals, styles)
    return page.figure


def _cases(records: pd.DataFrame) -> pd.DataFrame:
    """The cases that race and that have all three times."""
    cases = named(full(records, METRICS["costs"]))
    cases = cases.assign(start=until_first(cases))
    return race(sized(cases[cases["start"] > 0]))


def _totals(cell: pd.DataFrame, calls: Any) -> pd.DataFrame:
    """A row for each number of calls, a column a method."""
    return pd.DataFrame({row.method: row.start + (calls - 1.0) * row.time for row in cell.itertuples()}, index=calls)


def _telling(cases: pd.DataFrame) -> pd.DataFrame:
    """The cell in which most methods are ahead at some number of calls; among them that of most methods."""
    cells = [cell for _, cell in cases.groupby(CELL, sort=True)]
    return max(cells, key=lambda cell: (_totals(cell, CALLS).idxmin(axis=1).nunique(), len(cell)))


def _last(cell: pd.DataFrame) -> int:
    """The power of ten of the calls by which the last one is ahead that ever is, and one more."""
    ahead = _totals(cell, CALLS).idxmin(axis=1)
    changed = float(CALLS[(ahead != ahead.iloc[-1]).to_numpy().sum()])
    return math.ceil(math.log10(changed)) + 1


def _draw(axes: Axes, totals: pd.DataFrame, styles: dict[str, dict[str, Any]]) -> None:
    least = totals.min(axis=1)
    axes.plot(totals.index, least, color="0.75", linewidth=6, solid_capstyle="round", label="least")
    ahead = set(totals.idxmin(axis=1))
    for k, method in enumerate(totals):
        look = {**styles[method], "markevery": (k * 2 % 20, 20)}
        axes.plot(totals.index, totals[method], label=method, **{**look, "linewidth": 1.4 if method in ahead else 0.7})
    ends = {method: float(totals[method].iloc[-1]) for method in totals}
    name_ends(axes, ends, {method: label(method) for method in ends}, styles, bold=ahead)
