"""The servers of a process: made when they are first asked for, and used again as long as they behave."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..methods import ElsewhereError
from .server import Server

STARTING_SECONDS = 60.0
"""What a server may take until it stands."""

IMPORTING_SECONDS = 20.0
"""What it may take to begin, beside what the method may take for a preparation: its library is imported."""

FORGETTING_SECONDS = 10.0


class Pool:
    """Servers, one for each method and number of threads."""

    def __init__(self) -> None:
        self.settle(None, 4 * 2**30, lambda: None)
        self.servers: dict[tuple[str, str], Server] = {}
        self.cold: set[str] = set()

    def settle(self, logs: Path | None, memory: int, alive: Callable[[], object]) -> None:
        """Where servers put what they print, the bytes each may hold, and what is called while one is waited for."""
        self.logs, self.memory, self.alive = logs, memory, alive

    def ask(self, name: str, threads: str, seconds: float, *question: Any) -> Any:
        """The answer of the server of a method, or of the function itself, to an operation and its arguments.

        Raises ElsewhereError for what fails there, and for a server that does not start.
        """
        return self._server(name, threads, seconds).ask(seconds, *question)

    def _server(self, name: str, threads: str, seconds: float) -> Server:
        key = (name, threads)
        if key not in self.servers or self.servers[key].failed:
            self._end(key)
            self._start(key, seconds)
        return self.servers[key]

    def _start(self, key: tuple[str, str], seconds: float) -> None:
        """Start a server and have it begin, which not every method survives: those have another that has not begun."""
        name, threads = key
        self.servers[key] = Server(name, threads, self.memory, self._log(name), self.alive)
        self.servers[key].start(STARTING_SECONDS)
        if name not in self.cold:
            try:
                self.servers[key].ask(IMPORTING_SECONDS + seconds, "begin", name)
            except ElsewhereError:
                self.cold.add(name)
                self._end(key)
                self._start(key, seconds)

    def _log(self, name: str) -> Path | None:
        file = re.sub(r"[^\w.-]+", "_", name)[-100:]
        return self.logs and self.logs / f"{file}.log"

    def tidy(self) -> None:
        """Between problems: end the servers that do not behave, and have the others forget the last one."""
        for key, server in list(self.servers.items()):
            try:
                if server.behaves():
                    server.ask(FORGETTING_SECONDS, "forget")
                    continue
            except ElsewhereError:
                pass
            self._end(key)

    def _end(self, key: tuple[str, str]) -> None:
        if key in self.servers:
            self.servers.pop(key).stop()

    def close(self) -> None:
        """End them all."""
        for key in list(self.servers):
            self._end(key)


POOL = Pool()
"""The servers of this process."""
