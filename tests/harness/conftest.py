"""What the tests of the harness share: a real run of a small part, made-up runs, and the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import harness
import problems
from harness import Run
from harness.cli import main
from harness.environment import describe, now, write_environment
from harness.function import FUNCTION
from harness.methods import has_verdict
from harness.plan import Plan
from harness.profiles import PROFILES
from harness.record import FAILURES, Case, Record, to_json
from harness.suites import SUITES
from problems import Problem

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def _this_code() -> Iterator[None]:
    """Processes that a test starts import the packages that the test imports, from whatever directory."""
    with pytest.MonkeyPatch.context() as patch:
        roots = [str(Path(harness.__path__[0]).parent), str(HERE), os.environ.get("PYTHONPATH", "")]
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, roots)))
        yield


@dataclass(frozen=True)
class SmallRun:
    """A real run by `python -m harness run … --json`: what it printed, its results folder, and the run."""

    stdout: str
    stderr: str
    out: Path
    run: Run
    plan: Plan


SMALL = Plan("quick", problems=("sphere", "goldstein_price"), dimensions=(2, 10, 100))


@pytest.fixture(scope="session", autouse=True)
def _small_run_started(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _this_code: None
) -> Iterator[Callable[[], SmallRun]]:
    """The small run goes on beside the first tests, if any will need it."""
    if not any("small_run" in getattr(item, "fixturenames", ()) for item in request.session.items):
        yield pytest.fail
        return
    out, log = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("log")
    options = [word for name in SMALL.problems for word in ("--problem", name)]
    options += [word for n in SMALL.dimensions for word in ("--n", str(n))]
    command = [sys.executable, "-m", "harness", "run", *options, "--json", "--out", str(out)]
    with (log / "stdout").open("wb") as stdout, (log / "stderr").open("wb") as stderr:
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, cwd=out)

    def finish() -> SmallRun:
        code = process.wait(timeout=100)
        texts = [(log / name).read_text(encoding="utf-8") for name in ("stdout", "stderr")]
        assert code == 0, texts[1]
        return SmallRun(*texts, out, Run((out / "latest").resolve()), SMALL)

    try:
        yield finish
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()


@pytest.fixture(scope="session")
def small_run(_small_run_started: Callable[[], SmallRun]) -> SmallRun:
    return _small_run_started()


@contextmanager
def _planted_faults() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE)
        import faulty as module

        for mapping, key, value in module.PLANTED:
            patch.setitem(mapping, key, value)
        yield module


@pytest.fixture
def faulty() -> Iterator[Any]:
    """The module of planted faults, its methods and profile registered here and in the suites' processes."""
    with _planted_faults() as module:
        yield module


@pytest.fixture(scope="session")
def faulty_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A real run in which the methods of `faulty` fail, each in its way, beside one that works."""
    with _planted_faults(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.report.write", lambda folder: None)
        return harness.run("faulty", problems=["sphere"], out=tmp_path_factory.mktemp("faulty"))


@pytest.fixture
def pictures() -> Iterator[Any]:
    """The module that makes records for plots and reads the plots, which are drawn in their own style."""
    import matplotlib

    from harness.report.plots import STYLE

    with pytest.MonkeyPatch.context() as patch, matplotlib.rc_context(STYLE):
        patch.syspath_prepend(HERE)
        import pictures as module

        yield module


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Problem]:
    """Registers a function as a problem, for one test."""
    monkeypatch.setattr(problems.registry, "_PROBLEMS", dict(problems.registry._PROBLEMS))

    def add(function: Callable[..., Any], **details: Any) -> Problem:
        details = {"name": "made_up", "domain": (-1.0, 1.0), "minima": [], "source": "", **details}
        return problems.problem(**details)(function)

    return add


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a file of a user's into the working directory; the path for imports is restored."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(source: str, name: str = "mine.py") -> Path:
        (tmp_path / name).write_text(source, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def short_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The profile quick and the catalogue, made shorter: for runs that are made up."""
    monkeypatch.setitem(
        PROFILES, "quick", replace(PROFILES["quick"], dimensions=(10,), cost_dimensions=(10,), samples=1)
    )
    few = {name: problems.get(name) for name in ("matyas", "rosenbrock", "sphere")}
    monkeypatch.setattr(problems.registry, "_PROBLEMS", few)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a directory that keeps no worst points, as the checkout does: runs measure what the profile says alone."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing the plots takes longer than all the rest of a small run."""
    monkeypatch.setattr("harness.report.write", lambda folder: None)


