"""The command line: exit codes, one line for what a user can mend, and output that a pipe can use."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import harness
import problems
from harness.cli import exit_code
from harness.environment import write_environment
from harness.errors import BadInputError
from harness.methods import METHODS
from harness.plan import Plan

COMMANDS = ("run", "report", "check", "baseline", "list")


def test_help_lists_the_commands(gradmark: Any) -> None:
    output = gradmark("--help").output
    assert all(f"\n  {command} " in output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help(gradmark: Any, command: str, flag: str) -> None:
    output = gradmark(command, flag).output
    assert output.startswith("Usage: ")
    assert "--out" in output


def test_version(gradmark: Any) -> None:
    assert gradmark("--version").output.startswith("main, version 0.1") or "version" in gradmark("--version").output


WRONG = {
    "profile": (("run", "quikc"), "unknown profile 'quikc': the profiles are quick"),
    "problem": (("run", "--problem", "spher"), "unknown problem 'spher': did you mean sphere"),
    "problem, nothing near": (
        ("run", "--problem", "?"),
        "`gradmark list problems` lists the ",
    ),
    "method": (("run", "--method", "engine.revers"), "unknown method 'engine.revers': did you mean engine.reverse"),
    "n = 0": (("run", "--n", "0"), "no problem has 0 coordinates: "),
    "n of none": (("run", "--n", "0"), f"and so on, for {len(problems.names())} problems"),
    "n < 0": (("run", "--problem", "sphere", "--n", "-3"), "no problem has -3 coordinates: sphere takes 1 or more"),
    "n of a problem": (("run", "--problem", "matyas", "--n", "3"), "no problem has 3 coordinates: matyas takes 2"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_what_does_not_exist_is_bad_input(gradmark: Any, tmp_path: Path, arguments: Any, words: str) -> None:
    result = gradmark(*arguments, "--out", tmp_path / "results", code=2)
    assert words in one_line(result.stderr)
    assert result.stdout == ""
    assert not (tmp_path / "results").exists()


def one_line(text: str) -> str:
    """The one line, after the progress bars' empty ones."""
    (line,) = text.strip().splitlines()
    assert line.startswith("Error: ")
    return line


