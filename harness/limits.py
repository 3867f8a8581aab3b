"""Limits: what a case may take, and what becomes of a process whose parent is gone."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PREPARATION_SECONDS = 10.0
CALL_SECONDS = 1.0
"""A method whose value and gradient takes longer is not timed."""


MANY_FILES = 1024
"""More than a process has open when it begins."""


class TimeLimitError(Exception):
    """Something took longer than it may. The message says what."""


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Raises TimeLimitError in the block's Python code, which has to be that of the main thread, after `seconds`.

    A library that blocks without running Python is not interrupted; the run stops its process in the end.
    """
    message = f"{what} took more than {seconds:g} s"
    rang = False

    def ring(*_: object) -> None:
        nonlocal rang
        rang = True
        raise TimeLimitError(message)

    outer = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again, as code may swallow what it does not know
    try:
        try:
            yield
        except BaseException:  # or make another error of it
            if not rang:
                raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
    finally:  # it may have rung just there
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, outer)
    if rang:
        raise TimeLimitError(message)


def limit_memory(size: int) -> None:
    """No more than `size` bytes of memory for this process: beyond it there is a MemoryError.

    Where the system has no such limit, as macOS has none, nothing is limited.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))


def lift_memory_limit() -> None:
    """Undo what `limit_memory` did in the parent, as far as the system allows: libraries map far more than they use."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def leave_with_parent() -> None:
    """End this process's group once the other end of its standard input is closed, as it is when its parent dies.

    A process of its own waits for that. A thread would wait for the interpreter too, which a method may never let go.
    """
    if os.fork() == 0:
        os.closerange(3, MANY_FILES)  # whoever waits for what this process has open to be closed does not wait for us
        try:
            while os.read(0, 1024):
                pass
        finally:
            os.killpg(0, signal.SIGKILL)
