"""Elements: numbers of another kind that run through a definition in an object array. NumPy calls their operators."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


def _binary(operate: Callable[[Any, Any], Any]) -> Any:
    def operator(self: Element, other: Any) -> Any:
        # An array of numbers combines element by element, which its own operator does.
        if isinstance(other, np.ndarray):
            return NotImplemented
        return type(self)(operate(self.content, other.content if isinstance(other, type(self)) else self.taken(other)))

    return operator


class Element:
    """Something with arithmetic, its `content`. Deliberately no sequence: NumPy would iterate over it.

    A class of elements has `taken`, which makes of a number what its contents combine with.
    """

    __slots__ = ("content",)

    def __init__(self, content: Any) -> None:
        self.content = content

    @staticmethod
    def taken(number: Any) -> Any:
        raise NotImplementedError

    def __neg__(self) -> Any:
        return type(self)(-self.content)

    __add__ = __radd__ = _binary(lambda x, y: x + y)
    __sub__ = _binary(lambda x, y: x - y)
    __rsub__ = _binary(lambda x, y: y - x)
    __mul__ = __rmul__ = _binary(lambda x, y: x * y)
    __truediv__ = _binary(lambda x, y: x / y)
    __rtruediv__ = _binary(lambda x, y: y / x)
    __pow__ = _binary(lambda x, y: x**y)
    __rpow__ = _binary(lambda x, y: y**x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.content})"


def _relation(relate: Callable[[int, int], bool]) -> Any:
    def operator(self: Ordered, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else relate(self.side_of(other), 0)

    return operator


class Ordered(Element):
    """An element that can be compared: `side_of` tells on which side of another number it is."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def side_of(self, other: object) -> int:
        """1, 0 or -1 as this is more than `other`, the same, or less."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        return self.side_of(0) != 0

    __eq__ = _relation(operator.eq)
    __ne__ = _relation(operator.ne)
    __lt__ = _relation(operator.lt)
    __le__ = _relation(operator.le)
    __gt__ = _relation(operator.gt)
    __ge__ = _relation(operator.ge)
