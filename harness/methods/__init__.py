"""The methods: every way to get a gradient that the harness measures."""

import difflib

from .base import Method, UnsupportedError, failure
from .engine_reverse import EngineReverse
from .manual import Manual
from .numerical import Central

METHODS: dict[str, type[Method]] = {method.id: method for method in (EngineReverse, Manual, Central)}


def get(method_id: str) -> Method:
    """The method of that id. Raises LookupError, with ids that are near, if there is none."""
    if method_id not in METHODS:
        near = difflib.get_close_matches(method_id, METHODS, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"the methods are {', '.join(METHODS)}"
        raise LookupError(f"unknown method {method_id!r}: {hint}")
    return METHODS[method_id]()


__all__ = ["METHODS", "Method", "UnsupportedError", "failure", "get"]
