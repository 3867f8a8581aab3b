"""Recording: a primitive applied to Variables gives a Variable that remembers it.

`apply` is the one general way. Scalars have a faster one for the elementwise primitives (operators.py), which comes
here whenever anything is out of the ordinary.

Levels. When a derivative is itself differentiated, a Variable's data is a Variable of the level below. An operation
belongs to the highest level among its operands; what stands lower is a constant to it, and computing its value is an
operation of the level below.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .modes import recording
from .primitive import Primitive
from .variable import Variable, new_variable, note_made, short


def level(value: object) -> int:
    """How many derivatives deep a value is: 0 for numbers and arrays, 1 for a Variable of them, and so on."""
    depth = 0
    while isinstance(value, Variable):
        depth += 1
        value = value._data
    return depth


def plain(value: Any) -> Any:
    """The number or array that a value of any level stands for."""
    while isinstance(value, Variable):
        value = value._data
    return value


class Pullback:
    """What a result remembers of its making: which primitive, on what. Gives the parents' cotangents."""

    __slots__ = ("operands", "parameters", "positions", "primitive")

    def __init__(
        self, primitive: Primitive, operands: list[Any], parameters: dict[str, Any], positions: list[int]
    ) -> None:
        self.primitive = primitive
        self.operands = operands
        self.parameters = parameters
        self.positions = positions

    def __call__(self, g: Any, z: Any) -> list[Any]:
        """The cotangent of each parent, from the cotangent `g` of the result `z`."""
        vjp, operands, parameters = self.primitive.vjp, self.operands, self.parameters
        return [vjp(i, g, z, *operands, **parameters) for i in self.positions]


def apply(primitive: Primitive, *operands: Any, **parameters: Any) -> Any:
    """The primitive's value at `operands`: a recorded Variable if any of them is a Variable, else a float or array.

    Raises TypeError for an operand that is not made of real numbers.
    """
    values = []
    parents = []
    positions = []
    for i, operand in enumerate(operands):
        if isinstance(operand, Variable):
            data = operand._data
            if type(data) is Variable:
                return _apply_at_top(primitive, operands, parameters)
            values.append(data)
            parents.append(operand)
            positions.append(i)
        else:
            values.append(constant(operand))
    data = as_data_of_result(primitive.value(*values, **parameters))
    return _record(data, Pullback(primitive, values, parameters, positions), parents) if parents else data


def _apply_at_top(primitive: Primitive, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Variable:
    """`apply` where some operand is of a level above the first: its value is an operation of the level below."""
    levels = [level(operand) for operand in operands]
    top = max(levels)
    positions = [i for i, depth in enumerate(levels) if depth == top]
    values = [
        operand._data if depth == top else operand if depth else constant(operand)
        for operand, depth in zip(operands, levels, strict=True)
    ]
    data = apply(primitive, *values, **parameters)
    return _record(data, Pullback(primitive, values, parameters, positions), [operands[i] for i in positions])


def _record(data: Any, pullback: Pullback, parents: list[Any]) -> Variable:
    result = new_variable()
    result._data = data
    result.grad = result.name = result._adjoint = None
    result._pending = 0
    if recording():
        result._parents = tuple(parents)
        result._partials = pullback
    else:
        result._parents = result._partials = ()
        note_made(result)
    return result


def constant(value: Any) -> Any:
    """An operand that is no Variable, as NumPy sees it. Raises TypeError if it is not made of real numbers."""
    if type(value) is float or type(value) is int:
        return value
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)  # small integers would wrap around
    elif array.dtype not in (np.float32, np.float64):
        raise TypeError(f"a Variable combines with integers, float32 and float64, not {array.dtype}: {short(value)}")
    return array if array.ndim else array[()]


def as_data_of_result(value: Any) -> Any:
    """A value as a Variable keeps it: NumPy's scalars become Python floats."""
    if type(value) is np.ndarray and value.ndim:
        return value
    return value if isinstance(value, Variable) else float(value)
