"""NumPy's dispatch: `np.exp(v)`, `array * v` and `np.sum(v)` reach the table, so plain NumPy code is differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from .operators import FAST
from .record import apply
from .table import ELEMENTWISE
from .variable import Variable, compare

UFUNCS = {getattr(np, primitive.name): primitive for primitive in ELEMENTWISE}
COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: functions.sum,
    np.stack: functions.stack,
    np.reshape: functions.reshape,
    np.broadcast_to: functions.broadcast_to,
    np.moveaxis: functions.moveaxis,
}


def array_ufunc(self: Variable, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy calls this for a ufunc with a Variable among its inputs."""
    if ufunc is np.add and method == "reduce":
        return functions.sum(*inputs, **{"axis": 0, **kwargs})
    if method != "__call__":
        raise _unknown(f"np.{ufunc.__name__}.{method}")
    if ufunc not in UFUNCS and ufunc not in COMPARISONS:
        raise _unknown(f"np.{ufunc.__name__}")
    if kwargs:
        raise TypeError(f"np.{ufunc.__name__} of a Variable takes no {', '.join(kwargs)}=")
    if ufunc in COMPARISONS:
        return compare(ufunc, *inputs)
    primitive = UFUNCS[ufunc]
    return FAST[primitive.name](*inputs) if len(inputs) == 1 else apply(primitive, *inputs)


def array_function(self: Variable, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """NumPy calls this for any other of its functions with a Variable among the arguments."""
    if func not in FUNCTIONS:
        raise _unknown(f"np.{func.__name__}")
    return FUNCTIONS[func](*args, **kwargs)


def _unknown(name: str) -> TypeError:
    known = ", ".join(sorted(f"np.{function.__name__}" for function in (*UFUNCS, *FUNCTIONS)))
    return TypeError(f"{name} has no derivative rule; those that have are {known}")
