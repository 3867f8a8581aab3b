"""Lines of shares: how many of the values are at most x, or beyond it, with the markers of several lines apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes


def draw_shares(
    axes: Axes, values: Any, total: int, looks: dict[str, dict[str, Any]], method: str, beyond: bool = False
) -> None:
    """The share of `total` values that is at most x, or that is beyond x, as steps across the panel.

    Those of the total that are not in `values` have no number: they are never at most x. The markers of a method stand
    where no other one's do, so that lines on top of each other can be told apart.
    """
    values = np.sort(np.asarray(values, dtype=float))
    low, high = axes.get_xlim()
    look = looks[method]

    def share(x: Any) -> Any:
        counts = np.searchsorted(values, x, side="right") / total
        return 1.0 - counts if beyond else counts

    x = np.concatenate([[low], np.unique(values[(values > low) & (values < high)]), [high]])
    axes.plot(x, share(x), drawstyle="steps-post", label=method, **{**look, "marker": ""})
    apart = (list(looks).index(method) + 0.5) / len(looks)
    marks = 10.0 ** np.arange(np.log10(low) + apart, np.log10(high))
    marks = marks[share(marks) > 0.0] if beyond else marks
    axes.plot(marks, share(marks), clip_on=False, **{**look, "linestyle": "none"})


def percent(share: float) -> str:
    """A share as a percentage that is 0 or 100 for none and all alone: 99.9 %, 0.05 %."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    if share < 0.001:
        return f"{100 * share:.1g} %"
    return f"{min(100 * share, 99.9):.1f} %"
