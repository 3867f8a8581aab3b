"""The pytest plugin of `gradmark run`: appends the statistics of each finished benchmark to the run's records."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..environment import open_recorder
from ..methods import failure
from ..pairs import TIMER
from ..record import UNTIMED, Case, Outcome, Recorder, read_records
from .accuracy import PRIMARY as ACCURACY
from .runtime import PRIMARY


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--gradmark-run", type=Path, default=None, help="the run folder whose records to append to")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Appender(config.getoption("gradmark_run")))


class Appender:
    """Leaves out what is measured already or not worth a time, and records the rest."""

    def __init__(self, run: Path) -> None:
        self.recorder: Recorder = open_recorder(run)
        self.judged: dict[Case, tuple[Any, str]] = {}  # what accuracy found at this point, and why
        self.done: set[Case] = set()
        for record in read_records(self.recorder.path):
            if record.metric == PRIMARY:
                self.done.add(record.case)
            elif record.metric == ACCURACY:
                self.judged[record.case] = record.outcome, record.reason

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
        except Exception as error:
            self._no_time(case, *failure(error))
            raise
        outcome, reason = self.judged.get(case, ("", ""))
        benchmark = item.funcargs["benchmark"]
        stats = benchmark.stats.stats
        for metric, value, unit in (
            ("time_min", stats.min, "s"),
            ("time_iqr", stats.iqr, "s"),
            ("time_rounds", stats.rounds, "1"),
            ("time_iterations", benchmark.stats.iterations, "1"),
            ("preparation_time", benchmark.extra_info["preparation_time"], "s"),
            (PRIMARY, stats.median, "s"),
        ):
            self.recorder.add(case, metric, value, unit, outcome, reason, TIMER)


def _case(item: Any) -> Case:
    case: Case = item.callspec.params["case"]
    return case
