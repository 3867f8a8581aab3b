"""The process in which a stage is measured: `python -m harness.worker SUITE+SUITE RUN`.

It takes up where the records end, so the run can start it again after a crash.
"""

import os
import signal
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import NoReturn

from .environment import open_recorder, read_plan
from .isolation import POOL
from .limits import leave_with_parent, limit_memory
from .record import Case, Recorder, read_records
from .suites import Stage, Task, accuracy, comparison, memory, overhead, search, stage, steps
from .suites.each import EndOfProcess


def _accuracy(cases: Iterable[Case], recorder: Recorder) -> None:
    accuracy.run(cases, recorder, read_plan(recorder.path.parent).worst)


def _comparison(cases: Iterable[Case], recorder: Recorder) -> None:
    comparison.run(cases, recorder, read_plan(recorder.path.parent).settings.seconds)


MEASURE = {
    "accuracy": _accuracy,
    "comparison": _comparison,
    "memory": memory.run,
    "steps": steps.run,
    "overhead": overhead.run,
    "search": search.run,
}


def by_size(tasks: list[Task]) -> Iterator[list[Task]]:
    """The tasks of one problem and size, then those of the next."""
    for _, group in groupby(tasks, key=lambda task: (task[1].problem, task[1].n)):
        yield list(group)


def begin(stage: Stage, run: Path) -> None:
    """What every process of a stage does before its first case."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends the process, as others do: it is no error of a method's
    leave_with_parent()
    memory = read_plan(run).settings.memory
    limit_memory(memory)
    stands = stage.stands(run)
    POOL.settle(stands.parent, memory, stands.touch)
    stands.touch()


def end(code: int) -> NoReturn:
    """What it does after the last: end at once, whatever threads and other loose ends the methods have left."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)


def main(name: str, run: Path) -> NoReturn:
    code = 1
    try:
        here = stage(*name.split("+"))
        recorder = open_recorder(run)
        done = {(record.metric, record.case) for record in read_records(recorder.path)}
        tasks = [(suite, case) for suite, case in here.tasks(read_plan(run)) if (suite.primary, case) not in done]
        begin(here, run)
        for group in [tasks] if len(here.suites) == 1 else by_size(tasks):
            for suite, turn in groupby(group, key=lambda task: task[0]):
                MEASURE[suite.name]([case for _, case in turn], recorder)
            POOL.tidy()
        POOL.close()
        code = 0
    except EndOfProcess:
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        end(code)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
