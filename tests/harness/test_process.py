"""The process of a suite, as the run looks after it: the process is played by small scripts."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import process
from harness.endings import how_it_ended
from harness.environment import describe, write_environment
from harness.errors import NothingMeasuredError
from harness.plan import Plan
from harness.profiles import PROFILES
from harness.record import Case, Record, Recorder, read_records
from harness.suites import SUITES, Stage

PLAN = Plan("quick", problems=("sphere",), methods=("manual", "engine.reverse"), dimensions=(2,))
ACCURACY = SUITES["accuracy"]
CASES = ACCURACY.cases(PLAN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """That of a run without records."""
    folder = tmp_path / "runs" / "a-run"
    folder.mkdir(parents=True)
    write_environment(folder, describe("a-run", PLAN, list(SUITES)))
    (folder / "records.jsonl").touch()
    return folder


Play = Callable[..., list[Record]]


@pytest.fixture
def play(folder: Path) -> Play:
    """Measures by a process that does as `script` says with the `lines` of all its records, `k` of which are there."""

    def measure(script: str, stands: bool = True) -> list[Record]:
        lines = Recorder(folder / "lines", "a-run", seed=0)
        for case in CASES:
            lines.add(case, ACCURACY.primary, 0.0, "1", "correct")
        head = "import os, sys, time; file = open(sys.argv[1], 'ab', 0); folder = os.path.dirname(sys.argv[1])\n"
        head += "lines = open(folder + '/lines', 'rb').read().splitlines(True)\n"
        head += "k = open(sys.argv[1], 'rb').read().count(b'normwise_error')\n"
        head += "open(folder + '/logs/accuracy.stands', 'w')\n" if stands else ""
        return measure_by([sys.executable, "-S", "-c", head + script, str(folder / "records.jsonl")], folder)

    return measure


def measure_by(command: list[str], folder: Path) -> list[Record]:
    process.measure(as_stage(command), PLAN, folder, lambda *_: None)
    return list(read_records(folder / "records.jsonl"))


def as_stage(command: list[str]) -> Stage:
    return Stage((ACCURACY,), lambda run: command)


def crashed(records: list[Record]) -> list[Case]:
    return [record.case for record in records if record.outcome == "crashed"]


def test_a_process_that_crashes_at_every_case_gets_through(play: Play) -> None:
    records = play("os._exit(3)")
    assert [record.case for record in records] == crashed(records) == CASES


def test_what_crashes_in_a_fresh_process_is_to_blame(play: Play) -> None:
    records = play("if k == 5: os._exit(3)\nfile.writelines(lines[k:5] if k < 5 else lines[k:])\nif k < 5: os._exit(3)")
    assert [record.case for record in records] == CASES
    assert crashed(records) == [CASES[5]]


def test_a_crash_after_another_case_is_not_taken_for_the_next_one_s(play: Play) -> None:
    records = play("file.writelines(lines[k:k + 2]); os._exit(3)")
    assert [record.case for record in records] == CASES
    assert crashed(records) == []


def test_a_process_that_dies_in_mid_line_gets_through(play: Play) -> None:
    records = play(
        "file.write(b''.join(lines[k:k + 4]) + lines[min(k + 4, len(lines) - 1)][:100 * (k < 8)]); os._exit(3)"
    )
    assert [record.case for record in records] == CASES


def test_the_records_of_a_case_that_is_cut_off_are_removed(play: Play) -> None:
    """They are taken again, or else would stand beside its outcome."""
    digits = "lines[k].replace(b'normwise_error', b'digits')"
    records = play(f"file.write({digits})\nif k == 5: os._exit(3)\nfile.write(lines[k]); os._exit(3)")
    assert [record.case for record in records if record.metric == ACCURACY.primary] == CASES
    assert [record.case for record in records if record.metric == "digits"] == CASES[:5] + CASES[6:]
    assert crashed(records) == [CASES[5]]


def test_a_process_takes_up_where_the_records_end(play: Play, folder: Path) -> None:
    play("file.writelines(lines)")
    records = folder / "records.jsonl"
    records.write_bytes(b"".join(records.read_bytes().splitlines(True)[:-2]))
    assert [record.case for record in play("file.write(lines[k])")] == CASES


def test_the_reason_of_a_crash_is_the_last_that_was_said(play: Play) -> None:
    words = "\x1b[31mlast\twords "
    records = play(f"print('first\\n', {words!r}, '\\n' * 9, file=sys.stderr); sys.exit(9)")
    assert {record.reason for record in records} == {"exit code 9: [31mlast words"}


def test_what_another_process_said_is_no_reason(play: Play) -> None:
    records = play("if k == 0: file.write(lines[0]); print('first')\nos._exit(3)")
    assert {record.reason for record in records[1:]} == {"exit code 3: no output"}


def test_a_line_without_an_end_is_no_reason_to_read_all_of_it(play: Play) -> None:
    records = play("os.write(1, b'x' * 10**6); os._exit(3)")
    assert {len(record.reason) for record in records} == {len("exit code 3: ") + 300}


@pytest.mark.parametrize("number", [6, 9, 15, 35, 64])
def test_any_signal_can_be_told(number: int) -> None:
    told = how_it_ended(-number)
    assert told == {6: "killed by SIGABRT", 9: "killed by SIGKILL", 15: "killed by SIGTERM"}.get(number, told)
    assert told.startswith("killed by ")


# A process that does not get so far as to measure.


def test_a_process_that_never_works_ends_the_run(play: Play) -> None:
    with pytest.raises(NothingMeasuredError, match="the accuracy process does not run: exit code 1: no engine today"):
        play("sys.exit('no engine today')", stands=False)


def test_a_process_that_hangs_before_it_stands_ends_the_run(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STARTING_SECONDS", 0.3)
    with pytest.raises(NothingMeasuredError, match=r"does not run: no result within 0\.3 s"):
        play("time.sleep(1000)", stands=False)


def test_a_program_that_is_not_there_ends_the_run(folder: Path) -> None:
    with pytest.raises(NothingMeasuredError, match=r"the accuracy process does not start: .*/nowhere/py"):
        measure_by(["/nowhere/python"], folder)


def test_a_module_that_cannot_be_imported_ends_the_run(
    gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flint.py").write_text("raise RuntimeError('not this one')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    for suite in ("accuracy", "runtime"):
        monkeypatch.setitem(PROFILES, "quick", dataclasses.replace(PROFILES["quick"], suites=(suite,)))
        error = gradmark("run", "--problem", "matyas", "--out", tmp_path / "results", code=4).stderr
        line = error.strip().splitlines()[-1]
        assert line.startswith(f"Error: the {suite} process does not run: exit code ")
        assert "RuntimeError: not this one" in line


# Limits, and what is left behind.


def test_what_hangs_once_is_not_tried_at_every_other_point(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROFILES, "quick", dataclasses.replace(PROFILES["quick"], case_seconds=1.0))
    script = "done = open(sys.argv[1], 'rb').read()\n"
    script += "if k == 0: file.write(lines[0]); time.sleep(1000)\n"
    script += "file.writelines(line for line in lines if line not in done and b'manual' in line)"
    records = play(script)
    assert sorted((record.case for record in records), key=str) == sorted(CASES, key=str)
    found = {(record.case.method, record.outcome, record.reason) for record in records}
    assert found == {("manual", "correct", ""), ("engine.reverse", "timeout", "no result within 1 s")}


def test_a_process_that_has_measured_all_is_not_waited_for(play: Play) -> None:
    started = time.monotonic()
    assert [record.case for record in play("file.writelines(lines); time.sleep(1000)")] == CASES
    assert time.monotonic() - started < PLAN.settings.case_seconds / 2


@pytest.mark.parametrize("end", ["os._exit(3)", "file.writelines(lines[k:])", "file.write(lines[k]); time.sleep(1000)"])
def test_what_a_method_has_started_ends_with_its_process(
    play: Play, processes: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setitem(PROFILES, "quick", dataclasses.replace(PROFILES["quick"], case_seconds=1.0))
    child = f"[sys.executable, '-S', '-c', 'import time; time.sleep(1000)', {str(tmp_path / 'child')!r}]"
    play(f"if os.fork() == 0: os.execv(sys.executable, {child})\n{end}")
    until(lambda: not processes(tmp_path / "child"))


def test_an_interrupt_ends_the_process(play: Play, processes: Any, until: Any, folder: Path) -> None:
    told = 0

    def progress(*_: object) -> None:
        nonlocal told
        told += 1
        if told == 5:
            raise KeyboardInterrupt

    script = "import time; time.sleep(1000)"
    with pytest.raises(KeyboardInterrupt):
        process.measure(as_stage([sys.executable, "-S", "-c", script, str(folder)]), PLAN, folder, progress)
    until(lambda: not processes(folder))


# What it is started with.


def test_the_process_has_variables_of_its_own(play: Play, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"PYTHONHASHSEED": "random", "OMP_NUM_THREADS": "64", "PY_COLORS": "1", "PYTHON_COLORS": "1"}
    theirs |= dict.fromkeys(process.UNSET, "1")
    for key, value in {**theirs, "OF_THE_USER": "1"}.items():
        monkeypatch.setenv(key, value)
    play("import json; open(folder + '/variables', 'w').write(json.dumps(dict(os.environ))); file.writelines(lines)")
    variables = json.loads((folder / "variables").read_text(encoding="utf-8"))
    threads = {key: value for key, value in variables.items() if key.endswith("_NUM_THREADS")}
    assert set(threads.values()) == {"1"}
    assert {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} <= set(threads)
    assert (variables["PYTHONHASHSEED"], variables["NO_COLOR"], variables["OF_THE_USER"]) == ("0", "1", "1")
    assert not set(process.UNSET) & set(variables)


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("variable", ["FORCE_COLOR", "PYTEST_ADDOPTS"])
def test_what_the_user_sets_for_pytest_is_not_meant(
    gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setitem(PROFILES, "quick", dataclasses.replace(PROFILES["quick"], suites=("runtime",), seconds=0.0))
    monkeypatch.setenv(variable, "--color=yes")
    gradmark("run", "--problem", "sphere", "--n", "2", "--out", tmp_path)
    log = (tmp_path / "latest" / "logs" / "runtime.log").read_bytes()
    assert log
    assert b"\x1b" not in log
