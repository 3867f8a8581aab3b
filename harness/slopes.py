"""Slopes of lines whose axes are logarithmic: the powers that errors grow as with the step, and costs with n."""

from __future__ import annotations

from typing import Any

import numpy as np


def slope(steps: Any, errors: Any) -> float:
    """The median of the slopes between any two of the points, which are positive; nan for fewer than two.

    Theil (1950), A rank-invariant method of linear and polynomial regression analysis; Sen (1968), Estimates of the
    regression coefficient based on Kendall's tau. Of ten points, two may be anywhere.
    """
    if len(steps) < 2:
        return float("nan")
    x, y = np.log(steps), np.log(errors)
    across, up = np.subtract.outer(x, x), np.subtract.outer(y, y)
    apart = across != 0.0
    return float(np.median(up[apart] / across[apart]))


def exponent(n: Any, costs: Any) -> float:
    """The power p of costs ~ n**p, fitted over the upper half of the sizes, or the last two; nan for a single size."""
    if len(n) < 2:
        return float("nan")
    upper = n >= min(np.sqrt(np.min(n) * np.max(n)), np.sort(n)[-2])
    return float(np.polyfit(np.log(n[upper]), np.log(costs[upper]), 1)[0])
