"""What a Variable can do: its operators and methods, put on the class here, where all that they need is at hand."""

from types import ModuleType

from . import functions, namespace, protocols, sweep
from .operators import FAST, FAST_REFLECTED
from .variable import Variable

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


for _name, _symbol in SYMBOLS.items():
    setattr(Variable, f"__{_symbol}__", FAST[_name])
    if _name in FAST_REFLECTED:
        setattr(Variable, f"__r{_symbol}__", FAST_REFLECTED[_name])

for _name, _method in {
    "backward": sweep.backward,
    "__getitem__": functions.getitem,
    "__array_ufunc__": protocols.array_ufunc,
    "__array_function__": protocols.array_function,
    "__array_namespace__": array_namespace,
}.items():
    setattr(Variable, _name, _method)
