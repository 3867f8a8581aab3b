"""Rows of methods, in their groups: where the figures of all problems lie, in a panel for each of several cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..kinds import GROUPS, group
from .style import MARGIN, Page, inches, looks

ROW, LABEL = 0.19, 7.5
"""Inches a row, and points of its label."""

ABOVE, BELOW, GAP = 0.2, 0.32, 0.5
"""Inches above and below the rows of a group, and between panels, where the medians are written."""

SIZE = 6.5
"""Points of a median."""

HOW = (
    "A line from the least to the largest of the problems, thick over their middle half, and the median, marked and"
    " written beside it."
)


@dataclass(frozen=True)
class Spreads:
    """A page. In `columns` a table for each panel by its heading: a column a method.

    `form` is how a median is written; `scale` sets the limits of the x axis of the panel of a heading.
    """

    title: str
    note: str
    columns: dict[str, pd.DataFrame]
    unit: str
    form: Callable[[float], str]
    width: float
    scale: Callable[[Axes, str], None]

    def figure(self) -> Figure:
        methods = list(dict.fromkeys(method for table in self.columns.values() for method in table))
        order = sorted(methods, key=self._middle)
        parts = {title: [m for m in order if group(m) == key] for key, title in GROUPS.items()}
        parts = {title: rows for title, rows in parts.items() if rows}
        label = MARGIN + inches(methods, LABEL) + 0.1
        across = self.width + GAP
        height = 0.25 + sum(ABOVE + ROW * len(rows) + BELOW for rows in parts.values()) + 0.2
        page = Page(label + len(self.columns) * across + 0.1, height, self.title, self.note)
        styles = looks(methods)
        top = 0.25
        for i, heading in enumerate(self.columns):
            page.text(label + i * across, 0.0, heading, weight="bold")
        for k, (title, rows) in enumerate(parts.items(), 1):
            page.text(MARGIN, top + 0.02, title, color="0.35", style="italic")
            for i, (heading, table) in enumerate(self.columns.items()):
                axes = page.panel(label + i * across, top + ABOVE, self.width, ROW * len(rows))
                self.scale(axes, heading)
                axes.set_yticks(range(len(rows)), rows if i == 0 else [""] * len(rows), fontsize=LABEL)
                axes.set_ylim(len(rows) - 0.5, -0.5)
                axes.tick_params(axis="y", length=0)
                _draw(axes, table.reindex(columns=rows), styles, self.form)
                if k == len(parts):
                    axes.set_xlabel(self.unit)
            top += ABOVE + ROW * len(rows) + BELOW
        return page.figure

    def _middle(self, method: str) -> float:
        """What a method's row is placed by: the median of all."""
        found = [table[method].dropna().to_numpy() for table in self.columns.values() if method in table]
        return float(np.median(np.concatenate(found)))


def _draw(axes: Axes, table: pd.DataFrame, styles: dict[str, dict[str, Any]], form: Callable[[float], str]) -> None:
    """A row for each column of the table."""
    for row, method in enumerate(table):
        values = table[method].dropna()
        if values.empty:
            continue
        look = styles[method]
        axes.hlines(row, values.min(), values.max(), color=look["color"], linewidth=0.7)
        axes.hlines(row, values.quantile(0.25), values.quantile(0.75), color=look["color"], linewidth=3.0, alpha=0.5)
        axes.plot(values.median(), row, label=method, clip_on=False, **{**look, "linestyle": "none", "zorder": 3})
        axes.annotate(
            form(values.median()), (1, row), xycoords=axes.get_yaxis_transform(), xytext=(3, 0),
            textcoords="offset points", va="center", fontsize=SIZE,
        )  # fmt: skip
