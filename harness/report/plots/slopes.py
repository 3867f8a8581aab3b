"""Slopes: the powers of n that time and memory grow as, of each method, over the problems."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...function import FUNCTION
from ...slopes import exponent
from ..cases import full, in_order, named
from .spreads import HOW, Spreads

COSTS = {"time": "time", "peak_memory": "peak memory"}
"""The metrics, and what the panels are called."""

SIZES = 3
"""Of a problem with fewer there is no slope."""


def slopes(records: pd.DataFrame) -> Figure | None:
    """A panel for time and one for memory, a row a method."""
    found = {heading: _powers(records, metric) for metric, heading in COSTS.items()}
    of_f = {heading: table.pop(FUNCTION).median() if FUNCTION in table else np.nan for heading, table in found.items()}
    found = {heading: table for heading, table in found.items() if not table.empty}
    if not found:
        return None
    powers = np.concatenate([table.to_numpy().ravel() for table in found.values()])
    low, high = min(0.0, np.nanmin(powers)), max(1.0, np.nanmax(powers))

    def scale(axes: Axes, heading: str) -> None:
        axes.set_xlim(low - 0.1, high + 0.1)
        axes.axvline(of_f[heading], color="0.4", linestyle="--", linewidth=0.8, zorder=1)

    counts = sorted({len(table) for table in found.values()})
    return Spreads(
        title="Slopes: the power of n that a cost grows as",
        note="The exponent p of n in time and in peak memory of value and gradient, of each problem that was measured"
        f" at {SIZES} sizes or more, {' and '.join(map(str, counts))} in all; fitted over the upper half of the sizes"
        f" that the method can do, where fixed costs matter least. {HOW} Dashed: the median of f itself.",
        columns=found,
        unit="p of n to the power of p",
        form="{:.2f}".format,
        width=3.0,
        scale=scale,
    ).figure()


def _powers(records: pd.DataFrame, metric: str) -> pd.DataFrame:
    """A row a problem, a column a method."""
    cases = named(full(records, (metric,)))
    cases = cases[cases[metric] > 0].sort_values("n")
    sizes = cases.groupby("problem")["n"].transform("nunique")
    groups = cases[sizes >= SIZES].groupby(["problem", "method"])
    table = pd.DataFrame(
        [(*key, _power(own, metric)) for key, own in groups], columns=["problem", "method", "power"]
    ).pivot(index="problem", columns="method", values="power")
    return table[in_order(table.columns)].dropna(how="all", axis=1)


def _power(cases: pd.DataFrame, metric: str) -> Any:
    return exponent(cases["n"].to_numpy(), cases[metric].to_numpy())
