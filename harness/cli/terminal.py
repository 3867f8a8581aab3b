"""What the commands share: an option, tables as wide as the terminal, progress bars."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click


def out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="The results folder."
    )(command)


def width() -> int:
    """The columns of the terminal, or of a common page in a pipe."""
    from ..report.tables import LINE

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else LINE


def print_rows(rows: list[dict[str, str]]) -> None:
    """A table of texts, whose cells are wrapped where the terminal is narrow."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="")
    for k, heading in enumerate(rows[0] if rows else ()):
        table.add_column(heading, no_wrap=k == 0, min_width=max(len(row[heading]) for row in rows) if k == 0 else None)
    for row in rows:
        table.add_row(*row.values())
    console = Console(width=width(), no_color=True, highlight=False, markup=False)
    with console.capture() as lines:
        console.print(table)
    for line in lines.get().splitlines():
        click.echo(line.rstrip())


def relative(folder: Path) -> Path:
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each suite, on the terminal alone."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bars = Progress(*columns, console=Console(stderr=True))
    tasks: dict[str, Any] = {}

    def update(suite: str, done: int, total: int) -> None:
        bars.start()
        if suite not in tasks:
            tasks[suite] = bars.add_task(suite, total=total)
        bars.update(tasks[suite], completed=done)

    try:
        yield update
    finally:
        if tasks:
            bars.stop()
