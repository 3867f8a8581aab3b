"""The fast way for scalars, generated from the table.

For each elementwise primitive one function per way to call it is written out as source: unary on a Variable, binary on
two Variables, or on a Variable and a Python number to its right or left. If all data are floats it computes the value
and the partial derivatives in place with `math`'s functions, and records them; otherwise, or where `math` raises an
error (1.0/0.0, exp(1000.0)), it leaves the work to `apply`, which has NumPy's answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .modes import recording
from .primitive import Primitive, compile_source
from .record import apply
from .table import ELEMENTWISE
from .variable import Variable, new_variable

UNARY = """
def fast_{name}(v):
    if type(v) is Variable:
        x = v._data
        if type(x) is float and recording():
            try:
                z = {formula}
                partials = ({partial_x},)
            except (ArithmeticError, ValueError):
                return apply(primitive, v)
            {record}
            result._parents = (v,)
            return result
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
                partials = ({partial_x}, {partial_y})
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {record}
            result._parents = (v, w)
            return result
    elif type(w) is float or type(w) is int:
        x = v._data
        y = w
        if type(x) is float and recording():
            try:
                z = {formula}
                partials = ({partial_x},)
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {record}
            result._parents = (v,)
            return result
    return apply(primitive, v, w)


def fast_{name}_reflected(w, v):
    if type(v) is float or type(v) is int:
        x = v
        y = w._data
        if type(y) is float and recording():
            try:
                z = {formula}
                partials = ({partial_y},)
            except (ArithmeticError, ValueError):
                return apply(primitive, v, w)
            {record}
            result._parents = (w,)
            return result
    return apply(primitive, v, w)
"""

RECORD = """result = new_variable()
            result._data = z
            result._partials = partials
            result.grad = result.name = result._adjoint = None
            result._pending = 0"""


def generate(primitive: Primitive) -> dict[str, Callable[..., Any]]:
    """The fast functions of one elementwise primitive: `fast_name` and, if it is binary, `fast_name_reflected`."""
    template = UNARY if len(primitive.partials) == 1 else BINARY
    partials = dict(zip(("partial_x", "partial_y"), primitive.partials, strict=False))
    source = template.format(name=primitive.name, formula=primitive.formula, record=RECORD, **partials)
    names = {
        **vars(math),
        "primitive": primitive,
        "apply": apply,
        "recording": recording,
        "new_variable": new_variable,
        "Variable": Variable,
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
