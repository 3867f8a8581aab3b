"""What is done with each primitive that is not elementwise: how it is called, and on what shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine import Variable
from engine.functions import astype
from engine.record import apply
from engine.table import PRIMITIVES


@dataclass(frozen=True)
class Case:
    """`function(total, v)` is the program; `total` makes a number of results, `v` has `shape`."""

    form: str
    shape: tuple[int, ...]
    function: Callable[[Callable[..., Any], Any], Any]


def _of(form: str, shape: tuple[int, ...], function: Callable[[Any], Any]) -> Case:
    return Case(form, shape, lambda total, v: total(function(v)))


def _of_two(form: str, shape: tuple[int, ...], other: tuple[int, ...], function: Callable[[Any, Any], Any]) -> Case:
    """Both operands from one vector."""
    size, all_of_them = int(np.prod(shape)), int(np.prod(shape) + np.prod(other))

    def program(total: Callable[..., Any], v: Any) -> Any:
        return total(function(np.reshape(v[:size], shape), np.reshape(v[size:], other)))

    return Case(form, (all_of_them,), program)


def _reductions(reduce: Callable[..., Any], *axes: Any) -> tuple[Case, ...]:
    return (
        *(_of(f"axis={axis}", (2, 2, 3), partial(reduce, axis=axis)) for axis in axes),
        _of("axis=0, square", (3, 3), lambda v: reduce(v, axis=0)),
        _of("axis=1, keepdims", (3, 3), lambda v: reduce(v, axis=1, keepdims=True)),
        _of("vector", (5,), lambda v: reduce(v)),
        _of("a number", (), lambda v: reduce(v)),
    )


def _scans(scan: Callable[..., Any]) -> tuple[Case, ...]:
    return (
        *(_of(f"axis={axis}", (2, 2, 3), partial(scan, axis=axis)) for axis in (None, 0, 1, -1)),
        _of("axis=0, square", (3, 3), lambda v: scan(v, axis=0)),
        _of("vector", (5,), lambda v: scan(v)),
    )


def _scattered(v: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """NumPy has no function for it: the primitive itself, or its value."""
    scatter = PRIMITIVES["scatter"]
    if isinstance(v, Variable):
        return apply(scatter, v, index=index, shape=shape)
    return scatter.value(v, index, shape)


TWICE, GRID = [0, 2, 2, 0, 1], ([0, 1, 1, 2], [1, 0, 0, 2])
MASK = np.array([[True, False, True], [False, True, True]])

TRIANGLE = np.tri(3) > 0.0

CASES: dict[str, tuple[Case, ...]] = {
    "getitem": (
        _of("slice", (5,), lambda v: v[1:4]),
        _of("backward", (5,), lambda v: v[::-2]),
        _of("row", (2, 3), lambda v: v[1]),
        _of("columns", (3, 3), lambda v: v[:, 1:]),
        _of("last axis", (2, 2, 3), lambda v: v[..., 0]),
        _of("a further axis", (3,), lambda v: v[:, None]),
        _of("elements, some twice", (3,), lambda v: v[TWICE]),
        _of("rows, some twice", (3, 3), lambda v: v[[2, 0, 2]]),
        _of("a grid of them", (3, 3), lambda v: v[GRID]),
        _of("where a mask is true", (2, 3), lambda v: v[MASK]),
        Case("numbers, one twice", (3,), lambda total, v: total(np.stack([v[0], v[2], v[2], v[-2]]))),
        Case("two parts", (5,), lambda total, v: total(v[:3], v[2:])),
    ),
    "scatter": (
        _of("slice", (3,), lambda v: _scattered(v, slice(1, 4), (5,))),
        _of("elements, some twice", (5,), lambda v: _scattered(v, TWICE, (3,))),
        _of("a grid of them", (4,), lambda v: _scattered(v, GRID, (3, 3))),
        _of("rows, square", (3, 3), lambda v: _scattered(v, [0, 2, 1], (3, 3))),
        _of("a row to rows", (3,), lambda v: _scattered(v, slice(0, 3), (4, 3))),
        _of("a column to columns", (3, 1), lambda v: _scattered(v, slice(0, 3), (4, 3))),
    ),
    "stack": (
        _of("axis=0", (3, 3), lambda v: np.stack([v[0], v[1], v[2]])),
        _of("axis=1", (2, 4), lambda v: np.stack([v[0], v[1], np.arange(4.0), v[0]], axis=1)),
        _of("axis=-1, square", (2, 3, 2), lambda v: np.stack([v[:, 0], v[:, 1], v[:, 2]], axis=-1)),
        _of("numbers", (4,), lambda v: np.stack([v[0], v[1], 1.5, v[3]])),
    ),
    "concat": (
        _of("axis=0", (3, 3), lambda v: np.concatenate([v[:1], v[1:], v[:2]])),
        _of("axis=1", (2, 5), lambda v: np.concatenate([v[:, 2:], np.ones((2, 1)), v[:, :2]], axis=1)),
        _of("alike", (2, 2, 2), lambda v: np.concatenate([v[0], v[1], v[0]], axis=-1)),
        _of("axis=None", (2, 3), lambda v: np.concatenate([v[:1], v], axis=None)),
    ),
    "reshape": (
        _of("to a vector", (3, 3), lambda v: np.reshape(v, (-1,))),
        _of("from a vector", (6,), lambda v: np.reshape(v, (3, 2))),
        _of("three axes", (2, 2, 3), lambda v: np.reshape(v, (3, 4))),
        _of("of a number", (), lambda v: np.reshape(v, (1, 1))),
    ),
    "transpose": (
        _of("square", (3, 3), lambda v: v.T),
        _of("reversed axes", (2, 2, 3), lambda v: np.transpose(v)),
        _of("axes in turn", (2, 2, 3), lambda v: np.transpose(v, (1, 2, 0))),
    ),
    "broadcast_to": (
        _of("row", (3,), lambda v: np.broadcast_to(v, (3, 3))),
        _of("column", (3, 1), lambda v: np.broadcast_to(v, (3, 3))),
        _of("number", (), lambda v: np.broadcast_to(v, (2, 2))),
        _of("axes in front", (2, 1, 2), lambda v: np.broadcast_to(v, (2, 2, 2, 2))),
    ),
    "where": (
        _of_two("alike", (2, 3), (2, 3), lambda x, y: np.where(MASK, x, y)),
        _of_two("row on the left", (3,), (2, 3), lambda x, y: np.where(MASK, x, y)),
        _of_two("column on the right", (2, 3), (2, 1), lambda x, y: np.where(MASK, x, y)),
        _of_two("square", (3, 3), (3,), lambda x, y: np.where(TRIANGLE, x, y)),
        _of_two("square, on the right", (3,), (3, 3), lambda x, y: np.where(TRIANGLE, x, y)),
        _of("constants", (2, 3), lambda v: np.where(MASK, v, 0.5) + np.where(MASK, 1.5, v)),
    ),
    "astype": tuple(
        # Balls have no dtype; to that of the reference nothing happens.
        _of(form, shape, lambda v: astype(v, np.float64) if isinstance(v, Variable) else v)
        for form, shape in (("array", (2, 3)), ("square", (3, 3)), ("number", ()))
    ),
    "sum": _reductions(np.sum, None, 0, 1, -1, (0, 2), (1, 2)),
    "prod": _reductions(np.prod, None, 0, 1, -1, (0, 2), (1, 2)),
    "max": _reductions(np.max, None, 0, 1, -1, (0, 2), (1, 2)),
    "min": _reductions(np.min, None, 0, 1, -1, (0, 2), (1, 2)),
    "norm": _reductions(lambda v, **how: np.linalg.norm(v, **how), 0, 1, -1, (0, 2), (1, 2)),
    "cumsum": _scans(np.cumsum),
    "cumprod": _scans(np.cumprod),
    "matmul": (
        _of_two("vectors", (3,), (3,), lambda x, y: x @ y),
        _of_two("matrix and vector", (2, 3), (3,), lambda x, y: x @ y),
        _of_two("vector and matrix", (3,), (3, 2), lambda x, y: x @ y),
        _of_two("matrices", (2, 3), (3, 2), lambda x, y: x @ y),
        _of_two("square", (2, 2), (2, 2), lambda x, y: x @ y),
        _of_two("stack and matrix", (2, 2, 2), (2, 2), lambda x, y: x @ y),
        _of_two("matrix and stack", (2, 2), (2, 2, 2), lambda x, y: x @ y),
        _of_two("stack and vector", (2, 2, 2), (2,), lambda x, y: x @ y),
        _of_two("vector and stack", (2,), (2, 2, 2), lambda x, y: x @ y),
        _of("a constant on the right", (3, 3), lambda v: v @ np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 1.5]])),
        _of("a constant on the left", (3,), lambda v: np.array([[1.0, 2.0, -0.5], [0.5, -1.0, 3.0]]) @ v),
    ),
}
