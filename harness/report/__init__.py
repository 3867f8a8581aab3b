"""Reports: tables and plots, made from the records of a run and nothing else."""

from __future__ import annotations

from pathlib import Path

from ..errors import NothingMeasuredError


def write(folder: Path) -> None:
    """Write `tables/` and `plots/` into the folder of a run. Raises NothingMeasuredError if it has no records."""
    from ..record import read
    from . import plots, tables

    records = read(folder)
    if records.empty:
        raise NothingMeasuredError(f"{folder.name} has no records")
    tables.write(records, folder / "tables")
    plots.write(records, folder / "plots")
