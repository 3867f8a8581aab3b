"""A run: the suites in turn, each in a process of its own, then the reports. All figures are in the records."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import report
from .environment import describe, now, open_recorder, read_environment, source_digest, versions, write_environment
from .errors import BadInputError, NothingMeasuredError
from .plan import Plan
from .record import read, read_records
from .suites import SUITES, Suite

if TYPE_CHECKING:
    import pandas

Progress = Callable[[str, int, int], None]
"""Told, now and then, the suite's name, its finished cases and all its cases."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ATTEMPTS = 3
"""How often in a row a process may die without finishing a case before the run gives up."""


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, and what is in it."""

    folder: Path

    @property
    def records(self) -> pandas.DataFrame:
        """One row a record."""
        return read(self.folder)

    @property
    def environment(self) -> dict[str, Any]:
        return read_environment(self.folder)


def run(
    profile: str = "quick",
    *,
    problems: Sequence[str] = (),
    methods: Sequence[str] = (),
    dimensions: Sequence[int] = (),
    seed: int = 0,
    out: str | Path = "results",
    suites: Sequence[str] | None = None,
    progress: Progress = lambda suite, done, all: None,
) -> Run:
    """Measure a profile, or the part of it that is named, into a new folder `out`/runs/<id>, and report on it.

    `suites` are the profile's unless named. Raises BadInputError for a name or dimension that does not exist or an
    `out` that cannot be written to, and NothingMeasuredError if a suite's process dies at once whatever the case.
    """
    plan = Plan(profile, seed, tuple(problems), tuple(methods), tuple(dimensions))
    folder = _new_folder(Path(out).resolve(), profile)
    suites = plan.settings.suites if suites is None else suites
    write_environment(folder, describe(folder.name, plan, suites))
    (folder / "records.jsonl").touch()
    try:
        for name in suites:
            _measure(SUITES[name], plan, folder, progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; what was measured is in {folder}") from None
    write_environment(folder, {**read_environment(folder), "finished": now()})
    report.write(folder)
    _point_latest_to(folder)
    return Run(folder)


def runs(out: str | Path = "results") -> list[Path]:
    """The folders of all runs, oldest first."""
    return sorted(path.parent for path in (Path(out).resolve() / "runs").glob("*/environment.json"))


def find_run(name: str | Path | None, out: str | Path = "results") -> Run:
    """The run in a folder, or of that name in `out`; the newest one without a name.

    Raises NothingMeasuredError if there is none.
    """
    candidates = [Path(out).resolve() / "latest"] if name is None else [Path(name), Path(out) / "runs" / name]
    for folder in candidates:
        if (folder / "records.jsonl").exists():
            return Run(folder.resolve())
    known = ", ".join(folder.name for folder in runs(out)[-3:])
    wanted = f"no run {name}" if name else f"no run in {out}"
    raise NothingMeasuredError(f"{wanted}: {f'the newest are {known}' if known else '`gradmark run` makes one'}")


def whole_run_of_this_code(out: str | Path = "results") -> Run | None:
    """The newest finished run of a whole profile by the code as it stands, under this Python and these packages."""
    conditions = {"source": source_digest(), **versions()}
    for folder in reversed(runs(out)):
        try:
            environment = read_environment(folder)
            plan = Plan.from_json(environment["plan"])
        except BadInputError:
            continue  # damaged, or of other code: not one to rely on
        finished = environment.get("finished") and {"accuracy", "memory"} <= set(environment.get("suites", ()))
        if finished and plan.whole and conditions.items() <= environment.items():
            return Run(folder)
    return None


def _new_folder(out: Path, profile: str) -> Path:
    stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{profile}"
    for name in (stem, *(f"{stem}-{k}" for k in range(2, 100))):
        try:
            (out / "runs" / name).mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInputError(f"cannot write results to {out}: {error.strerror or error}") from error
        return out / "runs" / name
    raise BadInputError(f"{out / 'runs' / stem} and 98 more exist already")


def _point_latest_to(folder: Path) -> None:
    latest = folder.parent.parent / "latest"
    fresh = latest.with_name(f".latest-{os.getpid()}")
    fresh.symlink_to(Path("runs") / folder.name)
    try:
        fresh.replace(latest)
    except OSError as error:
        fresh.unlink()
        raise BadInputError(f"{latest} is in the way of the link to {folder.name}: {error.strerror}") from error


def _measure(suite: Suite, plan: Plan, folder: Path, progress: Progress) -> None:
    """Run the suite's process until every case has its record; a case that it dies in is recorded as crashed."""
    cases = suite.cases(plan)
    log = folder / "logs" / f"{suite.name}.log"
    log.parent.mkdir(exist_ok=True)
    fruitless = 0
    finished = _finished(suite, folder)
    while len(finished) < len(cases):
        code = _attend(suite, folder, log, lambda done: progress(suite.name, done, len(cases)))
        before, finished = finished, _finished(suite, folder)
        left = [case for case in cases if case not in finished]
        if not left:
            break
        reason = f"{_how_it_ended(code)}: {_last_line(log)}"
        fruitless = 0 if finished > before else fruitless + 1
        if fruitless == ATTEMPTS:
            raise NothingMeasuredError(f"the {suite.name} process does not run: {reason}")
        open_recorder(folder).add(left[0], suite.primary, float("nan"), suite.unit, "crashed", reason)
        finished.add(left[0])
    progress(suite.name, len(cases), len(cases))


def _attend(suite: Suite, folder: Path, log: Path, progress: Callable[[int], None]) -> int:
    """Start the suite's process, follow its records, and return its exit code."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}
    environment |= {**ONE_THREAD, "PYTHONHASHSEED": "0", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    with log.open("ab") as output:
        process = subprocess.Popen(
            suite.command(folder), stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
    try:
        for done in _follow(suite, folder):
            progress(done)
            if process.poll() is not None:
                return process.returncode
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    raise AssertionError("unreachable: records are followed until the process ends")


def _follow(suite: Suite, folder: Path) -> Iterator[int]:
    """The number of finished cases, again and again, reading only what is new."""
    mark = f'"metric": "{suite.primary}"'.encode()
    done = 0
    with (folder / "records.jsonl").open("rb") as file:
        while True:
            done += file.read().count(mark)
            yield done


def _finished(suite: Suite, folder: Path) -> set[Any]:
    return {record.case for record in read_records(folder / "records.jsonl") if record.metric == suite.primary}


def _how_it_ended(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "no output"
