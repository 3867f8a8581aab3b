"""Modes of recording, local to a thread and to an async task.

A setting is a ContextVar. Reading one costs an operation some 12 ns, so operations do not ask as long as nobody in the
process has ever changed a setting: `untouched or recording()`. Where a fast way records no more than is needed, it
asks `untouched or fast()`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Final

ENABLE_BACKPROP: Final = ContextVar("enable_backprop", default=True)
DEBUG: Final = ContextVar("debug", default=False)
SETTINGS: Final = {"enable_backprop": ENABLE_BACKPROP, "debug": DEBUG}
FAST: Final = ContextVar("fast", default=True)  # follows from the settings

recording: Final = ENABLE_BACKPROP.get
"""Whether operations on Variables are recorded in this thread and task."""

debugging: Final = DEBUG.get
"""Whether operations remember where they were called, and a gradient that is not finite is an error."""

fast: Final = FAST.get
"""Whether operations are recorded, and need not remember where they were called."""

untouched = True
"""Whether every setting has its default in every thread and task, as none was ever given another value."""


@contextmanager
def using_config(name: str, value: bool) -> Iterator[None]:
    """Give the setting `name` another value inside a `with` block: `using_config("enable_backprop", False)`.

    Nests, ends with the block however it ends, and is seen by this thread and async task alone.
    Raises ValueError for an unknown name and TypeError for a value that is not a bool.
    """
    if name not in SETTINGS:
        raise ValueError(f"unknown setting {name!r}: the settings are {', '.join(SETTINGS)}")
    if not isinstance(value, bool):
        raise TypeError(f"{name} is True or False, not {value!r}")
    global untouched
    untouched = False
    token = SETTINGS[name].set(value)
    follows = FAST.set(recording() and not debugging())
    try:
        yield
    finally:
        FAST.reset(follows)
        SETTINGS[name].reset(token)


def no_grad() -> AbstractContextManager[None]:
    """Operations inside the `with` block are not recorded: their results keep no graph alive."""
    return using_config("enable_backprop", False)


def debug() -> AbstractContextManager[None]:
    """Inside the `with` block a gradient that is not finite is an error that tells where it came from.

    That is the primitive, its operands, and the line and expression of the caller's source. A `backward()` or reverse
    transform in the block raises NonFiniteGradientError (explanation.py), a FloatingPointError, before it hands out or
    adds a derivative that is inf or NaN, or one of such a value; its `.explanation` is what `explain` would return.
    Operations that ran outside the block are found too, but not where they were called. Inside, operations on scalars
    take some twenty times as long, and may differ in the last digit, as NumPy computes what `math` does outside.
    """
    return using_config("debug", True)
