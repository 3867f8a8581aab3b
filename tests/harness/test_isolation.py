"""A method in a process of its own harms no other: planted crashes, hangs, leaks, swarms of threads, prints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harness
from harness import prepare
from harness.isolation import POOL, Pool, server
from harness.isolation import pool as pools
from harness.methods import ElsewhereError
from harness.record import FAILURES, Case, Recorder, read_records
from harness.suites import comparison

FILE = Path(__file__).parent / "misbehaving.py"
X, MINIMUM = np.array([1.0, 2.0]), np.zeros(2)


def case(name: str, problem: str = "sphere", n: int = 2) -> Case:
    return Case(problem, n, "", f"{FILE}:{name}")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    pool = Pool()
    pool.settle(tmp_path, 2**29, lambda: None)
    yield pool
    pool.close()


@pytest.fixture
def ask(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Asks for the gradient that a method of that name gives at a point."""
    monkeypatch.setattr(server, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(pools, "IMPORTING_SECONDS", 0.0)

    def gradient(name: str, x: Any = X, threads: str = "one", seconds: float = 20.0) -> Any:
        return pool.ask(case(name).method, threads, seconds, "value_and_gradient", case(name), x)[1]

    return gradient


def failure(ask: Callable[..., Any], name: str, **options: Any) -> tuple[str, str]:
    with pytest.raises(ElsewhereError) as caught:
        ask(name, **options)
    outcome, reason = caught.value.args
    return outcome, reason


def test_what_is_asked_is_answered_by_the_same_process(ask: Any, pool: Pool) -> None:
    assert ask("Right").tolist() == [2.0, 4.0]
    process = pool.servers[case("Right").method, "one"].process
    assert ask("Right", 2.0 * X).tolist() == [4.0, 8.0]
    pool.tidy()
    assert ask("Right").tolist() == [2.0, 4.0]
    assert pool.servers[case("Right").method, "one"].process is process


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("Crashes", "crashed", "killed by SIGSEGV: last words"),
        ("Leaves", "crashed", "exit code 7: no output"),
        ("HangsInPython", "timeout", "one call took more than 0.5 s"),
        ("HangsInC", "timeout", "no answer within 0.6 s"),
        ("Hoards", "out_of_memory", "more than 0.5 GiB"),
    ],
)
def test_a_fault_costs_the_case_alone(ask: Any, name: str, outcome: str, reason: str) -> None:
    assert ask("Right").tolist() == [2.0, 4.0]
    found = failure(ask, name, seconds=0.6 if name.startswith("Hangs") else 20.0)
    assert found[0] == outcome
    assert reason in found[1]
    assert ask(name, MINIMUM).tolist() == [0.0, 0.0]  # by a new process
    assert ask("Right").tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Lazy", "ValueError: a gradient that is no array of NumPy's of float64, but of list"),
        ("Unspeakable", "TypeError: float() argument must be a string or a real number, not 'function'"),
    ],
)
def test_an_answer_that_is_none_is_an_error(ask: Any, name: str, reason: str) -> None:
    assert failure(ask, name) == ("error", reason)
    assert ask("Right").tolist() == [2.0, 4.0]


def test_a_point_that_a_method_moves_is_not_timed(ask: Any, pool: Pool) -> None:
    assert ask("Drifts").tolist() == [2.0, 4.0]
    with pytest.raises(ElsewhereError, match="it changes the point that it is given"):
        pool.ask(case("Drifts").method, "one", 20.0, "aim", case("Drifts"), "timed", X.copy())


def test_a_question_that_nobody_reads_ends_the_process(ask: Any, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "STUCK_SECONDS", 1)
    assert ask("Right").tolist() == [2.0, 4.0]
    asked, signals = pool.servers[case("Right").method, "one"], server.Server._signal
    stays_stopped = {signal.SIGCONT: lambda: None}
    monkeypatch.setattr(asked, "_signal", lambda number: stays_stopped.get(number, lambda: signals(asked, number))())
    with pytest.raises(ElsewhereError, match="crashed"):
        asked.ask(1.0, "value_and_gradient", case("Right"), np.ones(10**6))
    assert asked.process.poll() is not None


def test_what_a_method_has_started_ends_with_it(ask: Any) -> None:
    assert failure(ask, "HangsWithAChild", seconds=0.6)[0] == "timeout"
    assert not [line for line in processes() if "gradmark-child" in line]


def processes() -> list[str]:
    return subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_process_that_leaks_is_replaced_between_problems(ask: Any, pool: Pool, monkeypatch: Any) -> None:
    monkeypatch.setattr(server, "LEFT_BEHIND", 2**24)
    for _ in range(100):
        ask("Leaks")
    process = pool.servers[case("Leaks").method, "one"].process
    pool.tidy()
    assert process.poll() is not None
    assert ask("Leaks").tolist() == [2.0, 4.0]


def test_threads_that_are_left_behind_are_stopped_and_then_ended(ask: Any, pool: Pool) -> None:
    assert ask("Swarms").tolist() == [2.0, 4.0]
    process = pool.servers[case("Swarms").method, "one"].process
    time.sleep(0.1)  # a signal takes its time
    used = cpu_seconds(process.pid)
    time.sleep(0.3)
    assert cpu_seconds(process.pid) == used
    pool.tidy()
    assert process.poll() is not None


