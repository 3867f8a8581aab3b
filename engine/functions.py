"""The functions on Variables, arrays and floats that are not elementwise, with the signatures of the Python array API.

Most are a primitive of the table; the others are made of some.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .primitive import shape_of
from .record import apply, as_data_of_result, plain, record
from .table import PRIMITIVES
from .variable import Array, Variable

Axis = int | tuple[int, ...] | None
Shape = int | tuple[int, ...]


def getitem(x: Any, index: Any) -> Any:
    """`x[index]`."""
    if type(x) is Array:  # by far the most frequent, so without the detours
        data = x._data
        part = data[index]
        if type(part) is not np.ndarray or not part.ndim:
            part = float(part)
        return record(GETITEM, part, (x,), (_FIRST, (data,), {"index": index}))
    return apply(GETITEM, x, index=index)


_FIRST = [0]
GETITEM, SUM = PRIMITIVES["getitem"], PRIMITIVES["sum"]


def stack(xs: Iterable[Any], axis: int = 0) -> Any:
    """Equally shaped `xs` along a new axis."""
    return apply(PRIMITIVES["stack"], *xs, axis=axis)


def concat(xs: Iterable[Any], axis: int | None = 0) -> Any:
    """The arrays `xs`, one after the other along an axis that they have; flattened first if it is None."""
    if axis is None:
        return concat([ravel(x) for x in xs])
    return apply(PRIMITIVES["concat"], *xs, axis=axis)


def reshape(x: Any, shape: Shape) -> Any:
    """The elements of `x` in the same order, in another shape; one of its lengths may be -1."""
    return apply(PRIMITIVES["reshape"], x, shape=shape)


def ravel(x: Any) -> Any:
    """The elements of `x` as a vector."""
    return reshape(x, -1)


def expand_dims(x: Any, axis: int | tuple[int, ...]) -> Any:
    """`x` with new axes of length 1, which are at `axis` in the result."""
    axes = (axis,) if isinstance(axis, int) else axis
    n = len(shape_of(x)) + len(axes)
    added = normalize_axis_tuple(axes, n)
    rest = iter(shape_of(x))
    return reshape(x, tuple(1 if k in added else next(rest) for k in range(n)))


def squeeze(x: Any, axis: Axis = None) -> Any:
    """`x` without its axes of length 1, or without those named. Raises ValueError for one that is longer."""
    return reshape(x, np.squeeze(np.empty(shape_of(x)), axis).shape)


def transpose(x: Any, axes: tuple[int, ...] | None = None) -> Any:
    """`x` with its axes in the order `axes`: reversed, if there is none."""
    return apply(PRIMITIVES["transpose"], x, axes=tuple(range(len(shape_of(x)))[::-1] if axes is None else axes))


def moveaxis(x: Any, source: int | tuple[int, ...], destination: int | tuple[int, ...]) -> Any:
    """`x` with its axes `source` moved to `destination`."""
    n = len(shape_of(x))
    sources, destinations = normalize_axis_tuple(source, n), normalize_axis_tuple(destination, n)
    if len(sources) != len(destinations):
        raise ValueError(f"as many axes move as have a destination: {source!r} to {destination!r}")
    order = [k for k in range(n) if k not in sources]
    for place, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(place, axis)
    return transpose(x, tuple(order))


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """`x` with two of its axes exchanged."""
    n = len(shape_of(x))
    axis1, axis2 = normalize_axis_tuple((axis1, axis2), n, allow_duplicate=True)
    order = list(range(n))
    order[axis1], order[axis2] = axis2, axis1
    return transpose(x, tuple(order))


def flip(x: Any, axis: Axis = None) -> Any:
    """`x` in reverse order along `axis`: an int, a tuple of them, or None for all."""
    n = len(shape_of(x))
    axes = normalize_axis_tuple(range(n) if axis is None else axis, n)
    return getitem(x, tuple(slice(None, None, -1) if k in axes else slice(None) for k in range(n)))


def _moved(function: Any, x: Any, *args: Any) -> Any:
    """The result of a NumPy function that moves, repeats or leaves out elements, by what it does to their positions."""
    shape = shape_of(x)
    return getitem(ravel(x), function(np.arange(math.prod(shape)).reshape(shape), *args))


def roll(x: Any, shift: int | tuple[int, ...], axis: Axis = None) -> Any:
    """`x` with its elements shifted along `axis`, those at the end to the beginning; as a vector's, if it is None."""
    return _moved(np.roll, x, shift, axis)


