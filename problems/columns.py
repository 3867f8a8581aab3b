"""Constants that combine with a vector of coordinates, one along axis 0 for each, whatever shape comes after."""

from collections.abc import Sequence
from typing import Any


def column(values: Sequence[float], x: Any, xp: Any) -> Any:
    """`values` along axis 0, in a shape that combines with x of shape (n,) or (n, ...)."""
    return xp.reshape(xp.asarray(values), (-1,) + (1,) * (len(x.shape) - 1))


def indices(x: Any, xp: Any) -> Any:
    """1, 2, … n along axis 0, as `column` gives them: the i of the books' sums."""
    return column(xp.arange(1.0, x.shape[0] + 1.0), x, xp)


def matrix(rows: Sequence[Sequence[float]], x: Any, xp: Any) -> Any:
    """`rows` along axis 0, one entry of each along axis 1 for each coordinate: combine it with x and sum axis 1."""
    return xp.reshape(xp.asarray(rows), (len(rows), len(rows[0])) + (1,) * (len(x.shape) - 1))
