"""Plots: an idea each, from the records of a run. PNG to look at, SVG to print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from . import (
    accuracy_against_cost,
    accuracy_profile,
    attainable,
    break_even,
    contours,
    cost,
    digits,
    error_against_n,
    fastest,
    memory,
    scaling,
    slopes,
    steps,
)
from .style import STYLE

PLOTS: dict[str, Callable[[pd.DataFrame], Figure | None]] = {
    "digits": digits.digits,
    "accuracy_profile": accuracy_profile.accuracy_profile,
    "error_over_attainable": attainable.error_over_attainable,
    "error_against_n": error_against_n.error_against_n,
    "error_against_step": steps.error_against_step,
    "fastest": fastest.fastest,
    "accuracy_against_cost": accuracy_against_cost.accuracy_against_cost,
    "break_even": break_even.break_even,
    "slopes": slopes.slopes,
    "runtime_against_n": scaling.runtime_against_n,
    "memory_against_n": scaling.memory_against_n,
    "memory_of_engine": memory.memory_of_engine,
    "cost": cost.cost,
    "contours": contours.contours,
}
"""The plots by the names of their files; None where the records have nothing to draw."""


def write(records: pd.DataFrame, folder: Path) -> None:
    """Draw every plot that the records have data for, as PNG and SVG."""
    folder.mkdir(exist_ok=True)
    with matplotlib.rc_context(STYLE):
        for name, plot in PLOTS.items():
            figure = plot(records)
            if figure is not None:
                figure.savefig(folder / f"{name}.png")
                figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
