"""A server: the process that a method runs in, as seen from outside. It is stopped while it is not asked anything."""

from __future__ import annotations

import os
import pickle
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ..endings import how_it_ended, last_line
from ..errors import one_line
from ..methods import ElsewhereError

THREADS = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    *("NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS", "TORCHINDUCTOR_COMPILE_THREADS"),
)
"""The variables that say how many threads a library may use."""

GRACE_SECONDS = 2.0
"""A method is told to stop when its time is over. It is made to, so much later."""

STUCK_SECONDS = 10
"""What a question or an answer may take on its way: the largest takes a hundredth of a second."""

LOOK_SECONDS = 0.05
"""How often the memory of a server that is at work is looked at."""

LEFT_BEHIND = 2**30
"""Bytes that a server may hold more than it had at the start; with more, a fresh one takes its place."""

SWARM = 64
"""Threads, likewise."""


class Server:
    """A process for a method, or for the function itself, with `one` thread or its library's `default`.

    It is started by `start`, which may fail. Nothing that it does reaches this process or the terminal.
    """

    def __init__(self, name: str, threads: str, memory: int, log: Path | None, alive: Callable[[], object]) -> None:
        self.name, self.threads, self.memory, self.log, self.alive = name, threads, memory, log, alive
        self.failed = False
        self.started = False

    def start(self, seconds: float) -> None:
        """Start the process. Raises ElsewhereError if it does not stand in that time."""
        ours, theirs = socket.socketpair()
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):  # of a question or an answer that goes through in part
            ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", STUCK_SECONDS, 0))
        self.connection = Connection(ours.detach())
        command = [sys.executable, "-P", "-m", "harness.isolation.host", str(theirs.fileno()), self.name, self.threads]
        try:
            with theirs, self.log.open("ab") if self.log else Path(os.devnull).open("ab") as output:
                self.said = output.tell()
                self.process = subprocess.Popen(
                    command, pass_fds=(theirs.fileno(),), stdin=subprocess.PIPE, stdout=output, stderr=output,
                    env=self._environment(), process_group=0,
                )  # fmt: skip
        except OSError as error:
            self.connection.close()
            self.failed = True
            raise ElsewhereError("error", f"its process does not start: {error}") from error
        self.started = True
        self._answer(seconds)
        self.at_first = self._footprint()

    def _environment(self) -> dict[str, str]:
        free = {name: value for name, value in os.environ.items() if name not in THREADS}
        return free if self.threads == "default" else free | dict.fromkeys(THREADS, "1")

    def ask(self, seconds: float, operation: str, *arguments: Any) -> Any:
        """What the process answers. Raises ElsewhereError for what fails there, and if it dies or takes too long."""
        self._signal(signal.SIGCONT)
        try:
            self.connection.send((operation, arguments))
        except OSError:
            raise self._dead() from None
        return self._answer(seconds)

    def _answer(self, seconds: float) -> Any:
        try:
            self._wait(seconds)
            kind, answer = self.connection.recv()
        except (EOFError, OSError):
            raise self._dead() from None
        except (pickle.UnpicklingError, ImportError, AttributeError, TypeError, ValueError) as error:
            raise self._given_up("error", one_line(f"what it answers cannot be read: {error}")) from error
        self._signal(signal.SIGSTOP)
        if kind == "failed":
            outcome, reason = answer
            if outcome in ("timeout", "out_of_memory"):  # whatever it was at is half done, and may go on
                raise self._given_up(outcome, reason)
            raise ElsewhereError(outcome, reason)
        return answer

    def _wait(self, seconds: float) -> None:
        """Until there is an answer. Raises ElsewhereError where there will be none, or for too much time or memory."""
        deadline = time.monotonic() + seconds + GRACE_SECONDS
        self.alive()
        while not self.connection.poll(LOOK_SECONDS):
            self.alive()
            # Its children may hold the connection open when it has ended.
            if self.process.poll() is not None and not self.connection.poll():
                raise self._dead()
            if self._footprint()[0] > self.memory:
                raise self._given_up("out_of_memory", f"more than {self.memory / 2**30:.3g} GiB")
            if time.monotonic() > deadline:
                raise self._given_up("timeout", f"no answer within {seconds:g} s")

    def behaves(self) -> bool:
        """Whether it may be used for another problem: nothing has failed hard in it, and little is left behind."""
        if self.failed or self.process.poll() is not None:
            return False
        memory, threads = self._footprint()
        return memory < self.at_first[0] + LEFT_BEHIND and threads < self.at_first[1] + SWARM

    def _footprint(self) -> tuple[int, int]:
        """The bytes that are resident, and the threads; nothing where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0, 0
        found = dict(re.findall(r"^(VmRSS|Threads):\s+(\d+)", status, re.MULTILINE))
        return 1024 * int(found.get("VmRSS", 0)), int(found.get("Threads", 0))

    def _dead(self) -> ElsewhereError:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)
        how = how_it_ended(self.process.poll())
        said = last_line(self.log, self.said) if self.log else "no output"
        return self._given_up("crashed", f"{how}: {said}")

    def _given_up(self, outcome: str, reason: str) -> ElsewhereError:
        self.stop()
        return ElsewhereError(outcome, reason)

    def stop(self) -> None:
        """End the process, and all that it has started."""
        if not self.started:
            return
        self.failed = True
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.connection.close()
        if self.process.stdin:
            self.process.stdin.close()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
