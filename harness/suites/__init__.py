"""The suites: what is measured of a case, one file each, and the process each is measured in.

Every case of a suite ends with one record of the suite's primary metric, whatever its outcome. So the records alone
tell how far a suite has come, which case a process died in, and what is left to do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..plan import Plan
from ..record import Case
from ..worst import RATIO


@dataclass(frozen=True)
class Suite:
    """`command(run_folder)` measures the `cases` that have no record yet."""

    name: str
    primary: str
    unit: str
    cases: Callable[[Plan], list[Case]]
    command: Callable[[Path], list[str]]

    def log(self, run: Path) -> Path:
        """What the suite's processes print."""
        return run / "logs" / f"{self.name}.log"

    def stands(self, run: Path) -> Path:
        """The file by which a process of the suite says that it stands, and from where on its death is a case's."""
        return run / "logs" / f"{self.name}.stands"


def _worker(name: str) -> Callable[[Path], list[str]]:
    return lambda run: [sys.executable, "-P", "-m", "harness.worker", name, str(run)]


def _pytest(run: Path) -> list[str]:
    here = Path(__file__).parent
    return [
        sys.executable, "-P", "-m", "pytest", str(here / "runtime.py"), "--gradmark-run", str(run),
        "-p", "pytest_benchmark.plugin", "-p", "harness.suites.runtime_plugin", "-p", "no:cacheprovider",
        "-p", "no:faulthandler", "--capture=sys", "-c", os.devnull, "--rootdir", str(here),
        "--import-mode=importlib", "-q", "-x",
        "--benchmark-storage", f"file://{run / 'logs'}",
    ]  # fmt: skip


SUITES = {
    suite.name: suite
    for suite in (
        Suite("accuracy", "normwise_error", "1", Plan.accuracy_cases, _worker("accuracy")),
        Suite("runtime", "time", "s", Plan.cost_cases, _pytest),
        Suite("memory", "peak_memory", "B", Plan.cost_cases, _worker("memory")),
        Suite("steps", "best_step", "1", Plan.step_cases, _worker("steps")),
        Suite("overhead", "time_ratio", "1", Plan.overhead_cases, _worker("overhead")),
        Suite("search", RATIO, "1", Plan.search_cases, _worker("search")),
    )
}
