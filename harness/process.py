"""The process of a stage: started, followed by its records, stopped when it hangs, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from .endings import how_it_ended, last_line
from .environment import open_recorder
from .errors import NothingMeasuredError
from .plan import Plan
from .record import Case, Outcome, Recorder, mark, read_records
from .suites import Stage, Suite, Task

Progress = Callable[[str, int, int], None]
"""Told, now and then, the stage's name, its finished tasks and all its tasks."""

SET = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    **dict.fromkeys(("PYTHONHASHSEED", "PYTHON_COLORS", "PY_COLORS"), "0"),
    **dict.fromkeys(("NO_COLOR", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"), "1"),
}
UNSET = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONMALLOC", "PYTHONTRACEMALLOC")
"""Variables by which a suite's process would measure something else, or fail."""

STARTING_SECONDS = 60.0
"""What a process may take until it stands, which is no case's doing."""

ROOM = 2**16
"""Bytes, which are more than the records of any case."""


def measure(stage: Stage, plan: Plan, folder: Path, progress: Progress) -> None:
    """Run the stage's process until every task has its record; a case that it dies or hangs in has that outcome."""
    tasks = stage.tasks(plan)
    stage.log(folder).parent.mkdir(exist_ok=True)
    left = _left(tasks, folder)
    while left:
        stage.stands(folder).unlink(missing_ok=True)
        outcome, reason = _attend(stage, plan, folder, len(tasks), progress)
        before, left = left, _left(tasks, folder)
        if not left:
            break
        _make_sure_of_room(folder)
        if not stage.stands(folder).exists():
            raise NothingMeasuredError(f"the {stage.name} process does not run: {reason}")
        # A crash may be the doing of a case before. It is that of the first case of a process, as there is no other.
        if outcome == "timeout" or left == before:
            _give_up(left[0], outcome, reason, open_recorder(folder))
            left = _left(tasks, folder)
    progress(stage.name, len(tasks), len(tasks))


def _left(tasks: list[Task], folder: Path) -> list[Task]:
    """The tasks that are to be done yet. What hung at one point is not tried at the others: that is recorded."""
    found = {(record.metric, record.case): record for record in read_records(folder / "records.jsonl")}
    recorder = open_recorder(folder)
    hung: dict[tuple[str, str, int, str], str] = {}
    for suite, case in tasks:
        record = found.get((suite.primary, case))
        if record and record.outcome == "timeout":
            hung[_but_for_point(suite, case)] = record.reason
    left = []
    for suite, case in tasks:
        if (suite.primary, case) not in found:
            if reason := hung.get(_but_for_point(suite, case)):
                _give_up((suite, case), "timeout", reason, recorder)
            else:
                left.append((suite, case))
    return left


def _but_for_point(suite: Suite, case: Case) -> tuple[str, str, int, str]:
    return suite.name, case.problem, case.n, case.method


def _give_up(task: Task, outcome: Outcome, reason: str, recorder: Recorder) -> None:
    suite, case = task
    recorder.add(case, suite.primary, float("nan"), suite.unit, outcome, reason)


def _make_sure_of_room(folder: Path) -> None:
    """Raises OSError if the records of a case do not fit on the disk: a process dies of that through no fault of it."""
    room = folder / "logs" / "room"
    try:
        room.write_bytes(bytes(ROOM))
    finally:
        room.unlink(missing_ok=True)


def _attend(stage: Stage, plan: Plan, folder: Path, wanted: int, progress: Progress) -> tuple[Outcome, str]:
    """Start the stage's process and follow its records until all that are wanted are there, or it dies or hangs.

    Returns the outcome of the case that it was at, and the reason. Nothing that it has started is left.
    """
    environment = {key: value for key, value in os.environ.items() if key not in UNSET} | SET
    with stage.log(folder).open("ab") as output:
        said = output.tell()
        try:
            # The pipe is never written to. It closes when this process dies, however it does, and ends the other one.
            # A session of its own, as Ctrl-C is for this process alone, and what a method starts has to end with it.
            process = subprocess.Popen(
                stage.command(folder), stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise NothingMeasuredError(f"the {stage.name} process does not start: {error}") from error
    hangs = False
    with process:
        try:
            before, since = (0, 0.0), time.monotonic()
            for done in _follow(stage, folder):
                progress(stage.name, done, wanted)
                if done >= wanted or process.poll() is not None:
                    break
                stands = _sign_of_life(stage.stands(folder))
                limit = plan.settings.case_seconds if stands else STARTING_SECONDS
                if (done, stands) != before:
                    before, since = (done, stands), time.monotonic()
                elif hangs := time.monotonic() - since > limit:
                    break
                time.sleep(0.1)
        finally:
            with suppress(ProcessLookupError, PermissionError):  # it, and all that it has started, have ended
                os.killpg(process.pid, signal.SIGKILL)
    if hangs:
        return "timeout", f"no result within {limit:g} s"
    return "crashed", f"{how_it_ended(process.returncode)}: {last_line(stage.log(folder), said)}"


def _sign_of_life(file: Path) -> float:
    """When a process last touched the file; 0 before it stands."""
    return file.stat().st_mtime if file.exists() else 0.0


def _follow(stage: Stage, folder: Path) -> Iterator[int]:
    """The number of finished tasks, again and again, reading only what is new."""
    done = 0
    with (folder / "records.jsonl").open("rb") as file:
        while True:
            new = file.read()
            done += sum(new.count(mark(suite.primary)) for suite in stage.suites)
            yield done
