"""Exact bounds of a probability, from how often something happened (Clopper & Pearson, 1934)."""

from __future__ import annotations

import math

import numpy as np

CONFIDENCE = 0.95


def at_most(k: int, n: int, confidence: float = CONFIDENCE) -> float:
    """The largest probability of what happened in `k` of `n` trials: with more, so few would be too unlikely.

    One-sided. For none of many it is about 3/n. Raises ValueError without a trial.
    """
    if not 0 <= k <= n or not n:
        raise ValueError(f"it happened in {k} of {n} trials, which bounds nothing: 0 ≤ k ≤ n, and n > 0")
    if k == n:
        return 1.0
    j = np.arange(k + 1)
    factorials = np.array([math.lgamma(i + 1) for i in range(n + 1)])
    ways = factorials[n] - factorials[j] - factorials[n - j]
    low, high = k / n, 1.0
    while high - low > 1e-12:
        p = (low + high) / 2.0
        so_few = float(np.exp(ways + j * math.log(p) + (n - j) * math.log1p(-p)).sum())
        low, high = (p, high) if so_few > 1.0 - confidence else (low, p)
    return high


def at_least(k: int, n: int, confidence: float = CONFIDENCE) -> float:
    """The smallest probability of what happened in `k` of `n` trials."""
    return 1.0 - at_most(n - k, n, confidence)
