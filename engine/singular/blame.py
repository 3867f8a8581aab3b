"""Which operation of a program is the first to leave the finite numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .tape import Ref, Tape


def blame(tape: Tape, seed: Any) -> str:
    """The first operation with finite operands and no finite value, or else the first rule with no finite share."""
    with np.errstate(all="ignore"):
        for step in tape.steps:
            if step.primitive is not None and not _finite(step.data) and all(map(_finite, _operands(tape, step))):
                return step.primitive.name
        return _first_rule(tape, seed)


def _first_rule(tape: Tape, seed: Any) -> str:
    cotangents: list[Any] = [None] * len(tape.steps)
    cotangents[-1] = seed
    for i in range(len(tape.steps) - 1, -1, -1):
        step, g = tape.steps[i], cotangents[i]
        if step.primitive is None or g is None:
            continue
        for place in step.places:
            share = step.primitive.vjp(place, g, step.data, *_operands(tape, step), **step.parameters)
            if not _finite(share):
                return f"the derivative of {step.primitive.name}"
            ref = step.operands[place]
            cotangents[ref] = share if cotangents[ref] is None else cotangents[ref] + share
    return "a sum of derivatives"


def _operands(tape: Tape, step: Any) -> list[Any]:
    return [tape.steps[operand].data if type(operand) is Ref else operand for operand in step.operands]


def _finite(value: Any) -> bool:
    return bool(np.all(np.isfinite(value)))
