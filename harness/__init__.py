"""Measures methods of differentiation on test functions: accuracy, runtime, memory. See `gradmark --help`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .record import read
    from .runner import resume, run
    from .runs import Run

__all__ = ["Run", "read", "resume", "run"]


def __getattr__(name: str) -> Any:
    """Load what is public when it is first used, so that `gradmark --help` answers at once."""
    from importlib import import_module

    homes = {"Run": ".runs", "run": ".runner", "resume": ".runner", "read": ".record"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(homes[name], __name__), name)
