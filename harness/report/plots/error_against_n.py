"""Error against the number of coordinates: the median and the worst of the problems that were measured at all sizes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...verdict import WRONG
from ..cases import WITHOUT_ERROR, full, judged, kind_of, named
from .style import COLOURS, MARGIN, Page, decades, handle, looks, power

FLOORS = {"error_over_attainable": 1e-4, "normwise_error": 1e-17}
"""Where an error of zero is drawn."""

CEILING = 1e4
"""Where an error beyond is drawn."""

HEIGHT, GAP = 2.8, 0.75
"""Inches: a panel, and what is to the left of it."""

WIDEST = 14.0
"""Inches of two panels that are beside each other; wider ones are one below the other."""

SPREAD = 0.72
"""The part of the distance between two sizes that the methods take."""


def error_against_n(records: pd.DataFrame) -> Figure | None:
    """A panel for error/attainable, of the methods with a verdict, and one for the normwise error of all."""
    cases = _cases(records)
    parts = {
        "error / attainable, of methods with a verdict": ("error_over_attainable", judged(cases)),
        "normwise relative error": ("normwise_error", cases),
    }
    parts = {title: part for title, part in parts.items() if part[1][part[0]].notna().any()}
    if not parts:
        return None
    methods = looks(cases["method"].unique())
    sizes = sorted(cases["n"].unique())
    width = max(2.6, 0.3 + 0.11 * len(methods) * len(sizes))
    across = 1 if 2 * width > WIDEST else len(parts)
    down = 0.3 + HEIGHT + 0.5
    page = Page(
        across * (GAP + width) + MARGIN,
        -(-len(parts) // across) * down,
        "Error against the number of coordinates n",
        "The median (a marker) and the worst (the end of the line) at random points of those problems that were"
        f" measured at each of these n, {cases['problem'].nunique()} in all; methods stand side by side. Smaller errors"
        f" than {' and '.join(_shown(FLOORS[metric]) for metric, _ in parts.values())} are drawn there, and so are"
        f" larger ones than {_shown(CEILING)}. A cross at the top: a gradient was not finite, or there was none.",
        [handle(method, look) for method, look in methods.items()],
    )
    for i, (title, (metric, part)) in enumerate(parts.items()):
        row, column = divmod(i, across)
        axes = page.panel(GAP + column * (GAP + width), 0.3 + row * down, width, HEIGHT)
        axes.set_title(title)
        axes.set(xlim=(-0.5, len(sizes) - 0.5), xlabel="coordinates n")
        axes.set_xticks(range(len(sizes)), list(map(str, sizes)))
        axes.grid(False, axis="x")
        _draw(axes, part, metric, sizes)
    return page.figure


def _shown(value: float) -> str:
    return power(round(np.log10(value)))


def _cases(records: pd.DataFrame) -> pd.DataFrame:
    """The cases at samples of the problems that have the same sizes, several: of the largest group of such problems."""
    cases = named(full(records, ("normwise_error", "error_over_attainable")))
    cases = cases[cases["point"].map(kind_of) == "sample"]
    sizes = cases.groupby("problem")["n"].agg(lambda n: tuple(sorted(set(n))))
    several = sizes[sizes.map(len) > 1]
    return cases[cases["problem"].isin(several.index[several == several.mode().get(0)])]


def _draw(axes: Axes, cases: pd.DataFrame, metric: str, sizes: list[int]) -> None:
    """The methods beside each other at each size, and a line through the medians of each."""
    methods = looks(cases["method"].unique())
    values = cases[metric].clip(FLOORS[metric], CEILING)
    ends = [values.max()]
    for k, (method, look) in enumerate(methods.items()):
        own = cases["method"] == method
        groups = values[own].groupby(cases["n"])
        median, worst = groups.median().reindex(sizes), groups.max().reindex(sizes)
        x = np.arange(len(sizes)) + SPREAD * ((k + 0.5) / len(methods) - 0.5)
        axes.plot(x, median, label=method, **{**look, "linewidth": 0.6})
        axes.vlines(x, median, worst, color=look["color"], linewidth=1.6)
        failed = np.isin(sizes, cases.loc[own & cases["outcome"].isin(WITHOUT_ERROR), "n"])
        axes.plot(
            x[failed], np.ones(failed.sum()), transform=axes.get_xaxis_transform(), clip_on=False,
            **{**look, "marker": "x", "linestyle": "none"},
        )  # fmt: skip
        ends.append(median.min() / 2)
    if metric == "error_over_attainable":
        ends.append(WRONG)
        _draw_limits(axes)
    decades(axes, "y", np.nanmin(ends), np.nanmax(ends), 9)


def _draw_limits(axes: Axes) -> None:
    """The limits of the verdict, with their names between them."""
    for limit, text, x, side, va in (
        (1.0, "correct up to 1", 1.0, "right", "bottom"),
        (WRONG, f"wrong beyond {WRONG:g}", 0.0, "left", "top"),
    ):
        axes.axhline(limit, color=COLOURS[4], linestyle="--", linewidth=0.9)
        axes.annotate(
            text, (x, limit), xycoords=axes.get_yaxis_transform(), xytext=(2 - 4 * x, 2 if va == "bottom" else -2),
            textcoords="offset points", ha=side, va=va, fontsize=6.5, color="0.2",
        )  # fmt: skip
