"""A problem as a landscape: filled contours, the way downhill by the engine, minima and hard points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm

from engine import using_config, value_and_grad
from problems import Problem

from .style import COLOURS

LEVELS = 14
"""Colours. Each has the same share of the plane, however many powers of ten the values span."""

CLOSE = 1e-9
"""Levels nearer to each other than this, relative to how far the median is above the least, are one."""

MAP = matplotlib.colormaps["viridis"]

STAR = {"color": COLOURS[4], "marker": "*", "markersize": 9, "markeredgecolor": "white", "markeredgewidth": 0.6}
CROSS = {"color": COLOURS[3], "marker": "X", "markersize": 8, "markeredgecolor": "white", "markeredgewidth": 0.6}


MANY = 20
"""Marks, of more than which each is small."""


@dataclass(frozen=True)
class Plane:
    """The plane of the first two coordinates through `centre`, as far as the domain of a problem goes."""

    problem: Problem
    centre: np.ndarray[Any, Any]

    @cached_property
    def domain(self) -> np.ndarray[Any, Any]:
        return self.problem.domain(self.centre.size)[:2]

    def grid(self, count: int) -> list[np.ndarray[Any, Any]]:
        """Every coordinate at the middles of `count` by `count` cells."""
        low, high = self.domain.T[:, :, None]
        x, y = np.meshgrid(*(low + (high - low) * (np.arange(count) + 0.5) / count))
        return [x, y, *(np.full_like(x, coordinate) for coordinate in self.centre[2:])]

    def values(self, count: int) -> Any:
        """The values on the grid, masked where they are not finite."""
        with np.errstate(all="ignore"):
            values = self.problem(*self.grid(count))
        return np.ma.masked_invalid(np.broadcast_to(values, (count, count)))

    def downhill(self, count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The points of the grid and the directions, on the page, of the negative gradient there: both (points, 2).

        The engine takes them all in one sweep. What is zero or not finite is left out, and everything for a problem
        that the engine cannot differentiate.
        """
        points = np.stack([x.ravel() for x in self.grid(count)], axis=-1)
        with np.errstate(all="ignore"), using_config("singular_points", "off"):
            try:
                _, gradients = value_and_grad(lambda x: np.sum(self.problem(x)))(points)
            except Exception:
                return np.empty((0, 2)), np.empty((0, 2))
            steps = -gradients[:, :2] / np.ptp(self.domain, axis=1)
            directions = steps / np.linalg.norm(steps, axis=1, keepdims=True)
        shown = np.isfinite(directions).all(axis=1) & ~np.ma.getmaskarray(self.values(count)).ravel()
        return points[shown, :2], directions[shown]

    def marks(self) -> list[tuple[str, tuple[float, ...], dict[str, Any]]]:
        """What lies in the plane: the text that tells it, the point, and how it is drawn. Hard points come last."""
        n = self.centre.size
        minima = [
            (f"({', '.join(map(short, minimum.point[:2]))})", minimum.point, STAR) for minimum in self.problem.minima(n)
        ]
        hard = [(hard.kind, hard.point, CROSS) for hard in self.problem.hard_points_in(n)]
        return [mark for mark in (*minima, *hard) if self._has(np.array(mark[1]))]

    def _has(self, point: np.ndarray[Any, Any]) -> bool:
        low, high = self.domain.T
        within = (low <= point[:2]) & (point[:2] <= high)
        return bool(within.all() and np.array_equal(point[2:], self.centre[2:]))


def short(coordinate: float) -> str:
    """A number to three digits, with the minus of the axes."""
    return f"{coordinate:.3g}".replace("-", "−")


def draw_landscape(axes: Axes, plane: Plane, fine: int, coarse: int) -> np.ndarray[Any, Any] | None:
    """Contours on a fine grid, arrows on a coarse one, and marks. Returns the levels; None if no value is finite."""
    values = plane.values(fine)
    extent = plane.domain.ravel()
    levels = None
    if values.count():
        levels = spaced(values.compressed())
        # An image is many times as fast as contours, above all in an SVG.
        image = MAP(BoundaryNorm(levels, MAP.N, clip=True)(values), bytes=True)
        axes.imshow(image, extent=tuple(extent), origin="lower", interpolation="none", aspect="auto")
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.grid(False)
    points, directions = plane.downhill(coarse)
    axes.quiver(
        *points.T, *directions.T, pivot="mid", units="width", scale=1.4 * coarse, width=0.055 / coarse,
        color="white", edgecolor="0.2", linewidth=0.3,
    )  # fmt: skip
    marks = plane.marks()
    for _, point, look in marks:
        size = look["markersize"] / (1 if len(marks) <= MANY else 2)
        # Where a minimum is a hard point, too, the cross shows around the star, and does not hide it.
        axes.plot(*point[:2], clip_on=False, zorder=4 if look is STAR else 3, **{**look, "markersize": size})
    return levels


def spaced(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Levels from the least to the largest of the values, with as many of the values between each two.

    They are evenly spaced instead where most of the values are as good as the same.
    """
    levels = np.quantile(values, np.linspace(0.0, 1.0, LEVELS + 1), method="nearest")
    low, high = levels[[0, -1]]
    if low == high:
        return np.array([low - 1.0 - abs(low), high + 1.0 + abs(high)])
    apart = levels[np.diff(levels, prepend=-np.inf) > CLOSE * (levels[LEVELS // 2] - low)]
    return apart if len(apart) > LEVELS // 2 else np.unique(np.linspace(low, high, LEVELS + 1))
