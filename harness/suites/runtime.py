"""Runtime: pytest-benchmark tests, one for each method and for the function itself, at each problem and n.

`gradmark run` runs them, with runtime_plugin.py to write the records; so does plain pytest, without records:
`pytest --pyargs harness.suites.runtime`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import problems

from .. import methods
from ..environment import read_plan
from ..function import FUNCTION, plain
from ..plan import Plan, locate
from ..record import Case

PRIMARY = "time"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""

ROUND_SECONDS = 2e-4
"""A round must fit into one slice of the scheduler: at 0.1 to 0.3 ms its spread is a hundredth of that at 3 ms."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run = metafunc.config.getoption("gradmark_run", None)
    plan = read_plan(run) if run else Plan("quick")
    cases = plan.cost_cases()
    metafunc.parametrize("case", cases, ids=[f"{c.problem}-{c.n}-{c.method}" for c in cases])
    metafunc.parametrize("plan", [plan], ids=[plan.profile])


def test_time(case: Case, plan: Plan, benchmark: Any) -> None:
    problem = problems.get(case.problem)
    x = locate(problem, case.n, case.point, plan.seed)
    started = time.perf_counter()
    f: Callable[[Any], Any] = (
        plain(problem) if case.method == FUNCTION else methods.get(case.method).prepare(problem, case.n)
    )
    benchmark.extra_info["preparation_time"] = time.perf_counter() - started
    call = seconds_per_call(f, x)
    iterations = max(1, round(ROUND_SECONDS / call))
    rounds = min(1000, max(5, round(plan.settings.seconds / (iterations * call))))
    benchmark.pedantic(f, args=(x,), iterations=iterations, rounds=rounds)


def seconds_per_call(f: Callable[[Any], Any], x: Any) -> float:
    """About what f(x) takes once it is warm."""
    calls = 1
    while True:
        started = time.perf_counter()
        for _ in range(calls):
            f(x)
        elapsed = time.perf_counter() - started
        if elapsed > ROUND_SECONDS:
            return elapsed / calls
        calls *= 2
