"""Interleaved pairs: two things measured in turn, in one process, so that what disturbs one disturbs the other too.

The ratio within a pair is far steadier than the times are: on a busy machine both members of a pair slow down together.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np

Sampler: TypeAlias = Callable[[], float]
"""Takes one sample, and returns the seconds that one call took in it."""

TIMER = "perf_counter"
"""What stands in the column `timer` of a record of wall time."""
SAMPLE_SECONDS = 2e-4
"""A sample must fit into one slice of the scheduler: at 0.1 to 0.3 ms its spread is a hundredth of that at 3 ms."""
FEWEST = 5
"""Pairs that are taken however long they last."""


def interleave(base: Sampler, head: Sampler, seconds: float, seed: int) -> np.ndarray[Any, Any]:
    """Pairs of samples for `seconds`, each pair in random order: of shape (2, pairs), `base` in the first row."""
    order = random.Random(seed)
    pairs: list[tuple[float, float]] = []
    started = time.perf_counter()
    while len(pairs) < FEWEST or time.perf_counter() - started < seconds:
        if order.random() < 0.5:
            first = base()
            pairs.append((first, head()))
        else:
            first = head()
            pairs.append((base(), first))
    return np.array(pairs).T


def calling(f: Callable[[], object]) -> Sampler:
    """The sampler of `f`: as many calls as fit into a sample, or a single one that takes longer."""
    calls = calls_per_sample(seconds_per_call(f))

    def sample() -> float:
        started = time.perf_counter()
        for _ in repeat(None, calls):
            f()
        return (time.perf_counter() - started) / calls

    return sample


def calls_per_sample(seconds: float) -> int:
    """How many calls of that many seconds make a sample."""
    return max(1, round(SAMPLE_SECONDS / seconds))


def seconds_per_call(f: Callable[[], object]) -> float:
    """About what a call takes once it is warm."""
    f()
    calls = 1
    while True:
        started = time.perf_counter()
        for _ in repeat(None, calls):
            f()
        elapsed = time.perf_counter() - started
        if elapsed > SAMPLE_SECONDS:
            return elapsed / calls
        calls *= 2
