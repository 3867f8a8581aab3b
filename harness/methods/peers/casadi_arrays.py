"""Arrays on CasADi's matrices, with NumPy's shapes, indices and broadcasting, and the functions that go with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import casadi
import numpy as np

from ..base import UnsupportedError
from .namespace import Namespace
from .symbolic_array import SymbolicArray

Shape: TypeAlias = tuple[int, ...]


class Array(SymbolicArray):
    """An array of up to two dimensions; one of a single dimension is a column to CasADi.

    `matrix` is CasADi's SX or MX. Constants are NumPy's arrays, which NumPy computes with, once.
    """

    __slots__ = ("matrix", "shape")

    def __init__(self, matrix: Any, shape: Shape) -> None:
        self.matrix, self.shape = matrix, shape

    @classmethod
    def elementwise(cls, function: Callable[..., Any], *operands: Any) -> Array:
        shape = np.broadcast_shapes(*map(np.shape, operands))
        return Array(function(*(_broadcast(x, shape) for x in operands)), shape)

    def __getitem__(self, key: Any) -> Array:
        """By numbers, slices and None."""
        taken: list[Any] = []
        shape: list[int] = []
        for index in key if isinstance(key, tuple) else (key,):
            if index is None:
                shape.append(1)
                continue
            indices = range(self.shape[len(taken)])[index]
            if isinstance(indices, range):
                shape.append(len(indices))
                forward = slice(indices.start, indices.stop, indices.step)
                taken.append(forward if indices and indices.step > 0 else list(indices))  # SX slices backwards wrongly
            else:
                taken.append(indices)
        shape += self.shape[len(taken) :]
        taken += [slice(None)] * (2 - len(taken))
        return _laid_out(self.matrix[tuple(taken)], tuple(shape))


def _rows_and_columns(shape: Shape) -> tuple[int, int]:
    if len(shape) > 2:
        raise UnsupportedError(f"CasADi has no arrays of {len(shape)} dimensions")
    rows, columns = (*shape, 1, 1)[:2]
    return rows, columns


def _laid_out(matrix: Any, shape: Shape) -> Array:
    """The elements of `matrix`, row by row, as an array of that shape."""
    rows, columns = _rows_and_columns(shape)
    if matrix.shape != (rows, columns):
        matrix = casadi.reshape(matrix.T, columns, rows).T  # it goes column by column
    return Array(matrix, shape)


def matrix_of(x: Any) -> Any:
    """An array, or a number or an array of NumPy's, as CasADi takes it."""
    return x.matrix if isinstance(x, Array) else casadi.DM(x)


def _broadcast(x: Any, shape: Shape) -> Any:
    """The matrix of `x` in that shape; but a single element is left to CasADi, which broadcasts it itself."""
    matrix, own = matrix_of(x), np.shape(x)
    if own == shape or matrix.shape == (1, 1):
        return matrix
    if len(own) < len(shape):
        matrix = matrix.T
    (rows, columns), (m, n) = _rows_and_columns(shape), matrix.shape
    return casadi.repmat(matrix, rows // max(m, 1), columns // max(n, 1))


def _reduced(function: Callable[[Any], Any], x: Array, axis: int | tuple[int, ...] | None) -> Array:
    """`x` without `axis`, by a function that makes one row of a matrix."""
    axes = range(len(x.shape))
    gone = {axes[a] for a in (axes if axis is None else axis if isinstance(axis, tuple) else (axis,))}
    matrix = x.matrix
    if 0 in gone:
        matrix = function(matrix)
    if 1 in gone:
        matrix = function(matrix.T)
    return _laid_out(matrix, tuple(x.shape[a] for a in axes if a not in gone))


def _product(matrix: Any) -> Any:
    """One half times the other, again and again: a few operations on vectors."""
    while (rows := matrix.shape[0]) > 1:
        half = rows // 2
        matrix = casadi.vertcat(matrix[:half, :] * matrix[half : 2 * half, :], matrix[2 * half :, :])
    return matrix if rows else casadi.DM.ones(1, matrix.shape[1])


def _cumulative_product(x: Array, axis: int = 0) -> Array:
    parts = [x[:1]]
    for i in range(1, len(x)):
        parts.append(parts[-1] * x[i : i + 1])
    return _concatenated(parts)


def _concatenated(arrays: Sequence[Any], axis: int = 0) -> Array:
    axis = range(len(np.shape(arrays[0])))[axis]
    shape = list(np.shape(arrays[0]))
    shape[axis] = sum(np.shape(x)[axis] for x in arrays)
    return Array((casadi.vertcat, casadi.horzcat)[axis](*map(matrix_of, arrays)), tuple(shape))


def _reshaped(x: Any, shape: int | Shape) -> Array:
    return _laid_out(matrix_of(x), np.empty(np.shape(x)).reshape(shape).shape)


def _moved(x: Array, source: int, destination: int) -> Array:
    axes = range(len(x.shape))
    return x if axes[source] == axes[destination] else Array(x.matrix.T, x.shape[::-1])


ELEMENTWISE = {
    **{name: getattr(casadi, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt")},
    **{name: getattr(casadi, name) for name in ("expm1", "log1p", "log10", "floor", "ceil", "sign", "hypot")},
    **{name: getattr(casadi, name) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "atan2")},
    "abs": casadi.fabs,
    "maximum": casadi.fmax,
    "minimum": casadi.fmin,
    "where": casadi.if_else,
}

REDUCTIONS = {
    "sum": casadi.sum1,
    "prod": _product,
    "max": lambda matrix: casadi.horzcat(*map(casadi.mmax, casadi.horzsplit(matrix))),
    "min": lambda matrix: casadi.horzcat(*map(casadi.mmin, casadi.horzsplit(matrix))),
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: lambda *x, f=function: Array.elementwise(f, *x) for name, function in ELEMENTWISE.items()},
    **{name: lambda x, axis=None, f=function: _reduced(f, x, axis) for name, function in REDUCTIONS.items()},
    "cumprod": _cumulative_product,
    "concat": _concatenated,
    "stack": lambda arrays: _concatenated([_reshaped(x, (1, *np.shape(x))) for x in arrays]),
    "reshape": _reshaped,
    "moveaxis": _moved,
    "asarray": lambda x: x,
    "zeros_like": lambda x: np.zeros(x.shape),
    "ones_like": lambda x: np.ones(x.shape),
}


def _for_both(name: str) -> Callable[..., Any]:
    """The function of CasADi's arrays, and NumPy's for what has none of them in it."""
    function, numpys = FUNCTIONS[name], getattr(np, name)

    def either(*arguments: Any, **options: Any) -> Any:
        first = arguments[0] if isinstance(arguments[0], (list, tuple)) else arguments
        return (function if any(isinstance(x, Array) for x in first) else numpys)(*arguments, **options)

    return either


NAMESPACE = Namespace("CasADi", arange=np.arange, **{name: _for_both(name) for name in FUNCTIONS})
