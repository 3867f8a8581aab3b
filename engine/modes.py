"""Modes of recording, local to a thread and to an async task.

A setting is a ContextVar. Reading one costs an operation some 12 ns, so operations do not ask as long as nobody in the
process has ever switched recording: `untouched or recording()`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Final

ENABLE_BACKPROP: Final = ContextVar("enable_backprop", default=True)
SINGULAR_POINTS: Final = ContextVar("singular_points", default="repair")
SETTINGS: Final[dict[str, tuple[ContextVar[Any], tuple[object, ...]]]] = {
    "enable_backprop": (ENABLE_BACKPROP, (True, False)),
    "singular_points": (SINGULAR_POINTS, ("repair", "raise", "off")),
}
"""The settings, and the values that each may have."""

recording: Final = ENABLE_BACKPROP.get
"""Whether operations on Variables are recorded in this thread and task."""

untouched = True
"""Whether `enable_backprop` has its default in every thread and task, as it was never given another value."""


@contextmanager
def using_config(name: str, value: bool | str) -> Iterator[None]:
    """Give the setting `name` another value inside a `with` block: `using_config("enable_backprop", False)`.

    `enable_backprop` is True or False. `singular_points` says what happens where a gradient is not finite: "repair"
    (see repair.py), "raise" FloatingPointError, or nothing: "off". Nests, ends with the block however it ends, and is
    seen by this thread and async task alone. Raises ValueError for an unknown name or a string that is no value of the
    setting, and TypeError for a value of another type.
    """
    if name not in SETTINGS:
        raise ValueError(f"unknown setting {name!r}: the settings are {', '.join(SETTINGS)}")
    setting, values = SETTINGS[name]
    if type(value) is not type(values[0]) or value not in values:
        error = ValueError if type(value) is str and type(values[0]) is str else TypeError
        raise error(f"{name} is {' or '.join(map(repr, values))}, not {value!r}")
    global untouched
    untouched = untouched and setting is not ENABLE_BACKPROP
    token = setting.set(value)
    try:
        yield
    finally:
        setting.reset(token)


def no_grad() -> AbstractContextManager[None]:
    """Operations inside the `with` block are not recorded: their results keep no graph alive."""
    return using_config("enable_backprop", False)
