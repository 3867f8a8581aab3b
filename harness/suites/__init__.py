"""The suites: what is measured of a case, one file each, and the processes they are measured in.

Every case of a suite ends with one record of the suite's primary metric, whatever its outcome. So the records alone
tell how far a suite has come, which case a process died in, and what is left to do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from ..plan import Plan
from ..record import Case
from ..worst import RATIO


@dataclass(frozen=True)
class Suite:
    """What is measured of the `cases` of a plan."""

    name: str
    primary: str
    unit: str
    cases: Callable[[Plan], list[Case]]


SUITES = {
    suite.name: suite
    for suite in (
        Suite("accuracy", "normwise_error", "1", Plan.accuracy_cases),
        Suite("comparison", "time", "s", Plan.cost_cases),
        Suite("runtime", "time", "s", Plan.cost_cases),
        Suite("memory", "peak_memory", "B", Plan.cost_cases),
        Suite("steps", "best_step", "1", Plan.step_cases),
        Suite("overhead", "time_ratio", "1", Plan.overhead_cases),
        Suite("search", RATIO, "1", Plan.search_cases),
    )
}

TOGETHER = ("accuracy", "comparison", "memory")
"""Suites that share a process where methods are compared: what a method has prepared for one serves all of them."""

Task: TypeAlias = tuple[Suite, Case]


@dataclass(frozen=True)
class Stage:
    """Suites that are measured in one process, which `command(run_folder)` starts.

    If there are several, they take turns: all of them at one problem and size, then all at the next.
    """

    suites: tuple[Suite, ...]
    command: Callable[[Path], list[str]]

    @property
    def name(self) -> str:
        return "+".join(suite.name for suite in self.suites)

    def tasks(self, plan: Plan) -> list[Task]:
        """All that there is to measure, in order."""
        groups: dict[tuple[str, int], list[Task]] = {}
        if len(self.suites) == 1:
            return [(self.suites[0], case) for case in self.suites[0].cases(plan)]
        for suite in self.suites:
            for case in suite.cases(plan):
                groups.setdefault((case.problem, case.n), []).append((suite, case))
        return list(chain.from_iterable(groups.values()))

    def log(self, run: Path) -> Path:
        """What the stage's processes print."""
        return run / "logs" / f"{self.name}.log"

    def stands(self, run: Path) -> Path:
        """The file by which a process of the stage says that it stands, and from where on its death is a case's."""
        return run / "logs" / f"{self.name}.stands"


def stages(names: Sequence[str]) -> list[Stage]:
    """The stages in which the suites of these names are measured, in order."""
    together = tuple(name for name in TOGETHER if name in names) if "comparison" in names else ()
    alone = [(name,) for name in names if name not in together]
    return [stage(*group) for group in ([together] if together else []) + alone]


def stage(*names: str) -> Stage:
    """The stage of these suites."""
    command = _pytest if names == ("runtime",) else lambda run: _worker("+".join(names), run)
    return Stage(tuple(SUITES[name] for name in names), command)


def _worker(stage: str, run: Path) -> list[str]:
    return [sys.executable, "-P", "-m", "harness.worker", stage, str(run)]


def _pytest(run: Path) -> list[str]:
    here = Path(__file__).parent
    return [
        sys.executable, "-P", "-m", "pytest", str(here / "runtime.py"), "--gradmark-run", str(run),
        "-p", "pytest_benchmark.plugin", "-p", "harness.suites.runtime_plugin", "-p", "no:cacheprovider",
        "-p", "no:faulthandler", "--capture=sys", "-c", os.devnull, "--rootdir", str(here),
        "--import-mode=importlib", "-q", "-x",
        "--benchmark-storage", f"file://{run / 'logs'}",
    ]  # fmt: skip
