"""What there is: problems, methods, runs; a row each, of texts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import problems

from .environment import read_environment
from .errors import BadInputError
from .methods import METHODS
from .runs import runs

Rows = list[dict[str, str]]


def list_problems(out: Path) -> Rows:
    table = problems.table().drop(columns="source")
    table["minimum"] = table["minimum"].map("{:.6g}".format, na_action="ignore").fillna("not known")
    rows: Rows = table.to_dict("records")
    return rows


def list_methods(out: Path) -> Rows:
    return [
        {
            "method": method.id,
            "kind": method.kind,
            "what": str(sys.modules[type(method).__module__].__doc__).splitlines()[0],
        }
        for method in METHODS.values()
    ]


def list_runs(out: Path) -> Rows:
    """The runs, oldest first; damaged ones are left out."""
    rows = []
    for folder in runs(out):
        with suppress(BadInputError):
            environment = read_environment(folder)
            rows.append(
                {
                    "run": folder.name,
                    "commit": (environment["commit"] or "")[:9] + ("+" if environment["dirty"] else ""),
                    "python": environment["python"],
                    "finished": environment["finished"] or "no: `gradmark run --resume` goes on",
                }
            )
    return rows


LISTS: dict[str, Callable[[Path], Rows]] = {"problems": list_problems, "methods": list_methods, "runs": list_runs}
