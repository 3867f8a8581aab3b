"""Arrays on PyTensor's symbols, with a shape of numbers and a `==` of elements, and PyTensor's functions for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytensor.tensor

from .namespace import Namespace
from .symbolic_array import SymbolicArray


class Array(SymbolicArray):
    """An array; `symbol` is PyTensor's variable. Constants are NumPy's arrays."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: Any) -> None:
        self.symbol = symbol

    @classmethod
    def elementwise(cls, function: Callable[..., Any], *operands: Any) -> Array:
        return Array(function(*map(symbol_of, operands)))

    def __eq__(self, other: Any) -> Any:
        return self.elementwise(pytensor.tensor.eq, self, other)

    def __ne__(self, other: Any) -> Any:
        return self.elementwise(pytensor.tensor.neq, self, other)

    def __getitem__(self, key: Any) -> Array:
        return Array(self.symbol[key])

    @property
    def shape(self) -> tuple[int, ...]:
        return self.symbol.type.shape  # type: ignore[no-any-return]


def symbol_of(x: Any) -> Any:
    """What PyTensor takes for an array, a list of them or a constant."""
    if isinstance(x, list):
        return [symbol_of(part) for part in x]
    if isinstance(x, float):  # PyTensor's own choice is single precision, where that is exact
        return np.float64(x)
    return x.symbol if isinstance(x, Array) else x


class _Functions:
    """PyTensor's functions, of arrays."""

    def __getattr__(self, name: str) -> Callable[..., Array]:
        function = getattr(pytensor.tensor, name)
        return lambda *x, **options: Array(function(*map(symbol_of, x), **options))


NAMESPACE = Namespace("PyTensor", _Functions(), arange=np.arange, asarray=np.asarray)
