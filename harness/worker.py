"""The process in which a suite is measured: `python -m harness.worker SUITE RUN`.

It takes up where the records end, so the run can start it again after a crash.
"""

import sys
from pathlib import Path

from .environment import open_recorder, read_plan
from .record import read_records
from .suites import SUITES, accuracy, memory, overhead

MEASURE = {"accuracy": accuracy.run, "memory": memory.run, "overhead": overhead.run}


def main(name: str, run: Path) -> None:
    suite = SUITES[name]
    recorder = open_recorder(run)
    done = {record.case for record in read_records(recorder.path) if record.metric == suite.primary}
    MEASURE[name]([case for case in suite.cases(read_plan(run)) if case not in done], recorder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
