"""The folders of runs: making, finding, and the link to the newest one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environment import read_environment, source_digest, versions
from .errors import BadInputError, NothingMeasuredError
from .plan import PARTS, Plan
from .record import read
from .worst import read as read_worst

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, and what is in it."""

    folder: Path

    @property
    def records(self) -> pandas.DataFrame:
        """One row a record."""
        return read(self.folder)

    @property
    def environment(self) -> dict[str, Any]:
        return read_environment(self.folder)


def runs(out: str | Path = "results") -> list[Path]:
    """The folders of all runs, oldest first. Raises BadInputError if there is no folder `out`."""
    if not Path(out).is_dir():
        raise BadInputError(f"there is no results folder {out}: `gradmark run --out {out}` makes one")
    return sorted(path.parent for path in (Path(out).resolve() / "runs").glob("*/environment.json"))


def find_run(name: str | Path | None, out: str | Path = "results") -> Run:
    """The run in a folder, or of that name in `out`; the newest one without a name.

    Raises NothingMeasuredError if there is none, and BadInputError if there is no folder `out`.
    """
    candidates = [Path(out).resolve() / "latest"] if name is None else [Path(name), Path(out) / "runs" / name]
    for folder in candidates:
        if (folder / "records.jsonl").exists():
            return Run(folder.resolve())
    known = ", ".join(folder.name for folder in runs(out)[-3:])
    wanted = f"no run {name} with records" if name else f"no finished run in {out}"
    raise NothingMeasuredError(f"{wanted}: {f'the newest: {known}' if known else '`gradmark run` makes one'}")


def newest_unfinished(out: str | Path) -> Path:
    for folder in reversed(runs(out)):
        with suppress(BadInputError):  # a damaged one is not to be gone on with
            if not read_environment(folder)["finished"]:
                return folder
    raise NothingMeasuredError(f"no unfinished run in {out}: `gradmark run` makes a new one")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Raises BadInputError if another process is at work on the run in `folder`, and keeps others out until the end."""
    with (folder / "records.jsonl").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInputError(f"{folder.name} is still going on, in another process: wait for it") from None
        yield


def whole_run_of_this_code(out: str | Path = "results", suites: Collection[str] = ("accuracy", "memory")) -> Run | None:
    """The newest finished run of a whole profile by the code as it stands, under this Python and these packages.

    Of one that has these `suites`; with accuracy, at the worst points that are kept.
    """
    conditions = {"source": source_digest(), **versions()}
    for folder in reversed(runs(out) if Path(out).is_dir() else []):
        try:
            environment = read_environment(folder)
            if any(environment["plan"].get(part) for part in PARTS):
                continue  # the files of the user's that it names need not be there
            plan = Plan.from_json(environment["plan"])
        except BadInputError:
            continue  # damaged, or of other code: not one to rely on
        finished = environment.get("finished") and set(suites) <= set(environment.get("suites", ()))
        kept = plan.with_worst(read_worst()) if "accuracy" in suites else plan
        if finished and plan == kept and conditions.items() <= environment.items():
            return Run(folder)
    return None


def new_folder(out: Path, profile: str) -> Path:
    stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{profile}"
    try:
        (out / "runs").mkdir(parents=True, exist_ok=True)
        for name in (stem, *(f"{stem}-{k}" for k in range(2, 100))):
            with suppress(FileExistsError):
                (out / "runs" / name).mkdir()
                return out / "runs" / name
    except OSError as error:
        raise BadInputError(f"cannot write results to {out}: {error.strerror or error}") from error
    raise BadInputError(f"{out / 'runs' / stem} and 98 more exist already")


def point_latest_to(folder: Path) -> None:
    """Make the link `latest` one to `folder`, if that is where runs are: a copy elsewhere is nobody's newest."""
    if folder.parent.name != "runs":
        return
    latest = folder.parent.parent / "latest"
    fresh = latest.with_name(f".latest-{os.getpid()}")
    fresh.symlink_to(Path("runs") / folder.name)
    try:
        fresh.replace(latest)
    except OSError as error:
        fresh.unlink()
        raise BadInputError(f"{latest} is in the way of the link to {folder.name}: {error.strerror}") from error
