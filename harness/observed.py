"""Calling a function that somebody else wrote: what it must not do is found out and named."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

from .errors import BadInputError, one_line
from .limits import TimeLimitError

Function: TypeAlias = Callable[[Any], Any]


NO_NUMBERS = (TypeError, ValueError, OverflowError)
"""What `doubles` raises."""


def doubles(value: Any) -> np.ndarray[Any, Any]:
    """Real numbers as a new array of float64. NumPy alone would read texts, make NaN of None, and drop what is complex.

    Raises one of NO_NUMBERS for what is anything else.
    """
    found = np.asarray(value)
    if found.dtype.kind not in "biufO" or any(element is None for element in found.flat if found.dtype.kind == "O"):
        raise TypeError(f"{found.dtype} holds no real numbers")
    return found.astype(np.float64)


def plain_point(x: Any) -> Any:
    """A point as a float, or a new array of float64. Raises BadInputError for what is not made of finite numbers."""
    try:
        point = doubles(x)
    except NO_NUMBERS:
        raise BadInputError(f"a point is a number or an array of them, not {one_line(repr(x))}") from None
    if not np.isfinite(point).all():
        raise BadInputError(f"the coordinates of a point are finite numbers, not {one_line(str(point))}")
    if not point.size:
        raise BadInputError("a point has at least one coordinate")
    return point if point.ndim else float(point)


@contextmanager
def silence() -> Iterator[None]:
    """Warnings in the block are not shown, nor made errors of: the verdict is the same in any program."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def observed(f: Function, point: Any, name: str) -> Any:
    """What `f` returns at `point`: a float or an array of float64.

    It is called twice. Raises BadInputError, calling it `name`, if it raises an error, returns anything else, changes
    its argument, or returns another value the second time.
    """
    first, second = (_call(f, point, name) for _ in range(2))
    if first.shape != second.shape or not np.array_equal(first, second, equal_nan=True):
        raise BadInputError(f"{name} is not deterministic: at one point it gave {_short(first)}, then {_short(second)}")
    return first if first.ndim else float(first)


def _call(f: Function, point: Any, name: str) -> np.ndarray[Any, Any]:
    given = point.copy() if isinstance(point, np.ndarray) else point
    try:
        with silence():
            result = f(given)
    except (BadInputError, TimeLimitError):
        raise
    except (Exception, SystemExit) as error:
        words = one_line(f"{type(error).__name__}: {error}")
        raise BadInputError(f"{name} raises an error at {_short(point)}: {words}") from error
    if isinstance(point, np.ndarray) and not np.array_equal(given, point):
        i = tuple(int(k) for k in np.argwhere(given != point)[0])
        raise BadInputError(
            f"{name} changes its argument: element {list(i)} was {point[i]} and is {given[i]} after; let it copy first"
        )
    try:
        found = np.asarray(result)
        if found.dtype.kind == "c":
            raise BadInputError(f"{name} leaves the real numbers: it returns {_short(result)}")
        return doubles(found)
    except NO_NUMBERS:
        raise BadInputError(f"{name} returns {_short(result)}, which is no number or array of them") from None


def same_shape(gradient: Any, point: Any) -> Any:
    """A gradient, of numbers. Raises BadInputError if it has not the shape of the point."""
    try:
        found = doubles(gradient)
    except NO_NUMBERS:
        raise BadInputError(f"a gradient is made of numbers, not {_short(gradient)}") from None
    if found.shape != np.shape(point):
        raise BadInputError(f"the gradient has shape {found.shape}; it is that of the point, {np.shape(point)}")
    return found if found.ndim else float(found)


def _short(value: Any) -> str:
    return one_line(repr(value.tolist() if isinstance(value, np.ndarray) else value), 80)
