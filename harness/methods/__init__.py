"""The methods: every way to get a gradient that the harness measures."""

import difflib
from collections.abc import Iterable

from .base import (
    ElsewhereError,
    KnownFailureError,
    Method,
    NotInstalledError,
    UnsupportedError,
    ValueAndGradient,
    failure,
)
from .engine_forward import EngineForward
from .engine_reverse import EngineReverse
from .manual import Manual
from .numerical import SCHEMES, Numerical
from .peers import PEERS
from .symbolic import SymPy

METHODS: dict[str, Method] = {
    method.id: method
    for method in (EngineReverse(), EngineForward(), Manual(), SymPy(), *map(Numerical, SCHEMES), *PEERS)
}


def get(method_id: str, others: Iterable[str] = ()) -> Method:
    """The method of that id. Raises LookupError, with ids that are near, of `others` too, if there is none."""
    if method_id not in METHODS:
        known = [*METHODS, *others]
        near = difflib.get_close_matches(method_id, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"the methods are {', '.join(known)}"
        raise LookupError(f"unknown method {method_id!r}: {hint}")
    return METHODS[method_id]


def has_verdict(method_id: str) -> bool:
    """Whether the gradients of the method of that id get a verdict: those of the numerical ones are *approximate*.

    A method that is known no more, as in an old record, is numerical if its id says so.
    """
    if method_id in METHODS:
        return METHODS[method_id].kind != "numerical"
    return not method_id.startswith("numerical.")


__all__ = [
    "METHODS",
    "ElsewhereError",
    "KnownFailureError",
    "Method",
    "NotInstalledError",
    "UnsupportedError",
    "ValueAndGradient",
    "failure",
    "get",
    "has_verdict",
]
