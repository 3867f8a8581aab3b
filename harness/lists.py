"""What there is: problems, methods, runs; a row each, of texts."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import problems

from .environment import read_environment
from .errors import BadInputError
from .methods import METHODS, Method
from .names import find_method, offered, package_of
from .runs import runs

Rows = list[dict[str, str]]


def list_problems(out: Path) -> Rows:
    table = problems.table().drop(columns="source")
    table["minimum"] = table["minimum"].map("{:.6g}".format, na_action="ignore").fillna("not known")
    rows: Rows = table.to_dict("records")
    return rows


def list_methods(out: Path) -> Rows:
    """Our methods, and those that installed packages offer; of one that does not load why."""
    return [*map(_ours, METHODS.values()), *(_theirs(name, package_of(point)) for name, point in offered().items())]


def _ours(method: Method) -> dict[str, str]:
    package: str = getattr(method, "package", "")
    there = not package or importlib.util.find_spec(package.partition(".")[0]) is not None
    return _row(method, package or "gradmark", there)


def _theirs(name: str, package: str) -> dict[str, str]:
    try:
        return _row(find_method(name), package, True)
    except BadInputError as error:
        return {"method": name, "kind": "", "from": package, "installed": "broken", "what": str(error)}


def _row(method: Method, package: str, there: bool) -> dict[str, str]:
    said = vars(type(method)).get("__doc__") or sys.modules[type(method).__module__].__doc__ or ""
    return {
        "method": method.id,
        "kind": method.kind,
        "from": package,
        "installed": "yes" if there else "no",
        "what": said.strip().partition("\n")[0],
    }


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
