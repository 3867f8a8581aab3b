"""What a Variable can do: its operators and methods, put on the class here, where all that they need is at hand."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from . import forward, functions, namespace, protocols, sweep
from .operators import FAST
from .primitive import Primitive
from .record import apply, plain
from .table import PRIMITIVES
from .variable import BY_DATA, Dual, Variable, at_work

SYMBOLS = {
    "negative": "neg",
    "abs": "abs",
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "pow": "pow",
    "matmul": "matmul",
}
"""Python's operators: the primitive, and the name between the underscores."""


def general(primitive: Primitive) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The operator of a primitive that works for every kind of Variable, and the reflected one."""
    return lambda *operands: apply(primitive, *operands), lambda y, x: apply(primitive, x, y)


def at_first_use(kind: type[Variable], symbol: str, name: str) -> Callable[..., Any]:
    """An operator that puts the generated one in its own place when it is called."""

    def operator(*operands: Any) -> Any:
        made = FAST[kind][name]
        setattr(kind, symbol, made)
        return made(*operands)

    return operator


for _name, _symbol in SYMBOLS.items():
    _operator, _reflected = general(PRIMITIVES[_name])
    setattr(Variable, f"__{_symbol}__", _operator)
    if _symbol not in ("neg", "abs"):
        setattr(Variable, f"__r{_symbol}__", _reflected)
    for _kind in FAST if _symbol != "matmul" else ():
        setattr(_kind, f"__{_symbol}__", at_first_use(_kind, f"__{_symbol}__", _name))
        if _symbol not in ("neg", "abs"):
            setattr(_kind, f"__r{_symbol}__", at_first_use(_kind, f"__r{_symbol}__", f"{_name}_reflected"))
Dual.of = staticmethod(forward.pushed)


def array_namespace(self: Variable, *, api_version: str | None = None) -> ModuleType:
    """The module of the array API's functions for Variables."""
    return namespace


def positive(x: Variable) -> Variable:
    """`+x` is `x`: nothing changes, and nothing is recorded."""
    return x


def no_number(x: Variable) -> Any:
    """What `float(x)` and `math.sin(x)` call."""
    raise TypeError("a Variable does not turn into a number, as its gradient would be lost: take np.sin(v), or v.data")


def formatted(x: Variable, form: str) -> str:
    """`f"{x:.3f}"` is that of the data: text has no gradient to lose."""
    return format(plain(x), form) if form else repr(x)


def reduced(x: Variable, protocol: Any) -> Any:
    """A leaf is its data, gradient and name. A result has a graph, which would be copied recursively."""
    if x._primitive is not None or at_work.get() is not None:
        raise TypeError("a Variable that is computed, or under a transform, is not copied or pickled: take its .data")
    return restored, (Variable if type(x) in BY_DATA else type(x), x._data, x.grad, x.name)


def restored(kind: type[Variable], data: Any, grad: Any, name: str | None) -> Variable:
    """A leaf, of its parts."""
    leaf = kind(data, name)
    leaf.grad = grad
    return leaf


def reshape(x: Variable, *shape: Any) -> Any:
    """The elements in the same order, in another shape: `x.reshape(2, 3)` or `x.reshape((2, 3))`."""
    return functions.reshape(x, shape[0] if len(shape) == 1 else shape)


def transpose(x: Variable, *axes: Any) -> Any:
    """The axes in another order, or reversed: `x.transpose(1, 0, 2)`, `x.transpose((1, 0, 2))`, `x.transpose()`."""
    return functions.transpose(x, (axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes) or None)


SAME = [
    "astype",
    "clip",
    "cumprod",
    "cumsum",
    "diagonal",
    "dot",
    "max",
    "mean",
    "min",
    "prod",
    "ravel",
    "repeat",
    "squeeze",
    "sum",
    "swapaxes",
    "trace",
]
"""Methods that are the functions of that name."""

METHODS: dict[str, Any] = {
    **{name: getattr(functions, name) for name in SAME},
    "flatten": functions.ravel,
    "std": protocols.FUNCTIONS[np.std],
    "var": protocols.FUNCTIONS[np.var],
    "backward": sweep.backward,
    "reshape": reshape,
    "transpose": transpose,
    "T": property(functions.transpose),
    "__getitem__": functions.getitem,
    "__pos__": positive,
    "__float__": no_number,
    "__int__": no_number,
    "__complex__": no_number,
    "__round__": no_number,
    "__format__": formatted,
    "__reduce_ex__": reduced,
    "__array_ufunc__": protocols.array_ufunc,
    "__array_function__": protocols.array_function,
    "__array_namespace__": array_namespace,
}

for _name, _method in METHODS.items():
    setattr(Variable, _name, _method)
