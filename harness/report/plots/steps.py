"""The error of difference schemes against their step, beside the engine's, which has none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...suites.steps import AT_STEP, DO_NOT_SUBTRACT, SMALL
from .style import COLOURS, ENGINE, Page, decades, handle, looks, power

CASE = ["problem", "variant", "n", "point"]

FLOOR = 1e-17
"""Where an error of zero is drawn."""

CEILING = 1e4
"""Errors beyond are not drawn: at so large a step the function is another one."""

TRUNCATION = {
    "numerical.forward": 1, "numerical.backward": 1, "numerical.central": 2, "numerical.five_point": 4,
    "numerical.complex_step": 2,
}  # fmt: skip
"""The power of the step that a scheme's error grows as where it truncates."""

SLOPES = ("rounding_slope", "truncation_slope")
"""The metrics of the two branches, from left to right."""

OFFSET = 10
"""A line of theory is drawn that many times below the median."""

OF_SCHEMES, OF_ENGINE = COLOURS[4], COLOURS[0]

WIDTH, HEIGHT = 3.3, 2.5
"""Inches of a panel."""


def error_against_step(records: pd.DataFrame) -> Figure | None:
    """A panel a scheme, a thin line a problem, the median, and the engine's errors at the same points."""
    errors = _errors(records)
    if errors.empty:
        return None
    schemes = list(looks(errors.index.get_level_values("method")))
    engine = _engine(records, errors.index.droplevel("method").unique())
    columns, left, across, down = min(2, len(schemes)), 0.7, WIDTH + 0.35, HEIGHT + 0.75
    page = Page(
        left + columns * across,
        -(-len(schemes) // columns) * down,
        "Differences: a large step truncates, a small one cancels; the engine has no step",
        f"Thin lines are a random point of one problem each. An error of zero is drawn at {power(-17)}, and none above"
        f" {power(4)}. Dotted: the slopes of theory, moved down; those fitted are medians.",
        [
            handle("one problem", {"color": "0.7", "linewidth": 0.6}),
            handle("median over problems", {"color": OF_SCHEMES, "linewidth": 2.2}),
            *([handle(f"{ENGINE}: median and range", {"color": OF_ENGINE})] if len(engine) else []),
        ],
    )
    for i, scheme in enumerate(schemes):
        row, column = divmod(i, columns)
        axes = page.panel(left + column * across, 0.35 + row * down, WIDTH, HEIGHT)
        if len(engine):
            axes.axhspan(engine.min(), engine.max(), color=OF_ENGINE, alpha=0.15, linewidth=0)
            axes.axhline(engine.median(), color=OF_ENGINE, label=ENGINE)
        _scheme(axes, scheme, errors.xs(scheme, level="method"))
        _fitted(axes, records[records["method"] == scheme])
        decades(axes, "x", errors.columns.min(), errors.columns.max(), 9)
        decades(axes, "y", FLOOR / 5, CEILING, 8, labelled=column == 0)
        axes.set_xlabel("step h (in the unit of x)")
        if column == 0:
            axes.set_ylabel("normwise relative error")
    return page.figure


def _errors(records: pd.DataFrame) -> pd.DataFrame:
    """A row a case and scheme, a column a step."""
    chosen = records[records["metric"].str.startswith(AT_STEP)].dropna(subset="value")
    steps = chosen["metric"].str.removeprefix(AT_STEP).astype(float)
    lines = chosen.assign(step=steps).drop_duplicates([*CASE, "method", "step"], keep="last")
    lines["value"] = lines["value"].clip(lower=FLOOR)
    return lines.set_index([*CASE, "method", "step"])["value"].unstack("step").sort_index(axis=1)


def _engine(records: pd.DataFrame, cases: pd.MultiIndex) -> pd.Series[Any]:
    """The errors of the engine in those cases."""
    chosen = records[(records["method"] == ENGINE) & (records["metric"] == "normwise_error")]
    errors = chosen.drop_duplicates(CASE, keep="last").set_index(CASE)["value"]
    return errors.reindex(cases).dropna().clip(lower=FLOOR)


def _scheme(axes: Axes, scheme: str, errors: pd.DataFrame) -> None:
    steps = errors.columns.to_numpy()
    errors = errors.where(errors <= CEILING)
    median = errors.median()
    best = median.idxmin()
    axes.plot(steps, errors.to_numpy().T, color="0.7", linewidth=0.6, alpha=0.8)
    axes.plot(steps, median, color=OF_SCHEMES, linewidth=2.2, label="median")
    axes.plot(best, median[best], color=OF_SCHEMES, marker="o", markersize=6, clip_on=False)
    axes.set_title(f"{scheme}: at best {_short(median[best])} at h = {power(round(np.log10(best)))}")
    large = median[(median.index > best) & (median <= SMALL)]
    if scheme in TRUNCATION and len(large) > 1:
        _theory(axes, large, large.index[-1], TRUNCATION[scheme])
    small = median[(median.index < best) & (median <= SMALL)]
    if scheme not in DO_NOT_SUBTRACT and len(small) > 1:
        _theory(axes, small, small.index[0], -1)


def _fitted(axes: Axes, records: pd.DataFrame) -> None:
    """The slopes that were fitted, in the corner that no line comes to: medians over the problems that have one."""
    medians = records.groupby("metric")["value"].median()
    found = [f"{medians[metric]:+.2f}" for metric in SLOPES if np.isfinite(medians.get(metric, np.nan))]
    if found:
        text = f"slope{'s' * (len(found) > 1)} fitted: {' and '.join(found)}".replace("-", "−")
        axes.text(0.5, 0.95, text, color=OF_SCHEMES, transform=axes.transAxes, ha="center", va="top")


def _theory(axes: Axes, median: pd.Series[Any], anchor: float, exponent: int) -> None:
    """A power of the step beside the median, which it touches at the anchor but for the offset."""
    steps = median.index.to_numpy()
    values = median[anchor] / OFFSET * (steps / anchor) ** exponent
    shown = values > median.min() / OFFSET
    if not shown.any():
        return
    axes.plot(steps[shown], values[shown], color="0.3", linestyle=":", label="theory")
    text = {1: "∝ h", -1: "∝ 1/h", 2: "∝ h²", 4: "∝ h⁴"}[exponent]
    place = steps[shown][len(steps[shown]) * (3 if exponent < 0 else 1) // 4]
    axes.annotate(
        text, (place, values[steps == place][0]), xytext=(-4 if exponent < 0 else 4, -3), color="0.3",
        textcoords="offset points", ha="right" if exponent < 0 else "left", va="top",
    )  # fmt: skip


def _short(value: float) -> str:
    """A number of one digit and a power of ten: 3·10⁻⁸."""
    digit, exponent = f"{value:.0e}".split("e")
    return f"{digit}·{power(int(exponent))}"
