"""Recording: a primitive applied to Variables gives a Variable that remembers it.

`apply` is the one general way. The elementwise primitives have a faster one (operators.py), which comes here whenever
anything is out of the ordinary.

Levels. When a derivative is itself differentiated, a Variable's data is a Variable of the level below. An operation
belongs to the highest level among its operands; what stands lower is a constant to it, and computing its value is an
operation of the level below. A level belongs to one transform: its Variables are nodes of a graph, or they are Duals
(forward.py), which carry their derivative along.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from . import modes
from .origin import Traced
from .primitive import Primitive
from .variable import FLOATS, KINDS, Array, Dual, Lifted, Saved, Scalar, Variable, at_work, short

Owners: TypeAlias = tuple[object, ...]
"""What levels are made of, the lowest first: the mark of a jvp where they are its Duals, else None."""


class NeedsLevelError(Exception):
    """A function under a transform depends on Variables from outside, differentiable in turn.

    The transform has to run it again on a level above theirs. `found` are the owners of the levels of the values that
    do not go together, its own among them.
    """

    def __init__(self, *found: Owners) -> None:
        super().__init__("a value from inside a transform was used outside of it, with Variables of another derivative")
        self.found = found


def level(value: object) -> int:
    """How many derivatives deep a value is: 0 for numbers and arrays, 1 for a Variable of them, and so on."""
    depth = 0
    while isinstance(value, Variable):
        depth += 1
        value = value._data
    return depth


def owner_of(value: Any) -> object:
    """The mark of the jvp that a Dual is part of; None for any other Variable."""
    return value._owner if type(value) is Dual else None


def owners_of(value: Any) -> Owners:
    """The owners of the levels that a value is made of."""
    owners = []
    while isinstance(value, Variable):
        owners.append(owner_of(value))
        value = value._data
    return tuple(owners[::-1])


def plain(value: Any) -> Any:
    """The number or array that a value of any level stands for."""
    while isinstance(value, Variable):
        value = value._data
    return value


def apply(primitive: Primitive, *operands: Any, **parameters: Any) -> Any:
    """The primitive's value at `operands`: a recorded Variable if any of them is a Variable, else a float or array.

    Raises TypeError for an operand that is not made of real numbers.
    """
    values = []
    parents = []
    places = []
    for i, operand in enumerate(operands):
        kind = type(operand)
        if kind is Array or kind is Scalar:
            values.append(operand._data)
            parents.append(operand)
            places.append(i)
        elif isinstance(operand, Variable):
            return _apply_at_top(primitive, operands, parameters)
        else:
            values.append(constant(operand))
    data = as_data_of_result(primitive.value(*values, **parameters))
    return record(primitive, data, tuple(parents), (places, tuple(values), parameters)) if parents else data


def _apply_at_top(primitive: Primitive, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Variable:
    """`apply` where some operand is a Dual, of a level above the first, or of a class derived from Variable."""
    levels = [level(operand) for operand in operands]
    top = max(levels)
    positions = [i for i, depth in enumerate(levels) if depth == top]
    highest = [operands[i] for i in positions]
    values = [
        operand._data if depth == top else operand if depth else constant(operand)
        for operand, depth in zip(operands, levels, strict=True)
    ]
    owner = owner_of(highest[0])
    if any(owner_of(operand) is not owner for operand in highest):
        raise NeedsLevelError(*map(owners_of, highest))
    data = apply(primitive, *values, **parameters)
    if owner is not None:
        tangents = {i: operands[i]._tangent for i in positions}
        made: Variable = Dual.of(owner, primitive, data, values, parameters, tangents)
        return made
    return record(primitive, data, tuple(highest), (positions, tuple(values), parameters))


def record(primitive: Primitive, data: Any, parents: tuple[Any, ...], saved: Saved) -> Variable:
    """A Variable with the value `data`, the result of a primitive; `parents` are the Variables among the operands."""
    result: Variable = KINDS.get(type(data), Lifted)()
    result._data = data
    result._left = None
    result._uses = result._pending = 0
    if not (modes.untouched or modes.fast()):
        if not modes.recording():
            result._grad = result._primitive = None
            result._parents = ()
            call = at_work.get()
            result._family = None if call is None else call.family
            return result
        saved = Traced(saved)
    result._primitive = primitive
    result._parents = parents
    result._saved = saved
    for parent in parents:
        parent._uses += 1
    return result


def constant(value: Any) -> Any:
    """An operand that is no Variable, as NumPy sees it. Raises TypeError if it is not made of real numbers."""
    if type(value) is float or type(value) is int:
        return value
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)  # small integers would wrap around
    elif array.dtype not in FLOATS:
        raise TypeError(f"a Variable combines with integers, float32 and float64, not {array.dtype}: {short(value)}")
    return array if array.ndim else array[()]


def as_data_of_result(value: Any) -> Any:
    """A value as a Variable keeps it: NumPy's scalars become Python floats."""
    if type(value) is float or (type(value) is np.ndarray and value.ndim):
        return value
    return value if isinstance(value, Variable) else float(value)
