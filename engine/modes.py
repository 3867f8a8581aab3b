"""Modes of recording, local to a thread and to an async task.

A setting is a ContextVar. Reading one costs an operation some 12 ns, so operations do not ask as long as nobody in the
process has ever switched recording or debugging: `untouched or recording()`. Where a fast way records no more than is
needed, it asks `untouched or fast()`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Final

ENABLE_BACKPROP: Final = ContextVar("enable_backprop", default=True)
DEBUG: Final = ContextVar("debug", default=False)
SINGULAR_POINTS: Final = ContextVar("singular_points", default="repair")
SETTINGS: Final[dict[str, tuple[ContextVar[Any], tuple[object, ...]]]] = {
    "enable_backprop": (ENABLE_BACKPROP, (True, False)),
    "debug": (DEBUG, (True, False)),
    "singular_points": (SINGULAR_POINTS, ("repair", "raise", "off")),
}
"""The settings, and the values that each may have."""
FAST: Final = ContextVar("fast", default=True)  # follows from the settings

recording: Final = ENABLE_BACKPROP.get
"""Whether operations on Variables are recorded in this thread and task."""

debugging: Final = DEBUG.get
"""Whether operations remember where they were called, and a gradient that is not finite is an error."""

fast: Final = FAST.get
"""Whether operations are recorded, and need not remember where they were called."""

untouched = True
"""Whether operations are recorded, and no more, in every thread and task, as no setting was ever another."""


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
    untouched = untouched and setting is SINGULAR_POINTS
    token = setting.set(value)
    follows = FAST.set(recording() and not debugging())
    try:
        yield
    finally:
        FAST.reset(follows)
        setting.reset(token)


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
