"""Records: one measurement each, appended to a JSON Lines file and flushed as soon as taken.

A process that is killed loses at most the line it was writing; a reader drops a last line that is cut.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from .errors import BadInputError, NothingMeasuredError

if TYPE_CHECKING:
    import pandas

SCHEMA: Final = 1

Outcome = Literal[
    "correct", "wrong", "cannot_tell", "approximate", "nonfinite", "undefined", "unsupported", "not_installed",
    "timeout", "out_of_memory", "crashed", "error",
]  # fmt: skip
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
FAILURES: Final = frozenset({"unsupported", "not_installed", "timeout", "out_of_memory", "crashed", "error"})
"""Outcomes of a case that gave no gradient."""
UNTIMED: Final = FAILURES | {"wrong", "nonfinite"}
"""Outcomes of a case whose time would mean nothing."""


@dataclass(frozen=True)
class Case:
    """What is measured: a method on a problem of `n` coordinates at a named point."""

    problem: str
    n: int
    point: str
    method: str

    @property
    def anywhere(self) -> Case:
        """The same at no point: what a method prepares for all of them."""
        return Case(self.problem, self.n, "", self.method)


@dataclass(frozen=True)
class Record:
    """One measurement of one case. `outcome` is empty where there is nothing to judge, as for the function itself."""

    run: str
    problem: str
    variant: str
    n: int
    point: str
    method: str
    metric: str
    value: float
    unit: str
    outcome: Outcome | Literal[""]
    reason: str = ""
    timer: str = ""
    seed: int = 0
    schema: int = SCHEMA

    @property
    def case(self) -> Case:
        name = f"{self.problem}@{self.variant}" if self.variant else self.problem
        return Case(name, self.n, self.point, self.method)


KINDS: Final = {field.name: int if field.type == "int" else str for field in fields(Record) if field.name != "value"}
COLUMNS: Final = ("schema", *(field.name for field in fields(Record) if field.name != "schema"))


def mark(metric: str) -> bytes:
    """What is in the line of a record of that metric, and in no other."""
    return f'"metric": "{metric}"'.encode()


@dataclass(frozen=True)
class Recorder:
    """Appends the records of a run to its file; a last line that was cut is removed first.

    So are records after the last one of the `primary` metrics: those of a case that is measured again.
    """

    path: Path
    run: str
    seed: int
    primary: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        with self.path.open("a+b") as file:
            file.seek(0)
            lines = file.read().splitlines(keepends=True)
            while lines and not self._ends_a_case(lines[-1]):
                del lines[-1]
            file.truncate(sum(map(len, lines)))

    def _ends_a_case(self, line: bytes) -> bool:
        return line.endswith(b"\n") and (not self.primary or any(mark(metric) in line for metric in self.primary))

    def add(
        self,
        case: Case,
        metric: str,
        value: float,
        unit: str,
        outcome: Outcome | Literal[""],
        reason: str = "",
        timer: str = "",
    ) -> None:
        """Append one record, and flush; all of it or, as when the disk is full, nothing."""
        name, _, variant = case.problem.partition("@")
        record = Record(
            self.run, name, variant, case.n, case.point, case.method, metric, float(value), unit, outcome, reason,
            timer, self.seed,
        )  # fmt: skip
        line = f"{to_json(record)}\n".encode()
        with self.path.open("ab", buffering=0) as file:
            end = file.tell()
            try:
                while line:  # the first part of what no longer fits is written, and only the next raises
                    line = line[file.write(line) :]
            except OSError:
                file.truncate(end)
                raise


def to_json(record: Record) -> str:
    row = asdict(record)
    if not math.isfinite(record.value):
        row["value"] = repr(record.value)
    return json.dumps({column: row[column] for column in COLUMNS}, ensure_ascii=False, allow_nan=False)


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file, in order. A last line that was cut is dropped.

    Raises BadInputError for any other damage, naming the line, and for records of a newer schema.
    """
    for record, _ in read_records_from(path, 0):
        yield record


def read_records_from(path: Path, start: int) -> Iterator[tuple[Record, int]]:
    """The records from the byte `start` of a file on, each with the byte that it ends before."""
    with path.open("rb") as file:
        file.seek(start)
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                start += len(line)
                yield _from_json(line, f"{path.name}, line {number}"), start


def _from_json(line: bytes, place: str) -> Record:
    try:
        row = json.loads(line)
        schema = row["schema"]
        if schema > SCHEMA:
            raise BadInputError(f"{place}: schema {schema} is newer than {SCHEMA}, the newest this version reads")
        for name, kind in KINDS.items():
            if not isinstance(row.get(name, kind()), kind):
                raise TypeError(f"{name} is {row[name]!r}")
        record = Record(**{**row, "value": float(row["value"])})
        if record.outcome not in ("", *OUTCOMES):
            raise ValueError(f"unknown outcome {record.outcome!r}")
        return record
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInputError(f"{place}: not a record: {line[:60]!r} ({error})") from None


def read(path: str | Path) -> pandas.DataFrame:
    """The records of a run folder, or of every run folder below `path`, as one table with a row a record.

    Raises NothingMeasuredError where there are none and BadInputError for records that cannot be read.
    """
    import pandas

    place = Path(path)
    files = [place] if place.is_file() else sorted(place.rglob("records.jsonl"))
    if not files:
        raise NothingMeasuredError(f"no run in {place}: `gradmark run` makes one")
    rows: list[dict[str, Any]] = [asdict(record) for file in files for record in read_records(file)]
    return pandas.DataFrame(rows, columns=list(COLUMNS))
