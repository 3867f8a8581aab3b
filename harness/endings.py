"""How a process ended, in words: its exit code or signal, and the last line that it printed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from .errors import one_line

LAST_BYTES = 4096
"""Of a process's output, as much as its last line is looked for in."""


def how_it_ended(code: int | None) -> str:
    """The exit code of a process in words; None is for one that has not ended."""
    names = {number.value: number.name for number in signal.Signals}  # not all that there are have a name
    if code is None:
        return "it does not answer any more"
    return f"exit code {code}" if code >= 0 else f"killed by {names.get(-code, f'signal {-code}')}"


def last_line(log: Path, since: int) -> str:
    """The last line that was printed to `log`, from the place `since` on."""
    with log.open("rb") as file:
        file.seek(max(since, file.seek(0, os.SEEK_END) - LAST_BYTES))
        lines = [one_line(line) for line in file.read().decode(errors="replace").splitlines()]
    return next(filter(None, reversed(lines)), "no output")
