"""The array namespace of another library: the names of the Python array API, and NumPy's, for what it has of them."""

from __future__ import annotations

import math
from typing import Any

from ..base import UnsupportedError

SPELLINGS = (
    *(("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan"), ("atan2", "arctan2"), ("asinh", "arcsinh")),
    *(("acosh", "arccosh"), ("atanh", "arctanh"), ("pow", "power"), ("concat", "concatenate"), ("abs", "absolute")),
    *(("max", "amax"), ("min", "amin"), ("permute_dims", "transpose")),
    *(("cumulative_sum", "cumsum"), ("cumulative_prod", "cumprod")),
)
"""The array API's name, and NumPy's."""

OTHER = {name: other for pair in SPELLINGS for name, other in (pair, pair[::-1])}


class Namespace:
    """What a definition that is written for an array namespace finds in `module`, or in `own`, which goes first.

    Functions are found by either spelling. Raises UnsupportedError for what the library lacks.
    """

    pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None

    def __init__(self, library: str, module: Any = None, **own: Any) -> None:
        self._library, self._module = library, module
        for name, value in own.items():
            setattr(self, name, value)
            if name in OTHER:
                setattr(self, OTHER[name], value)

    def __getattr__(self, name: str) -> Any:
        for spelling in filter(None, (name, OTHER.get(name))):
            if hasattr(self._module, spelling):
                found = getattr(self._module, spelling)
                setattr(self, name, found)
                return found
        raise UnsupportedError(f"{self._library} has no {name}")
