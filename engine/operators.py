"""The fast way for the elementwise primitives, generated from the table, for each kind of Variable.

A Variable's class tells what it holds (variable.py), so its operators need not look. For each kind the function of a
primitive is written out as source. A `Scalar`'s computes the value and the partial derivatives in place with `math`'s
functions, and records them; an `Array`'s records the operands; a `Dual`'s of scalars multiplies the partial derivatives
with its tangent at once. Where `math` raises an error (1.0/0.0, exp(1000.0)), or anything else is out of the ordinary,
`apply` does the work, and has NumPy's answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from textwrap import indent
from typing import Any

from . import modes
from .primitive import Elementwise, compile_source
from .record import apply
from .table import PRIMITIVES
from .variable import Array, Dual, Scalar, Variable

UNARY = """
def fast_{name}(v):
    x = v._data
    if {guard_x}(modes.untouched or fast()):
        try:
            z = {formula}
            {result}
            {from_x}
            return result
        except (ArithmeticError, ValueError):
            pass
    return apply(the_{name}, v)
"""

BINARY = """
def fast_{name}(v, w):
    kind = type(w)
    if kind is {kind}:
        x = v._data
        y = w._data
        if {guard_x}{guard_y}{guard_both}(modes.untouched or fast()):
            try:
                z = {formula}
                {result}
                {from_both}
                return result
            except (ArithmeticError, ValueError):
                pass
    elif kind is float or kind is int:
        {shortcut}
        x = v._data
        y = w
        if {guard_x}(modes.untouched or fast()):
            try:
                z = {formula}
                {result}
                {from_x}
                {keep_y}
                return result
            except (ArithmeticError, ValueError):
                pass
    {otherwise}
    return apply(the_{name}, v, w)


def fast_{name}_reflected(w, v):
    if type(v) is float or type(v) is int:
        x = v
        y = w._data
        if {guard_y}(modes.untouched or fast()):
            try:
                z = {formula}
                {result}
                {from_y}
                {keep_x}
                return result
            except (ArithmeticError, ValueError):
                pass
    return apply(the_{name}, v, w)
"""
"""Of numbers. An error may come up after a parent's use was counted: once too often is harmless (sweep.py)."""

UNARY_OF_ARRAY = """
def fast_{name}(v):
    if modes.untouched or fast():
        x = v._data
        {result}
        {from_x}
        return result
    return apply(the_{name}, v)
"""

BINARY_OF_ARRAY = """
def fast_{name}(v, w):
    kind = type(w)
    if kind is Array or kind is Scalar:
        if modes.untouched or fast():
            x = v._data
            y = w._data
            {result}
            {from_both}
            return result
    elif kind is float or kind is int:
        {shortcut}
        if modes.untouched or fast():
            x = v._data
            y = w
            {result}
            {from_x}
            return result
    return apply(the_{name}, v, w)


def fast_{name}_reflected(w, v):
    if (type(v) is float or type(v) is int) and (modes.untouched or fast()):
        x = v
        y = w._data
        {result}
        {from_y}
        return result
    return apply(the_{name}, v, w)
"""

OF_SCALARS = {
    "kind": "Scalar",
    "guard_x": "",
    "guard_y": "",
    "guard_both": "",
    "result": """\
result = Scalar()
result._data = z
result._primitive = the_{name}
result._uses = result._pending = 0""",
    "from_x": """\
result._left = v
result._dleft = {partial_x}
v._uses += 1
result._right = None""",
    "from_y": """\
result._left = w
result._dleft = {partial_y}
w._uses += 1
result._right = None""",
    "keep_x": "result._saved = x",
    "keep_y": "result._dright = y",
    "from_both": """\
result._left = v
result._dleft = {partial_x}
v._uses += 1
result._right = w
result._dright = {partial_y}
w._uses += 1""",
    "otherwise": """\
if kind is Array:
    return arrays["{name}"](v, w)""",
}

OF_ARRAYS = {
    "otherwise": "",
    "result": """\
result = Array()
result._data = {value}
result._primitive = the_{name}
result._left = None
result._uses = result._pending = 0""",
    "from_x": """\
result._parents = (v,)
result._saved = (X, ({operands},), NONE)
v._uses += 1""",
    "from_y": """\
result._parents = (w,)
result._saved = (Y, ({operands},), NONE)
w._uses += 1""",
    "from_both": """\
result._parents = (v, w)
result._saved = (XY, ({operands},), NONE)
v._uses += 1
w._uses += 1""",
}

