"""What goes wrong in a method costs one case, and never the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.environment import describe, open_recorder, read_plan, write_environment
from harness.errors import LONGEST
from harness.methods import failure
from harness.methods.engine_reverse import EngineReverse
from harness.plan import Plan
from harness.profiles import PROFILES
from harness.record import Case, read_records
from harness.suites import SUITES, memory

METRICS = {suite.primary: suite.name for suite in SUITES.values()}
SAMPLE, MINIMUM = "sample-0", "minimum-0"
EACH_SUITE = pytest.mark.parametrize("suite", PROFILES["quick"].suites)


def outcomes(run: Any, metric: str, point: str = SAMPLE) -> dict[str, str]:
    """The outcome of each method. A second record of a case would be an error."""
    records = run.records
    chosen = records[(records["metric"] == metric) & (records["point"] == point) & (records["n"] == 2)]
    assert not chosen["method"].duplicated().any()
    return dict(zip(chosen["method"], chosen["outcome"], strict=True))


def reasons(run: Any, metric: str) -> dict[str, str]:
    chosen = run.records.query("metric == @metric and point == @SAMPLE")
    return dict(zip(chosen["method"], chosen["reason"], strict=True))


def test_each_fault_has_its_outcome(faulty_run: Any) -> None:
    assert outcomes(faulty_run, "normwise_error") == {
        "faulty.raises": "error",
        "faulty.refuses": "unsupported",
        "faulty.killed": "crashed",
        "faulty.wrong": "wrong",
        "faulty.longer": "error",
        "faulty.nan": "nonfinite",
        "manual": "correct",
    }


def test_a_crash_costs_the_one_case_that_it_happened_in(faulty_run: Any) -> None:
    assert outcomes(faulty_run, "normwise_error", MINIMUM)["faulty.killed"] == "correct"
    assert outcomes(faulty_run, "normwise_error", MINIMUM)["manual"] == "correct"


@EACH_SUITE
def test_every_case_has_one_primary_record_all_the_same(faulty_run: Any, faulty: Any, suite: str) -> None:
    plan = read_plan(faulty_run.folder)
    measured = [r.case for r in read_records(faulty_run.folder / "records.jsonl") if METRICS.get(r.metric) == suite]
    assert sorted(measured, key=str) == sorted(SUITES[suite].cases(plan), key=str)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("faulty.raises", "ZeroDivisionError: a planted error"),
        ("faulty.refuses", "planted: not for this problem"),
        ("faulty.killed", "killed by SIGKILL"),
        ("faulty.wrong", "is off by"),
        ("faulty.nan", "component 0 is nan"),
    ],
)
def test_each_fault_has_its_reason(faulty_run: Any, method: str, words: str) -> None:
    records = faulty_run.records
    reasons = records[(records["method"] == method) & (records["point"] == SAMPLE)]
    assert reasons[reasons["metric"] == "normwise_error"]["reason"].str.contains(words).all()
    assert reasons[reasons["metric"] == "time"]["reason"].str.contains(words).all()
    assert not reasons["reason"].str.contains("\n").any()


def test_what_is_wrong_or_failed_has_no_time(faulty_run: Any) -> None:
    times = faulty_run.records.query("metric == 'time'").set_index("method")
    assert times["outcome"].to_dict() == {**outcomes(faulty_run, "normwise_error"), "function": ""}
    assert set(times.index[times["value"] > 0.0]) == {"manual", "function"}
    assert set(times.index[times["value"].isna()]) == set(times.index) - {"manual", "function"}


def test_memory_is_measured_after_a_crash(faulty_run: Any) -> None:
    found = outcomes(faulty_run, "peak_memory")
    assert found["faulty.killed"] == "crashed"
    assert found["faulty.raises"] == "error"
    assert found["manual"] == found["function"] == ""


def test_the_run_with_faults_is_finished(faulty_run: Any) -> None:
    assert json.loads((faulty_run.folder / "environment.json").read_text(encoding="utf-8"))["finished"]
    assert (faulty_run.folder.parent.parent / "latest").resolve() == faulty_run.folder


def test_an_error_after_the_measurement_leaves_one_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EngineReverse, "nodes", lambda *_: 1 / 0)
    write_environment(tmp_path, describe("a-run", Plan("quick"), ["memory"]))
    memory.run([Case("sphere", 2, SAMPLE, "engine.reverse")], open_recorder(tmp_path))
    primary = [record for record in read_records(tmp_path / "records.jsonl") if record.metric == "peak_memory"]
    assert len(primary) == 1


# Whatever a method may do: in a process of the harness's own, and in one of pytest's, as each has its ways to end.

SUITE = pytest.mark.parametrize(("suite", "metric"), [("accuracy", "normwise_error"), ("runtime", "time")])
RAISED = {
    "odd.interrupt": "KeyboardInterrupt",
    "odd.system_exit": "SystemExit: 0",
    "odd.no_exception": "Planted: planted",
    "odd.generator_exit": "GeneratorExit",
    "odd.stop_iteration": "StopIteration",
    "odd.recursion": "RecursionError: maximum recursion depth exceeded",
    "odd.lines": "ValueError: one [31mtwo three xxxx",
    "odd.mute": "MuteError: its message raises RuntimeError",
    "odd.skip": "SkipTest: planted",
    "odd.leaves_pytest": "Exit: planted",
}
TOLERATED = ("odd.warns", "odd.prints", "odd.moves", "odd.thread", "odd.alarm", "odd.closes", "manual")


@SUITE
@pytest.mark.usefixtures("faulty", "no_report")
def test_whatever_a_method_does_is_the_outcome_of_its_case(tmp_path: Path, suite: str, metric: str) -> None:
    run = harness.run("odd", problems=["sphere"], out=tmp_path, suites=[suite])
    found, said = outcomes(run, metric), reasons(run, metric)
    right = "correct" if suite == "accuracy" else ""
    assert {method: found[method] for method in TOLERATED} == dict.fromkeys(TOLERATED, right)
    assert {method: found[method] for method in RAISED} == dict.fromkeys(RAISED, "error")
    assert found["odd.memory"] == "out_of_memory"
    assert found["odd.nothing"] == ("error" if suite == "accuracy" else "")
    assert found["odd.silences"] == ("correct" if suite == "accuracy" else "error")  # pytest cannot do without
    for method, words in RAISED.items():
        assert words in said[method]
    assert all(reason.isprintable() and len(reason) <= LONGEST for reason in said.values())


@SUITE
@pytest.mark.usefixtures("faulty", "no_report")
def test_however_a_process_dies_is_the_outcome_of_the_case(tmp_path: Path, suite: str, metric: str) -> None:
    run = harness.run("crash", problems=["sphere"], out=tmp_path, suites=[suite])
    found, said = outcomes(run, metric), reasons(run, metric)
    dead = {method: outcome for method, outcome in found.items() if outcome == "crashed"}
    assert set(dead) == {"crash.exit_0", "crash.exit_7", "crash.signal", "crash.segfault"}
    assert said["crash.exit_0"] == "exit code 0: no output"
    assert said["crash.exit_7"] == "exit code 7: last words" if suite == "accuracy" else "exit code 7: no output"
    assert said["crash.signal"].startswith("killed by ")
    assert said["crash.segfault"].startswith(("killed by SIGSEGV", "killed by SIGBUS"))
    for method in ("manual", "crash.later"):  # a thread of the latter ends the process, in a case that has done nothing
        assert found[method] == ("correct" if suite == "accuracy" else "")


def test_nothing_that_a_method_prints_reaches_the_terminal(
    faulty: Any, tmp_path: Path, no_report: None, capfd: pytest.CaptureFixture[str]
) -> None:
    run = harness.run(
        "odd", problems=["sphere"], methods=["odd.prints"], out=tmp_path, suites=["accuracy", "runtime", "memory"]
    )
    assert capfd.readouterr() == ("", "")
    log = (run.folder / "logs" / "accuracy.log").read_text(encoding="utf-8")
    assert [words for words in ("to stdout", "to stderr", "to file 1", "to file 2") if words not in log] == []


@pytest.mark.parametrize("error", [ValueError(), ValueError("\n"), KeyboardInterrupt()], ids=repr)
def test_an_error_without_a_word_is_told_by_its_name(error: BaseException) -> None:
    assert failure(error) == ("error", type(error).__name__)
