"""Methods in turn: every round has a sample of each, in random order, and what fails is out."""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness import race
from harness.footprint import resident_growth
from harness.methods import ElsewhereError
from harness.plan import Plan
from harness.race import Contestant, in_turn
from harness.record import Case, Recorder
from harness.suites import stages
from harness.suites.judged import judged

NAMES = ("a", "b", "c")


@pytest.fixture
def racing() -> list[Contestant]:
    return [Contestant(Case("sphere", 2, "sample-0", name), "time", 0.0, 0.0, 1e-6) for name in NAMES]


def run(monkeypatch: pytest.MonkeyPatch, racing: list[Contestant], seconds: float = 0.0, fails: Any = None) -> Any:
    """The names in the order in which samples were taken, and what was returned."""
    taken: list[str] = []

    def sample(one: Contestant) -> float:
        taken.append(one.case.method)
        time.sleep(0.001)
        if fails and fails(one, taken):
            raise ElsewhereError("crashed", "planted")
        return 1.0

    monkeypatch.setattr(race, "_sample", sample)
    return taken, in_turn(racing, seconds, seed=0)


def test_every_round_has_one_sample_of_each(monkeypatch: pytest.MonkeyPatch, racing: list[Contestant]) -> None:
    taken, out = run(monkeypatch, racing)
    assert not out
    rounds = [tuple(taken[k : k + 3]) for k in range(0, len(taken), 3)]
    assert len(rounds) == race.FEWEST
    assert {tuple(sorted(one)) for one in rounds} == {NAMES}
    assert len(set(rounds)) > 1  # the order changes


def test_the_time_is_for_each(monkeypatch: pytest.MonkeyPatch, racing: list[Contestant]) -> None:
    started = time.perf_counter()
    run(monkeypatch, racing, seconds=0.1)
    assert 0.3 <= time.perf_counter() - started < 3.0
    assert min(len(one.samples) for one in racing) > race.FEWEST


def test_what_fails_is_out_in_all_its_forms(monkeypatch: pytest.MonkeyPatch, racing: list[Contestant]) -> None:
    other = Contestant(racing[1].case, "time_default_threads", 0.0, 0.0, 1e-6)
    taken, out = run(monkeypatch, [*racing, other], fails=lambda one, taken: one is other)
    assert {case.method: error.args for case, error in out.items()} == {"b": ("crashed", "planted")}
    assert taken.count("a") == taken.count("c") == race.FEWEST
    assert taken.count("b") <= 2


def test_methods_in_processes_of_their_own_are_compared_in_one_stage() -> None:
    suites = ("accuracy", "runtime", "memory", "steps")
    assert Plan("quick").suites(suites) == list(suites)
    beside = Plan("quick", problems=("sphere", "matyas"), methods=("manual", "autograd"), dimensions=(2, 10))
    assert beside.suites(suites) == ["accuracy", "comparison", "memory", "steps"]
    together, steps = stages(beside.suites(suites))
    assert (together.name, steps.name) == ("accuracy+comparison+memory", "steps")


def test_a_stage_is_done_with_a_problem_and_size_before_the_next() -> None:
    plan = Plan("quick", problems=("sphere", "matyas"), methods=("manual", "autograd"), dimensions=(2, 10))
    together = stages(["accuracy", "comparison", "memory"])[0]
    order = [(case.problem, case.n, suite.name) for suite, case in together.tasks(plan)]
    names = ("accuracy", "comparison", "memory")
    groups = [(problem, n, name) for problem, n in (("sphere", 2), ("sphere", 10), ("matyas", 2)) for name in names]
    assert list(dict.fromkeys(order)) == groups
    assert sorted(order) == sorted(
        (case.problem, case.n, suite.name) for suite in together.suites for case in suite.cases(plan)
    )


def test_what_was_judged_is_read_on(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.touch()
    recorder, case = Recorder(path, "run", seed=0), Case("sphere", 2, "sample-0", "a")
    assert judged(path) == {}
    recorder.add(case, "normwise_error", 1.0, "1", "wrong", "why")
    assert judged(path) == {case: ("wrong", "why")}
    recorder.add(case, "time", 1.0, "s", "correct")
    recorder.add(Case("sphere", 2, "sample-1", "a"), "normwise_error", 0.0, "1", "correct")
    assert judged(path)[case] == ("wrong", "why")
    assert len(judged(path)) == 2


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the system does not tell")
def test_what_a_library_allocates_by_itself_is_seen() -> None:
    size = 2**26
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

    def allocate(x: Any) -> None:
        place = libc.malloc(size)
        ctypes.memset(place, 1, size)
        libc.free(place)

    for _ in range(2):  # what was freed before hides nothing
        assert 0.98 * size < (resident_growth(allocate, np.zeros(1)) or 0) < 1.2 * size  # the system counts in lots
    assert (resident_growth(lambda x: x, np.zeros(1)) or 0) < 2**21
