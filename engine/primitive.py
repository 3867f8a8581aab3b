"""What a primitive is: how its value is computed, and how a cotangent of the result becomes one of an operand.

Cotangents are shaped lazily: one may have any shape that broadcasts to that of the value it belongs to. So the
cotangent of a sum's operand stays one number until it meets an array.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Primitive:
    """An operation that the engine can differentiate.

    `value(*operands, **parameters)` is the result; `vjp(i, g, z, *operands, **parameters)` the cotangent of operand `i`
    where the result `z` has cotangent `g`. Both work on floats, arrays and Variables alike. An elementwise primitive
    also keeps the formulas that they were made from.
    """

    name: str
    value: Callable[..., Any]
    vjp: Callable[..., Any]
    formula: str = ""
    partials: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


FUNCTIONS = {**vars(np), "pow": pow}
"""What a formula's functions mean for arrays, NumPy's scalars and, through NumPy's dispatch, Variables."""

SCALARS = (float, int, np.generic)


def elementwise(name: str, formula: str, *partials: str) -> Primitive:
    """A primitive given by formulas: of its value, and of its partial derivative with respect to each operand."""
    names = ", ".join("xy"[: len(partials)])
    lines = [f"def value({names}): return {formula}\n"]
    lines += [f"def partial_{i}({names}, z): return {partial}\n" for i, partial in enumerate(partials)]
    compiled = compile_source("".join(lines), FUNCTIONS, name)
    evaluate = compiled["value"]
    derivatives = [compiled[f"partial_{i}"] for i in range(len(partials))]

    # NumPy has 1/0 = inf where Python has an error: no arithmetic of numbers alone is left to Python.
    def value(*values: Any) -> Any:
        if isinstance(values[0], SCALARS) and isinstance(values[-1], SCALARS):
            values = tuple(map(np.float64, values))
        return evaluate(*values)

    def vjp(i: int, g: Any, z: Any, *values: Any) -> Any:
        partial = partials[i]
        if partial == "1.0":
            cotangent = g
        elif partial == "-1.0":
            cotangent = -g
        else:
            scalar = z.dtype.type if type(z) is np.ndarray else np.float64
            operands = [scalar(v) if type(v) is float or type(v) is int else v for v in (*values, z)]
            cotangent = g * derivatives[i](*operands)
        operand = values[i]
        if type(z) is type(operand) is np.ndarray and z.shape == operand.shape:
            return cotangent
        return unbroadcast(cotangent, shape_of(z), shape_of(operand))

    return Primitive(name, value, vjp, formula, partials)


def compile_source(source: str, names: dict[str, Any], label: str) -> dict[str, Any]:
    """The names that `source` defines. A traceback shows its lines, as it would a file's."""
    filename = f"<gradmark primitive {label}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace = dict(names)
    exec(compile(source, filename, "exec"), namespace)
    return namespace


def shape_of(value: Any) -> Shape:
    """The shape of a float, array or Variable."""
    return getattr(value, "shape", ())


def full(g: Any, shape: Shape) -> Any:
    """A lazily shaped cotangent at its full shape (a view, where it is an array)."""
    return g if shape_of(g) == shape else np.broadcast_to(g, shape)


def unbroadcast(g: Any, z_shape: Shape, shape: Shape) -> Any:
    """The cotangent of an operand of `shape` that broadcasting brought to `z_shape`: copies of one element add up."""
    if z_shape == shape:
        return g
    g = full(g, z_shape)
    lead = len(z_shape) - len(shape)
    if lead:
        g = np.sum(g, axis=tuple(range(lead)))
    stretched = tuple(axis for axis, n in enumerate(shape) if n == 1 and z_shape[lead + axis] != 1)
    return np.sum(g, axis=stretched, keepdims=True) if stretched else g
