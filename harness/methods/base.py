"""What a method is: a way to get a gradient. A new one is a small class here, listed in METHODS (__init__.py)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from problems import Problem

from ..errors import one_line
from ..limits import PREPARATION_SECONDS, TimeLimitError
from ..record import Outcome

Vector: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
ValueAndGradient: TypeAlias = Callable[[Vector], tuple[float, Vector]]
Kind = Literal["automatic", "symbolic", "numerical"]


class UnsupportedError(Exception):
    """The method cannot differentiate this problem. The message says why."""


class NotInstalledError(Exception):
    """The method needs a package that is not there. The message is the command that installs it."""


class KnownFailureError(Exception):
    """What failed before and is not tried again: the outcome, and the reason."""


class ElsewhereError(KnownFailureError):
    """What failed in a process of its own: the outcome, and the reason."""


OUTCOMES: dict[type[Exception], Outcome] = {
    UnsupportedError: "unsupported",
    NotInstalledError: "not_installed",
    TimeLimitError: "timeout",
}
"""Of the errors whose message is the reason as it stands."""


def failure(error: BaseException, unable: tuple[type[Exception], ...] = ()) -> tuple[Outcome, str]:
    """The outcome of a case in which a method raised `error`, and the reason, of one line.

    Errors of the types `unable` say that the method cannot do it.
    """
    if isinstance(error, KnownFailureError):
        outcome, reason = error.args
        return outcome, reason
    name = type(error).__name__
    try:
        words = one_line(str(error))
    except BaseException as another:  # not even that is certain to work
        words = f"its message raises {type(another).__name__}"
    for kind, outcome in OUTCOMES.items():
        if isinstance(error, kind):
            return outcome, words or name
    words = f"{name}: {words}" if words else name
    if isinstance(error, MemoryError):
        return "out_of_memory", one_line(words)
    return ("unsupported" if isinstance(error, unable) else "error"), one_line(words)


class Method(ABC):
    """A way to differentiate a problem, used as an expert would use it."""

    id: str
    kind: ClassVar[Kind] = "automatic"
    isolated: ClassVar[bool] = True
    """Whether it runs in a process of its own, as code does that may crash, leak or print: all but this project's."""
    threaded: ClassVar[bool] = False
    """Whether it may use several threads, so that it is timed with as many as it takes by itself, too."""
    unable: ClassVar[tuple[type[Exception], ...]] = ()
    """The errors by which it says that it cannot do something: *unsupported*, not *error*."""
    preparation_seconds: ClassVar[float] = PREPARATION_SECONDS
    """What its preparation may take, and its first call."""

    @abstractmethod
    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        """The function from a point of shape (n,) to the value and the gradient, of shape (n,), there.

        All that depends on the problem and n alone is done here; the function returned is what is timed. Raises
        UnsupportedError, with the reason, for a problem that the method cannot do, and NotInstalledError.
        """

    def timed(self, prepared: ValueAndGradient, x: Vector) -> Callable[[], object]:
        """What is timed of that function at `x`: all of it, NumPy's arrays in and out, but for what stays elsewhere."""
        return partial(prepared, x)

    def without_conversion(self, prepared: ValueAndGradient, x: Vector) -> Callable[[], object] | None:
        """The same at `x` from the library's own array to its own arrays; None where nothing is converted."""
        return None

    def nodes(self, problem: Problem, x: Vector) -> int | None:
        """How many operations one evaluation records: deterministic, unlike time. None if nothing is recorded."""
        return None

    def passes(self, problem: Problem) -> dict[str, Callable[[Vector], object]]:
        """Other ways to go through the method, each by a name, whose memory is told beside that of the whole."""
        return {}

    def own_code(self, problem: Problem, n: int) -> Callable[[Any], Any] | None:
        """The gradient as a function of a point, of balls too, for a method whose gradient is code of its own."""
        return None
