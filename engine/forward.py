"""Forward mode: Duals, which carry a tangent along with their value, and need no graph.

A Dual's tangent is the derivative of its value in the direction that `jvp` was asked for. It has the value's full shape
and, like the value, is of the level below: a float or array, or a Variable where that is differentiated in turn. The
rules are those of the table: the partial derivatives where a primitive has them, the primitive itself where it is
linear, and else the transpose of its vjp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np

from . import functions, modes
from .lifting import Argnums, Call, dual, on_own_level, outputs, packed, positions, raised, replaced
from .primitive import Elementwise, Primitive, full, shape_of
from .record import NeedsLevelError, apply, level, owners_of
from .repair import is_asked_for, is_finite, repaired_tangent
from .sweep import own, sweep
from .variable import Dual, Variable, as_data, short


def jvp(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., tuple[Any, Any]]:
    """The function of `f`'s arguments and of a direction that returns `f`'s value and its derivative that way.

    The direction comes last: `jvp(f)(x, v)`. It has the shape of the argument, or is a tuple where `argnums` is one.
    `f` returns a float or array, or a tuple of them; then the derivative is a tuple, too. Nothing is recorded, so
    memory does not grow with the length of the computation. Where `f` returns a number whose derivative is not finite,
    it is that of the gradient as `grad` has it there. Raises ValueError for a direction of another shape.
    """

    @wraps(f)
    def value_and_tangent(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        if len(args) < 2:
            raise TypeError(
                f"the direction comes last, after the function's arguments: {len(args)} is too few for both"
            )
        *primals, direction = args
        directions = direction if isinstance(argnums, tuple) else (direction,)
        places = positions(argnums, len(primals))
        if not isinstance(directions, tuple) or len(directions) != len(places):
            raise ValueError(f"the direction is a tuple of {len(places)}, as argnums is, not {short(direction)}")

        def run(call: Call, values: tuple[Any, ...]) -> tuple[list[Any], list[Any], bool]:
            args, directions = values[: len(primals)], values[len(primals) :]
            inputs = [_input(call, args[i], v) for i, v in zip(places, directions, strict=True)]
            results, is_tuple = outputs(call(f, replaced(args, places, inputs), kwargs), call.depth)
            pairs = [_parts(result, call) for result in results]
            return [call.settled(z) for z, _ in pairs], [call.settled(t) for _, t in pairs], is_tuple

        values, tangents, is_tuple = on_own_level(run, (*primals, *directions), owner=object())
        if not is_tuple and type(tangents[0]) is float and not is_finite(tangents[0]) and is_asked_for():
            values[0], tangents[0] = repaired_tangent(f, places, tuple(primals), kwargs, directions)
        return packed(values, is_tuple), packed(tangents, is_tuple)

    return value_and_tangent


def _input(call: Call, value: Any, direction: Any) -> Dual:
    primal = call.below(value)
    tangent: Any = direction if isinstance(direction, Variable) else as_data(direction)
    if shape_of(tangent) != shape_of(primal):
        raise ValueError(f"a direction has its argument's shape, {shape_of(primal)}, not {shape_of(tangent)}")
    if shape_of(tangent) and tangent.dtype != primal.dtype:
        tangent = functions.astype(tangent, primal.dtype)
    return dual(primal, tangent, call.owners[-1])


def _parts(result: Any, call: Call) -> tuple[Any, Any]:
    """The value and the tangent of a result, both of the level below. Raises NeedsLevelError for another jvp's Dual."""
    if type(result) is Dual and level(result) == call.depth:
        if result._owner is not call.owners[-1]:
            raise NeedsLevelError(owners_of(result))
        value, tangent = result._data, result._tangent
    else:
        value, tangent = result, 0.0
    return value, own(tangent, value)


def pushed(
    owner: object,
    primitive: Primitive,
    z: Any,
    operands: list[Any],
    parameters: dict[str, Any],
    tangents: dict[int, Any],
) -> Dual:
    """The primitive's result `z` at `operands`, of which those at the keys of `tangents` have one, as a Dual."""
    if not (modes.untouched or modes.recording()):
        tangent: Any = 0.0
    elif primitive.linear:
        zeros = (full(0.0, shape_of(operand)) for operand in operands)
        tangent = apply(primitive, *(tangents.get(i, zero) for i, zero in enumerate(zeros)), **parameters)
    elif isinstance(primitive, Elementwise):
        tangent = _sum(primitive.scaled(i, t, z, *operands) for i, t in tangents.items())
    else:
        tangent = _sum(_transposed(primitive, i, t, z, operands, parameters) for i, t in tangents.items())
    if shape_of(z):
        tangent = full(tangent, z.shape)
        if tangent.dtype != z.dtype:
            tangent = functions.astype(tangent, z.dtype)
    return dual(z, float(tangent) if type(z) is float else tangent, owner)


def _sum(terms: Iterable[Any]) -> Any:
    first, *others = terms
    return sum(others, first)


def _transposed(
    primitive: Primitive, i: int, tangent: Any, z: Any, operands: list[Any], parameters: dict[str, Any]
) -> Any:
    """The tangent of `z` for one of operand `i`.

    A vjp is linear in the cotangent g of `z`, so its own vjp, at any g, is the jvp.
    """
    g: Any = np.zeros(z.shape, z.dtype) if shape_of(z) else 0.0
    below = max(map(owners_of, (tangent, z, *operands)), key=len)
    g = raised(g, (*below, None))
    pulled = full(primitive.vjp(i, g, z, *operands, **parameters), shape_of(operands[i]))
    found: Any = None
    if level(pulled) == level(g):

        def keep(node: Variable, cotangent: Any) -> None:
            nonlocal found
            if node is g:
                found = cotangent if found is None else found + cotangent

        sweep([(pulled, tangent)], keep)
    return full(0.0, shape_of(z)) if found is None else found
