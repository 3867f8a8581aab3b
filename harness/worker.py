"""The process in which a suite is measured: `python -m harness.worker SUITE RUN`.

It takes up where the records end, so the run can start it again after a crash.
"""

import os
import signal
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from .environment import open_recorder, read_plan
from .limits import leave_with_parent, limit_memory
from .record import Case, Recorder, read_records
from .suites import SUITES, Suite, accuracy, memory, overhead, search, steps


def _accuracy(cases: Iterable[Case], recorder: Recorder) -> None:
    accuracy.run(cases, recorder, read_plan(recorder.path.parent).worst)


MEASURE = {
    "accuracy": _accuracy,
    "memory": memory.run,
    "steps": steps.run,
    "overhead": overhead.run,
    "search": search.run,
}


def begin(suite: Suite, run: Path) -> None:
    """What every process of a suite does before its first case."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends the process, as others do: it is no error of a method's
    leave_with_parent()
    limit_memory(read_plan(run).settings.memory)
    suite.stands(run).touch()


def end(code: int) -> NoReturn:
    """What it does after the last: end at once, whatever threads and other loose ends the methods have left."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)


def main(name: str, run: Path) -> NoReturn:
    code = 1
    try:
        suite = SUITES[name]
        recorder = open_recorder(run)
        done = {record.case for record in read_records(recorder.path) if record.metric == suite.primary}
        cases = [case for case in suite.cases(read_plan(run)) if case not in done]
        begin(suite, run)
        MEASURE[name](cases, recorder)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        end(code)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
