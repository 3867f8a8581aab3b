"""Products along axis 0."""

from typing import Any


def product_of_others(x: Any, xp: Any) -> Any:
    """For each coordinate the product of all others: from both ends, not by a division, as the coordinate may be 0."""
    one = xp.ones_like(x[:1])
    before = xp.concat([one, xp.cumprod(x[:-1], axis=0)])
    after = xp.concat([one, xp.cumprod(x[:0:-1], axis=0)])
    return before * after[::-1]