def cpu_seconds(pid: int) -> int:
    """The ticks that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system pins no process")
def test_one_thread_means_one_processor(ask: Any) -> None:
    assert ask("Counts").tolist() == [1.0, 1.0]
    assert ask("Counts", threads="default").tolist() == [len(os.sched_getaffinity(0)), 0.0]


def test_what_is_printed_goes_to_the_log(ask: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ask("Prints")
    assert capfd.readouterr() == ("", "")
    (log,) = tmp_path.glob("*Prints.log")
    assert {"to the terminal", "to stdout"} == set(log.read_text(encoding="utf-8").splitlines())


def test_a_process_ends_with_the_one_that_asks(tmp_path: Path) -> None:
    script = (
        "import os, sys; from harness.isolation import POOL; from harness.record import Case;"
        f"case = Case('sphere', 2, '', {str(FILE) + ':Right'!r}); POOL.ask(case.method, 'one', 20.0, 'prepare', case);"
        "print(POOL.servers[case.method, 'one'].process.pid, flush=True); os._exit(0)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    deadline = time.monotonic() + 10.0
    while Path(f"/proc/{result.stdout.strip()}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{result.stdout.strip()}").exists()


def test_what_hangs_at_one_point_is_not_asked_at_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(pools, "IMPORTING_SECONDS", 0.0)
    prepare.forget()
    try:
        value_and_gradient, _ = prepare.prepare(case("HangsInC"))
        with pytest.raises(ElsewhereError):
            value_and_gradient(X)
        started = time.perf_counter()
        with pytest.raises(ElsewhereError, match="timeout"):
            prepare.prepare(case("HangsInC"))
        assert time.perf_counter() - started < 0.1
    finally:
        POOL.close()
        prepare.forget()


NAMES = ("Right", "Crashes", "CrashesInPreparation", "HangsInPython", "Swarms", "Prints", "Counts")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> harness.Run:
    """A whole run in which one method is right and the others misbehave."""
    methods = ["engine.reverse", *(f"{FILE}:{name}" for name in NAMES)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.report.write", lambda folder: None)
        out = tmp_path_factory.mktemp("isolated")
        return harness.run("quick", problems=["sphere"], methods=methods, dimensions=[2], out=out)


def of(run: harness.Run, metric: str) -> Any:
    """The records of a metric at the first sample by method, without the file's name."""
    records = run.records.query("metric == @metric and point == 'sample-0'")
    return records.assign(method=records["method"].str.rpartition(":")[2]).set_index("method")


OUTCOMES = {
    "engine.reverse": "correct", "Right": "correct", "Crashes": "crashed", "CrashesInPreparation": "crashed",
    "HangsInPython": "timeout", "Swarms": "correct", "Prints": "correct", "Counts": "wrong",
}  # fmt: skip


@pytest.mark.parametrize("metric", ["normwise_error", "time", "peak_memory"])
def test_every_case_of_every_suite_has_its_outcome(run: harness.Run, metric: str) -> None:
    found = of(run, metric)["outcome"].drop("function", errors="ignore").to_dict()
    failures = {name: outcome for name, outcome in OUTCOMES.items() if outcome in FAILURES}
    assert found == (OUTCOMES if metric != "peak_memory" else dict.fromkeys(OUTCOMES, "") | failures)


def test_only_what_is_right_has_a_time(run: harness.Run) -> None:
    times = of(run, "time")
    timed = set(times.index[times["value"] > 0.0])
    assert timed == {"function", *(name for name, outcome in OUTCOMES.items() if outcome == "correct")}


@pytest.mark.parametrize(
    ("name", "n", "outcome", "reason"),
    [
        ("Right", 10, "correct", ""),
        ("Right", 20_000, "", "20000 components are not certified; they are 0e+00 of the norm apart"),
        ("Off", 10, "wrong", "component 9 is off by"),
        ("Off", 20_000, "wrong", "20000 components are not certified; they are"),
        ("Drifts", 10, "error", "ValueError: it changes the point that it is given"),
        ("Counts", 10, "error", "ValueError: a gradient of shape (2,) at a point of shape (10,)"),
    ],
)
def test_an_answer_is_judged_before_it_is_timed(tmp_path: Path, name: str, n: int, outcome: str, reason: str) -> None:
    (tmp_path / "records.jsonl").touch()
    measured = Case("sphere", n, "sample-0", f"{FILE}:{name}")
    try:
        comparison.run([measured], Recorder(tmp_path / "records.jsonl", "run", seed=0), seconds=0.0)
    finally:
        POOL.close()
    (record,) = (r for r in read_records(tmp_path / "records.jsonl") if r.metric == "time")
    assert (record.case, record.outcome) == (measured, outcome)
    assert record.reason.startswith(reason)
    assert (record.value > 0.0) == (name == "Right")


def test_preparation_and_first_call_are_told_apart(run: harness.Run) -> None:
    assert (of(run, "preparation_time").loc[["Right", "engine.reverse"], "value"] > 0.0).all()
    assert (of(run, "first_call_time").loc[["Right", "engine.reverse"], "value"] > 0.0).all()
    assert "function" not in of(run, "first_call_time").index


def test_memory_is_measured_where_the_method_runs(run: harness.Run) -> None:
    assert of(run, "peak_memory").loc["Right", "value"] > 0.0
    assert of(run, "resident_memory").loc["Right", "value"] >= 0.0


def test_nothing_is_left(run: harness.Run) -> None:
    assert not [line for line in processes() if "harness.isolation.host" in line and str(FILE) in line]
