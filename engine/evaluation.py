"""How numerical differentiation calls a function: at new points of the argument's own precision, for one number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from .variable import as_data, short

Function: TypeAlias = Callable[[Any], Any]
Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


def as_point(x: Any) -> Array:
    """`x` as a new array: of float32 if it is of that, else of float64. Raises TypeError for what is not real."""
    dtype = np.float32 if getattr(x, "dtype", None) == np.float32 else np.float64
    return np.array(as_data(x), dtype)


def unpacked(array: Array) -> Any:
    """An array as the user has it: of no dimensions it is a number, Python's own where Python has it."""
    if array.ndim:
        return array
    return array.item() if array.dtype in (np.float64, np.complex128) else array[()]


def replaced(point: Array, index: tuple[int, ...], coordinate: complex) -> Any:
    """A new point, as `unpacked` gives it: `point` but for one coordinate."""
    moved = point.copy()
    moved[index] = coordinate
    return unpacked(moved)


def check_step(step: float | None) -> None:
    if step is not None and not 0.0 < step < np.inf:
        raise ValueError(f"step is a positive number, not {step!r}")


def check_scalar(result: Any) -> None:
    if shape := np.shape(result):
        raise TypeError(f"numerical differentiation needs a function that returns a scalar, not one of shape {shape}")


def real(result: Any) -> float:
    """What the function returned, as a float. Raises TypeError if it is not one real number."""
    if type(result) is float:
        return result
    check_scalar(result)
    if np.iscomplexobj(result):
        raise TypeError(f"numerical differentiation needs a function that returns a real number, not {short(result)}")
    return float(result)
