"""NumPy's dispatch: `np.exp(v)`, `array * v` and `np.sum(v)` reach the table, so plain NumPy code is differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np

from .operators import FAST
from .record import apply
from .table import ELEMENTWISE, PRIMITIVES
from .variable import Variable, compare

UFUNCS = {primitive.name: primitive for primitive in ELEMENTWISE}
COMPARISONS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}


def array_ufunc(self: Variable, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    name = ufunc.__name__
    if method == "__call__" and not kwargs:
        if name in UFUNCS:
            return FAST[name](*inputs) if len(inputs) == 1 else apply(UFUNCS[name], *inputs)
        if name in COMPARISONS:
            return compare(ufunc, *inputs)
        raise _unknown(f"np.{name}")
    if method == "__call__":
        raise TypeError(f"np.{name} of a Variable takes no {', '.join(kwargs)}=")
    if ufunc is np.add and method == "reduce":
        return sum(*inputs, **{"axis": 0, **kwargs})
    raise _unknown(f"np.{name}.{method}")


def array_function(self: Variable, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function in FUNCTIONS:
        return FUNCTIONS[function](*args, **kwargs)
    raise _unknown(f"np.{function.__name__}")


def sum(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The sum over `axis`: an int, a tuple of them, or None for all."""
    return apply(PRIMITIVES["sum"], x, axis=axis, keepdims=keepdims)


def stack(xs: Any, axis: int = 0) -> Any:
    """Equally shaped `xs` along a new axis."""
    return apply(PRIMITIVES["stack"], *xs, axis=axis)


def broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    """`x`, repeated to `shape`."""
    return apply(PRIMITIVES["broadcast_to"], x, shape=shape)


def moveaxis(x: Any, source: int, destination: int) -> Any:
    """`x` with its axis `source` moved to `destination`."""
    return apply(PRIMITIVES["moveaxis"], x, source=source, destination=destination)


FUNCTIONS = {np.sum: sum, np.stack: stack, np.broadcast_to: broadcast_to, np.moveaxis: moveaxis}


def _unknown(name: str) -> TypeError:
    known = ", ".join(sorted({*UFUNCS, *(function.__name__ for function in FUNCTIONS.values())}))
    return TypeError(f"{name} has no derivative rule in gradmark, which knows {known}")


setattr(Variable, "__array_ufunc__", array_ufunc)
setattr(Variable, "__array_function__", array_function)
