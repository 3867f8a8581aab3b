"""How sharp are bounds on what rounding may do to a gradient? Run me: python tests/harness/attainable.py

The errors of right gradients, all over the catalogue, are compared with each bound: the radii of balls at 53 bits in
forward mode; those of the tape, which favour no order of its sums and are what the verdict rests on; and a
running-error analysis. It takes a minute.

A planted error is caught if it exceeds c·bound + 1 ulp. The columns have the shares, in per cent, of errors of 1e-10,
1e-11 … 1e-14 of the component: for the smallest c that accepts every right gradient here, for 1 and for 2.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
import running
from tabulate import tabulate

import problems
from harness import methods
from harness.balls import UnknownToBallsError, balls, number, on_balls, precision
from harness.methods import UnsupportedError
from harness.plan import MINIMA, locate
from harness.reference import derivative, enclosures, radius, reference_of, sharpened
from problems import Problem

SIZES = (2, 10)
LARGE = 100
SAMPLES = 3
ZEROS = 6
"""Points, at most, where a component is nearly zero: there, one order of evaluation cancels and another does not."""

FORMULAS = 4
"""Coordinates, at the most, in which SymPy is asked."""

PLANTED = (1e-10, 1e-11, 1e-12, 1e-13, 1e-14)
BOUNDS = ("forward", "tape", "running")
AUTOMATIC = ("engine.reverse", "engine.forward")
OWN = ("manual", "sympy")


@dataclass
class Component:
    """One component of a right gradient: its true size, its error, and the bounds by their names."""

    where: str
    method: str
    size: float
    error: float
    bounds: dict[str, float]


def sizes_of(problem: Problem, wanted: tuple[int, ...]) -> list[int]:
    near = {problem.dimensions.next(n) or problem.dimensions.low for n in wanted}
    return sorted(n for n in near if n <= 3 * max(wanted))


def named_points(problem: Problem, n: int) -> Iterator[tuple[str, Any]]:
    """Samples, minima, and hard points where the formula cancels."""
    cancelling = (k for k, hard in enumerate(problem.hard_points_in(n)) if hard.kind == "cancellation")
    names = [f"sample-{k}" for k in range(SAMPLES)] + [f"minimum-{k}" for k in range(len(problem.minima(n)[:MINIMA]))]
    for name in (*names, *(f"hard-cancellation-{k}" for k in cancelling)):
        yield name, locate(problem, n, name, 0)


def zeros(problem: Problem, n: int) -> Iterator[tuple[str, Any]]:
    """Points between two samples, found by so many bisections, where a component changes its sign."""
    value_and_gradient = methods.get("engine.reverse").prepare(problem, n)
    random = np.random.default_rng(n)
    found = 0
    for a, b in problem.points(n, 40, 5).reshape(20, 2, n):
        i, steps = random.integers(n), random.integers(8, 55)
        signs = [np.sign(value_and_gradient(x)[1][i]) for x in (a, b)]
        if signs[0] * signs[1] != -1 or found == ZEROS:
            continue
        for _ in range(steps):
            middle = (a + b) / 2
            a, b = (middle, b) if np.sign(value_and_gradient(middle)[1][i]) == signs[0] else (a, middle)
        found += 1
        yield f"zero-{found}", a


def automatic(where: str, problem: Problem, x: Any) -> Iterator[Component]:
    """Of gradients that differentiate the function itself."""
    reference = reference_of(problem, x)
    forward = np.array([radius(derivative(problem, x, int(i), 53)) for i in reference.components])
    bounds = {
        "forward": forward,
        "tape": reference.attainable,
        "running": running.attainable(problem, x, reference.components),
    }
    for method in AUTOMATIC:
        yield from compared(where, method, problem, x, reference, bounds)


def own(where: str, method: str, problem: Problem, x: Any) -> Iterator[Component]:
    """Of a gradient that is code of its own, against bounds for that code, which has one order of evaluation."""
    reference = reference_of(problem, x)
    code = methods.get(method).own_code(problem, x.size)
    assert code is not None
    with precision(53, terms=1):
        found = on_balls(code, balls(x.tolist()))
        radii = [radius(getattr(found[i], "value", None) or number(found[i])) for i in reference.components]
    bounds = {"tape": np.array(radii), "running": running.attainable_of_code(code, x, reference.components)}
    yield from compared(where, method, problem, x, reference, bounds)


def compared(
    where: str, method: str, problem: Problem, x: Any, reference: Any, bounds: dict[str, Any]
) -> Iterator[Component]:
    gradient = np.asarray(methods.get(method).prepare(problem, x.size)(x)[1])
    finite = [np.where(np.isfinite(bound), bound, 0.0) for bound in bounds.values()]
    reference = sharpened(reference, problem, x, np.minimum.reduce(finite))
    if not np.isfinite(gradient).all():
        return
    sizes, errors = np.abs(reference.values), reference.errors(gradient)[1]
    for k, i in enumerate(reference.components):
        if i not in reference.uncertain and sizes[k] > 1e-290:
            found = {name: float(bound[k]) for name, bound in bounds.items()}
            yield Component(f"{where} [{i}]", method, sizes[k], errors[k], found)


def measure() -> dict[str, list[Component]]:
    """The components by the kind of points and methods."""
    kinds = ("samples, minima, cancellation", "n = 100", "zeros of components", *OWN)
    found: dict[str, list[Component]] = {kind: [] for kind in kinds}
    for problem in map(problems.get, problems.names()):
        for n in sizes_of(problem, SIZES):
            for kind, points in ((kinds[0], named_points), (kinds[2], zeros)):
                for name, x in points(problem, n):
                    where = f"{problem.name} {n} {name}"
                    add(found[kind], automatic, where, problem, x)
                    for method in OWN if kind == kinds[0] else ():
                        if method != "sympy" or n <= FORMULAS:
                            add(found[method], own, where, method, problem, x)
        if LARGE in problem.dimensions:
            add(
                found[kinds[1]],
                automatic,
                f"{problem.name} {LARGE} sample-0",
                problem,
                locate(problem, LARGE, "sample-0", 0),
            )
    return found


def add(to: list[Component], of: Any, *arguments: Any) -> None:
    """Balls know some formulas not, and SymPy's constants, which are balls, do not combine with what is traced."""
    try:
        to.extend(of(*arguments))
    except (UnknownToBallsError, UnsupportedError):
        return


