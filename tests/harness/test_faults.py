"""What goes wrong costs one case, and never the run."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.environment import describe, open_recorder, write_environment
from harness.errors import NothingMeasuredError
from harness.methods.engine_reverse import EngineReverse
from harness.plan import Plan
from harness.process import measure as measure_suite
from harness.profiles import PROFILES
from harness.record import Case, Record, Recorder, read_records
from harness.suites import SUITES, memory

METRICS = {suite.primary: suite.name for suite in SUITES.values()}
SAMPLE, MINIMUM = "sample-0", "minimum-0"


def outcomes(run: Any, metric: str, point: str = SAMPLE) -> dict[str, str]:
    """The outcome of each method. A second record of a case would be an error."""
    records = run.records
    chosen = records[(records["metric"] == metric) & (records["point"] == point) & (records["n"] == 2)]
    assert not chosen["method"].duplicated().any()
    return dict(zip(chosen["method"], chosen["outcome"], strict=True))


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


@pytest.mark.parametrize("suite", PROFILES["quick"].suites)
def test_every_case_has_one_primary_record_all_the_same(faulty_run: Any, faulty: Any, suite: str) -> None:
    plan = Plan("faulty", problems=("sphere",))
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


def test_an_exit_in_a_benchmark_costs_its_case(faulty: Any, tmp_path: Path, no_report: None) -> None:
    run = harness.run("faulty", problems=["sphere"], methods=["faulty.exits"], out=tmp_path, suites=["runtime"])
    assert outcomes(run, "time") == {"function": "", "faulty.exits": "crashed"}
    (reason,) = run.records.query("outcome == 'crashed'")["reason"]
    assert reason.startswith("exit code 7")


def test_an_error_after_the_measurement_leaves_one_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EngineReverse, "nodes", lambda *_: 1 / 0)
    folder = new_run(tmp_path)
    memory.run([Case("sphere", 2, SAMPLE, "engine.reverse")], open_recorder(folder))
    primary = [record for record in read_records(folder / "records.jsonl") if record.metric == "peak_memory"]
    assert len(primary) == 1


# The suite's process itself, played by small scripts.

PLAN = Plan("quick", problems=("sphere",), methods=("manual", "engine.reverse"), dimensions=(2,))
ACCURACY = SUITES["accuracy"]
CASES = ACCURACY.cases(PLAN)


def new_run(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "a-run"
    folder.mkdir(parents=True)
    write_environment(folder, describe("a-run", PLAN, list(SUITES)))
    (folder / "records.jsonl").touch()
    return folder


def played_by(tmp_path: Path, script: str, stands: bool = True) -> Any:
    """The accuracy suite, whose process does as `script` says with the `lines` of all its records."""
    recorder = Recorder(tmp_path / "lines", "a-run", seed=0)
    for case in CASES:
        recorder.add(case, ACCURACY.primary, 0.0, "1", "correct")
    head = "import os, sys; file = open(sys.argv[1], 'ab', 0); k = len(open(sys.argv[1], 'rb').read().splitlines());"
    head += "open(os.path.dirname(sys.argv[1]) + '/logs/accuracy.stands', 'w');" if stands else ""
    lines = f"lines = open({str(tmp_path / 'lines')!r}, 'rb').read().splitlines(True)\n"
    return dataclasses.replace(
        ACCURACY, command=lambda run: [sys.executable, "-S", "-c", head + lines + script, str(run / "records.jsonl")]
    )


def measure(suite: Any, folder: Path) -> list[Record]:
    measure_suite(suite, PLAN, folder, lambda *_: None)
    return list(read_records(folder / "records.jsonl"))


def test_a_process_that_dies_after_each_case_gets_through(tmp_path: Path) -> None:
    script = "file.write(lines[k])\nif k + 1 < len(lines): file.write(lines[k + 1]); os._exit(3)"
    records = measure(played_by(tmp_path, script), new_run(tmp_path))
    assert [record.case for record in records] == CASES
    assert {record.outcome for record in records} == {"correct", "crashed"}


def test_a_process_that_dies_in_mid_line_gets_through(tmp_path: Path) -> None:
    script = "file.write(b''.join(lines[k:k + 4]) + lines[min(k + 4, len(lines) - 1)][:100 * (k < 8)]); os._exit(3)"
    records = measure(played_by(tmp_path, script), new_run(tmp_path))
    assert [record.case for record in records] == CASES


def test_the_reason_of_a_crash_is_the_last_that_was_said(tmp_path: Path) -> None:
    script = (
        "file.writelines(lines[k:k + 3] if k == 0 else lines[k:]);"
        "print('first\\nlast words', file=sys.stderr); sys.exit(9 if k == 0 else 0)"
    )
    records = measure(played_by(tmp_path, script), new_run(tmp_path))
    assert [record.reason for record in records if record.outcome == "crashed"] == ["exit code 9: last words"]


def test_a_process_that_never_works_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(NothingMeasuredError, match="the accuracy process does not run: exit code 1: no engine today"):
        measure(played_by(tmp_path, "sys.exit('no engine today')", stands=False), new_run(tmp_path))


def test_a_process_takes_up_where_the_records_end(tmp_path: Path) -> None:
    suite = played_by(tmp_path, "file.write(lines[k]); file.write(lines[k + 1]) if k + 1 < len(lines) else 0")
    folder = new_run(tmp_path)
    (folder / "records.jsonl").write_bytes(b"".join((tmp_path / "lines").read_bytes().splitlines(True)[:-2]))
    assert [record.case for record in measure(suite, folder)] == CASES


# Interrupting a real one.


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results folder with a run in it."""
    earlier = tmp_path / "runs" / "20000101-000000-quick"
    earlier.mkdir(parents=True)
    (earlier / "records.jsonl").touch()
    (tmp_path / "latest").symlink_to(Path("runs") / earlier.name)
    return tmp_path


@pytest.mark.parametrize(("suite", "whole_group"), [("accuracy", False), ("runtime", True)])
def test_an_interrupt_keeps_what_is_finished(results: Path, suite: str, whole_group: bool) -> None:
    """SIGINT to the run alone (kill -INT), and to the worker too (Ctrl-C in a terminal)."""
    problem = "rosenbrock" if suite == "accuracy" else "matyas"  # long enough to be caught in the suite
    command = [sys.executable, "-m", "harness", "run", "--problem", problem, "--out", str(results)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=results
    )
    try:
        until(lambda: any(r.metric == SUITES[suite].primary for r in finished(results)))
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
        output, error = process.communicate(timeout=20)
        assert process.returncode == 130
        assert output == ""
        last = error.strip().splitlines()[-1]
        assert last.startswith("Error: interrupted; what was measured is in")
        assert "Traceback" not in error
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)  # no worker is left
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    kept = finished(results)
    assert kept
    assert {record.outcome for record in kept} <= {"correct", "approximate", ""}
    (folder,) = (path.parent for path in results.glob("runs/*/environment.json"))
    assert json.loads((folder / "environment.json").read_text(encoding="utf-8"))["finished"] is None
    assert (results / "latest").readlink().name == "20000101-000000-quick"


def finished(results: Path) -> list[Record]:
    return [record for path in results.glob("runs/*/records.jsonl") for record in read_records(path)]


def until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come that far"
        time.sleep(0.02)
