"""Stopping a run, however rudely: what is finished stays, no process is left, and the run can be gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.plan import Plan
from harness.record import Record, read_records
from harness.runs import Run
from harness.suites import SUITES

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results folder with a run in it."""
    earlier = tmp_path / "results" / "runs" / "20000101-000000-quick"
    earlier.mkdir(parents=True)
    (earlier / "records.jsonl").touch()
    (tmp_path / "results" / "latest").symlink_to(Path("runs") / earlier.name)
    return tmp_path / "results"


@pytest.fixture
def start(results: Path, processes: Any) -> Iterator[Start]:
    """Starts `gradmark run` of some profile. In `stopped`, the second case waits until there is a file `go`."""
    started: list[subprocess.Popen[str]] = []

    def run(module: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", *module.split(), "run", *arguments, "--out", str(results)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=results,
            env={**os.environ, "FAULTY_GO": str(results / "go")},
        )  # fmt: skip
        started.append(process)
        return process

    # What a script has put into the background ignores it, and so would all that is started here.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield run
    signal.signal(signal.SIGINT, before)
    for process in started:
        with process, suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    for number in processes(results):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


@pytest.fixture
def waiting(start: Start, results: Path, until: Any) -> subprocess.Popen[str]:
    """A run that waits in its second case."""
    process = start("faulty gradmark", "stopped", "--problem", "sphere")
    until(lambda: said(results, "accuracy", "waiting"))
    assert len(primary(results)) == 1
    return process


def said(results: Path, suite: str, words: str) -> bool:
    return any(words in log.read_text(encoding="utf-8") for log in results.glob(f"runs/*/logs/{suite}.log"))


def primary(results: Path) -> list[Record]:
    metrics = {suite.primary for suite in SUITES.values()}
    return [record for record in records(results) if record.metric in metrics]


def records(results: Path) -> list[Record]:
    return [record for path in results.glob("runs/*/records.jsonl") for record in read_records(path)]


def folder_of(results: Path) -> Path:
    (folder,) = (path.parent for path in results.glob("runs/*/environment.json"))
    return folder


def assert_it_can_be_gone_on_with(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(results)
    kept = (folder / "records.jsonl").read_bytes()
    assert json.loads((folder / "environment.json").read_text(encoding="utf-8"))["finished"] is None
    assert (results / "latest").readlink().name == "20000101-000000-quick"
    monkeypatch.setattr("harness.environment._git", lambda *_: "")
    run = harness.resume(out=results)
    assert run.folder == folder
    assert (results / "latest").readlink().name == folder.name
    assert (folder / "records.jsonl").read_bytes().startswith(kept)
    cases = [
        (suite.primary, case) for suite in SUITES.values() for case in suite.cases(Plan("stopped", 0, ("sphere",)))
    ]
    wanted = [one for one in cases if one[0] in ("normwise_error", "best_step")]
    assert sorted(((record.metric, record.case) for record in primary(results)), key=str) == sorted(wanted, key=str)
    measured = [(record.metric, record.case) for record in records(results)]
    assert len(set(measured)) == len(measured)
    assert {record.outcome for record in records(results)} == {"correct", "approximate"}


def stop_main(process: subprocess.Popen[str], number: int) -> None:
    process.send_signal(number)


def stop_all(process: subprocess.Popen[str], number: int) -> None:
    os.killpg(process.pid, number)


@pytest.mark.usefixtures("faulty", "no_report")
@pytest.mark.parametrize(
    ("stop", "number", "code", "word"),
    [
        (stop_main, signal.SIGINT, 130, "interrupted"),
        (stop_all, signal.SIGINT, 130, "interrupted"),
        (stop_main, signal.SIGTERM, 143, "terminated"),
        (stop_all, signal.SIGTERM, 143, "terminated"),
    ],
    ids=["kill -INT", "Ctrl-C", "kill", "kill of the group"],
)
def test_a_signal_ends_the_run_with_one_line(
    waiting: Any,
    results: Path,
    processes: Any,
    until: Any,
    monkeypatch: pytest.MonkeyPatch,
    stop: Any,
    number: int,
    code: int,
    word: str,
) -> None:
    stop(waiting, number)
    output, error = waiting.communicate(timeout=60)
    until(lambda: processes(results) == [])
    assert (waiting.returncode, output) == (code, "")
    last = error.strip().splitlines()[-1]
    assert last.startswith(
        f"Error: {word}; what was measured is in {folder_of(results)}: `gradmark run --resume {folder_of(results)}` "
    )
    assert "Traceback" not in error
    assert len(primary(results)) == 1
    assert_it_can_be_gone_on_with(results, monkeypatch)


@pytest.mark.usefixtures("faulty", "no_report")
def test_a_kill_leaves_no_process(
    waiting: Any, results: Path, processes: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.kill()
    waiting.wait()
    until(lambda: processes(results) == [])
    assert len(primary(results)) == 1
    assert_it_can_be_gone_on_with(results, monkeypatch)


def test_a_kill_leaves_no_process_that_does_not_listen(start: Start, results: Path, processes: Any, until: Any) -> None:
    """It holds Python's lock for good, and has started another."""
    process = start("faulty gradmark", "stopped", "--problem", "sphere", "--method", "stopped.hangs_in_c")
    until(lambda: said(results, "accuracy", "hanging") and processes(f"time.sleep(1000) {results}"))
    process.kill()
    process.wait()
    until(lambda: processes(results) == [])


@pytest.mark.usefixtures("faulty", "no_report")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=str)
def test_what_happens_to_a_suite_s_process_is_no_matter(
    waiting: Any, results: Path, processes: Any, until: Any, number: int
) -> None:
    """The run starts another, which goes on at the case that was cut off."""
    workers = set(processes("faulty accuracy")) & set(processes(results))
    assert workers
    for worker in workers:
        with suppress(ProcessLookupError):
            os.kill(worker, number)
    (results / "go").touch()
    _, error = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, error
    assert {record.outcome for record in records(results)} == {"correct", "approximate"}
    assert len(primary(results)) == 8 + 4
    until(lambda: processes(results) == [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_pytest_s_process_is_stopped_as_the_others_are(
    start: Start, results: Path, until: Any, processes: Any, number: int
) -> None:
    """No fault is planted here: it is the real thing."""
    process = start("harness", "--problem", "matyas")
    until(lambda: any(record.metric == "time" for record in records(results)))
    stop_all(process, number)
    output, error = process.communicate(timeout=60)
    until(lambda: processes(results) == [])
    assert (process.returncode, output) == (128 + number, "")
    assert "Traceback" not in error
    assert {record.outcome for record in records(results)} <= {"correct", "approximate", ""}


def test_what_is_there_can_be_reported(waiting: Any, results: Path, gradmark: Any) -> None:
    waiting.terminate()
    waiting.communicate(timeout=60)
    folder = folder_of(results)
    assert "sphere" in gradmark("report", folder.name, "--out", results).stdout
    assert len(Run(folder).records) == len(records(results)) == 6
