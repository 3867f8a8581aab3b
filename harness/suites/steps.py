"""Steps: the error of each difference scheme against the size of its step, from what truncates to what only rounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from engine import numerical_gradient

from ..methods.numerical import function
from ..names import find_problem
from ..plan import locate
from ..record import Case, Recorder
from ..reference import reference_of
from ..slopes import slope
from ..verdict import measure
from .each import Figure, record_each

PRIMARY = "best_step"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

AT_STEP = "error_at_step_"
"""The metrics' names begin so, and end in the step, as Python writes it."""

STEPS = tuple(10.0**-k for k in range(17))

SMALL = 1e-2
"""Truncation has reached its power where the error is below this, and a difference of values still tells something."""

ABOVE_BEST = 10.0
"""So many times the least error, and a branch is truncation or rounding alone."""

ROUNDED = 1e-16
"""No error is taken for less: the gradient itself is rounded."""

DO_NOT_SUBTRACT = frozenset({"numerical.complex_step"})
"""The schemes whose error does not grow as the step shrinks."""


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case: the normwise error at each step, the step with the least, and the slopes."""
    record_each(cases, recorder, PRIMARY, "1", lambda case: _figures(case, recorder.seed))


def _figures(case: Case, seed: int) -> Iterator[Figure]:
    errors = normwise_errors(case, seed)
    if np.isnan(errors).all():
        yield Figure(PRIMARY, np.nan, "1", "undefined", "no error is relative to a gradient that is zero or not known")
        return
    for step, value in zip(STEPS, errors, strict=True):
        yield Figure(f"{AT_STEP}{step:.0e}", value, "1", "approximate")
    truncation, rounding = slopes(errors)
    yield Figure("truncation_slope", truncation, "1", "approximate")
    yield Figure("rounding_slope", np.nan if case.method in DO_NOT_SUBTRACT else rounding, "1", "approximate")
    yield Figure(PRIMARY, STEPS[int(np.nanargmin(errors))], "1", "approximate")


def slopes(errors: list[float]) -> tuple[float, float]:
    """The power of the step that the errors at STEPS grow as where they truncate, and where they round.

    Either is nan where there are fewer than two such steps: polynomials of low degree do not truncate.
    """
    steps, found = np.array(STEPS), np.array(errors)
    best = int(np.nanargmin(found))
    clear = (found > ABOVE_BEST * max(found[best], ROUNDED)) & (found < SMALL)
    truncates, rounds = clear & (steps > steps[best]), clear & (steps < steps[best])
    return slope(steps[truncates], found[truncates]), slope(steps[rounds], found[rounds])


def normwise_errors(case: Case, seed: int) -> list[float]:
    """The error of the case's scheme at each of STEPS; nan where the step is too small to move a coordinate."""
    problem = find_problem(case.problem)
    scheme = case.method.removeprefix("numerical.")
    x = locate(problem, case.n, case.point, seed)
    f, reference = function(problem, scheme), reference_of(problem, x, seed)
    errors = []
    for step in STEPS:
        try:
            gradient = numerical_gradient(f, x, scheme, step)
        except ValueError:
            gradient = np.full(x.shape, np.nan)
        errors.append(measure(gradient, reference, reference.attainable).normwise_error)
    return errors
