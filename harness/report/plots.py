"""Plots: one function each, from the records of a run. PNG to look at, SVG to print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..function import FUNCTION
from .cases import METRICS, full, named, spread, worst

ACCURACY, RUNTIME, MEMORY = (METRICS[suite] for suite in ("accuracy", "runtime", "memory"))

STYLE = {
    "font.size": 10,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "savefig.dpi": 150,
    "svg.hashsalt": "gradmark",
}

# Okabe and Ito's colours, told apart by the colour-blind too, and a marker each for print.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")
MARKERS = "osD^vPX"


def _style(methods: list[str]) -> dict[str, dict[str, Any]]:
    """A colour and a marker for each method; the function itself is grey."""
    others = [method for method in methods if method != FUNCTION]
    styles = {
        method: {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)]}
        for i, method in enumerate(others)
    }
    return {FUNCTION: {"color": "0.45", "marker": "."}, **styles}


def _rows(table: pd.DataFrame) -> list[str]:
    return [f"{problem}, n = {n}" for problem, n in table.index]


def digits(records: pd.DataFrame) -> Figure | None:
    """A heat map: correct digits for each problem and method; an outcome that is worse than any number by its name."""
    cases = named(full(records, ACCURACY))
    if cases.empty:
        return None
    texts = worst(cases, "digits", "min", "{:.1f}").fillna("")
    values = texts.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    figure = Figure(figsize=(2.8 + 1.5 * texts.shape[1], 1.4 + 0.38 * texts.shape[0]), layout="constrained")
    axes = figure.subplots()
    axes.set_facecolor("0.85")
    image = axes.imshow(values, vmin=0, vmax=16, cmap="viridis", aspect="auto")
    axes.set_xticks(range(texts.shape[1]), list(texts.columns))
    axes.set_yticks(range(texts.shape[0]), _rows(texts))
    axes.grid(False)
    axes.tick_params(length=0)
    for (i, j), text in np.ndenumerate(texts.to_numpy()):
        axes.text(j, i, text, ha="center", va="center", color="white" if values[i, j] <= 9 else "black")
    axes.set_title("Correct digits of the gradient, at the worst point", loc="left")
    figure.colorbar(image, label="decimal digits")
    return figure


def runtime_against_n(records: pd.DataFrame) -> Figure | None:
    """Time against the number of coordinates, for the problems that were measured at several."""
    cases = named(full(records, RUNTIME))
    return None if cases.empty else _against_n(cases, "time", 1e6, "time of one call (µs)", "Runtime")


def memory_against_n(records: pd.DataFrame) -> Figure | None:
    """Peak memory against the number of coordinates."""
    cases = named(full(records, MEMORY))
    return None if cases.empty else _against_n(cases, "peak_memory", 1 / 1024, "peak memory (KiB)", "Memory")


def _against_n(cases: pd.DataFrame, metric: str, scale: float, unit: str, title: str) -> Figure | None:
    sizes = cases.groupby("problem", sort=False)["n"].nunique()
    problems = list(sizes[sizes > 2].index)
    if not problems:
        return None
    styles = _style(list(cases["method"].unique()))
    figure = Figure(figsize=(1.2 + 3.9 * len(problems), 4.2), layout="constrained")
    panels = figure.subplots(1, len(problems), sharey=True, squeeze=False)[0]
    for axes, problem in zip(panels, problems, strict=True):
        of_problem = cases[cases["problem"] == problem].dropna(subset=[metric])
        for method in of_problem["method"].unique():
            group = of_problem[of_problem["method"] == method]
            name = "f" if method == FUNCTION else method
            slope = _slope(group["n"], group[metric])
            axes.loglog(group["n"], group[metric] * scale, label=f"{name}: {slope}", **styles[method])
        axes.set_title(problem, loc="left")
        axes.set_xlabel("coordinates n")
        axes.legend(fontsize=8, title="slope over the upper half", title_fontsize=8, alignment="left")
    panels[0].set_ylabel(unit)
    figure.suptitle(f"{title} against n", x=0.01, ha="left")
    return figure


def _slope(n: pd.Series[Any], values: pd.Series[Any]) -> str:
    """The exponent p of values ~ n**p, fitted over the upper half of the sizes, where fixed costs matter least."""
    upper = (n >= np.sqrt(n.min() * n.max())) & (values > 0)
    if upper.sum() < 2:
        return "?"
    return f"{np.polyfit(np.log(n[upper]), np.log(values[upper]), 1)[0]:.2f}"


def cost(records: pd.DataFrame) -> Figure | None:
    """What a value and gradient costs, in evaluations of the function."""
    cases = named(full(records, RUNTIME))
    times = spread(cases, cases["time"])
    if FUNCTION not in times or times.shape[1] == 1 or times[FUNCTION].isna().all():
        return None
    ratios = times.drop(columns=FUNCTION).div(times[FUNCTION], axis=0)
    styles = _style(list(ratios.columns))
    figure = Figure(figsize=(7.2, 1.6 + 0.36 * len(ratios)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(5, color="0.5", linestyle="--", linewidth=1)
    axes.text(5, -0.75, " 5: the bound for reverse mode, counted in operations", color="0.35", fontsize=8, va="center")
    for method, style in styles.items():
        if method != FUNCTION:
            axes.plot(ratios[method], range(len(ratios)), linestyle="none", label=method, **style)
    axes.set_xscale("log")
    axes.set_yticks(range(len(ratios)), _rows(ratios))
    axes.set_ylim(len(ratios) - 0.5, -1.2)
    axes.set_xlabel("time of value and gradient / time of f")
    axes.set_title("Cost of a gradient in evaluations of the function", loc="left")
    figure.legend(loc="outside lower center", ncols=4, fontsize=9)
    return figure


PLOTS: tuple[Callable[[pd.DataFrame], Figure | None], ...] = (digits, runtime_against_n, memory_against_n, cost)


def write(records: pd.DataFrame, folder: Path) -> None:
    """Draw every plot that the records have data for, as PNG and SVG."""
    folder.mkdir(exist_ok=True)
    with matplotlib.rc_context(STYLE):
        for plot in PLOTS:
            figure = plot(records)
            if figure is not None:
                figure.savefig(folder / f"{plot.__name__}.png")
                figure.savefig(folder / f"{plot.__name__}.svg", metadata={"Date": None})
