"""Time and memory against the number of coordinates: a panel for each problem that was measured at several.

Where there are many methods, a panel for each group of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...slopes import exponent
from ..cases import full, named
from .growth import growth
from .labels import parted
from .style import MARGIN, Page, decades, handle, looks, many, name

WIDTH, HEIGHT, GAP = 1.75, 1.5, 0.45
"""Inches: a panel, and what is left to the right of it for the slopes."""

SLOPE_SIZE = 6.0
"""Points."""


def runtime_against_n(records: pd.DataFrame) -> Figure | None:
    """Time against the number of coordinates."""
    return _against_n(records, "time", 1e6, "time of one call (µs)", "Runtime against n")


def memory_against_n(records: pd.DataFrame) -> Figure | None:
    """Peak memory against the number of coordinates."""
    return _against_n(records, "peak_memory", 1 / 1024, "peak memory (KiB)", "Peak memory against n")


def _against_n(records: pd.DataFrame, metric: str, scale: float, unit: str, title: str) -> Figure | None:
    cases = named(full(records, (metric,)))
    cases = cases.assign(value=cases[metric] * scale)
    cases = cases[cases["value"] > 0]
    sizes = cases.groupby("problem", sort=False)["n"].nunique()
    problems = list(sizes[sizes > 2].index)
    if not problems:
        return None
    cases = cases[cases["problem"].isin(problems)]
    if many(cases["method"]):
        return growth(cases, title, unit)
    styles = looks(cases["method"].unique())
    columns = min(6, int(np.ceil(np.sqrt(1.3 * len(problems)))))
    left, step, rows = 0.65, HEIGHT + 0.35, -(-len(problems) // columns)
    page = Page(
        left + columns * (WIDTH + GAP),
        rows * step + 0.5,
        f"{title}: value and gradient by each method, and f itself",
        "At the right of a line its slope p, in italics if it is dashed: the cost grows as n to the power of p, fitted"
        " over the upper half of the sizes, where fixed costs matter least.",
        [handle(name(method), look) for method, look in styles.items()],
    )
    for i, problem in enumerate(problems):
        row, column = divmod(i, columns)
        axes = page.panel(left + column * (WIDTH + GAP), 0.35 + row * step, WIDTH, HEIGHT)
        _lines(axes, cases[cases["problem"] == problem], styles)
        lowest = i + columns >= len(problems)
        decades(axes, "x", cases["n"].min(), cases["n"].max(), 6, labelled=lowest)
        decades(axes, "y", cases["value"].min(), cases["value"].max(), labelled=column == 0)
        axes.set_title(problem)
        if lowest:
            axes.set_xlabel("coordinates n")
        _slopes(axes)
    page.figure.text(MARGIN / page.width, (rows * step / 2 + 0.5) / page.height, unit, rotation=90, va="center")
    return page.figure


def _lines(axes: Axes, cases: pd.DataFrame, styles: dict[str, dict[str, Any]]) -> None:
    for method, look in styles.items():
        group = cases[cases["method"] == method].sort_values("n")
        if not group.empty:
            axes.plot(group["n"], group["value"], label=method, clip_on=False, **look)


def _slopes(axes: Axes) -> None:
    """Writes the slope of each line to the right of its end, in its colour."""
    lines = [(line, np.asarray(line.get_xydata())) for line in axes.get_lines()]
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [to_axes.transform(points[-1])[1] for _, points in lines]
    for (line, points), height in zip(lines, parted(ends, 1.2 * SLOPE_SIZE / (72 * HEIGHT)), strict=True):
        axes.text(
            1.03, height, slope(*points.T), color=line.get_color(), fontsize=SLOPE_SIZE, va="center",
            style="italic" if line.get_linestyle() == "--" else "normal", transform=axes.transAxes,
        )  # fmt: skip


def slope(n: Any, values: Any) -> str:
    """The exponent of a line, as text; nothing for a single size."""
    power = exponent(n, values)
    return "" if np.isnan(power) else f"{power:.2f}"
