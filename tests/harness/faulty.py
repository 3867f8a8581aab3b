"""Methods with a fault each, beside `manual`, which is right; profiles of them; processes that have both.

`python -m faulty SUITE RUN` is a suite's process, as is pytest with `-p faulty`; `python -m faulty gradmark …` is the
command line, without the plots.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from harness import methods, suites, worker
from harness.methods import UnsupportedError
from harness.methods.manual import Manual
from harness.profiles import PROFILES


class Planted(BaseException):
    """No Exception, like some that are meant to get past whatever catches those."""


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("nothing to say")


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


HELD = []


def hoard():
    """Take all memory there is, and keep it. What is not written to costs the machine nothing."""
    while True:
        HELD.append(np.empty(2**25))


def hang_in_c():
    """Without ever giving Python's lock back, and with a process started before."""
    subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(1000)", Path.cwd()])
    say("hanging")
    ctypes.PyDLL(None).sleep(1000)


def hang():
    time.sleep(1000)


def hang_on():
    """Whatever is raised to interrupt it."""
    while True:
        with contextlib.suppress(BaseException):
            hang()


def wait():
    """Until there is the file that a variable names, if one does."""
    say("waiting")
    while "FAULTY_GO" in os.environ and not Path(os.environ["FAULTY_GO"]).exists():
        time.sleep(0.01)


def print_everywhere():
    say("to stdout")
    sys.stderr.write("to stderr")
    os.write(1, b"to file 1\n")
    os.write(2, b"\x1b[31mto file 2\n")


def move_away():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)


def warn():
    warnings.warn("planted", RuntimeWarning, stacklevel=1)
    np.float64(1.0) / np.float64(0.0)


def leave_pytest():
    import pytest

    pytest.exit("planted")


def fail(error):
    raise error


def kill(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def close_files():
    for number in (0, 1, 2):
        with contextlib.suppress(OSError):
            os.close(number)


AT_SAMPLES = {
    # What a call does, at samples alone.
    "faulty.raises": lambda: fail(ZeroDivisionError("a planted error")),
    "faulty.refuses": lambda: fail(UnsupportedError("planted:\nnot for this problem")),
    "faulty.killed": lambda: kill(signal.SIGKILL),
    "odd.interrupt": lambda: fail(KeyboardInterrupt()),
    "odd.system_exit": lambda: sys.exit(0),
    "odd.no_exception": lambda: fail(Planted("planted")),
    "odd.generator_exit": lambda: fail(GeneratorExit()),
    "odd.stop_iteration": lambda: next(iter(())),
    "odd.recursion": lambda: (again := lambda: again())(),
    "odd.memory": lambda: fail(MemoryError()),
    "odd.lines": lambda: fail(ValueError("one\n\x1b[31mtwo\r\nthree \udc80\x00" + 1000 * "x")),
    "odd.mute": lambda: fail(MuteError()),
    "odd.skip": lambda: fail(unittest.SkipTest("planted")),
    "odd.leaves_pytest": leave_pytest,
    "odd.warns": warn,
    "odd.prints": print_everywhere,
    "odd.moves": move_away,
    "odd.thread": lambda: threading.Thread(target=lambda: time.sleep(1000)).start(),
    "odd.alarm": lambda: signal.signal(signal.SIGALRM, lambda *_: None),
    "odd.silences": lambda: sys.stdout.close() or sys.stderr.close(),
    "odd.closes": close_files,
    "crash.exit_0": lambda: os._exit(0),
    "crash.exit_7": lambda: say("last words") or os._exit(7),
    "crash.signal": lambda: kill(signal.SIGRTMIN + 3 if hasattr(signal, "SIGRTMIN") else signal.SIGUSR1),
    "crash.segfault": lambda: ctypes.string_at(0),
    "crash.later": lambda: threading.Timer(0.2, os._exit, (3,)).start(),
    "limits.hangs": hang_on,
    "limits.allocates": lambda: np.empty(2**40),
    "limits.hoards": hoard,
    "limits.wants": lambda: np.empty(2**27),
    "limits.two_seconds": lambda: time.sleep(2.0),
    "stopped.waits": wait,
    "stopped.hangs_in_c": hang_in_c,
}
IN_PREPARATION = {
    "limits.preparation_hangs": lambda: (say("preparing"), hang()),
    "limits.preparation_hoards": lambda: [np.empty(2**25) for _ in range(10**6)],
    "limits.preparation_exits": lambda: sys.exit("not today"),
}
WRONG = {
    "faulty.wrong": lambda value, gradient: (value, gradient * (1.0 + 1e-9)),
    "faulty.longer": lambda value, gradient: (value, np.append(gradient, 0.0)),
    "faulty.nan": lambda value, gradient: (value, np.where(gradient == gradient[0], np.nan, gradient)),
    "odd.nothing": lambda value, gradient: None,
}


def _method(name):
    class Faulty(Manual):
        id = name
        preparation_seconds = 1.0

        def prepare(self, problem, n):
            right = super().prepare(problem, n)
            if name in IN_PREPARATION:
                IN_PREPARATION[name]()

            def value_and_gradient(x):
                if name in WRONG:
                    return WRONG[name](*right(x))
                if name in AT_SAMPLES and x.any():  # the minimum is at 0
                    AT_SAMPLES[name]()
                return right(x)

            return value_and_gradient

    return Faulty()


METHODS = {name: _method(name) for name in (*AT_SAMPLES, *IN_PREPARATION, *WRONG)}


def _profile(name, **settings):
    """Of the methods whose names begin so, and a right one."""
    found = [method for method in METHODS if method.startswith(name)]
    quick = {"methods": (*found, "manual"), "dimensions": (2,), "cost_dimensions": (2,), "samples": 1, "seconds": 0.005}
    return replace(PROFILES["quick"], summary="planted faults", **{**quick, **settings})


ALL_PROFILES = {
    "faulty": _profile("faulty"),
    "odd": _profile("odd"),
    "crash": _profile("crash"),
    "limits": _profile("limits", case_seconds=3.0, suites=("accuracy",)),
    "stopped": _profile("", methods=("manual", "stopped.waits"), suites=("accuracy", "steps"), samples=3),
}


def _worker(stage, run):
    return [sys.executable, "-m", "faulty", stage, str(run)]


def _pytest(run, original=suites._pytest):
    return [*original(run), "-p", "faulty"]


PLANTED = [
    *((methods.METHODS, name, method) for name, method in METHODS.items()),
    *((PROFILES, name, profile) for name, profile in ALL_PROFILES.items()),
    (vars(suites), "_worker", _worker),
    (vars(suites), "_pytest", _pytest),
]
"""Where each belongs: a mapping, a key and a value."""


def plant():
    for mapping, key, value in PLANTED:
        mapping[key] = value


def pytest_configure():
    """As a plugin of the runtime suite."""
    plant()


def main(name, *arguments):
    plant()
    if name != "gradmark":
        worker.main(name, Path(*arguments))
        return
    from harness import environment, report
    from harness.cli import main as gradmark

    report.write = lambda folder: None
    environment._git = lambda *arguments: ""  # as if all were committed
    gradmark(arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
