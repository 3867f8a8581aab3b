"""How a cost grows with n where there are many methods: a panel a group of methods, with medians over the problems."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...function import FUNCTION
from ...slopes import exponent
from ..kinds import GROUPS, group
from .labels import SIZE, name_ends
from .style import Page, decades, inches, looks, name

WIDTH, HEIGHT = 3.2, 2.5
"""Inches of a panel."""

ENOUGH = 0.9
"""A median is drawn where there are as many problems, at least, of those that the method can do at some n."""


def growth(cases: pd.DataFrame, title: str, unit: str) -> Figure:
    """The column `value` of the cases against n."""
    cases, sizes = _same_sizes(cases)
    medians = _medians(cases)
    styles = looks(medians.columns)
    shown = {key: [method for method in styles if method != FUNCTION and group(method) == key] for key in GROUPS}
    shown = {key: methods for key, methods in shown.items() if methods}
    texts = {method: _text(method, medians[method].dropna()) for method in styles}
    columns = min(2, len(shown))
    left, across, down = 0.65, WIDTH + 0.5 + inches(texts.values(), SIZE), HEIGHT + 0.75
    page = Page(
        left + columns * across,
        -(-len(shown) // columns) * down,
        f"{title}: value and gradient by each method, and f itself",
        f"Medians over the {cases['problem'].nunique()} problems that were measured at n ="
        f" {', '.join(map(str, sizes))}, of those that a method can do, where it can do nine of ten of them. Before a"
        " name the slope p of its line: the cost grows as n to the power of p, fitted over the upper half of its sizes,"
        " where fixed costs matter least.",
    )
    for i, (key, methods) in enumerate(shown.items()):
        row, column = divmod(i, columns)
        axes = page.panel(left + column * across, 0.3 + row * down, WIDTH, HEIGHT)
        axes.set_title(GROUPS[key], weight="bold")
        decades(axes, "x", sizes[0], sizes[-1], 6)
        decades(axes, "y", medians.min(axis=None), medians.max(axis=None), labelled=column == 0)
        axes.set_xlabel("coordinates n")
        if column == 0:
            axes.set_ylabel(unit)
        _draw(axes, medians, [FUNCTION, *methods] if FUNCTION in styles else methods, texts)
    return page.figure


def _same_sizes(cases: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """The cases of the largest group of problems that were measured at the same sizes."""
    sizes = cases.groupby("problem")["n"].agg(lambda n: tuple(sorted(set(n))))
    usual = sizes.mode()[0]
    return cases[cases["problem"].isin(sizes.index[sizes == usual])], list(usual)


def _medians(cases: pd.DataFrame) -> pd.DataFrame:
    """A row a size, a column a method."""
    values = cases.groupby(["n", "method"])["value"]
    counts = values.size().unstack("method")
    return values.median().unstack("method").where(counts >= ENOUGH * counts.max())


def _text(method: str, line: pd.Series[float]) -> str:
    power = exponent(line.index.to_numpy(), line.to_numpy())
    return f"{name(method)}" if np.isnan(power) else f"{power:.2f}  {name(method)}"


def _draw(axes: Axes, medians: pd.DataFrame, methods: list[str], texts: dict[str, str]) -> None:
    styles = looks(medians.columns)
    ends = {}
    for method in methods:
        line = medians[method].dropna()
        axes.plot(line.index, line, label=method, clip_on=False, **styles[method])
        ends[method] = float(line.iloc[-1])
    name_ends(axes, ends, texts, styles)
