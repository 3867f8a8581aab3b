"""What the plots share: a look for each method, pages laid out in inches, and axes of whole powers of ten."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from ...function import FUNCTION
from ...methods import METHODS

STYLE: dict[str, Any] = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.titlepad": 4,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "0.88",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "legend.frameon": False,
    "figure.dpi": 150,
    "svg.hashsalt": "gradmark",
}

# Okabe and Ito's colours, told apart by the colour-blind too, and a marker for each method, for print.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")
MARKERS = "osD^vPX<>*phd"

TURNS = (("--", 0.0, 0.4), (":", 0.4, 0.65), ("-.", 0.75, 0.85))
"""When the colours come round once, twice, three times: the dashes, and how much colour is in markers and areas."""

ENGINE = "engine.reverse"
"""The method that some plots are about."""

MARGIN = 0.15
"""Inches between a page's edge and anything on it."""

WIDTH = 5.6
"""Inches that a page is wide at least."""


def looks(methods: Iterable[str]) -> dict[str, dict[str, Any]]:
    """How each method is drawn, the same in all plots: a colour and a marker, paler when the colours come round.

    The function itself is grey.
    """
    present = set(methods)
    order = dict.fromkeys((*METHODS, *methods))
    order.pop(FUNCTION, None)
    every = {FUNCTION: {"color": "0.5", "marker": "."}, **{method: _look(i) for i, method in enumerate(order)}}
    return {method: look for method, look in every.items() if method in present}


def _look(i: int) -> dict[str, Any]:
    marker, turn = MARKERS[i % len(MARKERS)], i // len(COLOURS)
    if turn == 0:
        return {"color": COLOURS[i], "marker": marker}
    # Not the first colours again: the first methods keep theirs to themselves.
    colour = COLOURS[(i + 3 * turn) % len(COLOURS)]
    dashes, share, _ = TURNS[(turn - 1) % len(TURNS)]
    return {"color": colour, "marker": marker, "markerfacecolor": mixed(colour, share), "linestyle": dashes}


def mixed(colour: str, share: float) -> str:
    """A share of the colour, and white."""
    return to_hex([1.0 - share * (1.0 - part) for part in to_rgb(colour)])


def fill(look: dict[str, Any]) -> str:
    """The colour of an area that stands for a method."""
    shares = {dashes: share for dashes, _, share in TURNS}
    return mixed(look["color"], shares.get(look.get("linestyle", "-"), 1.0))


MOST = 10
"""Methods that are told apart in one panel; where there are more, each has a row, or a panel a group."""


def many(methods: Iterable[str]) -> bool:
    """Whether there are more methods than are told apart in one panel."""
    return len(set(methods) - {FUNCTION}) > MOST


def name(method: str) -> str:
    """A method's name in a legend."""
    return "f itself" if method == FUNCTION else method


def inches(texts: Iterable[str], size: float, bold: bool = False) -> float:
    """The width of the widest of the texts in points of `size`."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return max((text_to_path.get_text_width_height_descent(text, font, False)[0] / 72 for text in texts), default=0.0)


class Page:
    """A figure with a heading: a title, a note on how to read it and a legend; panels are placed in inches below it."""

    def __init__(self, width: float, height: float, title: str, note: str, lines: Iterable[Line2D] = ()) -> None:
        self.width = max(width, WIDTH, inches([title], 11) + 2 * MARGIN)
        handles = list(lines)
        across = max(1, int((self.width - MARGIN) / (inches([str(line.get_label()) for line in handles], 8) + 0.55)))
        # A letter is 0.55 of its height wide, or less, on average.
        wrapped = textwrap.wrap(note, int((self.width - 2 * MARGIN) * 72 / (0.55 * 8)))
        notes, legend = 0.16 * len(wrapped) + 0.06, 0.17 * -(-len(handles) // across)
        self.heading = MARGIN + 0.27 + notes + legend
        self.height = self.heading + height
        self.figure = Figure(figsize=(self.width, self.height))
        self.figure.suptitle(title, x=MARGIN / self.width, y=self._y(-self.heading + MARGIN), ha="left", fontsize=11)
        self.text(MARGIN, MARGIN + 0.25 - self.heading, "\n".join(wrapped), color="0.35", linespacing=1.35)
        if handles:
            corner = (MARGIN / self.width, self._y(-legend - 0.02))
            self.figure.legend(
                handles=handles, loc="upper left", bbox_to_anchor=corner, ncols=across, fontsize=8, borderpad=0,
                borderaxespad=0, labelspacing=0.3, columnspacing=1.2, handlelength=1.8,
            )  # fmt: skip

    def _y(self, top: float) -> float:
        return 1 - (self.heading + top) / self.height

    def text(self, left: float, top: float, text: str, **look: Any) -> None:
        """A text whose upper left corner is there."""
        self.figure.text(left / self.width, self._y(top), text, va="top", **look)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """A panel whose upper left corner is that far from the page's left edge, and from the heading."""
        place = (left / self.width, self._y(top + height), width / self.width, height / self.height)
        return self.figure.add_axes(place)


def handle(label: str, look: dict[str, Any]) -> Line2D:
    """What a legend shows of a line, or of markers alone if the look says so."""
    return Line2D([], [], label=label, **look)


SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent: int) -> str:
    """A power of ten: 10⁻³."""
    return "10" + str(exponent).translate(SUPERSCRIPTS)


def decades(
    axes: Axes, which: Literal["x", "y"], low: float, high: float, most: int = 7, labelled: bool = True
) -> None:
    """Makes an axis logarithmic, from a power of ten to another; ticks at `most` powers of ten, and nothing between."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    last = max(last, first + 1)
    ticks = range(first, last + 1, -(-(last - first + 1) // most))
    axes.set(**{f"{which}scale": "log", f"{which}lim": (10.0**first, 10.0**last)})
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks([10.0**k for k in ticks], [power(k) if labelled else "" for k in ticks])
    axis.set_ticks([], minor=True)