@pytest.mark.parametrize(
    "arguments",
    [
        ("launch",),
        ("run", "quick", "slow"),
        ("run", "--n", "two"),
        ("run", "--n", "2.5"),
        ("run", "--seed", "-1"),
        ("run", "--loud",),
        ("list",),
        ("list", "people"),
        ("report", "a", "b"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_bad_usage(gradmark: Any, arguments: Any) -> None:
    assert "\nError: " in gradmark(*arguments, code=2).stderr


@pytest.mark.parametrize("in_the_way", ["results", "results/runs"])
def test_a_file_in_the_way_of_the_results(gradmark: Any, tmp_path: Path, in_the_way: str) -> None:
    (tmp_path / in_the_way).parent.mkdir(exist_ok=True)
    (tmp_path / in_the_way).write_text("", encoding="utf-8")
    result = gradmark("run", "--problem", "matyas", "--out", tmp_path / "results", code=2)
    assert "cannot write results to" in one_line(result.stderr)


@pytest.mark.parametrize("in_the_way", ["a file", "a folder"])
def test_something_in_the_way_of_latest(tmp_path: Path, no_report: None, in_the_way: str) -> None:
    latest = tmp_path / "latest"
    if in_the_way == "a file":
        latest.write_text("", encoding="utf-8")
    else:
        (latest / "plots").mkdir(parents=True)  # as an archive that follows links leaves it
    try:
        assert harness.run("quick", suites=[], out=tmp_path).folder == latest.resolve()
    except BadInputError as error:
        assert "latest" in str(error)


NO_RUNS = [("report",), ("report", "nowhere"), ("check", "--against", "nowhere"), ("run", "--resume")]


@pytest.mark.parametrize("arguments", NO_RUNS)
def test_no_runs_to_work_on(gradmark: Any, tmp_path: Path, arguments: Any) -> None:
    (tmp_path / "results").mkdir()
    error = one_line(gradmark(*arguments, "--out", tmp_path / "results", code=4).stderr)
    assert re.search("no ((un)?finished )?run", error)


@pytest.mark.parametrize("arguments", [*NO_RUNS, ("list", "runs")])
def test_no_results_folder(gradmark: Any, tmp_path: Path, arguments: Any) -> None:
    error = one_line(gradmark(*arguments, "--out", tmp_path / "results", code=2).stderr)
    assert "there is no results folder" in error
    assert not (tmp_path / "results").exists()


def test_no_baseline_to_check_against(gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    error = one_line(gradmark("check", "--out", tmp_path / "results", code=4).stderr)
    assert "there is no baseline" in error
    assert "gradmark baseline" in error


@pytest.mark.parametrize("damage", ["", "[]", '{"schema": 99, "plan": {}}'])
def test_a_report_of_a_run_that_nothing_is_known_of_is_refused(gradmark: Any, make_run: Any, damage: str) -> None:
    run = make_run()
    (run.folder / "environment.json").write_text(damage, encoding="utf-8")
    assert "does not describe a run" in one_line(gradmark("report", run.folder, code=2).stderr)


@pytest.mark.usefixtures("no_report")
def test_a_report_of_an_unfinished_run_says_so(gradmark: Any, make_run: Any) -> None:
    run = make_run()
    assert "not finished" not in gradmark("report", run.folder).stderr
    write_environment(run.folder, {**run.environment, "finished": None})
    assert "This run is not finished" in gradmark("report", run.folder).stderr


def test_an_unknown_outcome_is_damage(gradmark: Any, make_run: Any) -> None:
    run = make_run()
    path = run.folder / "records.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"correct"', '"great"', 1), encoding="utf-8")
    assert "unknown outcome 'great'" in one_line(gradmark("report", run.folder, code=2).stderr)


def test_a_run_without_records(gradmark: Any, make_run: Any) -> None:
    run = make_run(suites=())
    assert "no records" in one_line(gradmark("report", run.folder, code=4).stderr)


def test_an_unknown_run_is_told_the_newest(gradmark: Any, make_run: Any) -> None:
    run = make_run(suites=())
    error = one_line(gradmark("report", "other", "--out", run.folder.parent.parent, code=4).stderr)
    assert run.folder.name in error


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("records.jsonl", "{\n"),
        ("environment.json", "{"),
        ("environment.json", "[]"),
    ],
)
@pytest.mark.usefixtures("short_profile", "no_report")
@pytest.mark.parametrize("command", ["report", "check", "list runs"])
def test_a_damaged_run_is_bad_input(
    gradmark: Any,
    make_run: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    file: str,
    damage: str,
) -> None:
    """Where a command has no need of the file, it may go on without."""
    monkeypatch.chdir(tmp_path)
    make_run(name="20200101-000000-quick")
    gradmark("baseline")
    (make_run(name="20200102-000000-quick").folder / file).write_text(damage, encoding="utf-8")
    run = ["20200102-000000-quick"] if command == "report" else []
    try:
        gradmark(*command.split(), *run)
    except AssertionError:
        one_line(gradmark(*command.split(), *run, code=2).stderr)


@pytest.mark.usefixtures("short_profile", "no_report")
@pytest.mark.parametrize("gone", [{"profile": "gone"}, {"problems": ["gone"]}], ids=str)
def test_a_run_of_what_is_no_more(
    gradmark: Any, make_run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: dict[str, Any]
) -> None:
    """It can be reported, and is in nobody's way."""
    monkeypatch.chdir(tmp_path)
    make_run(name="20200101-000000-quick")
    old = make_run(name="20200102-000000-quick")
    environment = {**old.environment, "source": "0", "plan": {**old.environment["plan"], **gone}}
    write_environment(old.folder, environment)
    assert "20200102-000000-quick" in gradmark("report", old.folder).stdout
    assert "20200102-000000-quick" in gradmark("list", "runs").stdout
    assert "20200101-000000-quick" in gradmark("baseline").stdout
    assert "20200101-000000-quick against" in gradmark("check").stdout


@pytest.mark.parametrize(
    ("what", "expected"), [("problems", problems.names()), ("methods", list(METHODS))], ids=["problems", "methods"]
)
def test_lists(gradmark: Any, what: str, expected: list[str]) -> None:
    lines = gradmark("list", what).stdout.splitlines()
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == expected
    rows = [json.loads(line) for line in gradmark("list", what, "--json").stdout.splitlines()]
    assert [row[lines[0].split()[0]] for row in rows] == expected


@pytest.mark.parametrize("columns", [30, 60, 80])
def test_lists_have_whole_names_on_a_narrow_terminal(
    gradmark: Any, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr("harness.cli.terminal.width", lambda: columns)
    lines = gradmark("list", "problems").stdout.splitlines()
    assert set(problems.names()) <= {line.split()[0] for line in lines if line}
    assert all(line == line.rstrip() and len(line) <= columns for line in lines)


def test_show_at_a_point(gradmark: Any, tmp_path: Path) -> None:
    text = gradmark("show", "sphere", "--at", "0.25,-1.125", "--out", tmp_path).stdout
    assert "\nat           (0.25, -1.125): f = 1.328125\n" in text
    assert "(0.5, -2.25): correct, 16.0 digits" in text


def test_show_fits_the_terminal(gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.cli.functions.width", lambda: 80)
    lines = gradmark("show", "ackley", "--out", tmp_path).stdout.splitlines()
    assert max(len(line) for line in lines if not line.startswith("contours")) <= 80


def test_show_as_json_is_json_where_the_gradient_is_nan(gradmark: Any, tmp_path: Path) -> None:
    text = gradmark("show", "gulf", "--at", "0,20,1.5", "--json", "--out", tmp_path).stdout
    shown = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert shown["at"]["gradient"] == ["nan", "nan", "nan"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--n", "0"), "sphere takes 1 or more coordinates, not 0"),
        (("--n", "3", "--at", "1,2"), "a point of 3 coordinates was asked for; '1,2' has 2"),
    ],
    ids=["no coordinates", "more than the point has"],
)
def test_show_of_what_cannot_be(gradmark: Any, tmp_path: Path, arguments: Any, words: str) -> None:
    assert words in one_line(gradmark("show", "sphere", *arguments, "--out", tmp_path / "results", code=2).stderr)
    assert not (tmp_path / "results").exists()


def test_the_list_of_runs(gradmark: Any, make_run: Any, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    assert gradmark("list", "runs", "--out", tmp_path / "results").stdout.strip() == ""
    names = ["20200101-000000-quick", "20200102-000000-quick"]
    for name in reversed(names):
        run = make_run(name=name, suites=())
    write_environment(run.folder, {**run.environment, "finished": None})
    lines = gradmark("list", "runs", "--out", tmp_path / "results").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == names
    assert ["--resume" in line for line in lines[1:]] == [True, False]


def test_json_is_the_file(small_run: Any) -> None:
    """`run --json` in a pipe: the records on stdout, everything else on stderr, no colours."""
    assert small_run.stdout == (small_run.run.folder / "records.jsonl").read_text(encoding="utf-8")
    assert {type(json.loads(line)) for line in small_run.stdout.splitlines()} == {dict}
    assert "\x1b" not in small_run.stdout
    assert "Traceback" not in small_run.stderr


def test_report_prints_the_short_tables_and_where_the_rest_is(gradmark: Any, small_run: Any, no_report: None) -> None:
    output = gradmark("report", "--out", small_run.out).stdout
    for words in ("correct digits", "time (µs)", "peak memory (KiB)", "Worst points", "Verdicts", "Overview"):
        assert words in output
    assert str(small_run.run.folder) in output
    assert max(map(len, output.splitlines())) < 160


@pytest.mark.usefixtures("short_profile", "no_report")
def test_report_as_json_is_the_file(gradmark: Any, make_run: Any) -> None:
    run = make_run()
    assert gradmark("report", run.folder, "--json").stdout == (run.folder / "records.jsonl").read_text(encoding="utf-8")


def test_a_wrong_gradient_ends_with_exit_code_1(
    gradmark: Any, faulty_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.runner.run", lambda *_, **__: faulty_run)
    assert "wrong" in gradmark("run", code=1).stdout


OWN = """\
import numpy as np
from harness import Method, UnsupportedError
print("a line that the file prints")

def f(x):
    return np.sum(np.sin(x)) + x[0] * x[2]

class M(Method):
    def prepare(self, problem, n):
        def value_and_gradient(x):
            steps = 1e-30j * np.eye(n)
            return problem(x), np.array([problem(x + h).imag for h in steps]) * 1e30
        return value_and_gradient

class Wrong(M):
    def prepare(self, problem, n):
        right = super().prepare(problem, n)
        return lambda x: (right(x)[0], 1.001 * right(x)[1])

class Unable(M):
    def prepare(self, problem, n):
        raise UnsupportedError("too hard")
"""


@pytest.mark.usefixtures("no_report")
def test_a_function_and_methods_of_ones_own(gradmark: Any, file: Any, tmp_path: Path) -> None:
    """A real run, whose processes are given the names and load the file themselves."""
    file(OWN)
    own = ["mine.py:M", "mine.py:Wrong", "mine.py:Unable"]
    options = [word for method in ("engine.reverse", *own) for word in ("--method", method)]
    result = gradmark(
        "run", "quick", "--problem", "mine.py:f", "--n", "3", *options, "--junit", "ci/gradmark.xml", code=1
    )
    assert "mine.py:M" in result.stdout
    assert "a line that the file prints" not in result.stdout
    records = harness.read(tmp_path / "results")
    assert set(records["problem"]) == {"mine.py:f"}
    primary = records[records["metric"] == "normwise_error"].groupby("method")["outcome"].unique()
    assert {method: list(outcomes) for method, outcomes in primary.items()} == {
        "engine.reverse": ["correct"],
        "mine.py:M": ["correct"],
        "mine.py:Wrong": ["wrong"],
        "mine.py:Unable": ["unsupported"],
    }
    for metric in ("time", "peak_memory"):
        measured = records[(records["metric"] == metric) & records["value"].notna()]
        assert {"engine.reverse", "mine.py:M"} <= set(measured["method"])
    suites = ElementTree.parse("ci/gradmark.xml").getroot()
    assert {suite.get("name"): (suite.get("failures"), suite.get("skipped")) for suite in suites} == {
        "engine.reverse": ("0", "0"),
        "mine.py:M": ("0", "0"),
        "mine.py:Wrong": ("3", "0"),
        "mine.py:Unable": ("0", "3"),
    }


@pytest.mark.usefixtures("short_profile", "no_report")
def test_a_run_of_a_file_of_ones_own_is_in_nobodys_way_when_it_is_gone(gradmark: Any, make_run: Any, file: Any) -> None:
    """One that is there is not run."""
    file(OWN)
    file("open('it is run', 'w').close()", "other.py")
    make_run(name="20200101-000000-quick")
    own = make_run(name="20200102-000000-quick", plan=Plan("quick", problems=("mine.py:f",), dimensions=(3,)))
    for name in ("gone.py:f", "other.py:f"):
        plan = {**own.environment["plan"], "problems": [name]}
        write_environment(own.folder, {**own.environment, "plan": plan})
        assert "20200101-000000-quick" in gradmark("baseline").stdout
        assert "20200101-000000-quick against" in gradmark("check").stdout
        gradmark("report", own.folder)
    assert not Path("it is run").exists()


PROBLEMS = """\
from problems import problem

@problem(domain=(-2.0, 2.0), minima=[], source="made up")
def saddle(x, y):
    "f(x, y) = x y"
    return x * y

def plain(x): return x[0]
"""


def test_show_a_problem_of_a_file(gradmark: Any, file: Any, register: Any) -> None:
    file(PROBLEMS)
    text = gradmark("show", "mine.py:saddle", "--at", "2,3").stdout
    assert text.startswith("saddle\n\n  f(x, y) = x y\n")
    assert "(3, 2): correct" in text
    assert Path("results/problems/saddle.png").exists()
    error = gradmark("show", "mine.py:plain", code=2).stderr
    assert "mine.py:plain is a plain function: @problem(…) declares what is known of one" in one_line(error)


def test_gradcheck_and_explain_take_a_problem_of_a_file(gradmark: Any, file: Any, register: Any) -> None:
    file(PROBLEMS)
    assert "correct: 2 of 2" in gradmark("gradcheck", "mine.py:saddle", "--at", "2,3").stdout
    assert "nothing is wrong" in gradmark("explain", "mine.py:saddle", "--at", "2,3").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("run", "--problem", "spher"), 2, "did you mean sphere"),
        (("list", "methods"), 0, ""),
    ],
    ids=["run", "list"],
)
def test_in_a_process_of_its_own(tmp_path: Path, arguments: Any, code: int, words: str) -> None:
    """Even where a variable asks for colours: a pipe gets none."""
    environment = {**os.environ, "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "harness", *arguments]
    process = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=False
    )
    assert process.returncode == code, process.stderr
    assert "Traceback" not in process.stderr
    assert "\x1b" not in process.stdout + process.stderr
    assert words in process.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({"correct", "approximate", "unsupported", ""}, 0),
        ({"correct", "wrong"}, 1),
        ({"nonfinite", "cannot_tell"}, 1),
        ({"crashed"}, 1),
        ({"correct", "cannot_tell"}, 3),
    ],
)
def test_outcomes_decide_the_exit_code(outcomes: set[str], code: int) -> None:
    assert exit_code(outcomes) == code


def test_a_folder_of_the_user_does_not_shadow_a_package(tmp_path: Path) -> None:
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems" / "__init__.py").write_text("raise RuntimeError('the wrong package')")
    command = [sys.executable, "-P", "-m", "harness", "run", "--problem", "matyas", "--method", "manual"]
    process = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
