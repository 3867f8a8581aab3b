"""What a call allocates: by tracemalloc, which sees NumPy's buffers too, and by the growth of the process."""

from __future__ import annotations

import ctypes
import gc
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np


def peak_and_retained(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> tuple[int, int]:
    """The most bytes that f(x) holds at once, its result included, and what is let go with the result."""
    f(x)  # what is allocated once and for all is not counted
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        result = f(x)
        kept, top = tracemalloc.get_traced_memory()
        del result
        left, _ = tracemalloc.get_traced_memory()  # above `before`: Python's free lists keep some of what is freed
    finally:
        tracemalloc.stop()
        gc.enable()
    return top - before, kept - left


def resident_growth(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> int | None:
    """Bytes by which the peak of the process's resident memory in f(x) is above what it was before.

    That sees what a library allocates by itself. None where the system does not tell, as macOS does not.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # what was freed but kept would hide what the call takes
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is what there is now
        before = _status("VmRSS")
        result = f(x)
        grown = _status("VmHWM") - before
        del result
    except OSError:
        return None
    return max(0, grown)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
