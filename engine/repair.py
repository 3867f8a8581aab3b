"""The hook for points where a gradient is not finite: only there the second pass is imported, and run.

`singular` finds the limit, a subgradient or a reason. The setting `singular_points` says what becomes of it: "repair"
puts it in the gradient's place and warns, "raise" raises FloatingPointError, and "off" leaves the gradient as it is.
"""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from . import modes
from .lifting import Argnums, positions, replaced
from .variable import Variable, as_data, at_work

if TYPE_CHECKING:
    from .singular import Singularity

PACKAGE = str(Path(__file__).parent) + os.sep


class SingularPointWarning(RuntimeWarning):
    """A gradient was not finite, and the second pass has put another in its place, or says why there is none."""


def is_finite(g: Any) -> bool:
    """Whether a gradient is finite, of a float or array. It is quick to say yes: `.all()` alone takes 2 µs."""
    if type(g) is float:
        return g - g == 0.0
    if type(g) is not ndarray:
        return True  # a Variable: its derivative is taken in turn, and it is left alone
    if g.ndim == 1 and g.size <= 12:
        return math.isfinite(sum(g.tolist())) or bool(np.isfinite(g).all())  # Python's floats do not warn
    if g.size <= 4096:
        return np.isfinite(g).tobytes().find(b"\0") < 0
    with np.errstate(all="ignore"):
        total = np.add.reduce(g, axis=None)  # which needs no other array
    return math.isfinite(total) or bool(np.isfinite(g).all())


def is_asked_for() -> bool:
    """Whether there is a second pass here: not inside a transform, nor where it is off."""
    return at_work.get() is None and modes.SINGULAR_POINTS.get() != "off"


def repaired(
    f: Callable[..., Any],
    places: Sequence[int],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: float,
    gradients: list[Any],
) -> tuple[float, list[Any]]:
    """The value and the gradients of `f` by the arguments in `places`, as the second pass finds them."""
    found = examined(f, places, args, kwargs, gradients)
    report(found, gradients)
    return (value if math.isfinite(value) else found.value), list(found.gradient)


def repaired_tangent(
    f: Callable[..., Any],
    places: Sequence[int],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    directions: Sequence[Any],
) -> tuple[float, float]:
    """The value of `f`, and its derivative in the directions, of its gradient after the second pass."""
    from .transforms import value_and_grad

    value, gradients = value_and_grad(f, tuple(places))(*args, **kwargs)
    pairs = [(np.ravel(g), np.ravel(as_data(v))) for g, v in zip(gradients, directions, strict=True)]
    return value, float(sum(np.sum(g[v != 0.0] * v[v != 0.0]) for g, v in pairs))


def repaired_shares(root: Variable, seed: Any, shares: Mapping[Variable, Any]) -> dict[Variable, Any]:
    """What `backward` adds to its leaves, of which `shares` are not finite, after the second pass."""
    from .singular import examine, tape_of

    leaves, gradients = list(shares), list(shares.values())
    found = examine(tape_of(root, leaves), [leaf._data for leaf in leaves], gradients, seed)
    report(found, gradients)
    return dict(zip(leaves, found.gradient, strict=True))


def examined(
    f: Callable[..., Any],
    places: Sequence[int],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    gradients: Sequence[Any],
) -> Singularity:
    """What is true of `f` at `args`, where its gradients by those in `places` are not finite."""
    from .singular import Tape, examine, tape_of

    def record(inputs: Sequence[Any]) -> Tape:
        leaves = [Variable(value) for value in inputs]
        with modes.using_config("singular_points", "off"):
            mode = None if modes.untouched else modes.ENABLE_BACKPROP.set(True)
            try:
                result = f(*replaced(args, list(places), leaves), **kwargs)
            finally:
                if mode is not None:
                    modes.ENABLE_BACKPROP.reset(mode)
        return tape_of(result if isinstance(result, Variable) else Variable(result), leaves)

    inputs = [as_data(args[i]) for i in places]
    with np.errstate(all="ignore"):
        return examine(record(inputs), inputs, gradients, 1.0, record)


def report(found: Singularity, gradients: Sequence[Any]) -> None:
    """Raise FloatingPointError if singular points are errors; else warn, unless the rules' own answer is right."""
    if found.kind == "none":
        return
    text = f"{found.kind}: {found.reason}"
    if modes.SINGULAR_POINTS.get() == "raise":
        raise FloatingPointError(text)
    if not all(map(np.array_equal, found.gradient, gradients)):
        warnings.warn(text, SingularPointWarning, stacklevel=_callers_level())


def _callers_level() -> int:
    """How far up the first frame outside of the engine is, for the function that asks."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith((PACKAGE, "<gradmark")):
        level, frame = level + 1, frame.f_back
    return level


def singularity(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Singularity]:
    """The function of `f`'s arguments that tells what is true of `f` and its gradient there: see `Singularity`.

    `f` returns a scalar, and is evaluated several times. Nothing is warned of, or raised, whatever the setting.
    """
    from .transforms import value_and_grad

    both = value_and_grad(f, argnums if isinstance(argnums, tuple) else (argnums,))

    @wraps(f)
    def found(*args: Any, **kwargs: Any) -> Singularity:
        from .singular import Singularity

        with modes.using_config("singular_points", "off"):
            value, gradients = both(*args, **kwargs)
        if math.isnan(value) and all(map(is_finite, gradients)):
            gradients = tuple(g * math.nan for g in gradients)
        if all(map(is_finite, gradients)):
            one = Singularity("none", value, gradients, gradients, gradients, "the rules give a finite gradient")
        else:
            one = examined(f, positions(argnums, len(args)), args, kwargs, gradients)
        return one if isinstance(argnums, tuple) else one.of_one()

    return found


def limit(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., float]:
    """The function of `f`'s arguments that gives the limit of `f` there: NaN if there is none, or if it is not found.

    Where `f` has a value and a finite gradient, it is that value.
    """
    at = singularity(f, argnums)

    @wraps(f)
    def value(*args: Any, **kwargs: Any) -> float:
        return at(*args, **kwargs).value

    return value
