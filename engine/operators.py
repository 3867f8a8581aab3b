"""The fast way for the elementwise primitives, generated from the table.

For each of them one function per way to call it is written out as source: unary on a Variable, binary on two Variables,
or on a Variable and a Python number to its right or left. If all data are floats it computes the value and the partial
derivatives in place with `math`'s functions, and records them; if there is an array among them it records the operands.
Where `math` raises an error (1.0/0.0, exp(1000.0)), or anything else is out of the ordinary, it leaves the work to
`apply`, which has NumPy's answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .modes import recording
from .primitive import Elementwise, compile_source
from .record import apply, record
from .table import ELEMENTWISE
from .variable import Variable, new_variable

UNARY = """
def fast_{name}(v):
    if type(v) is Variable:
        x = v._data
        if type(x) is float and recording():
            try:
                z = {formula}
                dx = {partial_x}
            except (ArithmeticError, ValueError):
                return apply(primitive, v)
            {record}
            result._left = v
            result._dleft = dx
            result._right = None
            return result
        if type(x) is ndarray:
            return record(primitive, {evaluate}, (v,), (X, (x,), NONE))
    return apply(primitive, v)
"""

BINARY = """
def fast_{name}(v, w):
    if type(w) is Variable:
        x = v._data
        y = w._data
        if type(x) is float and type(y) is float and recording():
            try:
                z = {formula}
                dx = {partial_x}
                dy = {partial_y}
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {record}
            result._left = v
            result._dleft = dx
            result._right = w
            result._dright = dy
            return result
        if type(x) is ndarray and (type(y) is ndarray or type(y) is float) or type(y) is ndarray and type(x) is float:
            return record(primitive, {evaluate}, (v, w), (XY, (x, y), NONE))
    elif type(w) is float or type(w) is int:
        x = v._data
        y = w{shortcut}
        if type(x) is float and recording():
            try:
                z = {formula}
                dx = {partial_x}
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {record}
            result._left = v
            result._dleft = dx
            result._right = None
            return result
        if type(x) is ndarray:
            return record(primitive, {evaluate}, (v,), (X, (x, y), NONE))
    return apply(primitive, v, w)


def fast_{name}_reflected(w, v):
    if type(v) is float or type(v) is int:
        x = v
        y = w._data
        if type(y) is float and recording():
            try:
                z = {formula}
                dy = {partial_y}
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {record}
            result._left = w
            result._dleft = dy
            result._right = None
            return result
        if type(y) is ndarray:
            return record(primitive, {evaluate}, (w,), (Y, (x, y), NONE))
    return apply(primitive, v, w)
"""

RECORD = """result = new_variable()
            result._data = z
            result._primitive = primitive
            result.grad = result.name = None
            result._pending = 0"""

SHORTCUTS = {"pow": "\n        if y == 2: return square(v)"}
"""Special cases of a binary primitive with a number on the right: a square takes a third of the time of a power."""

SCALARS = {
    **vars(math),
    "sign": lambda x: math.nan if x != x else float((x > 0.0) - (x < 0.0)),
    "where": lambda condition, x, y: x if condition else y,
    "maximum": lambda x, y: x if x >= y or x != x else y,
    "minimum": lambda x, y: x if x <= y or x != x else y,
    "floor": lambda x: float(math.floor(x)),
    "abs": abs,
}
"""What a formula's functions mean for Python floats. Those of `math` raise errors where NumPy has an answer."""


def generate(primitive: Elementwise) -> dict[str, Callable[..., Any]]:
    """The fast functions of one elementwise primitive: `fast_name` and, if it is binary, `fast_name_reflected`."""
    template = UNARY if len(primitive.partials) == 1 else BINARY
    partials = dict(zip(("partial_x", "partial_y"), primitive.partials, strict=False))
    source = template.format(
        name=primitive.name,
        formula=primitive.formula,
        record=RECORD,
        evaluate=f"evaluate({', '.join('xy'[: len(primitive.partials)])})"
        if "(" in primitive.formula
        else primitive.formula,
        shortcut=SHORTCUTS.get(primitive.name, ""),
        **partials,
    )
    names = {
        **SCALARS,
        "primitive": primitive,
        "evaluate": primitive.evaluate,
        "apply": apply,
        "record": record,
        "recording": recording,
        "new_variable": new_variable,
        "ndarray": np.ndarray,
        "Variable": Variable,
        "X": [0],
        "Y": [1],
        "XY": [0, 1],
        "NONE": {},
        "square": FAST.get("square"),
    }
    return compile_source(source, names, f"{primitive.name} on scalars")


FAST: dict[str, Callable[..., Any]] = {}
"""By the primitive's name: f(variable) of a unary primitive, f(variable, anything) of a binary one."""
FAST_REFLECTED: dict[str, Callable[..., Any]] = {}
"""By the primitive's name, of a binary one: f(variable, anything), which puts the Variable on the right."""
for _primitive in ELEMENTWISE:
    _functions = generate(_primitive)
    FAST[_primitive.name] = _functions[f"fast_{_primitive.name}"]
    if len(_primitive.partials) == 2:
        FAST_REFLECTED[_primitive.name] = _functions[f"fast_{_primitive.name}_reflected"]
