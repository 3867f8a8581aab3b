"""What the limits of the verdict rest on. Run me: python tests/harness/verdict_limits.py

At random points of the whole catalogue, and at minima: the bits that the reference takes, the width of what rounding
may do beside the gradient, and the planted errors that are called wrong. It takes half a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click
import numpy as np
from tabulate import tabulate

import problems
from harness.plan import MINIMA
from harness.reference import MAX_BITS, Reference, enclosures, is_narrow, reference_of
from harness.verdict import measure

SIZES = (2, 10)
SAMPLES = 10
POWERS = (4, 6, 8, 10, 12, 16, 20, 24)
"""Of a half: the parts of the gradient's norm that are tried as the width above which nothing is told."""
PLANTED = (1e-8, 1e-10, 1e-12, 1e-13, 1e-14)


def certified(kind: str) -> Iterator[tuple[problems.Problem, Any, Reference]]:
    """The references at the points of a kind: "random points" or "minima"."""
    for problem in map(problems.get, problems.names()):
        for n in sorted({problem.dimensions.next(size) or problem.dimensions.low for size in SIZES}):
            minima = [np.array(minimum.point) for minimum in problem.minima(n)[:MINIMA]]
            for x in problem.points(n, SAMPLES, 1) if kind == "random points" else minima:
                yield problem, x, reference_of(problem, x)


def bits_of(problem: problems.Problem, x: Any, reference: Reference) -> int:
    """The bits at which every component was narrow enough, or the most that there are."""
    bits = 106
    while bits < MAX_BITS:
        found = enclosures(problem, x, reference.components, bits)
        if all(map(is_narrow, found, reference.attainable)):
            break
        bits = min(2 * bits, MAX_BITS)
    return bits


def widths(reference: Reference) -> Any:
    """What rounding may do to each component, beside the gradient; nan where the gradient is zero."""
    return reference.attainable / (np.abs(reference.values).max() or np.nan)


def called_wrong(reference: Reference, error: float) -> list[bool]:
    """Whether a component that is off by `error`, relative to it, is called wrong, for each that is not zero."""
    found = []
    for i in np.flatnonzero(reference.values):
        gradient = reference.values.copy()
        gradient[i] *= 1.0 + error
        found.append(measure(gradient, reference, reference.attainable).outcome == "wrong")
    return found


def main() -> None:
    for kind in ("random points", "minima"):
        all_of_them = list(certified(kind))
        bits = Counter(bits_of(*one) for one in all_of_them)
        wide = np.concatenate([widths(reference) for *_, reference in all_of_them])
        known = wide[np.isfinite(wide)]
        click.echo(f"\n{kind}: {len(all_of_them)}, of {len(wide)} components\n")
        click.echo(tabulate(sorted(bits.items()), ["bits", "points"]))
        quantiles = [(q, f"{np.quantile(known, q):.1e}") for q in (0.5, 0.9, 0.99, 0.995)]
        click.echo("\n" + tabulate(quantiles, ["quantile", "attainable / norm, where finite"]))
        shares = [(f"2^-{k}", f"{100 * np.mean(~(wide <= 2.0**-k)):.2f} %") for k in POWERS]
        click.echo("\n" + tabulate(shares, ["width", "wider, or not known"]))
        if kind == "random points":
            for error in PLANTED:
                found = [one for *_, reference in all_of_them for one in called_wrong(reference, error)]
                click.echo(f"error of {error:.0e}: {100 * np.mean(found):.1f} % of {len(found)} called wrong")


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        main()
