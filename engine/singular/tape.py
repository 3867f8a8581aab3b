"""Tape: the recorded graph as a list of steps, which can be run again on Series, forward and in reverse.

The values and the rules are those of the table. NumPy runs them on arrays of objects, and Series has the methods that
its functions look for there.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..graph import nodes, parents
from ..primitive import Primitive, full, shape_of, unbroadcast
from ..structural import add_at
from ..table import PRIMITIVES
from ..variable import Variable
from . import elementary as elementary
from .series import ZERO, Cause, Series, UnresolvedError, lifted, normal


class Ref(int):
    """An operand that is the result of the step of this number; any other operand is a constant."""


@dataclass(frozen=True)
class Step:
    """An operation of the program, or, without a primitive, a leaf with its value."""

    primitive: Primitive | None
    operands: tuple[Any, ...]
    parameters: dict[str, Any]
    data: Any

    @property
    def places(self) -> list[int]:
        """Which operands are results of other steps."""
        return [i for i, operand in enumerate(self.operands) if type(operand) is Ref]


@dataclass(frozen=True)
class Tape:
    """The steps of a program, operands before results; the last is the result. `inputs` are the steps of its inputs.

    An input that the result does not depend on is None.
    """

    steps: list[Step]
    inputs: list[int | None]

    @property
    def size(self) -> int:
        """How many numbers its steps have as their results."""
        return sum(int(np.size(step.data)) for step in self.steps)


def tape_of(root: Variable, inputs: Sequence[Variable]) -> Tape:
    """The tape of the graph under `root`."""
    order = nodes(root)
    number = {id(node): Ref(i) for i, node in enumerate(order)}
    steps = [_step(node, [number[id(parent)] for parent in parents(node)]) for node in order]
    return Tape(steps, [number.get(id(leaf)) for leaf in inputs])


def _step(node: Variable, refs: list[Ref]) -> Step:
    primitive = node._primitive
    if primitive is None:
        return Step(None, (), {}, node._data)
    operands: list[Any]
    if node._left is None:
        places, saved, parameters = node._saved
        operands = list(saved)
        for place, ref in zip(places, refs, strict=True):
            operands[place] = ref
        return Step(primitive, tuple(operands), parameters, node._data)
    operands = [*refs]
    if node._right is None and len(getattr(primitive, "partials", "x")) == 2:
        operands = [refs[0], node._dright] if hasattr(node, "_dright") else [node._saved, refs[0]]
    return Step(primitive, tuple(operands), {}, node._data)


def forward(tape: Tape, inputs: Sequence[Any]) -> list[Any]:
    """The results of all steps, a Series or an array of them each, where the inputs are those given."""
    found: list[Any] = []
    given = {place: value for place, value in zip(tape.inputs, inputs, strict=True) if place is not None}
    for i, step in enumerate(tape.steps):
        if step.primitive is None:
            found.append(given[i] if i in given else raised(step.data))
            continue
        operands = [found[operand] if type(operand) is Ref else operand for operand in step.operands]
        value = VALUES.get(step.primitive.name, step.primitive.value)
        try:
            result = raised(value(*operands, **step.parameters))
        except (TypeError, AttributeError, ValueError) as error:
            raise UnresolvedError(Cause(f"{step.primitive.name} has no rule for series")) from error
        found.append(_rounded(result, step.data))
    return found


def reverse(tape: Tape, values: list[Any], seed: Any) -> list[Any]:
    """The cotangents of the inputs where the result has the cotangent `seed`."""
    cotangents: list[Any] = [None] * len(tape.steps)
    cotangents[-1] = seed
    for i in range(len(tape.steps) - 1, -1, -1):
        step, g = tape.steps[i], cotangents[i]
        if step.primitive is None or g is None:
            continue
        operands = [values[operand] if type(operand) is Ref else operand for operand in step.operands]
        vjp: Any = VJPS.get(step.primitive.name, step.primitive.vjp)
        for place in step.places:
            try:
                share = vjp(place, g, values[i], *operands, **step.parameters)
            except (TypeError, AttributeError, ValueError) as error:
                raise UnresolvedError(Cause(f"the rule of {step.primitive.name} has none for series")) from error
            ref = step.operands[place]
            cotangents[ref] = share if cotangents[ref] is None else cotangents[ref] + share
        cotangents[i] = None if i not in tape.inputs else g
    return [
        None if place is None else raised(full(0.0 if cotangents[place] is None else cotangents[place], shape))
        for place, shape in ((place, shape_of(tape.steps[place or 0].data)) for place in tape.inputs)
    ]


def raised(value: Any) -> Any:
    """A number or array as a Series, or an array of them."""
    if isinstance(value, np.ndarray) and value.ndim:
        return _lift(value)
    return lifted(value[()] if isinstance(value, np.ndarray) else value)


_lift: Any = np.frompyfunc(lifted, 1, 1)


def _rounded(value: Any, data: Any) -> Any:
    """`value` with the rounding errors of the type that the program keeps its own in."""
    if getattr(data, "dtype", None) != np.float32:
        return value
    return _SINGLE(value)


def _single(x: Series) -> Series:
    eps = float(np.finfo(np.float32).eps)
    return normal({key: (c, r + eps * abs(c)) for key, (c, r) in x.terms.items()}, x.order, x.cause)


_SINGLE: Any = np.frompyfunc(_single, 1, 1)


def _norm(x: Any, axis: Any, keepdims: bool) -> Any:
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


def _getitem_vjp(_: int, g: Any, z: Any, x: Any, index: Any) -> Any:
    if not shape_of(x):
        return unbroadcast(g, shape_of(z), ())
    whole = np.full(shape_of(x), ZERO, dtype=object)
    add_at(whole, index, g)
    return whole


def _strict(function: Any) -> Any:
    """A function of two numbers with no value where one of them has none, as NaN goes through.

    Series alone have 0 times anything as 0, which a cotangent of 0 needs, and no order among what has no value.
    """

    def value(x: Any, y: Any) -> Any:
        for z in (x, y):
            if type(z) is Series and z.has_no_value:
                return z
        return function(x, y)

    return np.frompyfunc(value, 2, 1)


def _reduced(function: Any) -> Any:
    """The reduction of an array by a function of two numbers."""

    def value(x: Any, axis: Any, keepdims: bool) -> Any:
        for k in sorted(normalize_axis_tuple(range(np.ndim(x)) if axis is None else axis, np.ndim(x)), reverse=True):
            x = function.reduce(x, axis=k, keepdims=keepdims)
        return x

    return value


MAXIMUM, MINIMUM = _strict(np.maximum), _strict(np.minimum)
VALUES: dict[str, Any] = {
    "multiply": _strict(operator.mul),
    "divide": _strict(operator.truediv),
    "maximum": MAXIMUM,
    "minimum": MINIMUM,
    "max": _reduced(MAXIMUM),
    "min": _reduced(MINIMUM),
    "astype": lambda x, dtype: x,
    "norm": _norm,
    "hypot": lambda x, y: np.hypot(raised(x), raised(y)),
    "atan2": lambda x, y: np.arctan2(raised(x), raised(y)),
}
VJPS: dict[str, Any] = {
    "astype": lambda _, g, z, x, dtype: g,
    "getitem": _getitem_vjp,
    "atan2": lambda i, g, z, x, y: PRIMITIVES["atan2"].vjp(i, g, z, raised(x), raised(y)),
}
"""Values and rules of the table that ask for real numbers, in a form that asks for none."""
