"""Going on with a run: no case twice, none missing; only where the figures belong together."""

from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.environment import CONDITIONS, NEEDED, read_environment, write_environment
from harness.runs import Run

SUITES = ["accuracy", "steps"]
"""Their figures are the same, to the bit, in every process."""


@pytest.fixture(autouse=True)
def _all_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.environment._git", lambda *_: "")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that was never interrupted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.environment._git", lambda *_: "")
        patch.setattr("harness.report.write", lambda folder: None)
        out = tmp_path_factory.mktemp("whole")
        return harness.run("quick", problems=["sphere"], dimensions=[2], suites=SUITES, out=out)


@pytest.fixture
def unfinished(whole: Run, tmp_path: Path) -> Run:
    """The same run, not finished, whose records can be cut."""
    folder = tmp_path / "results" / "runs" / whole.folder.name
    shutil.copytree(whole.folder, folder)
    change(folder, finished=None)
    return Run(folder)


def change(folder: Path, **changes: Any) -> None:
    write_environment(folder, {**read_environment(folder), **changes})


def lines(run: Run) -> list[bytes]:
    return (run.folder / "records.jsonl").read_bytes().splitlines(keepends=True)


def cuts(whole: bytes) -> dict[str, int]:
    """How many bytes are left."""
    ends = [end + 1 for end, byte in enumerate(whole) if byte == ord("\n")]
    last_of_accuracy = whole.index(b"\n", whole.rindex(b"normwise_error")) + 1
    return {
        "nothing": 0,
        "a part of the first line": 17,
        "a part of a case": ends[2],
        "a part of a case and of a line": ends[9] - 1,
        "the first suite": last_of_accuracy,
        "half of the last suite": (last_of_accuracy + len(whole)) // 2,
        "all but an end of line": len(whole) - 1,
        "all": len(whole),
    }


CUTS = list(cuts(b'"normwise_error"\n' * 10))


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("cut", CUTS)
def test_wherever_it_was_cut_the_records_are_those_of_a_run_that_was_not(whole: Run, unfinished: Run, cut: str) -> None:
    records = unfinished.folder / "records.jsonl"
    before = records.read_bytes()
    records.write_bytes(before[: cuts(before)[cut]])
    run = harness.resume(out=unfinished.folder.parent.parent)
    assert run.folder == unfinished.folder
    assert lines(run) == lines(whole)
    assert read_environment(run.folder)["finished"]
    assert (unfinished.folder.parent.parent / "latest").resolve() == run.folder


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("how", ["by name", "by folder", "the newest"])
def test_the_run_can_be_named(gradmark: Any, unfinished: Run, tmp_path: Path, how: str) -> None:
    out = unfinished.folder.parent.parent
    finished = tmp_path / "results" / "runs" / "29991231-235959-quick"
    shutil.copytree(unfinished.folder, finished)
    change(finished, finished="2999-12-31T23:59:59+00:00")
    shutil.copytree(unfinished.folder, out / "runs" / "20000101-000000-quick")  # it is older
    name = {"by name": [unfinished.folder.name], "by folder": [str(unfinished.folder)], "the newest": []}[how]
    gradmark("run", "--resume", *name, "--out", out)
    assert (out / "latest").resolve() == unfinished.folder


@pytest.mark.usefixtures("no_report")
def test_a_copy_can_be_gone_on_with(unfinished: Run, tmp_path: Path) -> None:
    shutil.copytree(unfinished.folder, tmp_path / "saved" / "a copy")
    assert harness.resume(tmp_path / "saved" / "a copy").environment["finished"]
    assert unfinished.environment["finished"] is None
    assert {path.name for path in tmp_path.iterdir()} == {"results", "saved"}


# What is refused, by one line, with every record as it was.


@pytest.fixture
def refused(gradmark: Any, unfinished: Run) -> Any:
    before = lines(unfinished)

    def refuse(*arguments: str, code: int = 2) -> str:
        out = unfinished.folder.parent.parent
        result = gradmark("run", "--resume", *arguments, "--out", out, code=code)
        (line,) = result.stderr.strip().splitlines()
        assert result.stdout == ""
        assert lines(unfinished) == before
        assert not (out / "latest").exists()
        return str(line)

    return refuse


