"""SciPy: differences of values, by scipy.optimize and by scipy.differentiate, at their defaults."""

from __future__ import annotations

import numpy as np

from problems import Problem

from ...function import on_arrays, plain
from ..base import ValueAndGradient
from .peer import Peer


class ApproxFprime(Peer):
    id = "scipy_approx_fprime"
    kind = "numerical"
    package = extra = "scipy"

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        from scipy.optimize import approx_fprime

        value = plain(problem)
        return lambda x: (value(x), approx_fprime(x, value))


class Differentiate(Peer):
    id = "scipy_differentiate"
    kind = "numerical"
    package = extra = "scipy"

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        from scipy.differentiate import jacobian

        value, function = plain(problem), on_arrays(problem, np)
        # Of a component that did not converge it gives the last value, too.
        return lambda x: (value(x), jacobian(function, x).df)
