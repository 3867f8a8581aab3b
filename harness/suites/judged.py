"""What other suites have found of the cases of a run, read on as its records grow."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ..record import Case, read_records_from


class _Follower:
    def __init__(self, path: Path, metric: str) -> None:
        self.path, self.metric, self.read = path, metric, 0
        self.found: dict[Case, tuple[Any, str]] = {}

    def follow(self) -> dict[Case, tuple[Any, str]]:
        for record, end in read_records_from(self.path, self.read):
            self.read = end
            if record.metric == self.metric:
                self.found[record.case] = record.outcome, record.reason
        return self.found


@lru_cache
def _follower(path: Path, metric: str) -> _Follower:
    return _Follower(path, metric)


def judged(path: Path, metric: str = "normwise_error") -> dict[Case, tuple[Any, str]]:
    """The outcome of every case that has a record of a suite's primary metric by now, and the reason."""
    return _follower(path, metric).follow()