@pytest.mark.parametrize("key", [key for key in CONDITIONS if key != "packages"])
def test_another_code_or_machine_is_refused(refused: Any, unfinished: Run, key: str) -> None:
    change(unfinished.folder, **{key: "another one"})
    line = refused()
    assert f"was begun under another {key}, another one; here it is " in line
    assert line.endswith(": begin a new run")


def test_the_packages_that_differ_are_told(refused: Any, unfinished: Run) -> None:
    packages = unfinished.environment["packages"]
    change(unfinished.folder, packages={**packages, "numpy": "0.1", "oldpack": "1.2"})
    assert f"another packages, numpy 0.1, oldpack 1.2; here it is numpy {packages['numpy']}: " in refused()


def test_changes_then_are_refused(refused: Any, unfinished: Run) -> None:
    change(unfinished.folder, dirty=True)
    assert f"{unfinished.folder.name} was begun by code that is not committed: begin a new run" in refused()


def test_changes_now_are_refused(refused: Any, unfinished: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.environment._git", lambda *words: " M harness/cli.py" if "status" in words else "")
    assert "there are changes that are not committed" in refused()


def test_a_finished_run_is_refused(refused: Any, unfinished: Run) -> None:
    change(unfinished.folder, finished="2026-01-01T00:00:00+00:00")
    assert "is finished: there is nothing to go on with" in refused(unfinished.folder.name)
    assert "no unfinished run in " in refused(code=4)


def test_a_run_that_is_not_there_is_refused(refused: Any, unfinished: Run) -> None:
    assert f"no run other with records: the newest: {unfinished.folder.name}" in refused("other", code=4)


@pytest.mark.parametrize(
    "arguments", [["--problem", "sphere"], ["--method", "manual"], ["--n", "2"], ["--seed", "1"]], ids=lambda a: a[0]
)
def test_other_arguments_are_refused(refused: Any, unfinished: Run, arguments: list[str]) -> None:
    assert "--resume goes on with a run as it was begun" in refused(*arguments)
    assert "--resume goes on with a run as it was begun" in refused(unfinished.folder.name, "quick", *arguments)


def test_a_run_that_is_still_going_on_is_refused(refused: Any, unfinished: Run) -> None:
    """By another process, which says so as long as it lives."""
    with (unfinished.folder / "records.jsonl").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert f"{unfinished.folder.name} is still going on, in another process: wait for it" in refused()


@pytest.mark.parametrize("name", NEEDED)
def test_a_damaged_environment_is_refused(refused: Any, unfinished: Run, name: str) -> None:
    environment = read_environment(unfinished.folder)
    del environment[name]
    write_environment(unfinished.folder, environment)
    assert name in refused(unfinished.folder.name)
    assert "no unfinished run in " in refused(code=4)


@pytest.mark.parametrize(
    "change_to",
    [{"plan": {}}, {"plan": {"profile": "quick"}}, {"suites": ["acuracy"]}, {"suites": 3}, {"schema": 2}],
    ids=str,
)
def test_an_environment_that_makes_no_sense_is_refused(
    refused: Any, unfinished: Run, change_to: dict[str, Any]
) -> None:
    change(unfinished.folder, **change_to)
    refused(unfinished.folder.name)


@pytest.mark.parametrize("damage", [b"{\n", b"\x00\x00\n", b"[" * 100_000 + b"\n"], ids=["cut", "zeros", "deep"])
def test_damaged_records_are_refused(gradmark: Any, unfinished: Run, damage: bytes) -> None:
    damaged = [*lines(unfinished)[:2], damage, *lines(unfinished)[3:9]]
    (unfinished.folder / "records.jsonl").write_bytes(b"".join(damaged))
    result = gradmark("run", "--resume", "--out", unfinished.folder.parent.parent, code=2)
    assert "Error: records.jsonl, line 3: not a record: " in result.stderr
    assert lines(unfinished) == damaged


def test_records_of_a_newer_version_are_refused(gradmark: Any, unfinished: Run) -> None:
    newer = json.dumps({**json.loads(lines(unfinished)[0]), "schema": 2}).encode() + b"\n"
    (unfinished.folder / "records.jsonl").write_bytes(newer)
    result = gradmark("run", "--resume", "--out", unfinished.folder.parent.parent, code=2)
    assert "line 1: schema 2 is newer than 1, the newest this version reads" in result.stderr
    assert lines(unfinished) == [newer]
