"""What may be wrong with a derivative rule: the mistakes that people make, and one component that is slightly off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.primitive import Elementwise, Shape, full, shape_of, unbroadcast
from engine.record import plain
from engine.table import PRIMITIVES
from engine.variable import Variable

from .rules import Call, Mutation

DELTAS = tuple(10.0**-k for k in range(1, 15))


def _passed_on(call: Call) -> Any:
    """The cotangent of the result, as if the operation did nothing."""
    shape = shape_of(call.z)
    try:
        fits = np.broadcast_shapes(shape, call.shape) == shape
    except ValueError:
        fits = False
    return unbroadcast(full(call.g, shape), shape, call.shape) if fits else None


def _others(call: Call) -> Any:
    """The cotangent of the next operand, where that has the same shape."""
    other = (call.operand + 1) % len(call.operands)
    fits = other != call.operand and shape_of(call.operands[other]) == call.shape
    return full(call.by(other), call.shape) if fits else None


def _along(axis: int, change: Callable[[Any, int], Any]) -> Callable[[Call], Any]:
    """A change along the first axis, 0, or along the last, -1, if that is another one."""
    least = 1 if axis else 2

    def changed(call: Call) -> Any:
        return change(call.right, axis) if len(call.shape) >= least else None

    return changed


def _shifted(call: Call, axis: int) -> Any:
    elementwise = isinstance(PRIMITIVES[call.name], Elementwise)
    return None if elementwise else _along(axis, lambda c, axis: np.roll(c, 1, axis))(call)


def _transposed(call: Call) -> Any:
    is_square = len(call.shape) > 1 and call.shape[-1] == call.shape[-2]
    return np.swapaxes(call.right, -1, -2) if is_square else None


def _wrongly_summed(wrong: Callable[[Any, Shape, Shape], Any]) -> Callable[[Call], Any]:
    """A rule that sums in another way over the copies that broadcasting made. `wrong` may give None."""

    def changed(call: Call) -> Any:
        names = call.rule.__globals__
        if "unbroadcast" not in names:
            return None
        missed = []

        def mutant(g: Any, z_shape: Shape, shape: Shape) -> Any:
            found = None if z_shape == shape else wrong(full(g, z_shape), z_shape, shape)
            missed.append(found is None)
            return unbroadcast(g, z_shape, shape) if found is None else found

        names["unbroadcast"] = mutant
        try:
            found = full(call.by(call.operand), call.shape)
        finally:
            names["unbroadcast"] = unbroadcast
        return None if all(missed) else found

    return changed


def _one_copy(g: Any, z_shape: Shape, shape: Shape) -> Any:
    lead = len(z_shape) - len(shape)
    kept = (slice(0, 1) if n == 1 else slice(None) for n in shape)
    return g[(*(0,) * lead, *kept)]


def _mean(g: Any, z_shape: Shape, shape: Shape) -> Any:
    copies = np.prod(z_shape) / np.prod(shape)
    return unbroadcast(g, z_shape, shape) / float(copies) if copies > 1 else None


def _of_wrong_axis(g: Any, z_shape: Shape, shape: Shape) -> Any:
    is_square = len(z_shape) > 1 and z_shape[-1] == z_shape[-2]
    return unbroadcast(np.swapaxes(g, -1, -2), z_shape, shape) if is_square else None


def _added_once(call: Call) -> Any:
    """What an index names twice gets the last of its cotangents, and not their sum."""
    if "index" not in call.parameters or "shape" in call.parameters or isinstance(call.g, Variable):
        return None
    whole = np.zeros(call.shape)
    whole[call.parameters["index"]] = call.g
    return whole


def _with_one_off(delta: float) -> Callable[[Call], Any]:
    """The largest component times 1 + delta: it is not zero if any is not."""

    def changed(call: Call) -> Any:
        factors = np.ones(call.shape)
        factors[np.unravel_index(np.argmax(np.abs(plain(call.right))), call.shape)] += delta
        return call.right * (factors if call.shape else float(factors))

    return changed


MISTAKES = (
    Mutation("sign flipped", lambda call: -call.right, "-({own})"),
    Mutation("doubled", lambda call: 2.0 * call.right, "2.0 * ({own})"),
    Mutation("dropped", lambda call: 0.0 * call.right, "0.0 * ({own})"),
    Mutation("not a number", lambda call: np.nan * call.right, "nan"),
    Mutation("passed on", _passed_on, "1.0"),
    Mutation("other operand's", _others, "{other}"),
    Mutation("reversed, first axis", _along(0, lambda c, axis: np.flip(c, axis))),
    Mutation("reversed, last axis", _along(-1, lambda c, axis: np.flip(c, axis))),
    Mutation("transposed", _transposed),
    Mutation("off by one, first axis", lambda call: _shifted(call, 0)),
    Mutation("off by one, last axis", lambda call: _shifted(call, -1)),
    Mutation("not summed", _wrongly_summed(_one_copy)),
    Mutation("averaged", _wrongly_summed(_mean)),
    Mutation("summed over another axis", _wrongly_summed(_of_wrong_axis)),
    Mutation("added once", _added_once),
)

ONE_OFF = tuple(
    Mutation(f"one component × (1 + {delta:.0e})", _with_one_off(delta), f"({{own}}) * {1.0 + delta!r}", delta)
    for delta in DELTAS
)

POISON = next(mutation for mutation in MISTAKES if mutation.name == "not a number")
"""What shows in a gradient wherever the rule is used: so it is found out which programs do."""
