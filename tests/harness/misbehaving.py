"""Methods that do, each in a process of its own, what no method should, beside one that is right."""

import ctypes
import hashlib
import itertools
import multiprocessing
import os
import subprocess
import sys
import threading
import time

import numpy as np

from harness import Method

HELD = []


class Right(Method):
    """Twice the point, which is the gradient of the sphere."""

    def prepare(self, problem, n):
        return lambda x: (float(x @ x), self.gradient(x))

    def gradient(self, x):
        return 2.0 * x


class Off(Right):
    """Wrong in the last component."""

    def gradient(self, x):
        return 2.0 * x + np.where(np.arange(x.size) == x.size - 1, 1.0, 0.0)


class Drifts(Right):
    """Moves the point that it is given."""

    def gradient(self, x):
        x += 1.0
        return 2.0 * (x - 1.0)


class Lazy(Right):
    """Gives what is no array yet."""

    def gradient(self, x):
        return list(2.0 * x)


class Unspeakable(Right):
    """Gives a value that no other process can read."""

    def prepare(self, problem, n):
        return lambda x: (lambda: 0.0, 2.0 * x)


class Misbehaving(Right):
    """Right at the minimum."""

    def gradient(self, x):
        if x.any():
            self.misbehave()
        return 2.0 * x


class Crashes(Misbehaving):
    def misbehave(self):
        sys.stdout.write("last words\n")
        sys.stdout.flush()
        ctypes.string_at(0)


class Leaves(Misbehaving):
    def misbehave(self):
        os._exit(7)


class CrashesInPreparation(Right):
    def prepare(self, problem, n):
        os.abort()


class HangsInPython(Misbehaving):
    preparation_seconds = 0.5

    def misbehave(self):
        while True:
            time.sleep(1000)


class HangsInC(Misbehaving):
    preparation_seconds = 0.5

    def misbehave(self):
        sum(itertools.repeat(0))  # Python's own code, which sees signals, never gets a turn


class HangsWithAChild(HangsInC):
    def misbehave(self):
        subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(1000)", "gradmark-child"])
        multiprocessing.get_context("fork").Process(target=time.sleep, args=(1000,), daemon=True).start()
        super().misbehave()


class Leaks(Right):
    """A quarter of a megabyte a call."""

    def gradient(self, x):
        HELD.append(np.ones(2**15))
        return 2.0 * x


class Hoards(Misbehaving):
    def misbehave(self):
        while True:
            HELD.append(np.ones(2**20))


class Swarms(Right):
    """Leaves threads that are busy again and again."""

    def gradient(self, x):
        while threading.active_count() < 80:
            threading.Thread(target=self.work, daemon=True).start()
        return 2.0 * x

    @staticmethod
    def work():
        while True:
            hashlib.sha256(bytes(2**20)).digest()
            time.sleep(0.2)


class Prints(Right):
    def gradient(self, x):
        sys.stdout.write("to stdout\n")
        os.write(1, b"to the terminal\n")
        os.write(2, b"to the terminal\n")
        return 2.0 * x


class Counts(Right):
    """How many processors it may use, and how many threads OpenMP would be told to, for a gradient."""

    threaded = True

    def gradient(self, x):
        return np.array([len(os.sched_getaffinity(0)), float(os.environ.get("OMP_NUM_THREADS", "0"))])
