"""numdifftools: differences of values at many steps, extrapolated, at its defaults."""

from __future__ import annotations

from problems import Problem

from ...function import plain
from ..base import ValueAndGradient
from .peer import Peer


class Numdifftools(Peer):
    id = package = extra = "numdifftools"
    kind = "numerical"

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        import numdifftools

        value = plain(problem)
        gradient = numdifftools.Gradient(value)
        # It drops axes of length one, of the only coordinate, too.
        return lambda x: (value(x), gradient(x).reshape(x.shape))
