"""Measures methods of differentiation on test functions: accuracy, runtime, memory. See `gradmark --help`."""

from .record import read
from .run import Run, run

__all__ = ["Run", "read", "run"]
