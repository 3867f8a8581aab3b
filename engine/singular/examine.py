"""The examination of a point: from a tape, the inputs and a gradient that is not finite to what is true there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .blame import blame
from .classify import Finding, classify
from .path import Path, Point, Record, tape_along
from .probe import Limit, Probe, probe
from .series import GRID, ORDERS, SPAN, TRUNCATED, UnresolvedError
from .tape import Tape

MOST_NUMBERS = 10_000
"""The largest program that is examined: the numbers that its operations have as results. One takes up to half a ms."""
MOST_WORK = 60_000
"""One-sided derivatives along each component are looked at if all these walks together have no more numbers."""

OVERFLOWING = {
    "add", "subtract", "multiply", "square", "exp", "expm1", "sinh", "cosh", "hypot", "sum", "cumsum", "prod",
    "cumprod", "norm", "matmul",
}  # fmt: skip
"""Operations that are not finite, where their operands are, for no other reason than the range of float64."""


@dataclass(frozen=True)
class Singularity:
    """What is true of a function and its gradient at a point.

    `kind` is one of: *none*, where the rules of the engine give a finite gradient, or the point itself is not finite;
    *removable* and, at the edge of the domain, *boundary*, where the gradient has a limit; *kink*, where the slopes to
    both sides differ; *infinite slope*; *pole*; *undefined*, where there is no limit; *unresolved*, where it cannot be
    told, and the gradient is as the rules give it. `value` is the function's limit. `gradient` has the form of the
    argument, as have `below` and `above`, the one-sided derivatives by each component (NaN where they are not known).
    `reason` is one line, and names the first operation that is not finite.
    """

    kind: str
    value: float
    gradient: Any
    below: Any
    above: Any
    reason: str

    def of_one(self) -> Singularity:
        """The same, of the only argument: what is a tuple of one becomes that one."""
        (gradient,), (below,), (above,) = self.gradient, self.below, self.above
        return replace(self, gradient=gradient, below=below, above=above)


def examine(
    here: Tape, inputs: Sequence[Any], gradients: Sequence[Any], seed: Any, record: Record | None = None
) -> Singularity:
    """What is true at `inputs`, where the program `here` has the `gradients`, some of whose components are not finite.

    Only these move. `record` runs the program elsewhere; without it its branches are those that it took here.
    `seed` is the cotangent of the program's result. In what is returned, what depends on the inputs is a tuple.
    """
    point = Point(list(inputs), [~np.isfinite(g) for g in gradients])
    value = float(np.sum(np.multiply(here.steps[-1].data, seed)))
    raw, unknown = point.moving_of(gradients), [float("nan")] * point.count
    with np.errstate(all="ignore"):
        culprit = blame(here, seed)
        if not all(np.all(np.isfinite(step.data)) for step in here.steps if step.primitive is None):
            finding = Finding("none", value, raw, "the point is not finite", unknown, unknown)
        elif here.size > MOST_NUMBERS:
            reason = f"the program has {here.size} numbers, and up to {MOST_NUMBERS} are looked into"
            finding = Finding("unresolved", value, raw, reason, unknown, unknown)
        elif culprit in OVERFLOWING:
            finding = Finding("unresolved", value, raw, "the numbers overflow", unknown, unknown)
        else:
            finding = _find(here, point, value, seed, record)
            if finding.kind == "unresolved":
                finding = replace(finding, gradient=raw)
    gradient, below, above = (
        _formed(point, gradients, part) for part in (finding.gradient, finding.below, finding.above)
    )
    return Singularity(finding.kind, float(finding.value), gradient, below, above, f"{culprit}: {finding.reason}")


def _find(here: Tape, point: Point, value: float, seed: Any, record: Record | None) -> Finding:
    """What the probes of the point tell, with as many orders as it takes."""

    def run(path: Path, with_gradient: bool = True) -> Probe:
        try:
            tape = here if record is None else tape_along(record, here, point, path)
        except UnresolvedError as error:
            return Probe(path, Limit(float("nan"), cause=error.cause))
        return probe(tape, point, path, seed, with_gradient)

    single = any(getattr(x, "dtype", None) == np.float32 for x in point.inputs)
    largest = max(float(np.max(np.abs(step.data), initial=1.0, where=np.isfinite(step.data))) for step in here.steps)
    rounding = float(np.finfo(np.float32 if single else np.float64).eps) * len(here.steps) * largest
    axis_walks = 2 * point.count * here.size <= MOST_WORK
    for orders in ORDERS:
        token = SPAN.set(orders * GRID)
        try:
            finding = classify(run, point.count, value, axis_walks, rounding)
        finally:
            SPAN.reset(token)
        if TRUNCATED.text not in finding.reason:
            break
    return finding


def _formed(point: Point, gradients: Sequence[Any], components: Sequence[float]) -> tuple[Any, ...]:
    """The gradients with other components in the places that move."""
    numbers = (float(component) + 0.0 for component in components)  # without the sign of a zero
    formed = []
    for g, mask in zip(gradients, point.masks, strict=True):
        if isinstance(g, np.ndarray):
            g = g.copy()
            g[mask] = [next(numbers) for _ in range(int(np.sum(mask)))]
        elif mask:
            g = next(numbers)
        formed.append(g)
    return tuple(formed)
