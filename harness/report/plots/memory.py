"""What the engine holds and keeps, in sizes of the point: a row for each problem that was measured at a large n."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ...function import FUNCTION
from ..cases import full, named
from .rows import Rows, draw_markers, labelled
from .style import COLOURS, ENGINE, decades, handle

ITEM = 8
"""Bytes of a coordinate."""

LARGE = 100
"""Coordinates from which on the arrays count for more than the objects that hold them."""

OF_F = "peak_memory_of_f"

PASSES = {
    "peak_memory_no_grad": ("peak: forward, under no_grad", {"color": COLOURS[5], "marker": "<"}),
    "peak_memory_backward": ("peak: backward()", {"color": COLOURS[1], "marker": "s"}),
    "peak_memory_retain_grad": ("peak: backward(retain_grad=True)", {"color": COLOURS[4], "marker": "^"}),
    "retained_memory_backward": (
        "kept after backward()",
        {"color": COLOURS[1], "marker": "s", "markerfacecolor": "white"},
    ),
    "retained_memory_retain_grad": (
        "kept after backward(retain_grad=True)",
        {"color": COLOURS[4], "marker": "^", "markerfacecolor": "white"},
    ),
}
"""What the legend calls each figure that the engine alone has, and how it is drawn."""

WHOLE = {
    OF_F: ("peak: f itself", {"color": "0.5", "marker": "."}),
    "peak_memory": ("peak: value_and_grad", {"color": COLOURS[0], "marker": "o"}),
}


def memory_of_engine(records: pd.DataFrame) -> Figure | None:
    """Bytes at the largest n, over those of the point."""
    sizes = _sizes(records)
    if sizes[list(PASSES)].isna().all(axis=None):
        return None
    usual = int(sizes.index.get_level_values("n").max())
    looks = {metric: {**look, "linestyle": "none"} for metric, (_, look) in {**WHOLE, **PASSES}.items()}
    page, panels = Rows(
        title="Memory of the engine, in sizes of the point x",
        note=f"At the largest n that was measured: n = {usual} unless given. A size of x is {ITEM} n bytes.",
        parts={"": labelled(sizes, usual)},
        width=4.5,
        above=0.1,
        below=0.45,
        lines=[handle(label, looks[metric]) for metric, (label, _) in {**WHOLE, **PASSES}.items()],
    ).page()
    values = sizes.stack()
    for axes, block in panels:
        draw_markers(axes, block.table, looks)
        decades(axes, "x", values.min(), values.max())
        axes.set_xlabel(f"memory / size of x (1 = {ITEM} n bytes)")
    return page.figure


def _sizes(records: pd.DataFrame) -> pd.DataFrame:
    """A row for each problem at its largest n, a column a figure; nan where there is none."""
    cases = named(full(records, ("peak_memory", *PASSES))).set_index(["problem", "n"])
    of_f = cases.loc[cases["method"] == FUNCTION, "peak_memory"].rename(OF_F)
    sizes = cases[cases["method"] == ENGINE].join(of_f)[[*WHOLE, *PASSES]].astype(float)
    n = sizes.index.to_frame()["n"]
    sizes = sizes.div(ITEM * n, axis=0)[(n >= LARGE) & (n == n.groupby("problem").transform("max"))]
    return sizes.where(sizes > 0).dropna(how="all").sort_index()
