"""The goals: what the engine is to cost. They are shown beside what was measured, and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass

from .record import Case


@dataclass(frozen=True)
class Goal:
    """One figure of a case: its metric, the scale that it is shown on, and what it is to be."""

    what: str
    case: Case
    metric: str
    goal: str = ""
    scale: float = 1.0


SCALARS = Case("goldstein_price", 2, "sample-0", "engine.reverse")
VECTOR = Case("rosenbrock", 1_000, "sample-0", "engine.reverse")
CALLS = Case("rosenbrock", 1_000, "sample-0", "numpy.calls")
LARGE = Case("rosenbrock", 1_000_000, "sample-0", "engine.reverse")
IMPORT = Case("import", 0, "", "engine")
CHAINS = {n: Case("chain", n, "", "engine.reverse") for n in (1_000, 10_000, 100_000, 1_000_000)}
NO_GC = Case("chain@no_gc", 1_000_000, "", "engine.reverse")

GOALS = (
    Goal("Goldstein-Price, scalars: value and gradient / formula on floats", SCALARS, "time_ratio", "≤ 30"),
    Goal("Rosenbrock, n = 1,000: value and gradient / by hand in NumPy", VECTOR, "time_ratio", "≤ 4"),
    Goal("The calls of NumPy in that, without the engine / by hand", CALLS, "time_ratio"),
    Goal("Rosenbrock, n = 1,000,000: value and gradient / by hand in NumPy", LARGE, "time_ratio", "≤ 3"),
    Goal("Rosenbrock, n = 1,000,000: peak memory / memory of x", LARGE, "memory_ratio", "≤ 8"),
    Goal("import engine, above import numpy (ms)", IMPORT, "time_difference", "≤ 30", 1e3),
    Goal("chain of 1,000 scalar operations: each (ns)", CHAINS[1_000], "engine_time", "", 1e9 / 1_000),
    Goal("chain of 1,000, beside itself: how far to trust these", CHAINS[1_000], "time_ratio", "1"),
    *(
        Goal(f"chain of {n:,}: each / each of a chain of 1,000", case, "time_ratio", "about 1")
        for n, case in CHAINS.items()
        if n > 1_000
    ),
    Goal("chain of 1,000,000, without garbage collection: the same", NO_GC, "time_ratio"),
)

CASES = tuple(dict.fromkeys(goal.case for goal in GOALS))
