"""Pictures of the problems: all that were measured at two coordinates on a page, and one alone."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

import problems
from engine import using_config, value_and_grad
from problems import Problem

from ..cases import named
from .landscape import CROSS, MAP, STAR, Plane, draw_landscape, short
from .style import COLOURS, STYLE, Page, handle

SIDE, GAP = 1.45, 0.45
"""Inches: a panel of the page of all problems, and what is between two."""

LARGE = 5.0
"""Inches of the panel of one problem alone."""

ARROWS = "The arrows point downhill: the direction of the negative gradient by the engine, without its length."

MARKS = (("minimum", STAR), ("hard point", CROSS))

FEW = 6
"""Minima and hard points that are named; of more the names would lie on each other."""

NUMBERS = 5_000_000
"""What a grid may hold, of all coordinates."""


def contours(records: pd.DataFrame) -> Figure | None:
    """A panel for each problem that was measured at two coordinates."""
    measured = set(named(records[records["n"] == 2])["problem"])
    found = [problem for problem in problems.select(n=2) if problem.name in measured]
    if not found:
        return None
    columns = min(8, int(np.ceil(np.sqrt(1.3 * len(found)))))
    step = SIDE + GAP
    page = Page(
        0.45 + columns * step,
        -(-len(found) // columns) * step + 0.1,
        "The problems in two coordinates",
        f"Each colour has the same share of the domain, dark is low. {ARROWS}",
        [handle(kind, {**look, "linestyle": "none"}) for kind, look in MARKS],
    )
    for i, problem in enumerate(found):
        row, column = divmod(i, columns)
        axes = page.panel(0.4 + column * step, 0.3 + row * step, SIDE, SIDE)
        plane = Plane(problem, np.zeros(2))
        draw_landscape(axes, plane, round(SIDE * STYLE["figure.dpi"]), 9)
        axes.set_title(problem.name)
        _ends(axes, plane)
    return page.figure


def _ends(axes: Axes, plane: Plane) -> None:
    """The ends of the domain at the ends of the axes, and not where those of the other axis are."""
    for axis, ends in zip((axes.xaxis, axes.yaxis), plane.domain, strict=True):
        axis.set_ticks(ends, list(map(short, ends)))
    axes.tick_params(length=2, pad=1, labelsize=6)
    for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=True):
        label.set(ha=side)
    for label, side in zip(axes.get_yticklabels(), ("bottom", "top"), strict=True):
        label.set(va=side)


def draw(problem: Problem, n: int) -> Figure:
    """The problem in `n` coordinates: of one a curve, of two a landscape, of more a slice through a minimum."""
    with matplotlib.rc_context(STYLE):
        return _curve(problem) if n == 1 else _slice(problem, n)


def _slice(problem: Problem, n: int) -> Figure:
    minima = problem.minima(n)
    centre = np.array(minima[0].point) if minima else problem.domain(n).mean(axis=1)
    plane = Plane(problem, centre)
    where = "a minimum" if minima else "the centre of the domain"
    page = Page(
        LARGE + 1.9,
        LARGE + 0.65,
        f"{problem.name}, n = {n}" + (f": the slice along x₁ and x₂ through {where}" if n > 2 else ""),
        f"Each colour has the same share of the picture. {ARROWS}",
        _legend(plane),
    )
    axes = page.panel(0.65, 0.15, LARGE, LARGE)
    levels = draw_landscape(axes, plane, int(min(LARGE * STYLE["figure.dpi"], np.sqrt(NUMBERS / n))), 21)
    axes.set(xlabel="x₁", ylabel="x₂")
    marks = plane.marks()
    for text, point, look in marks if len(marks) <= FEW else ():
        _annotate(axes, text, point[:2], look is STAR)
    if levels is not None:
        bar = page.panel(0.65 + LARGE + 0.15, 0.15, 0.15, LARGE)
        page.figure.colorbar(
            ScalarMappable(BoundaryNorm(levels, MAP.N), MAP), cax=bar, label="f(x)", ticks=levels, spacing="uniform"
        )
        bar.set_yticks(levels, _told_apart(levels))
    return page.figure


def _legend(plane: Plane) -> list[Line2D]:
    """Of the marks that there are."""
    looks = [look for _, _, look in plane.marks()]
    return [handle(kind, {**look, "linestyle": "none"}) for kind, look in MARKS if look in looks]


def _annotate(axes: Axes, text: str, point: Any, above: bool) -> None:
    """A text above or below a point, inside the panel."""
    across, up = axes.transAxes.inverted().transform(axes.transData.transform(point))
    above = up < 0.05 or (above and up < 0.95)
    axes.annotate(
        text, point, xytext=(0, 6 if above else -6), textcoords="offset points", va="bottom" if above else "top",
        ha="left" if across < 0.1 else "right" if across > 0.9 else "center", color="white",
        path_effects=[withStroke(linewidth=1.8, foreground="0.2")],
    )  # fmt: skip


def _told_apart(levels: np.ndarray[Any, Any]) -> list[str]:
    """The levels as texts, to four digits, or as many as it takes for no two to be the same."""
    texts = ([f"{level:.{digits}g}" for level in levels] for digits in range(4, 18))
    return next(shown for shown in texts if len(set(shown)) == len(shown))


def _curve(problem: Problem) -> Figure:
    """The value and the derivative."""
    ((low, high),) = problem.domain(1)
    x = np.linspace(low, high, 2001)[:, None]
    with np.errstate(all="ignore"), using_config("singular_points", "off"):
        values = np.broadcast_to(problem(x), len(x))
        slopes = value_and_grad(lambda x: np.sum(problem(x)))(x)[1][:, 0]
    plane = Plane(problem, np.zeros(1))
    page = Page(6.5, 5.0, f"{problem.name}, n = 1", "The value, and the derivative by the engine.", _legend(plane))
    for i, (curve, name) in enumerate(((values, "f(x)"), (slopes, "f′(x)"))):
        axes = page.panel(0.8, 0.15 + 2.3 * i, 5.5, 2.05)
        axes.plot(x[:, 0], np.where(np.isfinite(curve), curve, np.nan), color=COLOURS[0])
        axes.set(xlim=(low, high), ylabel=name)
    page.figure.axes[0].tick_params(labelbottom=False)
    page.figure.axes[1].set_xlabel("x")
    with np.errstate(all="ignore"):
        for _, point, look in plane.marks():
            page.figure.axes[0].plot(*point, problem(np.array(point)), clip_on=False, **look)
    return page.figure
