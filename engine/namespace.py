"""The array namespace: functions by their names in the Python array API, on Variables, arrays and floats alike.

`x.__array_namespace__()` of a Variable is this module, so a function written as `f(x, xp)` runs on it. Every
elementwise primitive of the table is here under its name. What makes arrays from nothing, and what has no derivative,
is NumPy's.
"""

from functools import partial
from math import e, inf, nan, pi

from numpy import (
    arange,
    argmax,
    argmin,
    empty,
    equal,
    eye,
    float32,
    float64,
    full,
    full_like,
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
    dot,
    expand_dims,
    flip,
    matmul,
    max,
    mean,
    min,
    moveaxis,
    norm,
    prod,
    reshape,
    squeeze,
    stack,
    sum,
    where,
)
from .functions import cumprod as cumulative_prod
from .functions import cumsum as cumulative_sum
from .functions import transpose as permute_dims  # fmt: skip
from .operators import FAST
from .record import apply
from .table import ELEMENTWISE
from .variable import Variable

newaxis = None

__all__ = [
    "arange", "argmax", "argmin", "asarray", "astype", "broadcast_to", "clip", "concat", "cumprod", "cumsum",
    "cumulative_prod", "cumulative_sum", "dot", "e", "empty", "equal", "expand_dims", "eye", "flip", "float32",
    "float64", "full", "full_like", "greater", "greater_equal", "inf", "isfinite", "isinf", "isnan", "less",
    "less_equal", "linspace", "logical_and", "logical_not", "logical_or", "matmul", "max", "mean", "min", "moveaxis",
    "nan", "newaxis", "norm", "not_equal", "ones", "ones_like", "permute_dims", "pi", "prod", "reshape", "squeeze",
    "stack", "sum", "where", "zeros", "zeros_like",
]  # fmt: skip

for _primitive in ELEMENTWISE:
    _unary = len(_primitive.partials) == 1
    globals()[_primitive.name] = FAST[Variable][_primitive.name] if _unary else partial(apply, _primitive)
    __all__ += [_primitive.name]
