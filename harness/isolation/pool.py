"""The servers of a process: made when they are first asked for, and used again as long as they behave."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..methods import ElsewhereError
from .server import Server

STARTING_SECONDS = 90.0
"""What a server may take until it stands: to import its library, and to differentiate something with it."""

FORGETTING_SECONDS = 10.0


class Pool:
    """Servers, one for each method and number of threads."""

    def __init__(self) -> None:
        self.settle(None, 4 * 2**30, lambda: None)
        self.servers: dict[tuple[str, str], Server] = {}
        self.broken: dict[tuple[str, str], ElsewhereError] = {}

    def settle(self, logs: Path | None, memory: int, alive: Callable[[], object]) -> None:
        """Where servers put what is printed in them, the bytes that each may hold, and what is told of every answer."""
        self.logs, self.memory, self.alive = logs, memory, alive

    def ask(self, name: str, threads: str, seconds: float, *question: Any) -> Any:
        """The answer of the server of a method, or of the function itself, to an operation and its arguments.

        Raises ElsewhereError for what fails there, and for a server that does not start, again and again.
        """
        try:
            return self._server(name, threads).ask(seconds, *question)
        finally:
            self.alive()

    def _server(self, name: str, threads: str) -> Server:
        key = (name, threads)
        if key in self.broken:
            raise ElsewhereError(*self.broken[key].args)
        if key in self.servers and not self.servers[key].failed:
            return self.servers[key]
        self._end(key)
        self.servers[key] = Server(name, threads, self.memory, self._log(name))
        try:
            self.servers[key].start(STARTING_SECONDS)
        except ElsewhereError as error:
            self.broken[key] = error
            raise
        return self.servers[key]

    def _log(self, name: str) -> Path | None:
        file = re.sub(r"[^\w.-]+", "_", name)
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
