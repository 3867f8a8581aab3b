"""What an array of another library's symbols needs to be written like one of NumPy's, where the library differs."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Self

from ..base import UnsupportedError


def _both(function: Callable[[Any, Any], Any]) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """The methods for an operator with the array on its left, and on its right."""
    return (lambda self, other: self.elementwise(function, self, other)), (
        lambda self, other: self.elementwise(function, other, self)
    )


class SymbolicArray(ABC):
    """An array whose operators are `elementwise`."""

    __slots__ = ()
    __array_ufunc__ = None  # NumPy's arrays leave their operators to these
    __hash__ = None  # type: ignore[assignment]

    shape: Any

    @classmethod
    @abstractmethod
    def elementwise(cls, function: Callable[..., Any], *operands: Any) -> Self:
        """A function of the library's symbols, on those of the operands."""

    @abstractmethod
    def __getitem__(self, key: Any) -> Self: ...

    __add__, __radd__ = _both(operator.add)
    __sub__, __rsub__ = _both(operator.sub)
    __mul__, __rmul__ = _both(operator.mul)
    __truediv__, __rtruediv__ = _both(operator.truediv)
    __pow__, __rpow__ = _both(operator.pow)
    __lt__, __gt__ = _both(operator.lt)
    __le__, __ge__ = _both(operator.le)
    __eq__, _ = _both(operator.eq)
    __ne__, _ = _both(operator.ne)

    def __neg__(self) -> Self:
        return self.elementwise(operator.neg, self)

    def __bool__(self) -> bool:
        raise UnsupportedError("a condition on symbols is neither true nor false yet")

    def __len__(self) -> int:
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Self]:
        return (self[i] for i in range(len(self)))
