"""Judging a gradient at a point: by the reference, and by its own code where it has any that runs on balls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from .balls import DOUBLE, Ball, UnknownToBallsError, balls, number, on_balls, precision
from .reference import Reference, lower, radius, sharpened, threshold
from .verdict import WRONG, Accuracy, Component, measure, most_severe

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
    to see whether it is the derivative at all, up to what rounding may do in `f`: the constants of both, such as 0.1 of
    0.1 x³ and 0.3 of 0.3 x², are rounded as well. A gradient without code is what a differentiation of `f` has given.
    """
    if own is None:
        return measure(gradient, reference, reference.attainable)
    try:
        coarse, fine = (_components(own, x, reference, bits) for bits in (DOUBLE, FINE))
    except UnknownToBallsError as error:
        return _opaque(measure(gradient, reference, reference.attainable), str(error), _sensitivity(own, x))
    attainable = np.array([radius(ball) for ball in coarse])
    reference = sharpened(reference, f, x, attainable)
    accuracy = measure(gradient, reference, attainable)
    if accuracy.outcome == "nonfinite":
        return accuracy
    with precision(FINE):
        triples = zip(fine, reference.enclosures, np.nan_to_num(reference.attainable, posinf=0.0), strict=True)
        apart = [lower(ball - enclosure) / threshold(enclosure, rounding) for ball, enclosure, rounding in triples]
    components = tuple(map(_by_formula, accuracy.components, apart))
    worst = most_severe(components)
    count = sum(component.outcome == "wrong" for component in components)
    reason = f"{worst.reason}, nor are those of {count - 1} others theirs" if count > 1 else worst.reason
    return replace(accuracy, outcome=worst.outcome, reason=reason, components=components)


def _by_formula(component: Component, apart: float) -> Component:
    """The verdict on a component whose formula is not the derivative by `apart` times what rounding may do in `f`."""
    i = component.index
    if apart > WRONG:
        return replace(component, outcome="wrong", reason=f"the formula of component {i} is not its derivative")
    if apart > 1.0 and component.outcome == "correct":
        reason = f"the formula of component {i} is not its derivative, or has constants that are rounded"
        return replace(component, outcome="cannot_tell", reason=reason)
    return component


def _components(own: Function, x: np.ndarray[Any, Any], reference: Reference, bits: int) -> list[Any]:
    """The certified components, by the gradient's own code on balls."""
    with precision(bits, terms=1):
        result = on_balls(own, balls(x.tolist()))
        try:
            found = [result[i] for i in reference.components]
        except (TypeError, IndexError, KeyError) as error:
            raise UnknownToBallsError(f"it gives no {x.size} components there") from error
        return [ball.value if isinstance(ball, Ball) else number(ball) for ball in found]


def _sensitivity(own: Function, x: np.ndarray[Any, Any]) -> float:
    """How much a gradient changes by relative changes of the point: near a minimum far more than it is there."""
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (3, x.size))
    try:
        with np.errstate(all="ignore"):
            beside = [[np.asarray(own(x + x * h), dtype=np.float64) for h in (s, -s)] for s in NO_ROUNDING * signs]
            found = max(float(np.abs(up - down).max()) for up, down in beside) / (2.0 * NO_ROUNDING)
    except Exception:  # it may have no value there
        return 0.0
    return found if np.isfinite(found) else 0.0


def _opaque(accuracy: Accuracy, why: str, sensitivity: float) -> Accuracy:
    """The accuracy of a gradient whose code may round in any way, as balls cannot run it.

    What is within the rounding of the function is right, however it came about. What its code may round goes with the
    size of the gradient, or with its `sensitivity`: terms that cancel at the point do not beside it.
    """
    norm = max(sensitivity, *(abs(component.true) for component in accuracy.components))
    worst = max((c.error for c in accuracy.components if c.outcome == "wrong"), default=0.0)
    if accuracy.outcome == "wrong" and not worst > NO_ROUNDING * norm:
        return replace(accuracy, outcome="cannot_tell", reason=f"{accuracy.reason}, or what its code rounds: {why}")
    return accuracy
