"""The fast way for the elementwise primitives, generated from the table.

For each of them one function per way to call it is written out as source: unary on a Variable, binary on two Variables,
or on a Variable and a Python number to its right or left. If all data are floats it computes the value and the partial
derivatives in place with `math`'s functions, and records them; if there is an array among them it records the operands.
The same for Duals, which multiply the partial derivatives with their tangents at once. Where `math` raises an error
(1.0/0.0, exp(1000.0)), or anything else is out of the ordinary, `apply` does the work, and has NumPy's answer.
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
from .variable import Dual, Variable, new_dual, new_variable

UNARY = """
def fast_{name}(v):
    if type(v) is {Class}:
        x = v._data
        if type(x) is float and recording():
            try:
                z = {formula}
                dx = {partial_x}
            except (ArithmeticError, ValueError):
                return apply(primitive, v)
            {result}
            {of_x}
            return result
        {array_x}
    {otherwise}
    return apply(primitive, v)
"""

BINARY = """
def fast_{name}(v, w):
    if type(w) is {Class}:
        x = v._data
        y = w._data
        if type(x) is float and type(y) is float and recording():
            try:
                z = {formula}
                dx = {partial_x}
                dy = {partial_y}
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {result}
            {of_both}
            return result
        {array_both}
    elif type(w) is float or type(w) is int:
        x = v._data
        y = w
        {shortcut}
        if type(x) is float and recording():
            try:
                z = {formula}
                dx = {partial_x}
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {result}
            {of_x}
            return result
        {array_x}
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
            {result}
            {of_y}
            return result
        {array_y}
    return apply(primitive, v, w)
"""

NODE = {
    "Class": "Variable",
    "otherwise": "if type(v) is Dual: return of_dual(v)",
    "result": """result = new_variable()
            result._data = z
            result._primitive = primitive
            result.grad = result.name = None
            result._pending = 0""",
    "of_both": """result._left = v
            result._dleft = dx
            result._right = w
            result._dright = dy""",
    "of_x": """result._left = v
            result._dleft = dx
            result._right = None""",
    "of_y": """result._left = w
            result._dleft = dy
            result._right = None""",
    "array_x": "if type(x) is ndarray: return record(primitive, {value}, (v,), (X, ({operands},), NONE))",
    "array_y": "if type(y) is ndarray: return record(primitive, {value}, (w,), (Y, ({operands},), NONE))",
    "array_both": """if (type(x) is ndarray and (type(y) is ndarray or type(y) is float)) or (
            type(y) is ndarray and type(x) is float
        ):
            return record(primitive, {value}, (v, w), (XY, ({operands},), NONE))""",
}
"""What a template does for a Variable that is a node of a graph."""

DUAL = {
    "Class": "Dual",
    "otherwise": "",
    "result": """result = new_dual()
            result._data = z
            result.grad = result.name = result._left = result._primitive = None
            result._parents = ()
            result._pending = 0""",
    "of_both": "result._tangent = dx * v._tangent + dy * w._tangent",
    "of_x": "result._tangent = dx * v._tangent",
    "of_y": "result._tangent = dy * w._tangent",
    "array_x": "",
    "array_y": "",
    "array_both": "",
}
"""What it does for a Dual; one of an array goes the general way."""

SHORTCUTS = {"pow": "if y == 2: return square(v)"}
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


NAMES = {
    "apply": apply,
    "record": record,
    "recording": recording,
    "new_variable": new_variable,
    "new_dual": new_dual,
    "ndarray": np.ndarray,
    "Variable": Variable,
    "Dual": Dual,
    "X": [0],
    "Y": [1],
    "XY": [0, 1],
    "NONE": {},
}

Functions = dict[str, Callable[..., Any]]


def generate(primitive: Elementwise, parts: dict[str, str], siblings: Functions, duals: Functions) -> Functions:
    """The functions `fast_name` and, of a binary primitive, `fast_name_reflected`, for one kind of Variable."""
    operands = ", ".join("xy"[: len(primitive.partials)])
    value = f"evaluate({operands})" if "(" in primitive.formula else primitive.formula
    source = (BINARY if "y" in operands else UNARY).format(
        name=primitive.name,
        formula=primitive.formula,
        shortcut=SHORTCUTS.get(primitive.name, ""),
        **dict(zip(("partial_x", "partial_y"), primitive.partials, strict=False)),
        **{key: text.format(value=value, operands=operands) for key, text in parts.items()},
    )
    names = {
        **SCALARS,
        **NAMES,
        "primitive": primitive,
        "evaluate": primitive.evaluate,
        "square": siblings.get("square"),
        "of_dual": duals.get(primitive.name),
    }
    return compile_source(source, names, f"{primitive.name} on scalars")


FAST: dict[type[Variable], Functions] = {}
"""By kind of Variable, then by the primitive's name: f(variable), or f(variable, anything) of a binary primitive."""
FAST_REFLECTED: dict[type[Variable], Functions] = {}
"""The same of binary primitives: f(variable, anything), which puts the Variable on the right."""
for _kind, _parts in ((Dual, DUAL), (Variable, NODE)):
    FAST[_kind], FAST_REFLECTED[_kind] = {}, {}
    for _primitive in ELEMENTWISE:
        _functions = generate(_primitive, _parts, FAST[_kind], FAST[Dual])
        FAST[_kind][_primitive.name] = _functions[f"fast_{_primitive.name}"]
        if len(_primitive.partials) == 2:
            FAST_REFLECTED[_kind][_primitive.name] = _functions[f"fast_{_primitive.name}_reflected"]
