"""What a primitive is: how its value is computed, and how a cotangent of the result becomes one of an operand.

Cotangents are shaped lazily: one may have any shape that broadcasts to that of the value it belongs to. So the
cotangent of a sum's operand stays one number until it meets an array.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

Shape: TypeAlias = tuple[int, ...]


class Primitive:
    """An operation that the engine can differentiate.

    `value(*operands, **parameters)` is the result, of plain floats and arrays. `vjp(i, g, z, *operands, **parameters)`
    is the cotangent of operand `i` where the result `z` has cotangent `g`; it works on floats, arrays and Variables
    alike. A primitive that is `linear` in all its operands together is its own jvp; any other has it by its partial
    derivatives, or else by transposing its vjp (see forward.py).
    """

    name: str
    value: Callable[..., Any]
    vjp: Callable[..., Any]
    linear: bool

    def __init__(self, name: str, value: Callable[..., Any], vjp: Callable[..., Any], linear: bool = False) -> None:
        self.name = name
        self.value = value
        self.vjp = vjp
        self.linear = linear

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


class Elementwise(Primitive):
    """A primitive of one or two operands that broadcast, given by formulas.

    They are those of its value, and of its partial derivative with respect to each operand. What is made of them is
    compiled when it is first asked for: `import engine` would take twice its time otherwise.
    """

    linear = False

    def __init__(self, name: str, formula: str, *partials: str) -> None:
        self.name = name
        self.formula = formula
        self.partials = partials
        self.vjp = self._compile_vjp  # no cached_property: the sweep looks it up at every node, and that would be slow

    @cached_property
    def operands(self) -> str:
        """The names of the operands in the formulas: "x" or "x, y"."""
        return ", ".join("xy"[: len(self.partials)])

    @cached_property
    def value(self) -> Callable[..., Any]:  # type: ignore[override]
        evaluate = self.evaluate

        # NumPy has 1/0 = inf where Python has an error: no arithmetic of numbers alone is left to Python.
        def value(*values: Any) -> Any:
            if isinstance(values[0], SCALARS) and isinstance(values[-1], SCALARS):
                values = tuple(map(np.float64, values))
            return evaluate(*values)

        return value

    @cached_property
    def evaluate(self) -> Callable[..., Any]:
        """`evaluate(*operands)` is `value` where one operand is an array."""
        return self._compiled("evaluate", [f"return {self.formula}"], self.operands)

    @cached_property
    def scaled(self) -> Callable[..., Any]:
        """`scaled(i, g, z, *operands)` is `g` times the partial derivative by operand `i`, of the result's shape."""
        lines = []
        for i, partial in enumerate(self.partials):
            lines += [f"if i == {i}:", *(f"    {line}" for line in _scaling(partial, self.operands)), "    return c"]
        return self._compiled("scaled", lines, f"i, g, z, {self.operands}")

    def _compile_vjp(self, *arguments: Any) -> Any:
        """The vjp: `scaled`, and summed to the shape of the operand, which most calls do not need."""
        lines = []
        for i, (partial, v) in enumerate(zip(self.partials, "xy", strict=False)):
            lines += [f"if i == {i}:", *(f"    {line}" for line in _scaling(partial, self.operands))]
            if len(self.partials) > 1:
                lines += [f"    if type(z) is type({v}) is ndarray and z.shape == {v}.shape: return c"]
                lines += [f"    return unbroadcast(c, shape_of(z), shape_of({v}))"]
            else:
                lines += ["    return c"]
        self.vjp = self._compiled("vjp", lines, f"i, g, z, {self.operands}")
        return self.vjp(*arguments)

    def _compiled(self, function: str, lines: list[str], arguments: str) -> Callable[..., Any]:
        source = "\n    ".join([f"def {function}({arguments}):", *lines]) + "\n"
        helpers = {"numpys": numpys, "unbroadcast": unbroadcast, "shape_of": shape_of}
        made = compile_source(source, {**FUNCTIONS, **helpers}, f"{self.name}: {function}")
        return made[function]  # type: ignore[no-any-return]


def base(x: Any, y: Any) -> Any:
    """The base of a power `x**y` in its derivative by x: 1 where the exponent is 0 and 1/x would not be finite."""
    return x if np.isscalar(y) and y else np.where((y != 0) | (np.abs(x) > 1e-300), x, 1.0)


FUNCTIONS = {**vars(np), "pow": pow, "base": base}
"""What a formula's functions mean for arrays, NumPy's scalars and, through NumPy's dispatch, Variables."""

SCALARS = (float, int, np.generic)
FACTORS = {
    "1.0": "g",
    "-1.0": "-g",
    "x": "g * x",
    "y": "g * y",
    "z": "g * z",
    "0.0": "0.0 * g",
    "2.0 * x": "g * 2.0 * x",
}
"""Products with the cotangent that need no arithmetic of Python's numbers alone; a scalar `g` stays one for long."""


def _scaling(partial: str, operands: str) -> list[str]:
    """The lines of source that set `c` to `g` times a partial derivative."""
    if partial in FACTORS:
        return [f"c = {FACTORS[partial]}"]
    names = [*operands.split(", "), "z"]
    return [f"if type({v}) is not ndarray: {v} = numpys({v}, z)" for v in names] + [f"c = g * ({partial})"]


def numpys(value: Any, z: Any) -> Any:
    """A Python number as NumPy's scalar of the type of the result `z`; anything else as it is."""
    if type(value) is float or type(value) is int:
        return z.dtype.type(value) if type(z) is np.ndarray else np.float64(value)
    return value


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
