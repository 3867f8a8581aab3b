"""Worst points: where a search has found the largest errors. A file keeps them, and every run measures them again.

The file is tracked, beside the baseline. A run takes the points up into its plan when it begins, so what becomes of the
file later changes nothing about the run.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import BadInputError, NothingMeasuredError
from .names import find_problem
from .record import Record, read_records

if TYPE_CHECKING:
    from .runs import Run

KEPT = Path("results/baseline/worst.csv")
"""Where the points are kept, relative to the working directory, as the baseline is."""

RATIO = "worst_error_over_attainable"
"""The metric of a search: the largest error found, as a multiple of what rounding may do. Its reason has the point."""

COLUMNS = ("problem", "variant", "n", "point", "error_over_attainable")
VERSIONS = ("numpy", "python-flint")
"""The packages that errors depend on, in their last bits."""

AT = "at "
"""The reason of a search's record begins so."""


@dataclass(frozen=True)
class WorstPoint:
    """A point, exactly, and the problem whose it is, by its full name. Raises ValueError for what is none."""

    problem: str
    point: tuple[float, ...]

    def __post_init__(self) -> None:
        try:
            found = find_problem(self.problem)
        except (LookupError, BadInputError) as error:
            raise ValueError(str(error)) from error
        if self.n not in found.dimensions:
            raise ValueError(f"{found.name} takes {found.dimensions} coordinates, not {self.n}")
        if not all(map(math.isfinite, self.point)):
            raise ValueError(f"the coordinates of a point are finite numbers; {to_text(self.point)} are not")

    @property
    def n(self) -> int:
        return len(self.point)

    def as_text(self) -> str:
        return f"{self.problem} {to_text(self.point)}"

    @staticmethod
    def from_text(text: str) -> WorstPoint:
        """What `as_text` gave. Raises ValueError for anything else."""
        problem, _, coordinates = text.rpartition(" ")
        return WorstPoint(problem, from_text(coordinates))


def to_text(point: tuple[float, ...]) -> str:
    """The coordinates to the last bit, as `gradmark show --at` takes them."""
    return ",".join(map(repr, point))


def from_text(text: str) -> tuple[float, ...]:
    """What `to_text` gave. Raises ValueError for anything else."""
    return tuple(map(float, text.split(",")))


def as_reason(point: tuple[float, ...], verdict: str = "") -> str:
    """The reason of a search's record: the point, and what was found there unless the gradient is correct."""
    return f"{AT}{to_text(point)}{verdict and f': {verdict}'}"


def from_reason(reason: str) -> str:
    """The text of the point in such a reason; empty where there is none, as of a search that failed."""
    return reason.removeprefix(AT).partition(":")[0] if reason.startswith(AT) else ""


def read(path: Path = KEPT) -> tuple[WorstPoint, ...]:
    """The points that are kept; none if there is no file. Raises BadInputError if it is damaged, naming the line."""
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    if lines[1:2] != [",".join(COLUMNS)]:
        raise BadInputError(f"{path} does not keep worst points: its second line is not {','.join(COLUMNS)}")
    return tuple(_points(path, lines[2:]))


def _points(path: Path, lines: list[str]) -> Iterator[WorstPoint]:
    for number, row in enumerate(csv.reader(lines), 3):
        try:
            name, variant, n, coordinates, _ = row
            point = WorstPoint(f"{name}@{variant}" if variant else name, from_text(coordinates))
            if point.n != int(n):
                raise ValueError(f"n is {n}, and the point has {point.n} coordinates")
        except ValueError as error:
            again = "`gradmark baseline --points` makes the file again"
            raise BadInputError(f"{path}, line {number}: {error}: {again}") from None
        yield point


def write(run: Run, path: Path = KEPT) -> tuple[int, list[Record]]:
    """Keep the points that the search `run` has found: how many, and the records of those that are not kept.

    A point is kept where the gradient is correct. Another one does not become part of the baseline any more than a run
    with such an outcome does. Raises NothingMeasuredError if `run` has searched for nothing.
    """
    found = [record for record in read_records(run.folder / "records.jsonl") if record.metric == RATIO]
    if not found:
        raise NothingMeasuredError(f"{run.folder.name} is no search for the worst points: `gradmark run search` is one")
    kept = [record for record in found if record.outcome == "correct"]
    environment = run.environment
    head = {
        "python": environment["python"],
        **{name: environment["packages"][name] for name in VERSIONS},
        "platform": environment["platform"],
        "seed": environment["plan"]["seed"],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {json.dumps(head)}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(_row(record) for record in kept)
    return len(kept), [record for record in found if record.outcome != "correct"]


def _row(record: Record) -> tuple[Any, ...]:
    return record.problem, record.variant, record.n, from_reason(record.reason), repr(record.value)
