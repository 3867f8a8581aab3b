"""Who is the fastest: for each problem and size the method with the least time, and how far it is ahead."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..cases import CELL, full, label, named, sized
from ..costs import beside, race
from ..kinds import racers
from .rows import Rows, labelled
from .style import fill, handle, inches, looks

SIZE = 6.5
"""Points of what is written in a cell."""

PLACES = ("fastest", "second", "third", "fourth", "fifth")
"""The columns for problems of one size."""


class Cell(NamedTuple):
    """What is written, and the method whose colour is behind it; none has the background's."""

    text: str
    method: str = ""


def fastest(records: pd.DataFrame) -> Figure | None:
    """A row a problem, with the fastest of each size; of a problem of one size, with the next ones too."""
    cases = named(full(records, ("time",)))
    raced = race(sized(beside(cases))).sort_values("time", kind="stable")
    if raced.empty:
        return None
    several = raced.groupby("problem")["n"].transform("nunique") > 1
    more, one = _of_sizes(raced[several]), _of_one_size(raced[~several])
    parts = {title: table for title, table in (*one.items(), *more.items()) if len(table)}
    wins = raced.drop_duplicates(CELL)["method"].value_counts()
    styles = looks(wins.index)
    texts = [cell.text for table in parts.values() for cell in table.to_numpy().ravel() if isinstance(cell, Cell)]
    page, panels = Rows(
        title="Who is the fastest, and how much slower the next ones are",
        note=f"The least time of value and gradient of {racers(cases['method'])}. Methods whose gradients are"
        " approximate do not race. Beside the name of the fastest, how many times its time the next one takes; beside"
        f" the others, how many times they take. In the legend, in how many of {wins.sum()} cells each is the fastest.",
        parts=parts,
        width=(inches(set(texts), SIZE) + 0.1) * max(len(table.columns) for table in parts.values()),
        above=0.42,
        below=0.12,
        lines=[_square(f"{method}: {count}", styles[method]) for method, count in wins.items()],
    ).page()
    for axes, block in panels:
        _draw(axes, block.table, styles)
    return page.figure


def _of_sizes(raced: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The fastest of each problem, a column a size; of several n in a column the largest."""
    keys = ["problem", "n", "size"]
    rows = [(*key, _first(own)) for key, own in raced.groupby(keys, observed=True)]
    found = pd.DataFrame(rows, columns=[*keys, "cell"]).drop_duplicates(["problem", "size"], keep="last")
    table = found.pivot(index="problem", columns="size", values="cell")
    sizes = [size for size in raced["size"].cat.categories if size in table]
    return {"measured at several n": table[sizes].set_axis([f"n = {size}" for size in sizes], axis=1)}


def _of_one_size(raced: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The fastest of each problem, and the next ones."""
    if raced.empty:
        return {}
    rows = {key: dict(zip(PLACES, _in_order(own), strict=False)) for key, own in raced.groupby(["problem", "n"])}
    table = pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(rows))
    usual = raced["n"].mode()[0]
    title = f"measured at one n: n = {usual}" + (" unless given" if raced["n"].nunique() > 1 else "")
    return {title: labelled(table, usual)}


def _in_order(cell: pd.DataFrame) -> list[Cell]:
    others = zip(cell["method"][1:], _factors(cell)[1:], strict=True)
    return [_first(cell), *(Cell(f"{label(method)} {_factor(factor)}") for method, factor in others)]


def _first(cell: pd.DataFrame) -> Cell:
    method = cell["method"].iloc[0]
    return Cell(f"{label(method)} {_factor(_factors(cell)[1])}", method)


def _factors(cell: pd.DataFrame) -> Any:
    return (cell["time"] / cell["time"].iloc[0]).to_numpy()


def _factor(factor: float) -> str:
    return f"{factor:.2f}" if factor < 1.095 else f"{factor:.1f}" if factor < 9.95 else f"{factor:.0f}"


def _square(text: str, look: dict[str, Any]) -> Line2D:
    return handle(text, {"color": fill(look), "marker": "s", "markersize": 8, "linestyle": "none"})


def _draw(axes: Axes, table: pd.DataFrame, styles: dict[str, dict[str, Any]]) -> None:
    axes.set_xlim(-0.5, len(table.columns) - 0.5)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(table.columns)), list(table.columns))
    axes.tick_params(axis="x", length=0, pad=1)
    for row, cells in enumerate(table.itertuples(index=False)):
        for column, cell in enumerate(cells):
            if not isinstance(cell, Cell):
                continue
            ink = "black"
            if cell.method:
                colour = fill(styles[cell.method])
                axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="white"))
                red, green, blue = to_rgb(colour)
                ink = "white" if 0.3 * red + 0.59 * green + 0.11 * blue < 0.5 else "black"
            axes.text(column, row, cell.text, ha="center", va="center", fontsize=SIZE, color=ink)
