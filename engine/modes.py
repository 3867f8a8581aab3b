"""Modes of recording, local to a thread and to an async task.

A setting is a ContextVar. Reading one costs an operation some 12 ns, so operations do not ask as long as nobody in the
process has ever changed a setting: `untouched or recording()`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Final

ENABLE_BACKPROP: Final = ContextVar("enable_backprop", default=True)
SETTINGS: Final = {"enable_backprop": ENABLE_BACKPROP}

recording: Final = ENABLE_BACKPROP.get
"""Whether operations on Variables are recorded in this thread and task."""

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
    try:
        yield
    finally:
        SETTINGS[name].reset(token)


def no_grad() -> AbstractContextManager[None]:
    """Operations inside the `with` block are not recorded: their results keep no graph alive."""
    return using_config("enable_backprop", False)
