"""Judging a gradient at a point: by the reference, and by its own code where it has any that runs on balls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from .balls import DOUBLE, Ball, UnknownToBallsError, balls, number, on_balls, precision
from .reference import Reference, radius, sharpened
from .verdict import Accuracy, measure

FINE = 512
"""The bits at which the code of a gradient is told from the gradient itself."""

NO_ROUNDING = 2.0**-26
"""An error of this part of the gradient's norm, half of a double's digits, is put down to no code's own rounding."""

Function: TypeAlias = Callable[[Any], Any]


def judge(
    f: Function, x: np.ndarray[Any, Any], gradient: np.ndarray[Any, Any], reference: Reference, own: Function | None
) -> Accuracy:
    """The accuracy of a `gradient` of shape (n,) that was computed for `f` at `x`.

    `own` is its code, a function of a point, where it is one that a person or a program has derived. It rounds in
    another order than `f` does, so it is run on balls: at 53 bits for the error that is attainable by it, and at 512
    to see whether it is the derivative at all. A gradient without code is what a differentiation of `f` has given.
    """
    if own is None:
        return measure(gradient, reference, reference.attainable)
    try:
        coarse, fine = (_components(own, x, reference, bits) for bits in (DOUBLE, FINE))
    except UnknownToBallsError as error:
        return _opaque(measure(gradient, reference, reference.attainable), str(error))
    attainable = np.array([radius(ball) for ball in coarse])
    reference = sharpened(reference, f, x, attainable)
    accuracy = measure(gradient, reference, attainable)
    if accuracy.outcome == "nonfinite":
        return accuracy
    with precision(FINE):
        pairs = zip(fine, reference.enclosures, reference.components, strict=True)
        apart = [int(i) for ball, enclosure, i in pairs if not ball.overlaps(enclosure)]
    if apart:
        reason = f"the formula of component {apart[0]} is not its derivative"
        components = tuple(
            replace(component, outcome="wrong", reason=reason) if component.index in apart else component
            for component in accuracy.components
        )
        return replace(accuracy, outcome="wrong", reason=reason, components=components)
    return accuracy


def _components(own: Function, x: np.ndarray[Any, Any], reference: Reference, bits: int) -> list[Any]:
    """The certified components, by the gradient's own code on balls."""
    with precision(bits, terms=1):
        result = on_balls(own, balls(x.tolist()))
        try:
            found = [result[i] for i in reference.components]
        except (TypeError, IndexError, KeyError) as error:
            raise UnknownToBallsError(f"it gives no {x.size} components there") from error
        return [ball.value if isinstance(ball, Ball) else number(ball) for ball in found]


def _opaque(accuracy: Accuracy, why: str) -> Accuracy:
    """The accuracy of a gradient whose code may round in any way, as balls cannot run it.

    What is within the rounding of the function is right, however it came about.
    """
    norm = max(abs(component.true) for component in accuracy.components)
    worst = max((c.error for c in accuracy.components if c.outcome == "wrong"), default=0.0)
    if accuracy.outcome == "wrong" and not worst > NO_ROUNDING * norm:
        return replace(accuracy, outcome="cannot_tell", reason=f"{accuracy.reason}, or what its code rounds: {why}")
    return accuracy
