"""Correct digits for each problem and method, as a heat map."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..cases import apart, full, label, named
from .rows import Rows
from .style import COLOURS, MARGIN, Page, inches

CELL = 0.36
"""Inches that a cell is wide."""

SHORT = {
    "wrong": ("wrong", "not the derivative"),
    "nonfinite": ("inf/nan", "a component is not finite"),
    "crashed": ("crash", "the process died"),
    "error": ("error", "an exception"),
    "out_of_memory": ("memory", "there was not enough"),
    "timeout": ("timeout", "it took too long"),
    "unsupported": ("refused", "the method cannot do the problem"),
    "not_installed": ("absent", "a package is not installed"),
    "cannot_tell": ("?", "nobody can tell what is right"),
    "undefined": ("none", "there is no gradient"),
    "uncounted": ("–", "no digits to count, as where the gradient is zero"),
}
"""How a cell says an outcome that no number tells, and what it means; the worst first."""

UNCOUNTED = "uncounted"
"""Of a gradient that is zero there are no digits to count."""

BAD = ("wrong", "nonfinite", "crashed", "error")
"""The outcomes in vermilion."""

MILD = ("cannot_tell", "undefined")

SCALE = Normalize(0, 16)
MAP = matplotlib.colormaps["viridis"]


def digits(records: pd.DataFrame) -> Figure | None:
    """The least of the digits over sizes and points; an outcome that is worse than any number by its name."""
    cases = named(full(records, ("normwise_error", "digits")))
    # At a minimum that is known to some digits the gradient is all but zero, and nothing but rounding is left of it.
    # Where nobody can tell, the digits tell of the point and not of the method.
    untold = cases["point"].str.startswith("minimum") | (cases["outcome"] == "cannot_tell")
    cases["digits"] = cases["digits"].mask(untold)
    if cases.empty:
        return None
    ordinary, hard = apart(cases)
    parts = {"samples and minima": _worst(ordinary), "hard points": _worst(hard)}
    methods = list(cases["method"].unique())
    parts = {title: part.reindex(columns=methods) for title, part in parts.items() if not part.empty}
    heads = list(map(label, methods))
    page, panels = Rows(
        title="Correct decimal digits of the gradient: 16 is all that a double has",
        note="In each cell the worst over all sizes and points of the problem; at minima, where the gradient is all but"
        f" zero, and where nobody can tell, failures count, and digits do not. {_legend(parts)}",
        parts=parts,
        width=CELL * len(heads),
        above=0.35 + 0.8 * inches(heads, 7),
        below=0.1,
        foot=0.4,
    ).page()
    for axes, block in panels:
        _cells(axes, block.table.to_numpy())
        axes.set_xticks(range(len(heads)), heads, rotation=50, ha="left", rotation_mode="anchor")
        axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0, pad=2)
    _colour_bar(page)
    return page.figure


def _worst(cases: pd.DataFrame) -> pd.DataFrame:
    """A number of digits, or an outcome, for each problem and method; nan where nothing was measured."""
    groups = cases.groupby(["problem", "method"], sort=False).agg({"outcome": set, "digits": "min"})
    cells = [_cell(outcomes, least) for outcomes, least in zip(groups["outcome"], groups["digits"], strict=True)]
    return pd.Series(cells, groups.index, dtype=object).unstack("method", sort=False).sort_index()


def _cell(outcomes: set[str], least: float) -> Any:
    """That nobody can tell, or that there is no gradient at one point, hides no number at another."""
    found = [outcome for outcome in SHORT if outcome in outcomes]
    if found and (found[0] not in MILD or np.isnan(least)):
        return found[0]
    return UNCOUNTED if np.isnan(least) else least


def _legend(parts: dict[str, pd.DataFrame]) -> str:
    """What the words in the cells mean, of those that there are."""
    found = {cell for part in parts.values() for cell in part.to_numpy().ravel() if isinstance(cell, str)}
    return "; ".join(f"{word}: {meaning}" for outcome, (word, meaning) in SHORT.items() if outcome in found)


def _cells(axes: Axes, cells: Any) -> None:
    numbers = pd.to_numeric(cells.ravel(), errors="coerce").reshape(cells.shape)
    axes.imshow(np.ma.masked_invalid(numbers), norm=SCALE, cmap=MAP, aspect="auto")
    axes.set_facecolor("white")
    axes.grid(False)
    axes.spines[:].set_visible(False)
    for (row, column), cell in np.ndenumerate(cells):
        if isinstance(cell, str):
            look: dict[str, Any] = {"color": "white", "weight": "bold"} if cell in BAD else {"color": "0.2"}
            fill = COLOURS[4] if cell in BAD else "0.85"
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, color=fill, linewidth=0))
            axes.text(column, row, SHORT[cell][0], ha="center", va="center", fontsize=5.5, **look)
        elif cell == cell:
            colour = "white" if cell < 9.5 else "black"
            axes.text(column, row, f"{cell:.1f}", ha="center", va="center", fontsize=6.5, color=colour)


def _colour_bar(page: Page) -> None:
    axes = page.panel(MARGIN + 0.05, page.height - page.heading - 0.4, 2.5, 0.12)
    page.figure.colorbar(ScalarMappable(SCALE, MAP), cax=axes, orientation="horizontal", ticks=range(0, 17, 4))
    axes.set_ylabel("decimal digits", rotation=0, ha="left", va="center", labelpad=6)
    axes.yaxis.set_label_position("right")
