"""The structural primitives as functions, with the signatures of the Python array API."""

from typing import Any

from .record import apply
from .table import PRIMITIVES


def getitem(x: Any, index: Any) -> Any:
    """`x[index]`."""
    return apply(PRIMITIVES["getitem"], x, index=index)


def sum(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The sum over `axis`: an int, a tuple of them, or None for all."""
    return apply(PRIMITIVES["sum"], x, axis=axis, keepdims=keepdims)


def stack(xs: Any, axis: int = 0) -> Any:
    """Equally shaped `xs` along a new axis."""
    return apply(PRIMITIVES["stack"], *xs, axis=axis)


def broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    """`x`, repeated to `shape`."""
    return apply(PRIMITIVES["broadcast_to"], x, shape=shape)


def moveaxis(x: Any, source: int, destination: int) -> Any:
    """`x` with its axis `source` moved to `destination`."""
    return apply(PRIMITIVES["moveaxis"], x, source=source, destination=destination)


def reshape(x: Any, shape: int | tuple[int, ...]) -> Any:
    """The elements of `x` in the same order, in another shape; one of its lengths may be -1."""
    return apply(PRIMITIVES["reshape"], x, shape=shape)
