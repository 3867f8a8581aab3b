"""The verdict on a gradient, without a tolerance: errors against what rounding may do to this order of evaluation.

A component is correct up to 2·attainable + 1 ulp, where the attainable error is the radius of ball arithmetic at 53
bits; wrong beyond WRONG times that; in between nobody can tell. docs/accuracy.md has the distributions that the limits
were chosen from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .record import Outcome
from .reference import TELLING, Reference, radius, threshold

WRONG = 4.0

NO_FIGURES = (float("nan"),) * 4

SEVERITY: tuple[Outcome, ...] = ("nonfinite", "wrong", "cannot_tell", "correct")
"""What a component may be, the worst first: that is the gradient's outcome."""


@dataclass(frozen=True)
class Component:
    """One component of a gradient beside the true one."""

    index: int
    value: float
    true: float
    """The certified component, rounded to double."""
    error: float
    """An upper bound of |value − true|."""
    allowed: float
    """The largest error that is correct."""
    radius: float
    """How far from `true` the truth may be."""
    outcome: Outcome
    reason: str = ""

    @property
    def ratio(self) -> float:
        """The error divided by what is allowed: as much of it as is certain. nan where nothing is."""
        return max(self.error - 2.0 * self.radius, 0.0) / self.allowed if np.isfinite(self.radius) else np.nan


@dataclass(frozen=True)
class Accuracy:
    """How far a gradient is from the reference, over its certified components."""

    outcome: Outcome
    reason: str
    max_relative_error: float
    normwise_error: float
    max_ulp_error: float
    error_over_attainable: float
    components: tuple[Component, ...] = ()
    """Those that were certified, in their order."""

    @property
    def digits(self) -> float:
        """Correct decimal digits of the gradient as a whole, at most the 16 that a double has; nan where it is zero."""
        if np.isnan(self.normwise_error):
            return self.normwise_error
        return 16.0 if self.normwise_error <= 1e-16 else max(0.0, -float(np.log10(self.normwise_error)))


def measure(gradient: np.ndarray[Any, Any], reference: Reference, attainable: np.ndarray[Any, Any]) -> Accuracy:
    """Errors and verdict of a `gradient` of shape (n,); `attainable` is the error that rounding allows a component."""
    with np.errstate(all="ignore"):  # an error of 1e300 against one of 1e-300 is inf times too large: that will do
        components = tuple(_components(gradient, reference, attainable))
        bad = np.flatnonzero(~np.isfinite(gradient))
        if bad.size:
            return Accuracy("nonfinite", f"component {bad[0]} is {gradient[bad[0]]}", *NO_FIGURES, components)
        errors = np.array([component.error for component in components])
        values = np.abs([component.true for component in components])
        worst = most_severe(components)
        # Where the truth is zero no error is small relative to it: the ratio is 0 if exact, and else says nothing.
        return Accuracy(
            worst.outcome,
            worst.reason,
            max_relative_error=_largest_ratio(errors, values),
            normwise_error=_largest_ratio(errors.max(keepdims=True), values.max(keepdims=True)),
            max_ulp_error=_largest_ratio(errors, np.where(values > 0.0, np.spacing(values), 0.0)),
            error_over_attainable=_largest([component.ratio for component in components]),
            components=components,
        )


def most_severe(components: Sequence[Component]) -> Component:
    """The component that decides over the gradient: of the worst outcome, and there the one that is furthest off."""
    return min(components, key=lambda one: (SEVERITY.index(one.outcome), -np.nan_to_num(one.ratio, nan=np.inf)))


def _components(
    gradient: np.ndarray[Any, Any], reference: Reference, attainable: np.ndarray[Any, Any]
) -> Iterator[Component]:
    least, most = reference.errors(gradient)
    values = reference.values
    norm = np.abs(values).max()
    for k, i in enumerate(reference.components.tolist()):
        narrow, width, rounding = i not in reference.uncertain, radius(reference.enclosures[k]), float(attainable[k])
        # A derivative that stays vague whatever the precision, as at a kink, is not made so by rounding.
        rounding = rounding if narrow or width == np.inf else max(rounding - width, 0.0)
        allowed = threshold(reference.enclosures[k], rounding)
        judged = Component(i, float(gradient[i]), float(values[k]), float(most[k]), allowed, width, "correct")
        outcome, reason = _verdict(judged, float(least[k]), rounding, norm, narrow)
        yield judged if outcome == "correct" else replace(judged, outcome=outcome, reason=reason)


def _verdict(judged: Component, least: float, attainable: float, norm: float, narrow: bool) -> tuple[Outcome, str]:
    """The verdict on a component whose error is `least` or more, and `judged.error` or less."""
    name = f"component {judged.index}"
    if not np.isfinite(judged.value):
        return "nonfinite", f"{name} is {judged.value}"
    if np.isnan(judged.allowed):
        known = np.isinf(judged.true)
        why = "is beyond the doubles" if known else "is not known: a branch turns there, or a slope is infinite"
        return "cannot_tell", f"{name} {why}"
    if not least / judged.allowed <= WRONG:
        return "wrong", f"{name} is off by {least:.3g}: {least / judged.allowed:.3g} times the allowed"
    if not narrow:
        return "cannot_tell", f"{name} could not be enclosed{_between(judged)}"
    if not judged.error <= judged.allowed:
        return "cannot_tell", f"{name} is off by {judged.error / judged.allowed:.3g} times what rounding allows"
    if judged.value == judged.true and judged.error <= np.spacing(abs(judged.true)):
        # As near as a double can be, for certain, whatever rounding might have done.
        return "correct", ""
    if attainable == np.inf:
        return "cannot_tell", f"at the precision of a double {name} may be anything: a number on the way is too large"
    if attainable > TELLING * norm:
        return "cannot_tell", f"rounding alone may change {name} altogether"
    return "correct", ""


def _between(judged: Component) -> str:
    """Where a component lies that is known to no more digits: at a kink, between the slopes to its sides."""
    low, high = judged.true - judged.radius, judged.true + judged.radius
    return f": it lies between {low:.6g} and {high:.6g}, as at a kink" if np.isfinite(judged.radius) else ""


def _largest(ratios: list[float]) -> float:
    """The largest that is known; nan if none is."""
    return max((ratio for ratio in ratios if not np.isnan(ratio)), default=np.nan)


def _largest_ratio(errors: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> float:
    known = (values > 0.0) | (errors == 0.0)
    if not known.any():
        return float("nan")
    safe = np.where(values > 0.0, values, 1.0)
    return float((errors[known] / safe[known]).max())