def table(components: list[Component]) -> str:
    rows = []
    sizes, errors = (np.array([getattr(c, name) for c in components]) for name in ("size", "error"))
    ulps = np.spacing(sizes)
    for name in components[0].bounds:
        bound = np.array([c.bounds[name] for c in components])
        ratios = np.where(errors > 0.0, errors / bound, 0.0)
        needed = np.where(errors <= ulps, 0.0, (errors - ulps) / bound)
        least = needed.max()
        worst = components[int(needed.argmax())]
        rows.append(
            [
                name,
                *(f"{np.quantile(ratios, q):.2g}" for q in (0.5, 0.9, 0.99, 0.999)),
                int((needed > 1.0).sum()),
                f"{least:.2g}",
                *(
                    " ".join(f"{100 * np.mean(sizes * e > c * bound + ulps):.1f}" for e in PLANTED)
                    for c in (least, 1, 2)
                ),
                f"{worst.where} {worst.method}",
            ]
        )
    head = ["bound", "err/bound 50 %", "90 %", "99 %", "99.9 %", "beyond", "c", "caught at c", "at 1", "at 2", "worst"]
    return tabulate(rows, head)


def sharpness(components: list[Component]) -> str:
    running_ = np.array([c.bounds["running"] for c in components])
    rows = []
    for name in components[0].bounds:
        ratio = np.array([c.bounds[name] for c in components]) / running_
        ratio = ratio[np.isfinite(ratio)]
        rows.append([name, *(f"{np.quantile(ratio, q):.3g}" for q in (0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0))])
    return tabulate(rows, ["bound / running", "1 %", "10 %", "50 %", "90 %", "99 %", "99.9 %", "max"])


def times() -> str:
    rows = []
    for name in ("rosenbrock", "ackley", "griewank"):
        for n in (2, 10, 100):
            problem, components = problems.get(name), np.arange(n)
            x = locate(problem, n, "sample-0", 0)
            found = (
                seconds(lambda f, x, components: [derivative(f, x, i, 53) for i in components], problem, x, components),
                seconds(enclosures, problem, x, components, 53),
                seconds(running.attainable, problem, x, components),
            )
            rows.append([name, n, *(f"{1e6 * taken / n:.0f}" for taken in found)])
    return tabulate(rows, ["µs a component", "n", *BOUNDS])


def seconds(work: Any, *arguments: Any) -> float:
    def once() -> float:
        start = time.perf_counter()
        work(*arguments)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def main() -> None:
    with np.errstate(all="ignore"):
        for kind, components in measure().items():
            click.echo(f"\n{kind}: {len(components)} components\n\n{table(components)}\n\n{sharpness(components)}")
    click.echo(f"\n{times()}")


if __name__ == "__main__":
    main()
