"""Mistakes that a wrong gradient shows: a sign, a factor, the components of the truth in another order."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from .verdict import Component

CLOSE = 1e-6
"""As near to a mistake, relative to the largest component, a gradient has to be that is said to show it."""

SIMPLE = 24
"""The largest numerator and denominator of a factor that somebody may have forgotten."""


def pattern(components: Sequence[Component]) -> str:
    """The mistake that would give just this gradient, in words; empty if none comes to mind."""
    wrong = [component for component in components if component.outcome == "wrong"]
    if not wrong:
        return ""
    values, true = (np.array([getattr(one, name) for one in wrong]) for name in ("value", "true"))
    close = CLOSE * max(float(np.abs(true).max()), float(np.abs(values).max()))
    if np.all(np.abs(values - true) <= close):
        return ""
    which = "every component" if len(wrong) == len(components) else "every wrong component"
    largest = int(np.argmax(np.abs(true)))
    factor = Fraction(values[largest] / true[largest] if true[largest] else 1.0).limit_denominator(SIMPLE)
    if factor != 1 and abs(factor.numerator) <= SIMPLE and np.all(np.abs(values - float(factor) * true) <= close):
        return f"{which} is {_words(factor)}"
    if len(wrong) > 1 and np.all(np.abs(np.sort(values) - np.sort(true)) <= close):
        return "the wrong components are the true ones in another order"
    return ""


def _words(factor: Fraction) -> str:
    if factor == -1:
        return "the true one with the other sign"
    return "zero" if factor == 0 else f"{factor} times the true one"
