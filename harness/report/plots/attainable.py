"""The distribution of error/attainable, on which the verdict rests: where the limits are, and what lies beyond them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...record import OUTCOMES
from ...verdict import WRONG
from ..cases import full, judged, kind_of, named
from .shares import draw_shares, percent
from .style import COLOURS, MARGIN, Page, decades, handle, looks, power

EDGES = 2.0 ** (np.arange(-28, 21) / 2)
"""The edges of the bars, two a power of two, so that the limits are between bars."""

ZERO = EDGES[:2] / 4
"""The edges of the bar of the errors that are zero."""

PARTS = {"sample": ("at random points", COLOURS[5]), "minimum": ("at minima", "0.72")}
"""The bars: what they are, and their colours."""

WIDTH, HEIGHT = 5.6, 2.3
"""Inches of each of the two panels."""


def error_over_attainable(records: pd.DataFrame) -> Figure | None:
    """All methods with a verdict: their errors as bars, and the share of each method beyond any limit."""
    cases = judged(named(full(records, ("normwise_error", "error_over_attainable"))))
    cases = cases[cases["point"].map(kind_of).isin(PARTS)]  # worst points are chosen by their errors
    found = cases.dropna(subset="error_over_attainable")
    if found.empty:
        return None
    methods = looks(found["method"].unique())
    without = len(cases) - len(found)
    endless = (np.isinf(found["error_over_attainable"]) & (found["outcome"] == "cannot_tell")).sum()
    page = Page(
        0.75 + WIDTH + MARGIN,
        2 * HEIGHT + 0.75,
        "Error / attainable: what rounding does, against what it may do",
        f"Gradients of all methods with a verdict, at random points and minima: {len(found)}, each with the largest"
        " ratio of its components. What lies beyond the ends of the axis is in the first and the last bar."
        + (f" Infinite, as the gradient could not be enclosed: {endless}." if endless else "")
        + (f" Left out, as failed or without an error: {without}." if without else ""),
        [handle(text, {"color": colour, "linewidth": 6}) for text, colour in PARTS.values()]
        + [handle(method, look) for method, look in methods.items()],
    )
    top, bottom = (page.panel(0.75, 0.1 + i * (HEIGHT + 0.15), WIDTH, HEIGHT) for i in range(2))
    ticks = range(-4, 4)
    for axes in (top, bottom):
        axes.set(xscale="log", xlim=(ZERO[0] / 1.5, EDGES[-1]))
        axes.set_xticks([ZERO.mean(), *(10.0**k for k in ticks)], ["0", *map(power, ticks)])
        axes.set_xticks([], minor=True)
        for limit in (1.0, WRONG):
            axes.axvline(limit, color=COLOURS[4], linestyle="--", linewidth=0.9)
    top.tick_params(labelbottom=False)
    _draw_bars(top, found)
    _write_limits(top, found)
    _draw_beyond(bottom, found, methods)
    return page.figure


def _draw_bars(axes: Axes, cases: pd.DataFrame) -> None:
    """The shares of all the cases: in each bar those above its left edge and up to its right one."""
    below = np.zeros(len(EDGES))
    for kind, (_, colour) in PARTS.items():
        values = cases.loc[cases["point"].map(kind_of) == kind, "error_over_attainable"].to_numpy()
        bars = np.clip(np.searchsorted(EDGES, values[values > 0.0]), 1, len(EDGES) - 1)
        shares = np.bincount(np.append(np.zeros(sum(values == 0.0), int), bars), minlength=len(EDGES)) / len(cases)
        for edges, part in ((ZERO, slice(0, 1)), (EDGES, slice(1, None))):
            axes.stairs(below[part] + shares[part], edges, baseline=below[part], fill=True, color=colour, label=kind)
        below = below + shares
    axes.annotate(
        f"exactly 0: {percent(float(below[0]))}", (ZERO[0], below[0]), xytext=(0, 3), textcoords="offset points",
    )  # fmt: skip
    axes.set_ylabel("share of gradients")
    ticks = np.asarray(MaxNLocator(5).tick_values(0, 100 * max(below)))
    axes.set_yticks(ticks / 100, [f"{tick:g} %" for tick in ticks])
    axes.set_ylim(0, 1.5 * max(below))


def _write_limits(axes: Axes, cases: pd.DataFrame) -> None:
    """What each limit says, and how many are beyond it."""
    for limit, text, side in ((1.0, "correct up to 1", "right"), (WRONG, f"wrong beyond {WRONG:g}", "left")):
        beyond = cases[cases["error_over_attainable"] > limit]
        outcomes = beyond["outcome"].value_counts()
        found = [f"{outcomes[outcome]} {outcome}" for outcome in OUTCOMES if outcome in outcomes]
        share = percent(len(beyond) / len(cases))
        lines = [text, f"{share} beyond", *found]
        axes.annotate(
            "\n".join(lines), (limit, 1.0), xycoords=axes.get_xaxis_transform(), va="top", ha=side, color="0.2",
            xytext=(-4 if side == "right" else 4, -2), textcoords="offset points", linespacing=1.3,
        )  # fmt: skip


def _draw_beyond(axes: Axes, cases: pd.DataFrame, methods: dict[str, dict[str, Any]]) -> None:
    """The share of each method's errors that are beyond x."""
    counts = cases["method"].value_counts()
    decades(axes, "y", 1.0 / counts.max(), 1.0)
    for method in reversed(methods):  # the first on top
        values = cases.loc[cases["method"] == method, "error_over_attainable"]
        draw_shares(axes, values, counts[method], methods, method, beyond=True)
    axes.set(xlabel="error / attainable", ylabel="share beyond it")
