"""What a value and gradient costs, in evaluations of the function: a row for each problem.

Where there are many methods, a row for each of them, and a panel for each size.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...function import FUNCTION
from ..cases import full, named, relative, sized, spread, three_digits
from .rows import Rows, draw_markers, labelled
from .spreads import HOW, Spreads
from .style import decades, handle, looks, many, name

BOUND = 5
"""Reverse mode needs no more than the operations of this many evaluations; time is another matter."""


TITLE = "Cost of a gradient, in evaluations of the function"

NOTE = (
    f"The dashed line at {BOUND} is the cheap-gradient bound: what reverse mode needs at most, counted in operations"
    " and not in time."
)


def cost(records: pd.DataFrame) -> Figure | None:
    """The ratio of the times at the smallest and at the largest n."""
    ratios = _ratios(records)
    if ratios.empty:
        return None
    if many(ratios.columns):
        return _by_method(ratios)
    methods = looks(ratios.columns)
    page, panels = Rows(
        title=TITLE,
        note=NOTE,
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


def _by_method(ratios: pd.DataFrame) -> Figure:
    """A row a method, and a panel for the sizes of as many digits."""
    values = ratios.stack()

    def scale(axes: Axes, _: str) -> None:
        decades(axes, "x", min(1.0, values.min()), values.max(), 5)
        axes.axvline(BOUND, color="0.4", linestyle="--", linewidth=0.8, zorder=1)

    sizes = sized(ratios.index.to_frame(index=False))["size"]
    return Spreads(
        title=TITLE,
        note=f"{HOW} {NOTE}",
        columns={f"n = {size}": ratios[(sizes == size).to_numpy()] for size in sizes.cat.categories},
        unit="time of value and gradient / time of f",
        form=three_digits,
        width=2.2,
        scale=scale,
    ).figure()


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
