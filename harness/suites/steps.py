"""Steps: the error of each difference scheme against the size of its step, from what truncates to what only rounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

import problems
from engine import numerical_gradient

from ..methods.numerical import function
from ..plan import locate
from ..record import Case, Recorder
from ..reference import certify
from ..verdict import measure
from .each import Figure, record_each

PRIMARY = "best_step"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

AT_STEP = "error_at_step_"
"""The metrics' names begin so, and end in the step, as Python writes it."""

STEPS = tuple(10.0**-k for k in range(17))


def run(cases: Iterable[Case], recorder: Recorder) -> None:
    """Measure and record every case: the normwise error at each step, and the step with the least of them."""
    record_each(cases, recorder, PRIMARY, "1", lambda case: _figures(case, recorder.seed))


def _figures(case: Case, seed: int) -> Iterator[Figure]:
    errors = normwise_errors(case, seed)
    if np.isnan(errors).all():
        yield Figure(PRIMARY, np.nan, "1", "undefined", "no error is relative to a gradient that is zero or not known")
        return
    for step, value in zip(STEPS, errors, strict=True):
        yield Figure(f"{AT_STEP}{step:.0e}", value, "1", "approximate")
    yield Figure(PRIMARY, STEPS[int(np.nanargmin(errors))], "1", "approximate")


def normwise_errors(case: Case, seed: int) -> list[float]:
    """The error of the case's scheme at each of STEPS; nan where the step is too small to move a coordinate."""
    problem = problems.get(case.problem)
    scheme = case.method.removeprefix("numerical.")
    x = locate(problem, case.n, case.point, seed)
    f, reference = function(problem, scheme), certify(problem, x, seed)
    errors = []
    for step in STEPS:
        try:
            gradient = numerical_gradient(f, x, scheme, step)
        except ValueError:
            gradient = np.full(x.shape, np.nan)
        errors.append(measure(gradient, reference, reference.attainable).normwise_error)
    return errors
