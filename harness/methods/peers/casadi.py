"""CasADi: reverse mode on a graph, of numbers or of vectors, in its virtual machine or as C code."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from problems import Problem

from ...function import on_arrays
from ..base import UnsupportedError, ValueAndGradient, Vector
from .peer import Peer

LARGEST = 10_000
"""Coordinates in a graph of numbers, at the most: making it takes seconds there, and ten times that for 100,000."""

LONGEST = 4000
"""Instructions on numbers, at the most, as C code: they take a compiler seconds, and four times as many a minute."""

COMPILERS = ("cc", "gcc", "clang")

FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
"""No operations are fused, so that the results are those of the virtual machine. Fusing them gains a few percent."""


class CasADi(Peer):
    package = "casadi"
    extra = "casadi"
    preparation_seconds = 30.0

    def __init__(self, way: str) -> None:
        self.way = way
        self.id = f"casadi_{way}"

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        return _on_buffers(WAYS[self.way](problem, n), n)


def _of_numbers(problem: Problem, n: int) -> Any:
    if n > LARGEST:
        raise UnsupportedError(f"a graph of {n} numbers takes too long to make: {LARGEST} at the most are tried")
    return _function(problem, n, "SX")


def _of_vectors(problem: Problem, n: int) -> Any:
    return _function(problem, n, "MX")


def _as_code(problem: Problem, n: int) -> Any:
    """Compiled: the graph of numbers where its code is short, else that of vectors, whose code has loops."""
    if n < LONGEST:  # each coordinate is an instruction at least
        function = _of_numbers(problem, n)
        if function.n_instructions() <= LONGEST:
            return _compiled(function)
    return _compiled(_of_vectors(problem, n))


WAYS = {"sx": _of_numbers, "mx": _of_vectors, "c": _as_code}


def _function(problem: Problem, n: int, graph: str) -> Any:
    """CasADi's function from the point to value and gradient. Common subexpressions are found in both together."""
    import casadi

    from .casadi_arrays import NAMESPACE, Array, matrix_of

    kind = getattr(casadi, graph)
    point = kind.sym("x", n)
    value = kind(matrix_of(on_arrays(problem, NAMESPACE)(Array(point, (n,)))))
    return casadi.Function("f", [point], [value, casadi.gradient(value, point)], {"cse": True})


def _compiled(function: Any) -> Any:
    """The same function, from a library that stays loaded when its file is gone."""
    import casadi

    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        raise UnsupportedError(f"there is no C compiler ({', '.join(COMPILERS)}): install one, such as gcc")
    code = casadi.CodeGenerator("f.c")
    code.add(function)
    with TemporaryDirectory() as folder:
        library = str(Path(folder) / "f.so")
        command = [compiler, *FLAGS, "-x", "c", "-", "-o", library, "-lm"]
        process = subprocess.run(command, input=code.dump(), capture_output=True, text=True, check=False)
        if process.returncode:
            raise UnsupportedError(f"{compiler} does not compile CasADi's code: {process.stderr.strip()}")
        return casadi.external("f", library)


def _on_buffers(function: Any, n: int) -> ValueAndGradient:
    """`function` as it is called with the least overhead: on buffers that it is told of once."""
    point, value, gradient = np.zeros(n), np.zeros(1), np.zeros(n)
    buffer, evaluate = function.buffer()
    buffer.set_arg(0, point.data)
    buffer.set_res(0, value.data)
    buffer.set_res(1, gradient.data)
    into: Any = point.data  # a memoryview copies in half the time that an array takes
    out, copy = value.data, gradient.copy

    def value_and_gradient(x: Vector, _needed: Any = buffer) -> tuple[float, Vector]:
        into[:] = x
        evaluate()
        return out[0], copy()

    return value_and_gradient
