"""Runtime: pytest-benchmark tests, one for each method and for the function itself, at each problem and n.

`gradmark run` runs them, with runtime_plugin.py to write the records; so does plain pytest, without records:
`pytest --pyargs harness.suites.runtime`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from .. import limits
from ..environment import read_plan
from ..function import FUNCTION, plain
from ..names import find_problem
from ..pairs import calls_per_sample, seconds_per_call
from ..plan import Plan, locate
from ..prepare import prepare
from ..record import Case

PRIMARY = "time"
"""The metric that every case of the suite has a record of, whatever its outcome; the last one taken."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run = metafunc.config.getoption("gradmark_run", None)
    plan = read_plan(run) if run else Plan("quick")
    cases = plan.cost_cases()
    metafunc.parametrize("case", cases, ids=[f"{c.problem}-{c.n}-{c.method}" for c in cases])
    metafunc.parametrize("plan", [plan], ids=[plan.profile])


def test_time(case: Case, plan: Plan, benchmark: Any) -> None:
    problem = find_problem(case.problem)
    x = locate(problem, case.n, case.point, plan.seed)
    f: Callable[[Any], Any] = plain(problem)
    if case.method != FUNCTION:
        f, benchmark.extra_info["preparation_time"] = prepare(case)
    with limits.within(limits.CALL_SECONDS, "one call"):
        f(x)
    call = seconds_per_call(partial(f, x))
    iterations = calls_per_sample(call)
    rounds = min(1000, max(5, round(plan.settings.seconds / (iterations * call))))
    benchmark.pedantic(f, args=(x,), iterations=iterations, rounds=rounds)
