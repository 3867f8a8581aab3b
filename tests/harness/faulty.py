"""Methods with a fault each, and a profile of them.

A suite's process has them too: `python -m faulty SUITE RUN`, or pytest with `-p faulty`.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from harness import methods, worker
from harness.methods import UnsupportedError
from harness.methods.manual import Manual
from harness.profiles import PROFILES


def _raises(x, value, gradient):
    raise ZeroDivisionError("a planted error")


def _refuses(x, value, gradient):
    raise UnsupportedError("planted: not for this problem")


def _is_killed(x, value, gradient):
    if x.any():  # at the samples, not at the minimum
        os.kill(os.getpid(), signal.SIGKILL)
    return value, gradient


def _exits(x, value, gradient):
    os._exit(7)


FAULTS = {
    "faulty.raises": _raises,
    "faulty.refuses": _refuses,
    "faulty.killed": _is_killed,
    "faulty.wrong": lambda x, value, gradient: (value, gradient * (1.0 + 1e-9)),
    "faulty.longer": lambda x, value, gradient: (value, np.append(gradient, 0.0)),
    "faulty.nan": lambda x, value, gradient: (value, np.where(gradient == gradient[0], np.nan, gradient)),
}
OTHERS = {"faulty.exits": _exits}
"""Those that the profile leaves out."""


def method(name, fault):
    class Faulty(Manual):
        id = name

        def prepare(self, problem, n):
            right = super().prepare(problem, n)
            return lambda x: fault(x, *right(x))

    return Faulty()


METHODS = {name: method(name, fault) for name, fault in {**FAULTS, **OTHERS}.items()}
PROFILE = replace(
    PROFILES["quick"],
    methods=(*FAULTS, "manual"),
    dimensions=(2,),
    cost_dimensions=(2,),
    samples=1,
    seconds=0.005,
    summary="planted faults",
)


def register():
    methods.METHODS.update(METHODS)
    PROFILES["faulty"] = PROFILE


def pytest_configure():
    """As a plugin of the runtime suite."""
    register()


if __name__ == "__main__":
    register()
    worker.main(sys.argv[1], Path(sys.argv[2]))
