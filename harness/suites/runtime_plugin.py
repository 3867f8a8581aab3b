"""The pytest plugin of `gradmark run`: appends the statistics of each finished benchmark to the run's records."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .. import worker
from ..environment import open_recorder
from ..methods import failure
from ..pairs import TIMER
from ..record import UNTIMED, Case, Outcome, Recorder, read_records
from . import stage
from .judged import judged
from .runtime import PRIMARY


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--gradmark-run", type=Path, default=None, help="the run folder whose records to append to")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Appender(config.getoption("gradmark_run")))


def pytest_collection_finish(session: pytest.Session) -> None:
    worker.begin(stage("runtime"), session.config.getoption("gradmark_run"))


def pytest_unconfigure() -> None:
    worker.end(1)


class Appender:
    """Leaves out what is measured already or not worth a time, and records the rest."""

    def __init__(self, run: Path) -> None:
        self.recorder: Recorder = open_recorder(run)
        self.judged = judged(self.recorder.path)
        self.done = {record.case for record in read_records(self.recorder.path) if record.metric == PRIMARY}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = []
        for item in items:
            case = _case(item)
            outcome, reason = self.judged.get(case, ("", ""))
            if case in self.done:
                continue
            if outcome in UNTIMED:
                self._no_time(case, outcome, reason)
            else:
                kept.append(item)
        items[:] = kept

    def _no_time(self, case: Case, outcome: Outcome, reason: str) -> None:
        self.recorder.add(case, PRIMARY, np.nan, "s", outcome, reason, TIMER)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, None, None]:
        case = _case(item)
        try:
            yield
        except BaseException as error:  # not raised again, as pytest would end for some: see each.py
            failed = failure(error)
        else:
            self._time(case, item.funcargs["benchmark"])
            return
        self._no_time(case, *failed)
        if failed[0] == "out_of_memory":
            item.session.shouldstop = "what holds the memory may outlive the case"

    def _time(self, case: Case, benchmark: Any) -> None:
        outcome, reason = self.judged.get(case, ("", ""))
        stats = benchmark.stats.stats
        for metric, value, unit in (
            ("time_min", stats.min, "s"),
            ("time_iqr", stats.iqr, "s"),
            ("time_rounds", stats.rounds, "1"),
            ("time_iterations", benchmark.stats.iterations, "1"),
            *(("preparation_time", seconds, "s") for seconds in benchmark.extra_info.values()),
            (PRIMARY, stats.median, "s"),
        ):
            self.recorder.add(case, metric, value, unit, outcome, reason, TIMER)


def _case(item: Any) -> Case:
    case: Case = item.callspec.params["case"]
    return case
