"""The process in which a suite is measured: `python -m harness.worker SUITE RUN`.

It takes up where the records end, so the run can start it again after a crash.
"""

import sys
from pathlib import Path

from .environment import open_recorder, read_plan
from .limits import leave_with_parent, limit_memory
from .record import read_records
from .suites import SUITES, Suite, accuracy, memory, overhead, steps

MEASURE = {"accuracy": accuracy.run, "memory": memory.run, "steps": steps.run, "overhead": overhead.run}


def begin(suite: Suite, run: Path) -> None:
    """What every process of a suite does before its first case."""
    leave_with_parent()
    limit_memory(read_plan(run).settings.memory)
    suite.stands(run).touch()


def main(name: str, run: Path) -> None:
    suite = SUITES[name]
    recorder = open_recorder(run)
    done = {record.case for record in read_records(recorder.path) if record.metric == suite.primary}
    cases = [case for case in suite.cases(read_plan(run)) if case not in done]
    begin(suite, run)
    MEASURE[name](cases, recorder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
