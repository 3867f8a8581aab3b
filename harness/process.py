"""The process of a suite: started, followed by its records, stopped when it hangs, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from .environment import open_recorder
from .errors import NothingMeasuredError, one_line
from .plan import Plan
from .record import Case, Outcome, Recorder, mark, read_records
from .suites import Suite

Progress = Callable[[str, int, int], None]
"""Told, now and then, the suite's name, its finished cases and all its cases."""

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

LAST_BYTES = 4096
"""Of a process's output, as much as its last line is looked for in."""


def measure(suite: Suite, plan: Plan, folder: Path, progress: Progress) -> None:
    """Run the suite's process until every case has its record; a case that it dies or hangs in has that outcome."""
    cases = suite.cases(plan)
    suite.log(folder).parent.mkdir(exist_ok=True)
    left = _left(cases, suite, folder)
    while left:
        suite.stands(folder).unlink(missing_ok=True)
        outcome, reason = _attend(suite, plan, folder, len(cases), progress)
        before, left = left, _left(cases, suite, folder)
        if not left:
            break
        _make_sure_of_room(folder)
        if not suite.stands(folder).exists():
            raise NothingMeasuredError(f"the {suite.name} process does not run: {reason}")
        # A crash may be the doing of a case before. It is that of the first case of a process, as there is no other.
        if outcome == "timeout" or left == before:
            _give_up(left[0], suite, outcome, reason, open_recorder(folder))
            left = _left(cases, suite, folder)
    progress(suite.name, len(cases), len(cases))


def _left(cases: list[Case], suite: Suite, folder: Path) -> list[Case]:
    """The cases that are to be measured yet. What hung at one point is not tried at the others: that is recorded."""
    found = {record.case: record for record in read_records(folder / "records.jsonl") if record.metric == suite.primary}
    hung = {_but_for_point(case): record.reason for case, record in found.items() if record.outcome == "timeout"}
    recorder = open_recorder(folder)
    left = []
    for case in cases:
        if case not in found:
            if _but_for_point(case) in hung:
                _give_up(case, suite, "timeout", hung[_but_for_point(case)], recorder)
            else:
                left.append(case)
    return left


def _but_for_point(case: Case) -> tuple[str, int, str]:
    return case.problem, case.n, case.method


def _give_up(case: Case, suite: Suite, outcome: Outcome, reason: str, recorder: Recorder) -> None:
    recorder.add(case, suite.primary, float("nan"), suite.unit, outcome, reason)


def _make_sure_of_room(folder: Path) -> None:
    """Raises OSError if the records of a case do not fit on the disk: a process dies of that through no fault of it."""
    room = folder / "logs" / "room"
    try:
        room.write_bytes(bytes(ROOM))
    finally:
        room.unlink(missing_ok=True)


def _attend(suite: Suite, plan: Plan, folder: Path, wanted: int, progress: Progress) -> tuple[Outcome, str]:
    """Start the suite's process and follow its records until all that are wanted are there, or it dies or hangs.

    Returns the outcome of the case that it was at, and the reason. Nothing that it has started is left.
    """
    environment = {key: value for key, value in os.environ.items() if key not in UNSET} | SET
    with suite.log(folder).open("ab") as output:
        said = output.tell()
        try:
            # The pipe is never written to. It closes when this process dies, however it does, and ends the other one.
            # A session of its own, as Ctrl-C is for this process alone, and what a method starts has to end with it.
            process = subprocess.Popen(
                suite.command(folder), stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise NothingMeasuredError(f"the {suite.name} process does not start: {error}") from error
    hangs = False
    with process:
        try:
            before, since = (0, False), time.monotonic()
            for done in _follow(suite, folder):
                progress(suite.name, done, wanted)
                if done >= wanted or process.poll() is not None:
                    break
                stands = suite.stands(folder).exists()
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
    return "crashed", f"{_how_it_ended(process.returncode)}: {_last_line(suite.log(folder), said)}"


def _follow(suite: Suite, folder: Path) -> Iterator[int]:
    """The number of finished cases, again and again, reading only what is new."""
    done = 0
    with (folder / "records.jsonl").open("rb") as file:
        while True:
            done += file.read().count(mark(suite.primary))
            yield done


def _how_it_ended(code: int) -> str:
    names = {number.value: number.name for number in signal.Signals}  # not all that there are have a name
    return f"exit code {code}" if code >= 0 else f"killed by {names.get(-code, f'signal {-code}')}"


def _last_line(log: Path, since: int) -> str:
    with log.open("rb") as file:
        file.seek(max(since, file.seek(0, os.SEEK_END) - LAST_BYTES))
        lines = [one_line(line) for line in file.read().decode(errors="replace").splitlines()]
    return next(filter(None, reversed(lines)), "no output")
