"""What a Variable can do: its operators and methods, put on the class here, where all that they need is at hand."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import forward, functions, namespace, protocols, sweep
from .operators import FAST, FAST_REFLECTED
from .primitive import Primitive
from .record import apply
from .table import PRIMITIVES
from .variable import Dual, Variable

SYMBOLS = {
    "negative": "neg",
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "pow": "pow",
}
"""Python's operators: the primitive, and the name between the underscores."""


def array_namespace(self: Variable, *, api_version: str | None = None) -> ModuleType:
    """The module of the array API's functions for Variables."""
    return namespace


def general(primitive: Primitive) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The operator of a primitive, and the reflected one, by the general way."""
    return lambda *operands: apply(primitive, *operands), lambda y, x: apply(primitive, x, y)


for _name, _symbol in SYMBOLS.items():
    # A Dual takes the general way. Being a subclass its operators come first, also to the right of a Variable.
    _operator, _reflected = general(PRIMITIVES[_name])
    setattr(Variable, f"__{_symbol}__", FAST[_name])
    setattr(Dual, f"__{_symbol}__", _operator)
    if _name in FAST_REFLECTED:
        setattr(Variable, f"__r{_symbol}__", FAST_REFLECTED[_name])
        setattr(Dual, f"__r{_symbol}__", _reflected)
Dual.of = staticmethod(forward.pushed)  # type: ignore[method-assign]

for _name, _method in {
    "backward": sweep.backward,
    "__getitem__": functions.getitem,
    "__array_ufunc__": protocols.array_ufunc,
    "__array_function__": protocols.array_function,
    "__array_namespace__": array_namespace,
}.items():
    setattr(Variable, _name, _method)