def _until(condition: Callable[[], object]) -> None:
    """Waits for what has to happen, however slow the machine."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come that far"
        time.sleep(0.02)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    return _until


@pytest.fixture
def processes() -> Callable[[str | Path], list[int]]:
    """The processes whose command line has some words in it."""

    def find(words: str | Path) -> list[int]:
        if Path("/proc/self/cmdline").exists():
            lines = {path.parent.name: _bytes(path) for path in Path("/proc").glob("[0-9]*/cmdline")}
        else:
            table = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, check=True).stdout
            lines = dict(line.split(None, 1) for line in table.splitlines())
        return sorted(int(number) for number, line in lines.items() if os.fsencode(words) in line)

    return find


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes().replace(b"\0", b" ")
    except OSError:  # it has just ended
        return b""


MakeRun = Callable[..., Run]


@pytest.fixture(scope="session")
def _environment() -> dict[str, Any]:
    return {**describe("", Plan("quick"), list(SUITES)), "finished": now()}


@pytest.fixture
def make_run(tmp_path: Path, _environment: dict[str, Any]) -> MakeRun:
    """Makes a run up: every planned case with every figure, but for those in `planted`.

    `planted` says what another value of a case's metric, or its "outcome", is; None leaves the records out.
    """

    def make(
        planted: dict[tuple[Case, str], Any] | None = None,
        *,
        plan: Plan | None = None,
        name: str = "20200101-000000-quick",
        out: Path = tmp_path / "results",
        suites: tuple[str, ...] = ("accuracy", "runtime", "memory"),
    ) -> Run:
        plan, planted = plan or Plan("quick"), planted or {}
        folder = out / "runs" / name
        folder.mkdir(parents=True)
        write_environment(folder, {**_environment, "run": name, "plan": plan.as_json()})
        lines = []
        for case, metric, value, unit, outcome in _figures(plan, suites):
            value = planted.get((case, metric), value)
            outcome = planted.get((case, "outcome"), outcome) if metric in ACCURACY else outcome
            if None in (value, outcome) or (outcome in FAILURES and metric != "normwise_error"):
                continue
            lines.append(_line(case, metric, float(value), unit, outcome))
        (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
        return Run(folder)

    return make


@cache
def _line(case: Case, metric: str, value: float, unit: str, outcome: str) -> str:
    name, _, variant = case.problem.partition("@")
    timer = "perf_counter" if metric == "time" else ""
    record = Record("made-up", name, variant, case.n, case.point, case.method, metric, value, unit, outcome, "", timer)
    return to_json(record) + "\n"


ACCURACY = ("normwise_error", "digits", "error_over_attainable", "difference_from_central")


def _figures(plan: Plan, suites: tuple[str, ...]) -> Iterator[tuple[Case, str, float, str, str]]:
    for case in plan.accuracy_cases() if "accuracy" in suites else []:
        outcome = "correct" if has_verdict(case.method) else "approximate"
        for metric, value in zip(ACCURACY, (1e-15, 15.0, 0.3, 1e-10), strict=True):
            if case.method != "numerical.central" or metric != "difference_from_central":
                yield case, metric, value, "1", outcome
    for k, case in enumerate(plan.cost_cases(), 1):
        if "runtime" in suites:
            yield case, "time", 1e-6 * k, "s", "" if case.method == FUNCTION else "correct"
        if "memory" in suites:
            yield case, "peak_memory", 10_000 * case.n, "B", ""
            yield case, "retained_memory", 1_000 * case.n, "B", ""
            if case.method == "engine.reverse":
                yield case, "nodes", 7, "1", ""
                for way in ("backward", "retain_grad", "no_grad"):
                    yield case, f"peak_memory_{way}", 11_000 * case.n, "B", ""
                    yield case, f"retained_memory_{way}", 9_000 * case.n, "B", ""


@pytest.fixture
def gradmark() -> Callable[..., Result]:
    """Calls the command line in this process. Whatever goes wrong, it ends with one line and no traceback."""

    def call(*arguments: str | Path, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        assert "\x1b" not in result.stdout
        return result

    return call
