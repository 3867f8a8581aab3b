"""Accuracy against cost: what a method's error is, and what it costs; and the front that none is beyond in both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..cases import full, kind_of, label, named, sized
from ..costs import beside
from ..kinds import APART
from .labels import name_points
from .style import COLOURS, Page, decades, looks, power

FLOOR = 1e-17
"""Where a median error of zero is drawn."""

WIDTH, HEIGHT = 4.6, 3.6
"""Inches of a panel."""


def accuracy_against_cost(records: pd.DataFrame) -> Figure | None:
    """A panel for the sizes of as many digits, a point a method."""
    cells = _cells(records)
    if cells["method"].nunique() < 2:
        return None
    styles = looks(cells["method"].unique())
    points = {size: _points(own) for size, own in cells.groupby("size", observed=True)}
    found = pd.concat(points.values())
    columns = min(2, len(points))
    across, down = WIDTH + 0.4, HEIGHT + 0.75
    apart = [method for method in APART if method in styles]
    page = Page(
        0.65 + columns * across,
        -(-len(points) // columns) * down,
        "Accuracy against cost: the error of a gradient, and its time",
        "Medians over the problems that were measured for both, and that a method could do: of the normwise error at"
        " random points, and of the time of value and gradient over that of f. After a name the share of the problems"
        f" that it could do, if that is not all. An error of zero is drawn at {power(-17)}. On the line and in bold,"
        " the methods that have less than half of the error of all that cost less"
        + (f"; {' and '.join(apart)} left out." if apart else "."),
    )  # fmt: skip
    for i, (size, own) in enumerate(points.items()):
        row, column = divmod(i, columns)
        axes = page.panel(0.65 + column * across, 0.3 + row * down, WIDTH, HEIGHT)
        count = int(own["measured"].iloc[0])
        axes.set_title(f"n = {size}: {count} problem{'s' * (count > 1)}", weight="bold")
        decades(axes, "x", min(1.0, found["cost"].min()), found["cost"].max(), 9)
        decades(axes, "y", FLOOR / 5, found["error"].max(), 10, labelled=column == 0)
        axes.set_xlabel("time of value and gradient / time of f")
        if column == 0:
            axes.set_ylabel("normwise relative error")
        _draw(axes, own, styles)
    return page.figure


def _cells(records: pd.DataFrame) -> pd.DataFrame:
    """A row for each method, problem and n that has both: the median error over its random points, and the cost."""
    errors = named(full(records, ("normwise_error",)))
    errors = errors[errors["point"].map(kind_of) == "sample"]
    times = beside(named(full(records, ("time",))))
    keys = ["problem", "n", "method"]
    both = pd.concat(
        [errors.groupby(keys, sort=False)["normwise_error"].median(), times.set_index(keys)["time_over_f"]],
        axis=1, keys=["error", "cost"], join="inner",
    )  # fmt: skip
    cells = sized(both.reset_index())
    cells = cells.assign(measured=cells.groupby("size", observed=True)["problem"].transform("nunique"))
    return cells[cells["cost"] > 0].dropna(subset="error")


def _points(cells: pd.DataFrame) -> pd.DataFrame:
    """A row a method: its medians, and the share of the problems that it could do."""
    groups = cells.groupby("method", sort=False)
    points = groups[["error", "cost", "measured"]].median()
    share = groups["problem"].nunique() / points["measured"]
    return points.assign(error=points["error"].clip(lower=FLOOR), share=share)


def front(points: pd.DataFrame) -> pd.DataFrame:
    """The points with less than half of the error of all that cost less, in the order of their costs.

    Errors that are nearer to each other than that are as good as the same.
    """
    ordered = points.sort_values(["cost", "error"], kind="stable")
    return ordered[ordered["error"] < 0.5 * ordered["error"].cummin().shift(fill_value=np.inf)]


def _draw(axes: Axes, points: pd.DataFrame, styles: dict[str, dict[str, Any]]) -> None:
    best = front(points.drop(index=[method for method in APART if method in points.index]))
    look: dict[str, Any] = {"color": COLOURS[5], "linewidth": 4, "alpha": 0.5}
    axes.plot(best["cost"], best["error"], drawstyle="steps-post", label="front", **look)
    texts = []
    for method, point in points.iterrows():
        look = {**styles[str(method)], "linestyle": "none"}
        axes.plot(point["cost"], point["error"], label=method, clip_on=False, **look)
        share = "" if point["share"] == 1.0 else f" ({100 * point['share']:.0f} %)"
        texts.append(f"{label(str(method))}{share}")
    bold = [method in best.index for method in points.index]
    name_points(axes, list(points[["cost", "error"]].itertuples(index=False, name=None)), texts, bold)
