"""Where nothing can be written, or nothing more: one line says so, and what was finished stays as it was.

A limit on the size of files stands for a full disk, as it holds for root too.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.environment import describe, read_environment, write_environment
from harness.plan import Plan
from harness.record import read_records
from harness.suites import SUITES


def python(code: str, size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it where no file can be larger than `size` bytes."""
    head = f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
    command = [sys.executable, "-B", "-c", head + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def assert_one_line(error: str, *words: str) -> None:
    assert "Traceback" not in error
    last = error.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    assert all(word in last for word in words), last


def test_a_record_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    code = """
from harness.record import Case, Recorder
from pathlib import Path
recorder = Recorder(Path(sys.argv[1]), "a-run", 0)
for k in range(9):
    try:
        recorder.add(Case("sphere", 2, f"sample-{k}", "manual"), "digits", 1.0, "1", "correct", "x" * (k % 2) * 1000)
    except OSError as error:
        print(error.errno)
"""
    file = tmp_path / "records.jsonl"
    process = python(code, 2000, str(file))
    assert set(process.stdout.split()) == {str(errno.EFBIG)}, process.stderr
    assert [record.point for record in read_records(file)] == ["sample-0", "sample-1", "sample-2", "sample-4"]
    assert len(file.read_bytes().splitlines()) == 4


@pytest.mark.usefixtures("no_report", "elsewhere")
@pytest.mark.parametrize("suite", ["accuracy", "runtime", "memory"])
def test_a_disk_that_gets_full_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suite: str) -> None:
    code = """
from dataclasses import replace
from harness import environment, profiles
from harness.cli import main
environment._git = lambda *_: ""
profiles.PROFILES["quick"] = replace(profiles.PROFILES["quick"], suites=(sys.argv.pop(1),), seconds=0.0)
main()
"""
    process = python(code, 3500, suite, "run", "--problem", "sphere", "--n", "2", "--out", str(tmp_path))
    assert (process.returncode, process.stdout) == (2, ""), process.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    words = f"what was measured is in {folder}: `gradmark run --resume {folder}` goes on"
    assert_one_line(process.stderr, str(folder), "File too large", words)
    kept = (folder / "records.jsonl").read_bytes()
    assert 2000 < len(kept) <= 3500
    assert kept.endswith(b"\n")
    assert {record.outcome for record in read_records(folder / "records.jsonl")} <= {"correct", "approximate", ""}
    monkeypatch.setattr("harness.environment._git", lambda *_: "")
    run = harness.resume(out=tmp_path)
    assert (folder / "records.jsonl").read_bytes()[:1000] == kept[:1000]
    cases = [record.case for record in read_records(folder / "records.jsonl") if record.metric == SUITES[suite].primary]
    assert cases == SUITES[suite].cases(Plan("quick", problems=("sphere",), dimensions=(2,)))
    assert not run.records.duplicated(["problem", "n", "point", "method", "metric"]).any()


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    process = python("from harness.cli import main; main()", 0, "run", "--problem", "matyas", "--out", str(tmp_path))
    assert (process.returncode, process.stdout) == (2, ""), process.stderr
    assert_one_line(process.stderr, "File too large")


def test_an_environment_that_cannot_be_written_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {**describe("a-run", Plan("quick"), ["accuracy"]), "finished": None}
    write_environment(tmp_path, before)

    def fail(path: Path, *_: object, **__: object) -> None:
        os.truncate(path, 0) if path.exists() else path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="No space left"):
        write_environment(tmp_path, {**before, "finished": "now"})
    assert read_environment(tmp_path)["finished"] is None


@pytest.mark.parametrize("command", ["run", "report", "check", "list runs", "run --resume"])
@pytest.mark.parametrize("place", ["file", "file/results", "/proc/nowhere"])
def test_a_place_where_no_results_can_be(gradmark: Any, tmp_path: Path, command: str, place: str) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    result = gradmark(*command.split(), "--out", tmp_path / place, code=2)
    assert_one_line(result.stderr, place)
    assert result.stdout == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="it is Linux's")
@pytest.mark.parametrize("arguments", [["list", "methods"], ["list", "methods", "--json"]], ids=" ".join)
def test_an_output_that_takes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "harness", *arguments]
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    assert process.returncode != 0
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize("arguments", [["list", "problems"], ["list", "methods", "--json"]], ids=" ".join)
def test_a_reader_that_has_seen_enough_is_told_nothing(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "harness", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 128 + 13  # of SIGPIPE
