"""Structural primitives: they move or add up numbers, and are linear. A value and a vjp each, for the table.

Written with NumPy's functions, whose dispatch takes them to Variables when a derivative is itself
differentiated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .primitive import Shape, full, shape_of, unbroadcast


@dataclass(frozen=True, slots=True)
class Piece:
    """A cotangent that is zero but for `g` at `index`: the sweep adds it into the whole without making the zeros."""

    g: Any
    index: Any
    shape: Shape


def sum_value(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    # What np.sum calls, without its detours; its annotations do not know a keepdims that is a variable.
    return np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]


def sum_vjp(_: int, g: Any, z: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if shape_of(g) == () or keepdims:
        return g
    axes = normalize_axis_tuple(axis, len(shape_of(x)))
    index = tuple(None if axis in axes else slice(None) for axis in range(len(shape_of(x))))
    return full(g, shape_of(z))[index]


def getitem_value(x: Any, index: Any) -> Any:
    return x[index] if type(x) is np.ndarray else np.asarray(x)[index]


def getitem_vjp(_: int, g: Any, z: Any, x: Any, index: Any) -> Any:
    if shape_of(x) == ():  # the index only added axes, or nothing
        return unbroadcast(g, shape_of(z), ())
    return Piece(g, index, shape_of(x))


def scatter_value(g: Any, index: Any, shape: Shape) -> Any:
    whole = np.zeros(shape, getattr(g, "dtype", np.float64))
    add_at(whole, index, g)
    return whole


def scatter_vjp(_: int, g: Any, __: Any, x: Any, index: Any, shape: Shape) -> Any:
    return unbroadcast(full(g, shape)[index], shape_of(np.empty(shape)[index]), shape_of(x))


def add_at(whole: Any, index: Any, g: Any) -> None:
    """`whole[index] += g`, where an element that `index` names twice gets both."""
    if _is_basic(index) or (type(index) is tuple and all(map(_is_basic, index))):
        whole[index] += g
    else:
        np.add.at(whole, index, g)


def _is_basic(index: Any) -> bool:
    """Whether an index, or one part of it, names no element twice."""
    return type(index) is int or type(index) is slice or index is None or index is Ellipsis


def stack_value(*xs: Any, axis: int = 0) -> Any:
    return np.stack(xs, axis=axis)


def stack_vjp(i: int, g: Any, z: Any, *_: Any, axis: int = 0) -> Any:
    if shape_of(g) == ():
        return g
    (axis,) = normalize_axis_tuple(axis, len(shape_of(z)))
    return full(g, shape_of(z))[(slice(None),) * axis + (i,)]


def broadcast_to_value(x: Any, shape: Shape) -> Any:
    return np.broadcast_to(x, shape)


def broadcast_to_vjp(_: int, g: Any, __: Any, x: Any, shape: Shape) -> Any:
    return unbroadcast(g, shape, shape_of(x))


def moveaxis_value(x: Any, source: int, destination: int) -> Any:
    return np.moveaxis(x, source, destination)


def moveaxis_vjp(_: int, g: Any, z: Any, x: Any, source: int, destination: int) -> Any:
    return g if shape_of(g) == () else np.moveaxis(full(g, shape_of(z)), destination, source)


def reshape_value(x: Any, shape: Any) -> Any:
    return np.reshape(x, shape)


def reshape_vjp(_: int, g: Any, z: Any, x: Any, shape: Any) -> Any:
    return g if shape_of(g) == () else np.reshape(full(g, shape_of(z)), shape_of(x))
