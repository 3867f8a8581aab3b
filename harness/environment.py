"""The environment of a run: what was measured, with which code, on what machine. Kept beside the records."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import engine
import harness
import problems

from .errors import BadInputError
from .plan import Plan
from .record import SCHEMA, Recorder
from .suites import SUITES

CONDITIONS = ("commit", "source", "python", "implementation", "packages", "platform", "cpu", "cores")
"""What has to be the same for a run to be gone on with."""
NEEDED = dict.fromkeys(("started", "finished", "dirty", *CONDITIONS), object)
NEEDED |= {"run": str, "plan": dict, "suites": list, "packages": dict}
"""What every environment has, and of what type."""

PACKAGES = (
    *("numpy", "pandas", "matplotlib", "pytest", "pytest-benchmark", "python-flint", "sympy"),
    *("autograd", "casadi", "dezero", "jax", "jaxlib", "micrograd", "mygrad", "numba", "numdifftools", "pytensor"),
    *("scipy", "torch"),
)


def describe(run: str, plan: Plan, suites: Sequence[str]) -> dict[str, Any]:
    """All that the figures of a run depend on."""
    return {
        "schema": SCHEMA,
        "run": run,
        "started": now(),
        "finished": None,
        "plan": plan.as_json(),
        "suites": list(suites),
        "source": source_digest(plan.files()),
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain")),
        **versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, Any]:
    """The Python and the packages that the figures may depend on."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # an optional one
        return None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def source_digest(files: Sequence[Path] = ()) -> str:
    """A digest of the source that does the measuring and of what it measures: equal where the code is equal.

    Of these files of the user's, too.
    """
    digest = hashlib.sha256()
    for package in (engine, problems, harness):
        root = Path(package.__path__[0])
        for file in sorted(root.rglob("*.py")):
            digest.update(f"{package.__name__}/{file.relative_to(root).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _git(*arguments: str) -> str | None:
    """What git says of the checkout that the code stands in; None where it is installed or there is no git."""
    root = Path(harness.__path__[0]).parent
    if not (root / "pyproject.toml").exists():
        return None
    try:
        result = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def write_environment(folder: Path, environment: dict[str, Any]) -> None:
    """Write it whole, or leave what is there, as when the disk is full."""
    fresh = folder / ".environment.json"
    fresh.write_text(json.dumps(environment, indent=2) + "\n", encoding="utf-8")
    fresh.replace(folder / "environment.json")


def read_environment(folder: Path) -> dict[str, Any]:
    """The environment of the run in `folder`. Raises BadInputError if it is damaged."""
    path = folder / "environment.json"
    try:
        environment: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if (schema := environment.get("schema", SCHEMA)) > SCHEMA:
            raise ValueError(f"schema {schema} is newer than {SCHEMA}, the newest this version reads")
        fine = {name for name, kind in NEEDED.items() if name in environment and isinstance(environment[name], kind)}
        if fine != set(NEEDED):
            raise ValueError(f"missing or of a wrong type: {', '.join(sorted(set(NEEDED) - fine))}")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadInputError(f"{path} does not describe a run: {error}") from error
    return environment


def read_plan(folder: Path) -> Plan:
    return Plan.from_json(read_environment(folder)["plan"])


def open_recorder(folder: Path) -> Recorder:
    """A recorder that appends to the records of the run in `folder`."""
    primary = tuple(suite.primary for suite in SUITES.values())
    return Recorder(folder / "records.jsonl", read_environment(folder)["run"], read_plan(folder).seed, primary)
