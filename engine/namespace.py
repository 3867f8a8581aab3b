"""The array namespace: functions by their names in the Python array API, on Variables, arrays and floats alike.

`x.__array_namespace__()` of a Variable is this module, so a function written as `f(x, xp)` runs on it.
"""

from functools import partial
from math import e, inf, nan, pi
from typing import Any

from .operators import FAST
from .protocols import broadcast_to, moveaxis, stack, sum
from .record import apply
from .table import PRIMITIVES

add = partial(apply, PRIMITIVES["add"])
subtract = partial(apply, PRIMITIVES["subtract"])
multiply = partial(apply, PRIMITIVES["multiply"])
divide = partial(apply, PRIMITIVES["divide"])
pow = partial(apply, PRIMITIVES["power"])
negative: Any = FAST["negative"]
exp: Any = FAST["exp"]
log: Any = FAST["log"]
sqrt: Any = FAST["sqrt"]
sin: Any = FAST["sin"]
cos: Any = FAST["cos"]

__all__ = [
    "add", "broadcast_to", "cos", "divide", "e", "exp", "inf", "log", "moveaxis", "multiply", "nan", "negative", "pi",
    "pow", "sin", "sqrt", "stack", "subtract", "sum",
]  # fmt: skip
