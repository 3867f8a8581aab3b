"""The array namespace: functions by their names in the Python array API, on Variables, arrays and floats alike.

`x.__array_namespace__()` of a Variable is this module, so a function written as `f(x, xp)` runs on it. Every
elementwise primitive of the table is here under its name.
"""

from functools import partial
from math import e, inf, nan, pi

from .functions import broadcast_to, moveaxis, stack, sum
from .operators import FAST
from .record import apply
from .table import ELEMENTWISE

__all__ = ["broadcast_to", "e", "inf", "moveaxis", "nan", "pi", "stack", "sum"]

for _primitive in ELEMENTWISE:
    _unary = len(_primitive.partials) == 1
    globals()[_primitive.name] = FAST[_primitive.name] if _unary else partial(apply, _primitive)
    __all__ += [_primitive.name]
