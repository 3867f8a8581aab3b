"""What a method is: a way to get a gradient. A new one is a small class here, listed in METHODS (__init__.py)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from problems import Problem

from ..errors import one_line
from ..limits import TimeLimitError
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


OUTCOMES: dict[type[Exception], Outcome] = {
    UnsupportedError: "unsupported",
    NotInstalledError: "not_installed",
    TimeLimitError: "timeout",
}
"""Of the errors whose message is the reason as it stands."""


def failure(error: BaseException) -> tuple[Outcome, str]:
    """The outcome of a case in which a method raised `error`, and the reason, of one line."""
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
    return ("out_of_memory" if isinstance(error, MemoryError) else "error"), one_line(
        f"{name}: {words}"
    ) if words else name


class Method(ABC):
    """A way to differentiate a problem, used as an expert would use it."""

    id: str
    kind: ClassVar[Kind]

    @abstractmethod
    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        """The function from a point of shape (n,) to the value and the gradient, of shape (n,), there.

        All that depends on the problem and n alone is done here; the function returned is what is timed. Raises
        UnsupportedError, with the reason, for a problem that the method cannot do, and NotInstalledError.
        """

    def nodes(self, problem: Problem, x: Vector) -> int | None:
        """How many operations one evaluation records: deterministic, unlike time. None if nothing is recorded."""
        return None

    def passes(self, problem: Problem) -> dict[str, Callable[[Vector], object]]:
        """Other ways to go through the method, each by a name, whose memory is told beside that of the whole."""
        return {}

    def own_code(self, problem: Problem, n: int) -> Callable[[Any], Any] | None:
        """The gradient as a function of a point, of balls too, for a method whose gradient is code of its own."""
        return None
