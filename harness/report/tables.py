"""Tables: a full one for each suite, with a row a case, and short ones to read at a glance."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from . import by_method, costs, hard_points, reasons, short, verdicts, worst_points
from .cases import METRICS, full, many, named
from .overview import overview

LINE = 120
"""The characters of a line where no terminal says how wide it is."""


@dataclass(frozen=True)
class Short:
    """A table for the terminal, made from the full one; its units are in `caption`.

    `summary` makes of the full one what the caption ends with.
    """

    caption: str
    table: Callable[[pd.DataFrame], pd.DataFrame]
    summary: Callable[[pd.DataFrame], str] | None = None

    def made(self, cases: pd.DataFrame) -> tuple[str, pd.DataFrame]:
        caption = f"{self.caption}{self.summary(cases)}" if self.summary else self.caption
        return caption, self.table(cases)


@dataclass(frozen=True)
class Table:
    """One suite's figures. `by_method` takes the place of `short` where there are many methods."""

    name: str
    short: Short
    by_method: Short | None = None

    def full(self, records: pd.DataFrame) -> pd.DataFrame:
        """A row a case."""
        return full(records, METRICS[self.name])

    def shown(self, cases: pd.DataFrame) -> tuple[str, pd.DataFrame]:
        """The short table with its caption."""
        return (self.by_method if self.by_method and many(cases) else self.short).made(cases)


TABLES = (
    Table(
        "accuracy",
        Short(
            "Accuracy: correct digits and error against the certified gradient, and relative difference from central "
            "differences; the worst over sizes n and points, hard ones left out (minima have no digits to count).",
            short.accuracy,
        ),
        Short(
            "Accuracy: correct digits and error against the certified gradient, by n: medians and the worst over the "
            "problems and points, hard ones left out (minima have no digits to count). Failures are further below.",
            by_method.accuracy,
        ),
    ),
    Table(
        "runtime",
        Short(
            "Runtime: the function f, and value and gradient by each method; medians, at the smallest and the largest "
            "n.",
            short.runtime,
        ),
        Short(
            "Costs: the time of value and gradient beside that of f, of the fastest method and of the gradient by "
            "hand, by n; medians over the problems that each method could do.",
            costs.short_costs,
            costs.who_is_the_fastest,
        ),
    ),
    Table(
        "memory",
        Short(
            "Memory: what one value and gradient holds at its peak; by Variables, what is kept while the result is, "
            "and the peaks with retain_grad and under no_grad; the operations recorded. At the largest n.",
            short.memory,
            short.growth,
        ),
        Short(
            "Memory: what one value and gradient holds at its peak, as Python and NumPy tell, and what a process grows "
            "by, if it is the method's own; medians over the problems, by n.",
            by_method.memory,
        ),
    ),
    Table(
        "steps",
        Short(
            "Steps: the step h with the least error of each difference scheme, that error, and the powers of h that "
            "the error grows as where h is larger (truncation) and smaller (rounding); medians over the problems.",
            short.steps,
        ),
    ),
    Table(
        "overhead",
        Short(
            "Overhead: what the engine costs beside the same work without it, measured in turn, and the goals.",
            short.overhead,
        ),
    ),
    Table(
        "search",
        Short(
            "Search: where the error is the largest multiple of what rounding may do, in the domain of each smooth "
            f"problem; the {short.WORST} worst. ",
            short.search,
            short.largest,
        ),
    ),
)

OF_COSTS = (
    Short(
        "Conversion and threads: the time from the library's arrays to its arrays, and with as many threads as it "
        "takes by itself, both over the time of the other tables; medians over the problems, by n.",
        costs.conversion,
    ),
    Short(
        "Break-even: the time to the first gradient, preparation included, and the call from which on a method has "
        "taken less in all than the one whose first gradient is there soonest; medians over the problems, by n.",
        costs.break_even,
        costs.who_races,
    ),
)
"""What is made of the full table of costs."""

OTHERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"costs": costs.costs, "reasons": reasons.reasons}
"""Full tables that are not of one suite, and what makes them of the records."""


def short_tables(records: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The short tables of a run with their captions: those of the suites that were run, then those of all problems."""
    shown = []
    for table in TABLES:
        cases = table.full(records)
        if not cases.empty:
            shown.append(table.shown(named(cases)))
        if table.name == "runtime":
            times = costs.costs(records)
            shown.extend(short.made(times) for short in OF_COSTS)
    accuracy = named(full(records, METRICS["accuracy"]))
    if not accuracy.empty:
        shown.append((hard_points.caption(accuracy), hard_points.hard_points(accuracy)))
        shown.append((worst_points.CAPTION, worst_points.worst_points(accuracy)))
        shown.append((verdicts.CAPTION, verdicts.verdicts(accuracy)))
    shown.append((reasons.CAPTION, reasons.short_reasons(reasons.reasons(records))))
    found = overview(records)
    if found is not None:
        shown.append(("Overview: each method, over the problems and sizes that it could do.", found))
    return [(caption, table) for caption, table in shown if not table.empty]


def as_text(table: pd.DataFrame, width: int = LINE) -> str:
    """A short table as lines of at most `width` characters, where it can: columns that do not fit come below."""
    blocks: list[list[Hashable]] = []
    headings = table.columns.get_level_values(0)
    for heading in headings.unique():
        columns = list(table.columns[headings == heading])
        if not blocks or _width(table[[*blocks[-1], *columns]]) > width:
            blocks.append(columns[:1])  # what one heading has stays together, unless it is too wide by itself
            del columns[0]
        for column in columns:
            if _width(table[[*blocks[-1], column]]) <= width:
                blocks[-1].append(column)
            else:
                blocks.append([column])
    return "\n\n".join(_lines(table[block]) for block in blocks)


def _lines(table: pd.DataFrame) -> str:
    text: str = table.to_string(na_rep="–")
    return "\n".join(line.rstrip() for line in text.splitlines())


def _width(table: pd.DataFrame) -> int:
    return max(map(len, _lines(table).splitlines()))


def as_page(records: pd.DataFrame, width: int = LINE) -> Iterator[tuple[str, str]]:
    """The captions and texts of the short tables, as lines of at most `width` characters."""
    for caption, table in short_tables(records):
        yield textwrap.fill(caption, min(width, LINE)), as_text(table, width)


def write(records: pd.DataFrame, folder: Path) -> None:
    """Write every full table as CSV and Markdown, and the short ones as summary.md."""
    folder.mkdir(exist_ok=True)
    for name, make in {**{table.name: table.full for table in TABLES}, **OTHERS}.items():
        cases = make(records)
        if not cases.empty:
            cases.to_csv(folder / f"{name}.csv", index=False)
            (folder / f"{name}.md").write_text(cases.to_markdown(index=False) + "\n", encoding="utf-8")
    summary = [f"{caption}\n\n```\n{text}\n```\n" for caption, text in as_page(records)]
    (folder / "summary.md").write_text("\n".join(summary), encoding="utf-8")
