"""Limits: what a case may take, and what becomes of a process whose parent is gone."""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PREPARATION_SECONDS = 10.0
CALL_SECONDS = 1.0
"""A method whose value and gradient takes longer is not timed."""


class TimeLimitError(Exception):
    """Something took longer than it may. The message says what."""


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Raises TimeLimitError in the block's Python code, which has to be that of the main thread, after `seconds`.

    A library that blocks without running Python is not interrupted; the run stops its process in the end.
    """
    error = TimeLimitError(f"{what} took more than {seconds:g} s")
    rang = False

    def ring(*_: object) -> None:
        nonlocal rang
        rang = True
        raise error

    outer = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again, as code may swallow what it does not know
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, outer)
    if rang:
        raise error


def limit_memory(size: int) -> None:
    """No more than `size` bytes of memory for this process: beyond it there is a MemoryError."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))


def leave_with_parent() -> None:
    """End this process when the other end of its standard input is closed, as it is when its parent dies."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
