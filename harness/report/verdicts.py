"""The verdict table: a row a method, and how many of its gradients had each outcome."""

from __future__ import annotations

import pandas as pd

from ..record import OUTCOMES
from .cases import kind_of

CAPTION = "Verdicts: how many gradients of each method had which outcome; those at hard points decide nothing."

PLACES = {"sample": "samples", "minimum": "minima", "worst": "worst points"}
"""The headings of what is not a hard point."""

HARD = "hard points"


def verdicts(cases: pd.DataFrame) -> pd.DataFrame:
    """The counts at samples, minima, known worst points and hard points, of the outcomes that there are."""
    places = cases["point"].map(lambda point: PLACES.get(kind_of(point), HARD))
    counts = cases.groupby(["method", places, "outcome"], sort=False).size().unstack(["point", "outcome"])
    order = [(place, outcome) for place in (*PLACES.values(), HARD) for outcome in OUTCOMES]
    counts = counts[[column for column in order if column in counts.columns]]
    return counts.map("{:.0f}".format, na_action="ignore").fillna("").rename_axis(index=None, columns=[None, None])
