"""What a value and gradient costs, in evaluations of the function: a row for each problem."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...function import FUNCTION
from ..cases import full, named, relative, spread
from .rows import Rows, draw_markers, labelled
from .style import decades, handle, looks, name

BOUND = 5
"""Reverse mode needs no more than the operations of this many evaluations; time is another matter."""


def cost(records: pd.DataFrame) -> Figure | None:
    """The ratio of the times at the smallest and at the largest n."""
    ratios = _ratios(records)
    if ratios.empty:
        return None
    methods = looks(ratios.columns)
    page, panels = Rows(
        title="Cost of a gradient, in evaluations of the function",
        note=f"The dashed line at {BOUND} is the cheap-gradient bound: what reverse mode needs at most, counted in"
        " operations and not in time.",
        parts=_parts(ratios),
        width=3.8,
        above=0.42,
        below=0.5,
        lines=[handle(name(method), {**look, "linestyle": "none"}) for method, look in methods.items()],
    ).page()
    values = ratios.stack()
    for axes, block in panels:
        draw_markers(axes, block.table, methods)
        decades(axes, "x", min(1.0, values.min()), values.max(), 9)
        axes.set_xlabel("time of value and gradient / time of f")
        _bound(axes)
    return page.figure


def _ratios(records: pd.DataFrame) -> pd.DataFrame:
    """A row for each problem and n, a column a method."""
    cases = named(full(records, ("time",)))
    times = spread(cases, cases["time"])
    if FUNCTION not in times:
        return pd.DataFrame()
    return relative(times.where(times > 0)).dropna(how="all").dropna(how="all", axis=1).sort_index()


def _parts(ratios: pd.DataFrame) -> dict[str, pd.DataFrame]:
    n = ratios.index.to_frame()["n"]
    smallest, largest = (n.groupby("problem").transform(choice) for choice in ("min", "max"))
    parts = {
        "measured at one n": smallest == largest,
        "at the smallest n": (n == smallest) & (n < largest),
        "at the largest n": (n == largest) & (n > smallest),
    }
    found = {}
    for title, part in parts.items():
        if part.any():
            usual = n[part].mode()[0]
            several = " unless given" if n[part].nunique() > 1 else ""
            found[f"{title}: n = {usual}{several}"] = labelled(ratios[part], usual)
    return found


def _bound(axes: Axes) -> None:
    axes.axvline(BOUND, color="0.4", linestyle="--", linewidth=0.8, zorder=1)
    axes.annotate(
        f"{BOUND}: cheap-gradient bound", (BOUND, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 1.5),
        textcoords="offset points", color="0.4", fontsize=6.5, ha="center",
    )  # fmt: skip
