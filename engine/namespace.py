"""The array namespace: functions by their names in the Python array API, on Variables, arrays and floats alike.

`x.__array_namespace__()` of a Variable is this module, so a function written as `f(x, xp)` runs on it. Every
elementwise primitive of the table is here under its name. What makes arrays from nothing, and what has no derivative,
is NumPy's.
"""

from math import e, inf, nan, pi
from typing import Any

from numpy import (
    all,
    any,
    arange,
    argmax,
    argmin,
    empty,
    equal,
    eye,
    float32,
    float64,
    full,
    greater,
    greater_equal,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    linspace,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
    ones,
    ones_like,
    zeros,
    zeros_like,
)  # fmt: skip

from .functions import (
    asarray,
    astype,
    broadcast_to,
    clip,
    concat,
    cumprod,
    cumsum,
    diff,
    dot,
    expand_dims,
    flip,
    full_like,
    matmul,
    max,
    mean,
    min,
    moveaxis,
    norm,
    prod,
    repeat,
    reshape,
    roll,
    squeeze,
    stack,
    std,
    sum,
    tile,
    var,
    where,
)
from .functions import cumprod as cumulative_prod
from .functions import cumsum as cumulative_sum
from .functions import transpose as permute_dims  # fmt: skip
from .operators import elementwise
from .primitive import Elementwise
from .table import ELEMENTWISE, PRIMITIVES

newaxis = None

__all__ = [
    "all", "any", "arange", "argmax", "argmin", "asarray", "astype", "broadcast_to", "clip", "concat", "cumprod",
    "cumsum", "cumulative_prod", "cumulative_sum", "diff", "dot", "e", "empty", "equal", "expand_dims", "eye",
    "flip", "float32", "float64", "full", "full_like", "greater", "greater_equal", "inf", "isfinite", "isinf",
    "isnan", "less", "less_equal", "linspace", "logical_and", "logical_not", "logical_or", "matmul", "max", "mean",
    "min", "moveaxis", "nan", "newaxis", "norm", "not_equal", "ones", "ones_like", "permute_dims", "pi", "prod",
    "repeat", "reshape", "roll", "squeeze", "stack", "std", "sum", "tile", "var", "where", "zeros", "zeros_like",
]  # fmt: skip

__all__ += [primitive.name for primitive in ELEMENTWISE]


def __getattr__(name: str) -> Any:
    """An elementwise primitive, compiled when it is first asked for."""
    primitive = PRIMITIVES.get(name)
    if not isinstance(primitive, Elementwise):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    function = elementwise(name)
    globals()[name] = function
    return function
