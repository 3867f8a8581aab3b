"""What the probes of a point mean together: the kind of the point, and the gradient there.

The questions are asked in an order: whether the value has a limit, whether the gradient has, whether the slopes are
those of a gradient, and what the slopes are along each component. That all paths agree is evidence, and no proof.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .path import Path, axes, corners, curves, lines
from .probe import Limit, Probe
from .series import TRUNCATED

Run: TypeAlias = Callable[..., Probe]
"""`run(path, with_gradient)`"""
NAN = math.nan


@dataclass(frozen=True)
class Finding:
    """The kind of a point, the limit of the value, the gradient's components that move, and why.

    `below` and `above` are the one-sided derivatives of each component: NaN where they are not known.
    """

    kind: str
    value: float
    gradient: Sequence[float]
    reason: str
    below: Sequence[float]
    above: Sequence[float]


def classify(run: Run, n: int, here: float, axis_walks: bool, rounding: float) -> Finding:
    """Probe the point; `here` is the value at it, to within `rounding`.

    One-sided derivatives are looked at if there is time: `axis_walks`.
    """
    probes = list(map(run, [*lines(n), *curves(n)]))
    inside = [one for one in probes if not one.is_outside]
    if len(inside) < 3 and n > 1:
        probes += map(run, corners(n))
        inside = [one for one in probes if not one.is_outside]
    if not inside:
        return _nothing("undefined", NAN, n, f"no way leads into the domain: {_cause(probes[0].value)}")
    finding = _by_value(inside, here, n, rounding)
    if finding is not None:
        return finding
    value = min((one.value for one in inside), key=lambda limit: limit.error).number
    at_edge = len(inside) < len(probes)
    gradient = [_common(one.gradient[i] for one in inside) for i in range(n)]
    if all(g.is_finite for g in gradient) and all(one.slope.agrees(one.expected) for one in inside):
        numbers = [g.number for g in gradient]
        reason = f"the gradient has the same limit on all {len(inside)} paths{' inside the domain' * at_edge}"
        return Finding("boundary" if at_edge else "removable", value, numbers, reason, numbers, numbers)
    # A gradient that oscillates, or that the rules do not have along a path, may still belong to slopes that are known.
    unknown = [one.slope for one in inside if one.slope.cause]
    unknown += [g for one in inside for g in one.gradient if g.cause == TRUNCATED]
    if unknown:
        return _nothing(_kind(unknown[0]), value, n, f"the slope is not known: {_cause(unknown[0])}")
    return _by_slopes(run, inside, value, n, axis_walks)


def _by_value(inside: Sequence[Probe], here: float, n: int, rounding: float) -> Finding | None:
    """What the limits of the value tell, if they are not one number."""
    first = inside[0].value
    for one in inside:
        if one.value.is_infinite:
            slopes = [_common(other.gradient[i] for other in inside if other.gradient) for i in range(n)]
            known = all(other.value.is_infinite for other in inside)
            numbers = [g.number if known and g.is_infinite else NAN for g in slopes]
            return Finding("pole", one.value.number, numbers, "the value is infinite", [NAN] * n, [NAN] * n)
        if math.isnan(one.value.number):
            return _nothing(_kind(one.value), NAN, n, _cause(one.value))
        if not one.value.agrees(first):
            return _nothing("undefined", NAN, n, f"the value tends to {first.number:.6g} and to {one.value.number:.6g}")
    if math.isfinite(here) and abs(here - first.number) > 8.0 * (first.error + rounding):
        return _nothing("undefined", NAN, n, f"the value is {here:.6g}, and beside it tends to {first.number:.6g}")
    return None


def _by_slopes(run: Run, inside: Sequence[Probe], value: float, n: int, axis_walks: bool) -> Finding:
    """Where the gradient has no limit: what the slopes along each component tell, or else those of the probes."""
    sides = [_slope(run(path, False)) for path in axes(n)] if axis_walks else []
    above, below = sides[::2], [Limit(-one.number, one.error, one.cause) for one in sides[1::2]]
    limits = [[side for side in pair if not side.cause] for pair in zip(below, above, strict=True)]
    if not all(limits) or any(one.cause and one.cause.kind != "outside" for one in sides) or not axis_walks:
        causes = [one.cause.text for one in sides if one.cause] or ["too many components to look at each"]
        return _by_means(inside, value, n, causes[0])
    gradient = [_middle(pair) for pair in limits]
    known = [one.number for one in below], [one.number for one in above]
    if any(slope.is_infinite for slope in (*sides, *(one.slope for one in inside))):
        return Finding("infinite slope", value, gradient, "the slope is infinite", *known)
    if all(one.agrees(other) for one, other in zip(below, above, strict=True)) and all(
        one.slope.agrees(_along(one.path, above)) for one in inside
    ):
        return Finding(
            "removable", value, gradient, "the slope is linear in the direction; the gradient is not continuous", *known
        )
    return Finding("kink", value, gradient, "the slopes to both sides differ, or do not add up", *known)


def _by_means(inside: Sequence[Probe], value: float, n: int, why: str) -> Finding:
    """The means of the gradient's limits in opposite directions, if they are always the same.

    Then the slope is that of a gradient and an even function, and the middle of the slopes along each component is
    that gradient.
    """
    straight = [one for one in inside if not any(one.path.second)]
    pairs = list(zip(straight[::2], straight[1::2], strict=False))
    opposite = [one.path.first == [-d for d in other.path.first] for one, other in pairs]
    gradient = []
    for i in range(n):
        means = [
            Limit((one.gradient[i].number + other.gradient[i].number) / 2.0, one.gradient[i].error)
            for one, other in pairs
        ]
        gradient.append(_common(means))
    if not opposite or not all(opposite) or not all(g.is_finite for g in gradient):
        return _nothing("unresolved", value, n, f"the slopes along the components are not known: {why}")
    reason = "opposite directions have the same mean slope"
    return Finding("kink", value, [g.number for g in gradient], reason, [NAN] * n, [NAN] * n)


def _middle(sides: Sequence[Limit]) -> float:
    """The middle of one-sided derivatives; an infinite one only where the sides agree."""
    if not sides:
        return NAN
    numbers = [side.number for side in sides]
    if len(set(numbers)) == 1:
        return numbers[0]
    return NAN if any(map(math.isinf, numbers)) else math.fsum(numbers) / len(numbers)


def _slope(one: Probe) -> Limit:
    return one.slope if one.value.is_finite else Limit(NAN, cause=one.value.cause)


def _along(path: Path, gradient: Sequence[Limit]) -> Limit:
    """The slope along a path that a gradient means."""
    return Probe(path, Limit(NAN), gradient=gradient).expected


def _common(limits: Iterable[Limit]) -> Limit:
    """The one limit, of the smallest bound, if all agree; else NaN."""
    found = sorted(limits, key=lambda limit: limit.error)
    same = bool(found) and all(limit.agrees(found[0]) for limit in found)
    return found[0] if same else Limit(NAN)


def _nothing(kind: str, value: float, n: int, reason: str) -> Finding:
    return Finding(kind, value, [NAN] * n, reason, [NAN] * n, [NAN] * n)


def _cause(limit: Limit) -> str:
    return limit.cause.text if limit.cause else "its limits differ"


def _kind(limit: Limit) -> str:
    return "undefined" if limit.cause and limit.cause.kind == "undefined" else "unresolved"
