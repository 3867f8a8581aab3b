"""The process of a suite: started, followed by its records, stopped when it hangs, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .environment import open_recorder
from .errors import NothingMeasuredError
from .plan import Plan
from .record import Case, Outcome, read_records
from .suites import Suite

Progress = Callable[[str, int, int], None]
"""Told, now and then, the suite's name, its finished cases and all its cases."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def measure(suite: Suite, plan: Plan, folder: Path, progress: Progress) -> None:
    """Run the suite's process until every case has its record; a case that it dies or hangs in has that outcome."""
    cases = suite.cases(plan)
    suite.log(folder).parent.mkdir(exist_ok=True)
    finished = _finished(suite, folder)
    while len(finished) < len(cases):
        suite.stands(folder).unlink(missing_ok=True)
        code = _attend(suite, plan, folder, lambda done: progress(suite.name, done, len(cases)))
        finished = _finished(suite, folder)
        left = [case for case in cases if case not in finished]
        if not left:
            break
        how = f"{_how_it_ended(code)}: {_last_line(suite.log(folder))}"
        if not suite.stands(folder).exists():
            raise NothingMeasuredError(f"the {suite.name} process does not run: {how}")
        outcome: Outcome = "timeout" if code is None else "crashed"
        reason = f"no result within {plan.settings.case_seconds:g} s" if code is None else how
        recorder = open_recorder(folder)
        # A crash costs its case alone. What hangs once is not tried at every other point.
        for case in left[:1] if outcome == "crashed" else [case for case in left if _same_but_point(case, left[0])]:
            recorder.add(case, suite.primary, float("nan"), suite.unit, outcome, reason)
            finished.add(case)
    progress(suite.name, len(cases), len(cases))


def _same_but_point(case: Case, other: Case) -> bool:
    return (case.problem, case.n, case.method) == (other.problem, other.n, other.method)


def _attend(suite: Suite, plan: Plan, folder: Path, progress: Callable[[int], None]) -> int | None:
    """Start the suite's process and follow its records.

    Returns its exit code, or None if it was stopped because a case took longer than it may.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}
    environment |= {**ONE_THREAD, "PYTHONHASHSEED": "0", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    with suite.log(folder).open("ab") as output:
        # The pipe is never written to. It closes when this process dies, however it does, and the other one then ends.
        watched, alive = os.pipe()
        process = subprocess.Popen(suite.command(folder), stdin=watched, stdout=output, stderr=output, env=environment)
        os.close(watched)
    finished, since = 0, time.monotonic()
    try:
        for done in _follow(suite, folder):
            progress(done)
            if process.poll() is not None:
                return process.returncode
            if done > finished:
                finished, since = done, time.monotonic()
            elif time.monotonic() - since > plan.settings.case_seconds:
                return None
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(alive)
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


def _how_it_ended(code: int | None) -> str:
    if code is None:
        return "it hangs"
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "no output"