OF_DUALS = {
    "kind": "Dual",
    "guard_x": "type(x) is float and ",
    "guard_y": "type(y) is float and ",
    "guard_both": "v._owner is w._owner and ",
    "result": """\
result = Dual()
result._data = z
result._left = result._primitive = None
result._parents = ()
result._family = None
result._uses = result._pending = 0""",
    "from_x": """\
result._tangent = ({partial_x}) * v._tangent
result._owner = v._owner""",
    "from_y": """\
result._tangent = ({partial_y}) * w._tangent
result._owner = w._owner""",
    "from_both": """\
result._tangent = ({partial_x}) * v._tangent + ({partial_y}) * w._tangent
result._owner = v._owner""",
    "keep_x": "",
    "keep_y": "",
    "otherwise": "",
}

TEMPLATES: dict[type[Variable], tuple[str, str, dict[str, str]]] = {
    Scalar: (UNARY, BINARY, OF_SCALARS),
    Array: (UNARY_OF_ARRAY, BINARY_OF_ARRAY, OF_ARRAYS),
    Dual: (UNARY, BINARY, OF_DUALS),
}
"""For each kind of Variable the source of a function of one operand and of two, and what to put into it."""

SHORTCUTS: dict[str, tuple[str, Any]] = {"pow": ("2", PRIMITIVES["square"])}
"""Numbers on the right that make of a binary primitive a unary one: a square takes a third of the time of a power."""

SCALARS = {
    **vars(math),
    "sign": lambda x: math.nan if x != x else float((x > 0.0) - (x < 0.0)),
    "base": lambda x, y: x if y or abs(x) > 1e-300 else 1.0,
    "where": lambda condition, x, y: x if condition else y,
    "maximum": lambda x, y: float(x if x >= y or x != x else y),
    "minimum": lambda x, y: float(x if x <= y or x != x else y),
    "floor": lambda x: math.copysign(math.floor(x), x),
    "abs": abs,
}
"""What a formula's functions mean for Python floats. Those of `math` raise errors where NumPy has an answer."""

NAMES = {
    "apply": apply,
    "modes": modes,
    "fast": modes.fast,
    "Scalar": Scalar,
    "Array": Array,
    "Dual": Dual,
    "X": [0],
    "Y": [1],
    "XY": [0, 1],
    "NONE": {},
}


def generate(primitive: Elementwise, kind: type[Variable]) -> dict[str, Callable[..., Any]]:
    """The functions `fast_name` and, of a binary primitive, `fast_name_reflected`, for one kind of Variable."""
    unary, binary, parts = TEMPLATES[kind]
    used = [primitive]
    shortcut = ""
    if primitive.name in SHORTCUTS:
        number, other = SHORTCUTS[primitive.name]
        body = filled(unary, other, parts).partition(":\n")[2].rstrip()
        shortcut = f"if w == {number}:\n{body}"
        used.append(other)
    source = filled(unary if len(primitive.partials) == 1 else binary, primitive, {**parts, "shortcut": shortcut})
    names = {f"the_{one.name}": one for one in used} | {f"evaluate_{one.name}": one.evaluate for one in used}
    namespace = {**SCALARS, **NAMES, **names, "arrays": FAST[Array]}
    return compile_source(source, namespace, f"{primitive.name} of a {kind.__name__}")


def filled(template: str, primitive: Elementwise, parts: dict[str, str]) -> str:
    """`template` for a primitive: a line that only names a part becomes its lines."""
    whole = re.sub(r"(?m)^( *)\{(\w+)\}\n", lambda line: indent(parts[line[2]] + "\n", line[1]), template)
    return whole.format(
        **parts,
        name=primitive.name,
        formula=primitive.formula,
        operands=primitive.operands,
        value=f"evaluate_{primitive.name}({primitive.operands})" if "(" in primitive.formula else primitive.formula,
        **{f"partial_{operand}": partial for operand, partial in zip("xy", primitive.partials, strict=False)},
    )


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


FAST = {kind: Fast(kind) for kind in TEMPLATES}


def elementwise(name: str) -> Callable[..., Any]:
    """The function of the elementwise primitive `name`, on Variables of any kind, arrays and floats."""
    primitive = PRIMITIVES[name]

    def function(x: Any, *y: Any) -> Any:
        fast = FAST.get(type(x))
        return apply(primitive, x, *y) if fast is None else fast[name](x, *y)

    function.__name__ = function.__qualname__ = name
    return function
