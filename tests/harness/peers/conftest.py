"""What the tests of the peers share."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

import problems
from harness.function import on_arrays


class Asked:
    """NumPy, which remembers the names that it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(np, name)


@pytest.fixture
def asked() -> Callable[[Iterable[str]], set[str]]:
    """The names that the definitions of some problems ask the array namespace for."""

    def names(of: Iterable[str]) -> set[str]:
        xp = Asked()
        for problem in map(problems.get, of):
            n = problem.dimensions.low
            on_arrays(problem, xp)(problem.points(n, 1)[0])
        return xp.names

    return names
