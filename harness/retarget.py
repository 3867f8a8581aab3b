"""A function that is written with NumPy, on another library's arrays: a copy that finds the library where NumPy was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import reduce
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from .user import is_users


def retarget(f: Callable[..., Any], xp: Any) -> Callable[..., Any]:
    """`f` as if it were written with the array namespace `xp`, and `f` itself as it was.

    In its globals, closure and defaults NumPy, its functions and its arrays become those of `xp`, and so do they in the
    functions of the user's that it calls. What else it is made of stays, and says itself what it cannot do.
    """
    copies = _Copies(xp)
    return copies.function(f) if isinstance(f, FunctionType) else copies.value(f)


class _Copies:
    """The copies for one namespace, a copy a function, as functions may call each other."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.made: dict[FunctionType, FunctionType] = {}

    def function(self, f: FunctionType) -> FunctionType:
        if f in self.made:
            return self.made[f]
        names, cells = dict(f.__globals__), tuple(CellType() for _ in f.__closure__ or ())
        made = self.made[f] = FunctionType(f.__code__, names, f.__name__, None, cells)  # before it is looked for again
        names |= {name: self.value(names[name]) for name in set(_names(f.__code__)) & names.keys()}
        for cell, other in zip(cells, f.__closure__ or (), strict=True):
            with suppress(ValueError):  # it is empty
                cell.cell_contents = self.value(other.cell_contents)
        made.__defaults__ = f.__defaults__ and tuple(map(self.value, f.__defaults__))
        made.__kwdefaults__ = {name: self.value(value) for name, value in (f.__kwdefaults__ or {}).items()}
        made.__dict__.update(f.__dict__)
        return made

    def value(self, value: Any) -> Any:
        """What stands in the copy where `value` stood."""
        if isinstance(value, FunctionType) and is_users(value.__code__.co_filename):
            return self.function(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            try:
                return self.xp.asarray(value.copy())
            except Exception:  # many libraries need no array of their own beside one
                return value
        path = _place(value)
        return value if path is None else reduce(getattr, path, self.xp)


def _names(code: CodeType) -> Iterator[str]:
    """The names that code looks up, and the code in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _place(value: Any) -> list[str] | None:
    """The names by which NumPy has a module or function of its own: linalg and norm; None for what is not NumPy's."""
    if isinstance(value, ModuleType):
        name = value.__name__
    elif callable(value):
        name = f"{getattr(value, '__module__', '')}.{getattr(value, '__name__', '')}"
    else:
        return None
    first, *path = name.split(".")
    with suppress(AttributeError):
        if first == "numpy" and reduce(getattr, path, np) is value:
            return path
    return None
