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
from .table import PRIMITIVES
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
    "otherwise": "if type(v) is Dual: return duals['{name}'](v)",
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

SHORTCUTS = {"pow": "if y == 2: return fast['square'](v)"}
"""Special cases of a binary primitive with a number on the right: a square takes a third of the time of a power."""

SCALARS = {
    **vars(math),
    "sign": lambda x: math.nan if x != x else float((x > 0.0) - (x < 0.0)),
    "isscalar": lambda x: True,
    "where": lambda condition, x, y: x if condition else y,
    "maximum": lambda x, y: x if x >= y or x != x else y,
    "minimum": lambda x, y: x if x <= y or x != x else y,
    "floor": lambda x: math.copysign(math.floor(x), x),
    "abs": abs,
}
"""What a formula's functions mean for Python floats. Those of `math` raise errors where NumPy has an answer."""


PARTS: dict[type[Variable], dict[str, str]] = {Variable: NODE, Dual: DUAL}

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


def generate(primitive: Elementwise, kind: type[Variable]) -> dict[str, Callable[..., Any]]:
    """The functions `fast_name` and, of a binary primitive, `fast_name_reflected`, for one kind of Variable."""
    name, operands = primitive.name, primitive.operands
    value = f"evaluate({operands})" if "(" in primitive.formula else primitive.formula
    source = (UNARY if len(primitive.partials) == 1 else BINARY).format(
        name=name,
        formula=primitive.formula,
        shortcut=SHORTCUTS.get(name, ""),
        **dict(zip(("partial_x", "partial_y"), primitive.partials, strict=False)),
        **{key: text.format(name=name, value=value, operands=operands) for key, text in PARTS[kind].items()},
    )
    names = {"primitive": primitive, "evaluate": primitive.evaluate, "fast": FAST[kind], "duals": FAST[Dual]}
    return compile_source(source, {**SCALARS, **NAMES, **names}, f"{name} of a {kind.__name__}")


class Fast(dict[str, Callable[..., Any]]):
    """The functions for one kind of Variable, by the name of their primitive; compiled when they are first asked for.

    `fast["divide"](v, w)` is v / w, and `fast["divide_reflected"](v, w)` is w / v.
    """

    def __init__(self, kind: type[Variable]) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, name: str) -> Callable[..., Any]:
        primitive = PRIMITIVES[name.removesuffix("_reflected")]
        assert isinstance(primitive, Elementwise)
        made = generate(primitive, self.kind)
        self.update({key.removeprefix("fast_"): made[key] for key in made if key.startswith("fast_")})
        return self[name]


FAST = {kind: Fast(kind) for kind in PARTS}
