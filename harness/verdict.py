"""The verdict on a gradient, without a tolerance: errors against what rounding may do to this order of evaluation.

A component is correct up to 2·radius + 1 ulp, where the radius is that of ball arithmetic at 53 bits; wrong beyond
WRONG times that; in between nobody can tell. Of 1434 components of right gradients, 99.9 % had an error below 1.1
radii; WRONG and TELLING stand well clear of that, and await a distribution over a larger catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .record import Outcome
from .reference import Reference, threshold

WRONG = 8.0
TELLING = 2.0**-10
"""An attainable error above this part of the gradient's norm says nothing about a component that is not exact."""


NO_FIGURES = (float("nan"),) * 4


@dataclass(frozen=True)
class Accuracy:
    """How far a gradient is from the reference, over its certified components."""

    outcome: Outcome
    reason: str
    max_relative_error: float
    normwise_error: float
    max_ulp_error: float
    error_over_attainable: float
    components: tuple[int, ...] = ()
    """The components that were certified."""

    @property
    def digits(self) -> float:
        """Correct decimal digits of the gradient as a whole, at most the 16 that a double has; nan where it is zero."""
        if np.isnan(self.normwise_error):
            return self.normwise_error
        return 16.0 if self.normwise_error <= 1e-16 else max(0.0, -float(np.log10(self.normwise_error)))


def measure(gradient: np.ndarray[Any, Any], reference: Reference, attainable: np.ndarray[Any, Any]) -> Accuracy:
    """Errors and verdict of a `gradient` of shape (n,); `attainable` is the error that rounding allows a component."""
    if not np.isfinite(gradient).all():
        bad = int(np.flatnonzero(~np.isfinite(gradient))[0])
        return Accuracy("nonfinite", f"component {bad} is {gradient[bad]}", *NO_FIGURES)
    with np.errstate(all="ignore"):  # an error of 1e300 against one of 1e-300 is inf times too large: that will do
        return _measure(gradient, reference, attainable)


def _measure(gradient: np.ndarray[Any, Any], reference: Reference, attainable: np.ndarray[Any, Any]) -> Accuracy:
    least, errors = reference.errors(gradient)
    values = np.abs(reference.values)
    allowed = np.array([threshold(e, r) for e, r in zip(reference.enclosures, attainable, strict=True)])
    outcome, reason = _verdict(least, errors, allowed, attainable, values, reference)
    norm = values.max()
    # Where the truth is zero no error is small relative to it: the ratio is 0 if exact, and else says nothing.
    return Accuracy(
        outcome,
        reason,
        max_relative_error=_largest_ratio(errors, values),
        normwise_error=_largest_ratio(errors.max(keepdims=True), norm[None]),
        max_ulp_error=_largest_ratio(errors, np.where(values > 0.0, np.spacing(values), 0.0)),
        error_over_attainable=float((errors / allowed).max()),
        components=tuple(reference.components.tolist()),
    )


def _verdict(
    least: np.ndarray[Any, Any],
    errors: np.ndarray[Any, Any],
    allowed: np.ndarray[Any, Any],
    attainable: np.ndarray[Any, Any],
    values: np.ndarray[Any, Any],
    reference: Reference,
) -> tuple[Outcome, str]:
    enclosed = ~np.isin(reference.components, reference.uncertain)
    certain = np.where(enclosed, least / allowed, 0.0)
    worst = int(np.argmax(certain))
    component = int(reference.components[worst])
    if not certain[worst] <= WRONG:
        return "wrong", f"component {component} is off by {least[worst]:.3g}: {certain[worst]:.3g} times the allowed"
    if reference.uncertain:
        return "cannot_tell", f"component {reference.uncertain[0]} could not be enclosed"
    ratios = np.where(enclosed, errors / allowed, 0.0)
    worst = int(np.argmax(ratios))
    component = int(reference.components[worst])
    if not ratios[worst] <= 1.0:
        return "cannot_tell", f"component {component} is off by {ratios[worst]:.3g} times what rounding allows"
    vague = (attainable > TELLING * values.max()) & (errors > 0.0)
    if vague.any():
        return "cannot_tell", f"rounding alone may change component {int(reference.components[vague][0])} altogether"
    return "correct", ""


def _largest_ratio(errors: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> float:
    known = (values > 0.0) | (errors == 0.0)
    if not known.any():
        return float("nan")
    safe = np.where(values > 0.0, values, 1.0)
    return float((errors[known] / safe[known]).max())
