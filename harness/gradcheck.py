"""`gradmark gradcheck`: the certificates of a function of the user's own, or of a problem, at some points."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from problems import Problem

from .certificate import Certificate, certify
from .checks import Check, check, taylor_test
from .errors import BadInputError
from .json_text import json_text
from .limits import TimeLimitError, within
from .user import as_function, dimensions, load, point_of, users_code
from .verdict import Component

COUNT = 5
"""Random points, where none are named."""

MOST = 1_000_000
"""Coordinates of a random point: of more, there is no memory for the reference's numbers."""

SECONDS = 60.0
"""What one point may take."""

CODES = {"correct": 0, "wrong": 1, "nonfinite": 1}
"""The exit codes of outcomes; of any other it is 3."""


@dataclass(frozen=True)
class Answer:
    """A certificate, and what the checks that need no reference say of the same gradient."""

    certificate: Certificate
    checks: Sequence[Check]


def gradcheck(reference: str, gradient: str | None, at: Sequence[str], n: int | None, seed: int) -> list[Answer]:
    """Answers about what `FILE.py:F` names, a point each. Raises BadInputError for what cannot be loaded or called.

    Without points, `n` coordinates are drawn: of a problem in its domain, else from the standard normal distribution.
    """
    f = load(reference)
    own = None if gradient is None else _as_gradient(load(gradient))
    points = [point_of(text) for text in at] or _random_points(f, n, seed)
    for point in points:
        if n is not None and np.size(point) != n:
            raise BadInputError(f"--n {n} asks for that many coordinates; the point {point} has {np.size(point)}")
    try:
        return [_answer(reference, f, point, own, seed) for point in points]
    except TimeLimitError as error:
        raise BadInputError(f"{error}: fewer coordinates take less") from error


def _answer(reference: str, f: Callable[..., Any], point: Any, own: Any, seed: int) -> Answer:
    with within(SECONDS, f"certifying {reference}"), users_code():
        certificate = certify(as_function(f), point, own, seed)
        return Answer(certificate, _checks(as_function(f), certificate, own is None, seed))


def _checks(f: Callable[[Any], Any], certificate: Certificate, is_the_engines: bool, seed: int) -> Sequence[Check]:
    """The checks of the engine's derivatives; of another gradient, Taylor's test."""
    if certificate.gradient is None:
        return ()
    if is_the_engines:
        return check(f, certificate.point, seed)
    return [taylor_test(f, certificate.point, seed, certificate.gradient)]


def _as_gradient(gradient: Callable[..., Any]) -> Callable[[Any], Any]:
    """A gradient as a function of a point; of a problem, the one derived by hand."""
    return gradient.gradient_at if isinstance(gradient, Problem) else as_function(gradient)


def _random_points(f: Callable[..., Any], n: int | None, seed: int) -> list[Any]:
    known = dimensions(f)
    if known is None and n is None:
        raise BadInputError("say where: --at 0.3,-1.1, or how many coordinates a random point has: --n 10")
    if known is not None and n is None:
        n = known.next(2) or known.low
    assert n is not None
    if n < 1 or (known is not None and n not in known):
        raise BadInputError(f"it takes {known or '1 or more'} coordinates, not {n}")
    if n > MOST:
        raise BadInputError(f"--n {n} is too many: at most {MOST} coordinates can be certified")
    if isinstance(f, Problem):
        return list(f.points(n, COUNT, seed))
    return list(np.random.default_rng(seed).standard_normal((COUNT, n)))


def exit_code(answers: Sequence[Answer]) -> int:
    """That of the worst answer: a wrong gradient, then one of which nobody can tell."""
    return min(map(_code, answers), key=(1, 3, 0).index)


def _code(answer: Answer) -> int:
    """Where the certificate cannot tell, a check without a reference may know that the gradient is wrong.

    If one contradicts a certificate, nobody can tell.
    """
    code = CODES.get(answer.certificate.outcome, 3)
    contradicted = any(one.outcome == "wrong" for one in answer.checks)
    return {0: 3, 3: 1}.get(code, code) if contradicted else code


def as_text(answers: Sequence[Answer]) -> Iterator[str]:
    """The lines of a report: the worst answer, and above it a line for each, if there are several."""
    worst = min(answers, key=_goodness)
    if len(answers) > 1:
        for k, answer in enumerate(answers, 1):
            certificate = answer.certificate
            digits = "" if math.isnan(certificate.digits) else f"{certificate.digits:.1f} digits"
            mark = " (below)" if answer is worst else ""
            yield f"point {k}  {certificate.outcome:11}  {digits:11}  {certificate.reason}{mark}".rstrip()
        yield ""
    yield repr(worst.certificate)
    if worst.checks:
        yield ""
        yield "Without a reference:"
        for one in worst.checks:
            yield f"{one.name:9} {one.outcome:12} {one.reason}"


def _goodness(answer: Answer) -> tuple[int, float]:
    ratio = answer.certificate.accuracy.error_over_attainable
    return (1, 3, 0).index(_code(answer)), -ratio if ratio == ratio else -math.inf


def as_json(answer: Answer) -> str:
    """An answer as one JSON object."""
    certificate = answer.certificate
    row = {
        "point": np.ravel(certificate.point),
        "outcome": certificate.outcome,
        "reason": certificate.reason,
        "value": certificate.value,
        "digits": certificate.digits,
        "components": [_told(component) for component in certificate.components],
        "checks": list(map(asdict, answer.checks)),
    }
    return json_text(row)


def _told(component: Component) -> dict[str, Any]:
    """A component, as JSON: what is not known of it is no number."""
    return asdict(component) | ({} if math.isfinite(component.radius) else {"true": math.nan})