def tile(x: Any, reps: int | tuple[int, ...]) -> Any:
    """Copies of `x`, as many along each axis as `reps` says, side by side."""
    return _moved(np.tile, x, reps)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element `repeats` times along `axis`; of all elements, as a vector, if it is None."""
    return _moved(np.repeat, x, repeats, axis)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonals of the matrices along two axes, as the last axis of the result."""
    return _moved(np.diagonal, x, offset, axis1, axis2)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sums of the diagonals of the matrices along two axes."""
    return sum(diagonal(x, offset, axis1, axis2), -1)


def atleast_1d(x: Any) -> Any:
    """`x`, as a vector if it is a scalar."""
    return x if shape_of(x) else reshape(x, (1,))


def atleast_2d(x: Any) -> Any:
    """`x`, as a matrix of one row if it is a vector or scalar."""
    return x if len(shape_of(x)) > 1 else reshape(x, (1, math.prod(shape_of(x))))


def hstack(xs: Iterable[Any]) -> Any:
    """Vectors one after the other, or matrices side by side."""
    parts = [atleast_1d(x) for x in xs]
    return concat(parts, axis=0 if len(shape_of(parts[0])) == 1 else 1)


def vstack(xs: Iterable[Any]) -> Any:
    """The rows `xs` of a matrix, or matrices one below the other."""
    return concat([atleast_2d(x) for x in xs])


def diff(x: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along `axis`, taken `n` times."""
    last = moveaxis(x, axis, -1)
    for _ in range(n):
        last = last[..., 1:] - last[..., :-1]
    return moveaxis(last, -1, axis)


def broadcast_to(x: Any, shape: Shape) -> Any:
    """`x`, repeated to `shape`."""
    return apply(PRIMITIVES["broadcast_to"], x, shape=(shape,) if isinstance(shape, int) else tuple(shape))


def full_like(x: Any, fill_value: Any) -> Any:
    """An array of the shape of `x`, all of whose elements are `fill_value`, which may be a Variable."""
    if isinstance(fill_value, Variable):
        return broadcast_to(fill_value, shape_of(x))
    return np.full_like(plain(x), fill_value)


def where(condition: Any, x: Any, y: Any) -> Any:
    """`x` where the condition is true, else `y`, element by element."""
    return apply(PRIMITIVES["where"], x, y, condition=plain(condition))


def astype(x: Any, dtype: Any) -> Any:
    """`x` as float32 or float64. A scalar Variable stays a Python float."""
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"a Variable is float32 or float64, not {np.dtype(dtype)}: for another take its .data")
    return apply(PRIMITIVES["astype"], x, dtype=dtype)


