"""Reductions and scans along axes, and matrix products. A value and a vjp each, for the table.

Written with NumPy's functions, whose dispatch takes them to Variables when a derivative is itself differentiated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .primitive import full, shape_of, unbroadcast

Axis = int | tuple[int, ...] | None


def sum_value(x: Any, axis: Axis, keepdims: bool) -> Any:
    # What np.sum calls, without its detours; its annotations do not know a keepdims that is a variable.
    return np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]


def sum_vjp(_: int, g: Any, z: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    return _expanded(g, z, x, axis, keepdims)


def _expanded(g: Any, z: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """`g`, of the shape of the reduction `z` of `x`, with the axes that it lacks: it broadcasts to the shape of `x`."""
    if shape_of(g) == () or keepdims:
        return g
    axes = normalize_axis_tuple(range(len(shape_of(x))) if axis is None else axis, len(shape_of(x)))
    index = tuple(None if axis in axes else slice(None) for axis in range(len(shape_of(x))))
    return full(g, shape_of(z))[index]


def max_value(x: Any, axis: Axis, keepdims: bool) -> Any:
    return np.max(x, axis=axis, keepdims=keepdims)


def min_value(x: Any, axis: Axis, keepdims: bool) -> Any:
    return np.min(x, axis=axis, keepdims=keepdims)


def extremum_vjp(_: int, g: Any, z: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Of max and min: elements that tie share the cotangent evenly. Where the result is NaN none has any."""
    hits = x == _expanded(z, z, x, axis, keepdims)
    count = np.maximum(np.sum(hits, axis=axis, keepdims=True), 1)
    # A choice and no product: the others get 0, also where g is not finite.
    return np.where(hits, _expanded(g, z, x, axis, keepdims) / count, 0.0)


def norm_value(x: Any, axis: Axis, keepdims: bool) -> Any:
    return np.linalg.norm(x, axis=axis, keepdims=keepdims)


def norm_vjp(_: int, g: Any, z: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    length = _expanded(z, z, x, axis, keepdims)
    return _expanded(g, z, x, axis, keepdims) * (x / (length + (length == 0)))


def prod_value(x: Any, axis: Axis, keepdims: bool) -> Any:
    return np.prod(x, axis=axis, keepdims=keepdims)


def prod_vjp(_: int, g: Any, z: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """By the products of the elements before and after each, not by division: factors may be zero."""
    shape = shape_of(x)
    if not shape or 0 in shape:
        return _expanded(g, z, x, axis, keepdims)
    axes = normalize_axis_tuple(range(len(shape)) if axis is None else axis, len(shape))
    order = (*(k for k in range(len(shape)) if k not in axes), *axes)
    moved = np.transpose(x, order)
    rows = np.reshape(moved, (*(shape[k] for k in order[: len(shape) - len(axes)]), -1) if axes else (*shape, 1))
    others = np.reshape(_before(rows) * _before(rows[..., ::-1])[..., ::-1], shape_of(moved))
    return _expanded(g, z, x, axis, keepdims) * np.transpose(others, tuple(map(order.index, range(len(shape)))))


def _before(x: Any) -> Any:
    """Along the last axis, the product of the elements before each."""
    first = np.ones((*shape_of(x)[:-1], 1))
    return np.concatenate([first, np.cumprod(x[..., :-1], axis=-1)], axis=-1)


def cumsum_value(x: Any, axis: int) -> Any:
    return np.cumsum(x, axis=axis)


def cumsum_vjp(_: int, g: Any, z: Any, x: Any, axis: int) -> Any:
    return np.flip(np.cumsum(np.flip(full(g, shape_of(z)), axis), axis=axis), axis)


def cumprod_value(x: Any, axis: int) -> Any:
    return np.cumprod(x, axis=axis)


def cumprod_vjp(_: int, g: Any, z: Any, x: Any, axis: int) -> Any:
    """Without division, as factors may be zero.

    The derivative by x[i] is the product of the elements before i, times s[i] = g[i] + x[i+1] s[i+1]. These sums of
    products are found by doubling: a stretch of 2k elements from two of k.
    """
    s = np.moveaxis(full(g, shape_of(z)), axis, -1)
    x = np.moveaxis(x, axis, -1)
    before = _before(x)
    x = x[..., 1:]
    k = 1
    while k < shape_of(s)[-1]:
        s = np.concatenate([s[..., :-k] + x * s[..., k:], s[..., -k:]], axis=-1)
        x = x[..., :-k] * x[..., k:]
        k *= 2
    return np.moveaxis(before * s, -1, axis)


def matmul_value(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


def matmul_vjp(i: int, g: Any, z: Any, x: Any, y: Any) -> Any:
    # A vector counts as a matrix of one row on the left, of one column on the right.
    g = full(g, shape_of(z))
    rows, columns = len(shape_of(x)) > 1, len(shape_of(y)) > 1
    g = np.reshape(g, (*shape_of(z)[: len(shape_of(z)) - rows - columns], *_ends(z, rows, columns)))
    if i == 0:
        found = np.matmul(g, np.swapaxes(y if columns else y[:, None], -1, -2))
        found = found if rows else found[..., 0, :]
        return unbroadcast(found, shape_of(found), shape_of(x))
    found = np.matmul(np.swapaxes(x if rows else x[None, :], -1, -2), g)
    found = found if columns else found[..., :, 0]
    return unbroadcast(found, shape_of(found), shape_of(y))


def _ends(z: Any, rows: bool, columns: bool) -> tuple[int, int]:
    """The last two lengths of a product, counting the axes that it lost to vectors."""
    shape = shape_of(z)
    return shape[-1 - columns] if rows else 1, shape[-1] if columns else 1
