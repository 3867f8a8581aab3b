"""A run: the suites in turn, each in a process of its own, then the reports. All figures are in the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import report
from .environment import CONDITIONS, describe, now, read_environment, read_plan, write_environment
from .errors import BadInputError
from .plan import Plan
from .process import Progress, measure
from .runs import Run, alone, find_run, new_folder, newest_unfinished, point_latest_to
from .suites import SUITES, stages
from .worst import read as read_worst


def run(
    profile: str = "quick",
    *,
    problems: Sequence[str] = (),
    methods: Sequence[str] = (),
    dimensions: Sequence[int] = (),
    seed: int = 0,
    out: str | Path = "results",
    suites: Sequence[str] | None = None,
    progress: Progress = lambda suite, done, all: None,
) -> Run:
    """Measure a profile, or the part of it that is named, into a new folder `out`/runs/<id>, and report on it.

    `suites` are the profile's unless named. Accuracy is measured at the worst points, too, that the working directory
    keeps. Raises BadInputError for a name or dimension that does not exist, a function of the user's that cannot be
    called or an `out` that cannot be written to, and NothingMeasuredError if a suite's process dies at once whatever
    the case.
    """
    plan = Plan(profile, seed, tuple(problems), tuple(methods), tuple(dimensions))
    suites = plan.suites(plan.settings.suites if suites is None else suites)
    _check(suites)
    plan.try_functions()
    if "accuracy" in suites:
        plan = plan.with_worst(read_worst())
    folder = new_folder(Path(out).resolve(), profile)
    (folder / "records.jsonl").touch()
    write_environment(folder, describe(folder.name, plan, suites))
    return _finish(folder, progress)


def resume(
    name: str | Path | None = None, out: str | Path = "results", progress: Progress = lambda suite, done, all: None
) -> Run:
    """Go on with the run in a folder, or of that name in `out`; with the newest unfinished one without a name.

    Raises NothingMeasuredError if there is none, and BadInputError for a run that is finished, or that was begun by
    another commit, by code that is not committed, or in another environment: its figures would not belong together.
    """
    folder = find_run(name, out).folder if name else newest_unfinished(out)
    environment = read_environment(folder)
    if environment["finished"]:
        raise BadInputError(f"{folder.name} is finished: there is nothing to go on with")
    if environment["dirty"]:
        raise BadInputError(f"{folder.name} was begun by code that is not committed: begin a new run")
    _check(environment["suites"])
    here = describe(folder.name, read_plan(folder), environment["suites"])
    if here["dirty"]:
        raise BadInputError(f"there are changes that are not committed: {folder.name} goes on only without them")
    for key in CONDITIONS:
        if environment[key] != here[key]:
            was, is_ = _differing(environment[key], here[key]), _differing(here[key], environment[key])
            raise BadInputError(
                f"{folder.name} was begun under another {key}, {was}; here it is {is_}: begin a new run"
            )
    return _finish(folder, progress)


def _check(suites: Sequence[str]) -> None:
    if unknown := [name for name in suites if name not in SUITES]:
        raise BadInputError(f"unknown suite {unknown[0]!r}: the suites are {', '.join(SUITES)}")


def _finish(folder: Path, progress: Progress) -> Run:
    """Measure what has no record yet, and report."""
    environment = read_environment(folder)
    plan = Plan.from_json(environment["plan"])
    kept = f"what was measured is in {folder}"
    if not environment["dirty"]:
        kept += f": `gradmark run --resume {folder}` goes on"
    try:
        with alone(folder):
            for stage in stages(environment["suites"]):
                measure(stage, plan, folder, progress)
            report.write(folder)
            write_environment(folder, {**environment, "finished": now()})
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"{str(stop) or 'interrupted'}; {kept}") from None
    except OSError as error:  # the disk is full, the folder is gone
        raise BadInputError(f"{error.filename or folder}: {error.strerror or error}; {kept}") from error
    point_latest_to(folder)
    return Run(folder)


def _differing(value: Any, other: Any) -> str:
    """`value`; of several things those that differ from `other`'s."""
    if not isinstance(value, Mapping):
        return str(value)
    return ", ".join(f"{name} {version}" for name, version in value.items() if other.get(name) != version) or "less"
