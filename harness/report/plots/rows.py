"""Plots with a row a problem: the rows flow into columns of panels, as in a newspaper, so that 60 fit a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .style import MARGIN, Page, inches

ROW = 0.19
"""Inches a row."""

MOST, FEWEST = 55, 3
"""Rows in a column of panels at most, or nearly, and those of a part that are not left alone there."""

WIDEST = 24.0
"""Inches of the columns of panels beside each other: where that is too little, columns are longer."""

LABEL = 7.5
"""Points of a row's label."""

GAP = 0.25
"""Inches between a column of panels and the labels of the next."""


@dataclass(frozen=True)
class Block:
    """Rows in one panel: a table whose index labels them."""

    title: str
    table: pd.DataFrame


def flow(parts: dict[str, pd.DataFrame], most: int = MOST) -> list[list[Block]]:
    """The rows of the parts, one after the other, in columns of much the same height, of `most` rows or nearly."""
    total = sum(map(len, parts.values()))
    height = -(-total // -(-total // most))
    columns: list[list[Block]] = [[]]
    room = height
    for title, table in parts.items():
        while len(table):
            if room < min(FEWEST, len(table)):
                columns.append([])
                room = height
            taken = len(table) if len(table) < room + FEWEST else room
            columns[-1].append(Block(title, table.iloc[:taken]))
            room, table = room - taken, table.iloc[taken:]
    return columns


@dataclass(frozen=True)
class Rows:
    """A page of rows. In inches: how wide a panel is, and what it needs above and below its rows."""

    title: str
    note: str
    parts: dict[str, pd.DataFrame]
    width: float
    above: float
    below: float
    foot: float = 0.0
    lines: Iterable[Line2D] = ()

    def page(self) -> tuple[Page, list[tuple[Axes, Block]]]:
        """The page, with a panel for each block."""
        label = inches((row for table in self.parts.values() for row in table.index), LABEL) + 0.12
        step = label + self.width + GAP
        total = sum(map(len, self.parts.values()))
        # As many columns as there is room for, and at least one.
        columns = flow(self.parts, max(MOST, -(-total // max(1, int(WIDEST / step)))))
        height = max(sum(map(self._height, column)) for column in columns) + self.foot
        page = Page(MARGIN + len(columns) * step, height, self.title, self.note, self.lines)
        places = [MARGIN + i * step for i in range(len(columns))]
        return page, [
            panel
            for left, column in zip(places, columns, strict=True)
            for panel in self._panels(page, column, left, label)
        ]

    def _height(self, block: Block) -> float:
        return self.above + ROW * len(block.table) + self.below

    def _panels(self, page: Page, column: list[Block], left: float, label: float) -> Iterator[tuple[Axes, Block]]:
        top = 0.0
        for block in column:
            page.text(left, top + 0.05, block.title, weight="bold")
            rows = len(block.table)
            axes = page.panel(left + label, top + self.above, self.width, ROW * rows)
            axes.set_yticks(range(rows), block.table.index, fontsize=LABEL)
            axes.set_ylim(rows - 0.5, -0.5)
            axes.tick_params(axis="y", length=0)
            yield axes, block
            top += self._height(block)


def draw_markers(axes: Axes, table: pd.DataFrame, styles: dict[str, dict[str, Any]]) -> None:
    """A marker for each number of the table, those of a column in one look; the first columns on top."""
    for i, (column, look) in enumerate(styles.items()):
        look = {**look, "linestyle": "none", "zorder": 3 - i / 100}
        axes.plot(table[column], range(len(table)), label=column, clip_on=False, **look)


def labelled(table: pd.DataFrame, usual: int) -> pd.DataFrame:
    """A table with rows for problem and n, labelled by the problem's name, and n where it is not the usual one."""
    labels = [problem if n == usual else f"{problem}, n = {n}" for problem, n in table.index]
    return table.set_axis(labels, axis=0)
