"""What is known of a problem, as text, and what its gradient is at a point."""

from __future__ import annotations

import math
import textwrap
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from engine import SingularPointWarning
from problems import Problem

from . import methods
from .errors import BadInputError
from .json_text import json_text
from .limits import within
from .suites.accuracy import judge
from .user import load, point_of

WIDTH = 100
MOST = 1_000_000
"""Coordinates that are shown."""

FEW = 6
"""Minima and hard points that are listed; of more there is only the number."""


def find(name: str, n: int | None = None) -> tuple[Problem, int]:
    """The problem of that name, or `FILE.py:NAME`, in `n` dimensions or in two, or in as few as it has from there on.

    Raises BadInputError for an unknown name, and for dimensions that it does not have.
    """
    problem = load(name)
    if not isinstance(problem, Problem):
        raise BadInputError(f"{name} is a plain function: @problem(…) declares what is known of one")
    chosen = (problem.dimensions.next(2) or problem.dimensions.low) if n is None else n
    if chosen not in problem.dimensions:
        raise BadInputError(f"{problem.name} takes {problem.dimensions} coordinates, not {chosen}")
    if chosen > MOST:
        raise BadInputError(f"it takes too much memory to show {chosen} coordinates: {MOST} at the most")
    return problem, chosen


def describe(problem: Problem, n: int) -> dict[str, Any]:
    """All that is declared of a problem in `n` dimensions."""
    return {
        "name": problem.name,
        "aliases": list(problem.aliases),
        "formula": problem.formula,
        "dimensions": str(problem.dimensions),
        "n": n,
        "domain": problem.domain(n).tolist(),
        "properties": sorted(problem.properties),
        "minima": [{"point": list(minimum.point), "value": minimum.value} for minimum in problem.minima(n)],
        "hard points": [
            {"point": list(hard.point), "kind": hard.kind, "note": hard.note, "slopes": list(map(list, hard.slopes))}
            for hard in problem.hard_points_in(n)
        ],
        "gradient by hand": problem.gradient is not None,
        "source": problem.source,
    }


def as_text(known: dict[str, Any], width: int = WIDTH) -> Iterator[str]:
    """The lines of a description, of at most `width` characters but for the formula and long words."""
    field = partial(_lines_of, width=min(width, WIDTH))
    yield known["name"] + (f" ({', '.join(known['aliases'])})" if known["aliases"] else "")
    yield ""
    yield from textwrap.indent(known["formula"], "  ").splitlines()
    yield ""
    yield from field("dimensions", [known["dimensions"] + f"; here {known['n']}"])
    yield from field("domain", [_domain(known["domain"])])
    yield from field("properties", [", ".join(known["properties"]) or "none declared"])
    yield from field("minima", [f"{one['value']!r} at {_point(one['point'])}" for one in known["minima"]])
    hard = [
        f"{_point(one['point'])}: {one['kind']}, {_slopes(one['slopes'])}; {one['note']}"
        for one in known["hard points"]
    ]
    yield from field("hard points", hard)
    yield from field("gradient", ["derived by hand, too" if known["gradient by hand"] else "not derived by hand"])
    yield from field("source", [known["source"]])
    if "at" in known:
        at = known["at"]
        counted = at["outcome"] != "cannot_tell" and at["digits"] is not None
        verdict = at["outcome"] + (f", {at['digits']:.1f} digits" if counted else "")
        yield from field("at", [f"{_point(at['point'])}: f = {at['value']!r}"])
        yield from field("  gradient", [f"{_point(at['gradient'])}: {verdict}"])
        if at["reason"]:
            yield from field("", [at["reason"]])


def _lines_of(name: str, texts: list[str], width: int) -> Iterator[str]:
    if not texts:
        texts = ["none known"]
    elif len(texts) > FEW:
        texts = [*texts[:FEW], f"and {len(texts) - FEW} more"]
    for k, text in enumerate(texts):
        head = f"{name if k == 0 else '':12} "
        yield from textwrap.wrap(text, width, initial_indent=head, subsequent_indent=" " * 13, break_long_words=False)


def as_json(known: dict[str, Any]) -> str:
    """A description as one JSON object."""
    return json_text(known)


def _domain(bounds: list[list[float]]) -> str:
    intervals = [f"[{low:g}, {high:g}]" for low, high in bounds]
    return f"{intervals[0]} for each coordinate" if len(set(intervals)) == 1 else " × ".join(intervals)


def _point(coordinates: list[float]) -> str:
    return f"({', '.join(_few([f'{coordinate:.10g}' for coordinate in coordinates]))})"


def _few(shown: list[str]) -> list[str]:
    return [*shown[: FEW - 2], "…", shown[-1]] if len(shown) > FEW else shown


def _slopes(pairs: list[list[float]]) -> str:
    """A number where both sides have the same slope, both in brackets where not, and – where there is none."""
    shown = [["–" if math.isnan(slope) else f"{slope:.6g}" for slope in pair] for pair in pairs]
    if all(slope == "–" for pair in shown for slope in pair):
        return "no slopes"
    return "slopes " + ", ".join(_few([f"({left}, {right})" if left != right else left for left, right in shown]))


def read_point(text: str, problem: Problem, n: int | None = None) -> np.ndarray[Any, Any]:
    """The point, of `n` coordinates if that is said, that `text` names by them with commas between.

    Raises BadInputError if it does not.
    """
    point = np.atleast_1d(point_of(text))
    if point.size not in problem.dimensions:
        raise BadInputError(f"{problem.name} takes {problem.dimensions} coordinates; {text!r} has {point.size}")
    if n is not None and point.size != n:
        raise BadInputError(f"a point of {n} coordinates was asked for; {text!r} has {point.size}")
    return point


def gradient_at(problem: Problem, point: np.ndarray[Any, Any], seconds: float = 60.0) -> dict[str, Any]:
    """Value and gradient at a point by the engine, and how right it is."""
    method = methods.get("engine.reverse")
    with within(seconds, f"the gradient of {problem.name}"), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", SingularPointWarning)  # what is right there is said below
        value, gradient = method.prepare(problem, point.size)(point)
        accuracy = judge(problem, method, point, np.asarray(gradient), seed=0)
    return {
        "point": point.tolist(),
        "value": value,
        "gradient": gradient.tolist(),
        "outcome": accuracy.outcome,
        "reason": accuracy.reason,
        "digits": None if math.isnan(accuracy.digits) else accuracy.digits,
    }
