"""Measures methods of differentiation on test functions: accuracy, runtime, memory. See `gradmark --help`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .certificate import Certificate, certify
    from .methods import Method, UnsupportedError
    from .record import read
    from .runner import resume, run
    from .runs import Run

__all__ = ["Certificate", "Method", "Run", "UnsupportedError", "certify", "read", "resume", "run"]


def __getattr__(name: str) -> Any:
    """Load what is public when it is first used, so that `gradmark --help` answers at once."""
    from importlib import import_module

    homes = {
        "Certificate": ".certificate", "certify": ".certificate", "Run": ".runs", "run": ".runner",
        "resume": ".runner", "read": ".record", "Method": ".methods", "UnsupportedError": ".methods",
    }  # fmt: skip
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(homes[name], __name__), name)