def sum(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The sum over `axis`: an int, a tuple of them, or None for all."""
    if type(x) is Array:  # without the detours, as in getitem
        total = as_data_of_result(SUM.value(x._data, axis, keepdims))
        return record(SUM, total, (x,), (_FIRST, (x._data,), {"axis": axis, "keepdims": keepdims}))
    return apply(SUM, x, axis=axis, keepdims=keepdims)


def mean(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The mean over `axis`: an int, a tuple of them, or None for all."""
    total = sum(x, axis, keepdims=keepdims)
    return total / _count(x, total)


def _count(x: Any, total: Any) -> float:
    """How many elements of `x` make one of its reduction `total`; NaN, as is their mean, if there are none."""
    size, of_result = math.prod(shape_of(x)), math.prod(shape_of(total))
    return size / of_result if size and of_result else math.nan


def var(x: Any, axis: Axis = None, *, correction: float = 0.0, keepdims: bool = False) -> Any:
    """The mean square deviation from the mean over `axis`; of n elements, n - `correction` count."""
    deviations = apply(PRIMITIVES["subtract"], x, mean(x, axis, keepdims=True))
    total = sum(apply(PRIMITIVES["square"], deviations), axis, keepdims=keepdims)
    return apply(PRIMITIVES["divide"], total, builtins.max(_count(x, total) - correction, 0.0))


def std(x: Any, axis: Axis = None, *, correction: float = 0.0, keepdims: bool = False) -> Any:
    """The square root of `var`. Where all elements are equal it has a kink."""
    return apply(PRIMITIVES["sqrt"], var(x, axis, correction=correction, keepdims=keepdims))


def prod(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The product over `axis`: an int, a tuple of them, or None for all."""
    return apply(PRIMITIVES["prod"], x, axis=axis, keepdims=keepdims)


def max(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The largest element over `axis`: an int, a tuple of them, or None for all."""
    return apply(PRIMITIVES["max"], x, axis=axis, keepdims=keepdims)


def min(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The smallest element over `axis`: an int, a tuple of them, or None for all."""
    return apply(PRIMITIVES["min"], x, axis=axis, keepdims=keepdims)


def norm(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The Euclidean length over `axis`: an int, two of them (of a matrix: Frobenius), or None for all."""
    return apply(PRIMITIVES["norm"], x, axis=axis, keepdims=keepdims)


def cumsum(x: Any, axis: int | None = None) -> Any:
    """The sums of the elements up to each along `axis`; of all elements, as a vector, if it is None."""
    if axis is None or not shape_of(x):
        return cumsum(ravel(x), 0 if axis is None else axis)
    return apply(PRIMITIVES["cumsum"], x, axis=axis)


def cumprod(x: Any, axis: int | None = None) -> Any:
    """The products of the elements up to each along `axis`; of all elements, as a vector, if it is None."""
    if axis is None or not shape_of(x):
        return cumprod(ravel(x), 0 if axis is None else axis)
    return apply(PRIMITIVES["cumprod"], x, axis=axis)


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """`x` between `min` and `max`; None is no bound."""
    if min is not None:
        x = apply(PRIMITIVES["maximum"], x, min)
    return x if max is None else apply(PRIMITIVES["minimum"], x, max)


def matmul(x: Any, y: Any) -> Any:
    """The matrix product `x @ y`: of vectors, matrices, and stacks of matrices."""
    return apply(PRIMITIVES["matmul"], x, y)


def dot(x: Any, y: Any) -> Any:
    """NumPy's dot: a product of scalars, or the sums over the last axis of `x` and the last but one of `y`."""
    if not (shape_of(x) and shape_of(y)):
        return apply(PRIMITIVES["multiply"], x, y)
    if len(shape_of(y)) <= 2:
        return matmul(x, y)
    rows = moveaxis(y, -2, 0)
    flat = matmul(x, reshape(rows, (shape_of(rows)[0], math.prod(shape_of(rows)[1:]))))
    return reshape(flat, shape_of(x)[:-1] + shape_of(rows)[1:])


def outer(x: Any, y: Any) -> Any:
    """The products of each element of `x` with each of `y`, as a matrix."""
    return apply(PRIMITIVES["multiply"], expand_dims(ravel(x), 1), ravel(y))


def asarray(x: Any) -> Any:
    """`x` as a Variable, if it is one or a list that has one in it, else as an array."""
    if isinstance(x, Variable) or not isinstance(x, (list, tuple)):
        return x if isinstance(x, Variable) else np.asarray(x)
    parts = [asarray(part) for part in x]
    return stack(parts) if builtins.any(isinstance(part, Variable) for part in parts) else np.asarray(x)
