"""Structural primitives: they move numbers, and are linear. A value and a vjp each, for the table.

Written with NumPy's functions, whose dispatch takes them to Variables when a derivative is itself differentiated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from .primitive import Primitive, Shape, full, shape_of, unbroadcast
from .record import apply


def getitem_value(x: Any, index: Any) -> Any:
    return x[index] if type(x) is np.ndarray else np.asarray(x)[index]


def getitem_vjp(_: int, g: Any, z: Any, x: Any, index: Any) -> Any:
    # The sweep has a shorter way for arrays: it adds `g` into the cotangent of the whole, without making the zeros.
    shape = shape_of(x)
    if not shape:  # the index only added axes, or nothing
        return unbroadcast(g, shape_of(z), ())
    return apply(SCATTER, g, index=index, shape=shape)


def scatter_value(g: Any, index: Any, shape: Shape) -> Any:
    whole = np.zeros(shape, getattr(g, "dtype", np.float64))
    add_at(whole, index, g)
    return whole


def scatter_vjp(_: int, g: Any, __: Any, x: Any, index: Any, shape: Shape) -> Any:
    return unbroadcast(full(g, shape)[index], shape_of(np.empty(shape)[index]), shape_of(x))


SCATTER = Primitive("scatter", scatter_value, scatter_vjp, linear=True)


def add_at(whole: Any, index: Any, g: Any) -> None:
    """`whole[index] += g`, where an element that `index` names twice gets both."""
    if type(index) is slice:
        part = whole[index]
        part += g
    elif _is_basic(index) or (type(index) is tuple and all(map(_is_basic, index))):
        whole[index] += g
    else:
        np.add.at(whole, index, g)


def _is_basic(index: Any) -> bool:
    """Whether an index, or one part of it, names no element twice."""
    return type(index) is int or type(index) is slice or index is None or index is Ellipsis


def stack_value(*xs: Any, axis: int) -> Any:
    return np.stack(xs, axis=axis)


def stack_vjp(i: int, g: Any, z: Any, *_: Any, axis: int) -> Any:
    if shape_of(g) == ():
        return g
    axis = normalize_axis_index(axis, len(shape_of(z)))
    return full(g, shape_of(z))[(slice(None),) * axis + (i,)]


def concat_value(*xs: Any, axis: int) -> Any:
    return np.concatenate(xs, axis=axis)


def concat_vjp(i: int, g: Any, z: Any, *xs: Any, axis: int) -> Any:
    if shape_of(g) == ():
        return g
    axis = normalize_axis_index(axis, len(shape_of(z)))
    ends = np.cumsum([shape_of(x)[axis] for x in xs]).tolist()
    return full(g, shape_of(z))[(slice(None),) * axis + (slice(ends[i] - shape_of(xs[i])[axis], ends[i]),)]


def reshape_value(x: Any, shape: Any) -> Any:
    return np.reshape(x, shape)


def reshape_vjp(_: int, g: Any, z: Any, x: Any, shape: Any) -> Any:
    if shape_of(g) == ():
        return g
    # A sum of one number: an array without axes would be a view of g, and the sweep add into it.
    return np.reshape(full(g, shape_of(z)), shape_of(x)) if shape_of(x) else np.sum(g)


def transpose_value(x: Any, axes: tuple[int, ...]) -> Any:
    return np.transpose(x, axes)


def transpose_vjp(_: int, g: Any, z: Any, x: Any, axes: tuple[int, ...]) -> Any:
    if shape_of(g) == ():
        return g
    forth = normalize_axis_tuple(axes, len(axes))
    return np.transpose(full(g, shape_of(z)), tuple(forth.index(axis) for axis in range(len(forth))))


def broadcast_to_value(x: Any, shape: Shape) -> Any:
    return np.broadcast_to(x, shape)


def broadcast_to_vjp(_: int, g: Any, __: Any, x: Any, shape: Shape) -> Any:
    return unbroadcast(g, shape, shape_of(x))


def where_value(x: Any, y: Any, condition: Any) -> Any:
    return np.where(condition, x, y)


def where_vjp(i: int, g: Any, z: Any, x: Any, y: Any, condition: Any) -> Any:
    # A choice and no product: the side that was not taken gets 0, also where g is not finite.
    chosen = np.where(condition, 0.0, g) if i else np.where(condition, g, 0.0)
    return unbroadcast(chosen, shape_of(z), shape_of(y if i else x))


def astype_value(x: Any, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)


def astype_vjp(_: int, g: Any, __: Any, x: Any, dtype: Any) -> Any:
    return g if shape_of(g) == () else g.astype(x.dtype)
