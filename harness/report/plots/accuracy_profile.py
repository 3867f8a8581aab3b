"""The accuracy profile: the share of gradients that are as accurate as a target asks for, against the target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..cases import WITHOUT_ERROR, full, kind_of, named
from .shares import draw_shares, percent
from .style import Page, decades, inches, looks

LOOSE, TIGHT = 1e-1, 1e-16
"""The targets: from one digit to all that a double has."""

WIDTH, HEIGHT = 4.6, 3.3
"""Inches of the panel."""

SIZE = 7.5
"""Points of the labels beside it."""


def accuracy_profile(records: pd.DataFrame) -> Figure | None:
    """A line a method, from the tightest target at the left to the loosest at the right."""
    cases = _cases(records)
    if cases["normwise_error"].isna().all():
        return None
    methods = looks(cases["method"].unique())
    totals = cases["method"].value_counts()
    each = " to ".join(str(count) for count in sorted({totals.min(), totals.max()}))
    page = Page(
        0.65 + WIDTH + inches([_label(1.0, method) for method in methods], SIZE) + 0.35,
        HEIGHT + 0.6,
        "Accuracy profile: the share of gradients that reach a target",
        f"Gradients of each method at random points: {each}, without those that are zero in doubles or not known, as no"
        " error is relative to them. What failed or is not finite reaches no target, so a line that ends below the top"
        " has failures, or errors beyond the loosest target. The share at the end of each line is written there.",
    )
    axes = page.panel(0.65, 0.1, WIDTH, HEIGHT)
    decades(axes, "x", TIGHT, LOOSE, 16)
    axes.set(ylim=(0, 1), xlabel="target: a normwise relative error of at most", ylabel="share of gradients")
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share} %" for share in range(0, 101, 20)])
    ends = {}
    for method in reversed(methods):  # the first on top
        errors = cases.loc[cases["method"] == method, "normwise_error"].dropna()
        draw_shares(axes, errors, totals[method], methods, method)
        ends[method] = float((errors <= LOOSE).sum() / totals[method])
    _label_ends(axes, ends, methods)
    return page.figure


def _cases(records: pd.DataFrame) -> pd.DataFrame:
    """The cases at samples, but of points where a gradient was judged and no error is relative to it."""
    cases = named(full(records, ("normwise_error",)))
    cases = cases[cases["point"].map(kind_of) == "sample"]
    cases = cases.assign(vain=cases["normwise_error"].isna() & ~cases["outcome"].isin(WITHOUT_ERROR))
    return cases[~cases.groupby(["problem", "n", "point"])["vain"].transform("any")]


def _label(share: float, method: str) -> str:
    return f"{percent(share)} {method}"


def _label_ends(axes: Axes, ends: dict[str, float], methods: dict[str, dict[str, Any]]) -> None:
    """The name of each line to the right of its end; of the same end, the first method above."""
    order = sorted(ends, key=ends.__getitem__)
    for method, height in zip(order, _parted([ends[method] for method in order]), strict=True):
        look = methods[method]
        axes.plot(1.03, height, transform=axes.transAxes, clip_on=False, **{**look, "linestyle": "none"})
        axes.annotate(
            _label(ends[method], method), (1.03, height), xycoords="axes fraction", xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=SIZE,
        )  # fmt: skip


def _parted(heights: list[float]) -> list[float]:
    """Ascending heights, moved down or, at the foot, up, so that they are a line apart and inside the panel."""
    steps = 1.35 * SIZE / (72 * HEIGHT) * np.arange(len(heights))
    lowest = np.minimum.accumulate((np.array(heights) - steps)[::-1])[::-1]
    moved: list[float] = (np.clip(lowest, 0.0, 1.0 - steps[-1]) + steps).tolist()
    return moved
