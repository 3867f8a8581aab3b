"""Names where the lines end, and beside points: placed so that none lies on another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .style import inches

SIZE = 7.0
"""Points."""

LEADING = 1.3
"""The distance of two lines of text, in sizes of the letters."""

DISTANCES = (5, 9, 14, 20, 28, 38, 50, 64, 80, 100, 125, 150)
"""How far from its point a name is tried to be, in points of print."""

ANGLES = np.deg2rad([0, 180, 90, 270, 45, 135, 225, 315, 20, 160, 200, 340, 70, 110, 250, 290])
"""In which directions, the best first."""

NEAR = 10
"""Up to here a name needs no line to its point."""


def parted(heights: list[float], gap: float) -> list[float]:
    """The heights, moved as little as may be so that no two are nearer than `gap`, and their order is the same."""
    order = np.argsort(heights, kind="stable")
    shifted = np.asarray(heights)[order] - gap * np.arange(len(heights))
    blocks: list[list[float]] = []
    for height in shifted.tolist():
        blocks.append([height])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    means = np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])
    moved = np.empty(len(heights))
    moved[order] = means + gap * np.arange(len(heights))
    return moved.tolist()


def name_ends(
    axes: Axes,
    ends: dict[str, float],
    texts: dict[str, str],
    looks: dict[str, dict[str, Any]],
    bold: Collection[str] = (),
) -> None:
    """To the right of a panel, a marker and a text for each line, as near as may be to where it ends, in data.

    A thin line leads there from the height that it belongs to.
    """
    if not ends:
        return
    gap = LEADING * SIZE * axes.figure.dpi / (72 * axes.bbox.height)
    to_axes = axes.transData + axes.transAxes.inverted()
    own = [float(to_axes.transform((axes.get_xlim()[1], end))[1]) for end in ends.values()]
    steps = gap * np.arange(len(own))
    order = np.argsort(own, kind="stable")
    shifted = np.asarray(parted(own, gap))[order] - steps
    heights = np.empty(len(own))
    heights[order] = np.clip(shifted, 0.0, max(0.0, 1.0 - steps[-1])) + steps
    for (method, start), height in zip(zip(ends, own, strict=True), heights, strict=True):
        look = looks[method]
        axes.plot(
            (1.0, 1.05), (start, height), color=look["color"], linewidth=0.4, transform=axes.transAxes, clip_on=False
        )
        axes.plot(1.07, height, transform=axes.transAxes, clip_on=False, **{**look, "linestyle": "none"})
        axes.annotate(
            texts[method], (1.07, height), xycoords="axes fraction", xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=SIZE, weight="bold" if method in bold else "normal",
        )  # fmt: skip


def name_points(axes: Axes, points: Sequence[tuple[float, float]], texts: Sequence[str], bold: Sequence[bool]) -> None:
    """A text beside each point of a panel whose limits are set; a thin line leads to one that is not near."""
    scale = 72.0 / axes.figure.dpi
    low, high = np.asarray(axes.bbox.extents).reshape(2, 2) * scale
    places = np.asarray(axes.transData.transform(np.asarray(points))) * scale
    taken = [np.concatenate([place - 3, place + 3]) for place in places]
    for i in np.argsort(places[:, 0], kind="stable"):
        size = np.array([72 * inches([texts[i]], SIZE, bold[i]) + 2, LEADING * SIZE])
        box, offset = _free(places[i], size, np.array(taken), low, high)
        taken.append(box)
        edge = np.clip(0.0, offset - size / 2, offset + size / 2)
        if np.hypot(*edge) > NEAR:
            ends = axes.transData.inverted().transform([places[i] / scale, (places[i] + edge) / scale])
            axes.plot(*ends.T, color="0.6", linewidth=0.4, zorder=1)
        axes.annotate(
            texts[i], points[i], xytext=tuple(offset), textcoords="offset points", ha="center", va="center",
            fontsize=SIZE, weight="bold" if bold[i] else "normal",
        )  # fmt: skip


def _free(place: Any, size: Any, taken: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """A box of that size near the place, inside the panel, that overlaps as little as may be of what is taken.

    Above the place if the panel is too small for it.
    """
    above = np.array([0.0, DISTANCES[0] + size[1] / 2])
    found = [(np.inf, np.concatenate([place + above - size / 2, place + above + size / 2]), above)]
    for distance in DISTANCES:
        for angle in ANGLES:
            direction = np.array([np.cos(angle), np.sin(angle)])
            offset = direction * (distance + size / 2)
            box = np.concatenate([place + offset - size / 2, place + offset + size / 2])
            if (box[:2] < low).any() or (box[2:] > high).any():
                continue
            common = np.minimum(box[2:], taken[:, 2:]) - np.maximum(box[:2], taken[:, :2])
            overlap = float(np.prod(np.clip(common, 0.0, None), axis=1).sum())
            if overlap == 0.0:
                return box, offset
            found.append((overlap, box, offset))
    _, box, offset = min(found, key=lambda one: one[0])
    return box, offset
