"""The slope of errors against steps, both on logarithmic axes: the power of the step that the error grows as."""

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
