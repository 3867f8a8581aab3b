"""Trying functions of the user's before a run: what fails at the first call would fail in every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from problems import Problem

from .errors import BadInputError, one_line
from .limits import TimeLimitError, within
from .observed import observed
from .user import users_code

SECONDS = 10.0
"""What the calls at all points of one size may take."""


def try_out(problem: Problem, points: np.ndarray[Any, Any]) -> None:
    """Call a problem at points, of shape (count, n). Raises BadInputError where it gives no finite real number."""
    count, n = points.shape
    try:
        with within(SECONDS, f"{count} calls of {problem.name} with {n} coordinates"), users_code():
            for x in points:
                _try(problem, x, f"{problem.name}, of {n} coordinates,")
    except TimeLimitError as error:
        raise BadInputError(f"{error}: --n asks for fewer coordinates") from error


def _try(f: Callable[[Any], Any], x: np.ndarray[Any, Any], name: str) -> None:
    value = observed(f, x, name)
    if np.shape(value):
        raise BadInputError(f"{name} returns an array of shape {np.shape(value)}: a gradient is that of one number")
    if not np.isfinite(value):
        where = one_line(str(x.tolist()), 80)
        raise BadInputError(f"{name} is {value} at {where}: @problem(domain=…) says where it has a value")
