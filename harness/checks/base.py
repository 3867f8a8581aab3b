"""What a check that needs no reference says, and the directions that it looks in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

Verdict = Literal["correct", "wrong", "cannot_tell"]
Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Check:
    """The outcome of one check, with what was measured, in `unit`, and the reason, of one line.

    `limit` is what parts right from wrong: `value` is below it in ulps, and above it where it is a slope. It is nan
    where there was nothing to measure.
    """

    name: str
    value: float
    unit: str
    limit: float
    outcome: Verdict
    reason: str


def directions(shape: tuple[int, ...], random: np.random.Generator) -> Iterator[Array]:
    """Normal ones, signs alone, one coordinate alone, and one whose elements differ by powers of ten."""
    yield random.standard_normal(shape)
    yield random.choice([-1.0, 1.0], shape)
    alone = np.zeros(shape)
    if alone.size:
        alone.flat[random.integers(alone.size)] = 1.0
    yield alone
    yield random.standard_normal(shape) * 10.0 ** random.uniform(-3.0, 3.0, shape)
