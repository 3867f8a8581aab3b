"""NumPy's dispatch: `np.exp(v)`, `array * v` and `np.sum(v)` reach the table, so plain NumPy code is differentiated."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from .operators import elementwise
from .record import plain
from .table import ELEMENTWISE
from .variable import Variable

UFUNCS = {getattr(np, primitive.name): elementwise(primitive.name) for primitive in ELEMENTWISE}
COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
REDUCTIONS = {np.add: functions.sum, np.multiply: functions.prod, np.maximum: functions.max, np.minimum: functions.min}
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.stack: functions.stack,
    np.concatenate: functions.concat,
    np.reshape: functions.reshape,
    np.ravel: functions.ravel,
    np.expand_dims: functions.expand_dims,
    np.squeeze: functions.squeeze,
    np.transpose: functions.transpose,
    np.moveaxis: functions.moveaxis,
    np.swapaxes: functions.swapaxes,
    np.flip: functions.flip,
    np.roll: functions.roll,
    np.tile: functions.tile,
    np.repeat: functions.repeat,
    np.diagonal: functions.diagonal,
    np.trace: functions.trace,
    np.atleast_1d: functions.atleast_1d,
    np.atleast_2d: functions.atleast_2d,
    np.hstack: functions.hstack,
    np.vstack: functions.vstack,
    np.diff: functions.diff,
    np.broadcast_to: functions.broadcast_to,
    np.full_like: functions.full_like,
    np.where: functions.where,
    np.clip: lambda a, a_min=None, a_max=None, *, min=None, max=None: functions.clip(
        a, min if a_min is None else a_min, max if a_max is None else a_max
    ),
    np.sum: functions.sum,
    np.mean: functions.mean,
    np.var: lambda a, axis=None, *, ddof=0, keepdims=False: functions.var(a, axis, correction=ddof, keepdims=keepdims),
    np.std: lambda a, axis=None, *, ddof=0, keepdims=False: functions.std(a, axis, correction=ddof, keepdims=keepdims),
    np.prod: functions.prod,
    np.max: functions.max,
    np.amax: functions.max,
    np.min: functions.min,
    np.amin: functions.min,
    np.cumsum: functions.cumsum,
    np.cumprod: functions.cumprod,
    np.dot: functions.dot,
    np.outer: functions.outer,
    np.linalg.norm: lambda x, ord=None, axis=None, keepdims=False: _norm(x, ord, axis, keepdims),
}
ANSWERS = {
    np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.argmax, np.argmin, np.argsort,
    np.isclose, np.allclose, np.array_equal, np.any, np.all, np.isfinite, np.isnan, np.isinf, np.signbit,
    np.logical_and, np.logical_or, np.logical_not, *COMPARISONS,
}  # fmt: skip
"""Functions that look at the data and have no derivative: their answer is no Variable."""


def array_ufunc(self: Variable, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy calls this for a ufunc with a Variable among its inputs."""
    if method == "reduce" and ufunc in REDUCTIONS:
        return _called(REDUCTIONS[ufunc], f"np.{ufunc.__name__}.reduce", inputs, {"axis": 0, **kwargs})
    if method != "__call__":
        raise _unknown(f"np.{ufunc.__name__}.{method}")
    if "out" in kwargs:
        raise TypeError(f"np.{ufunc.__name__} cannot write a Variable into an array: for a += v write a = a + v")
    if kwargs:
        raise TypeError(f"np.{ufunc.__name__} of a Variable takes no {', '.join(kwargs)}=")
    if ufunc in UFUNCS:
        return UFUNCS[ufunc](*inputs)
    if ufunc in ANSWERS:
        return ufunc(*map(plain, inputs))
    if ufunc is np.matmul:
        return functions.matmul(*inputs)
    raise _unknown(f"np.{ufunc.__name__}")


def array_function(self: Variable, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """NumPy calls this for any other of its functions with a Variable among the arguments."""
    if not args:  # np.sum(a=v): ours have other names for the first
        first = next(iter(inspect.signature(func).parameters))
        args = (kwargs.pop(first),) if first in kwargs else ()
    if func in FUNCTIONS:
        return _called(FUNCTIONS[func], _name(func), args, kwargs)
    if func in ANSWERS:
        return func(*map(plain, args), **{name: plain(value) for name, value in kwargs.items()})
    raise _unknown(_name(func))


def _called(function: Callable[..., Any], name: str, args: Any, kwargs: dict[str, Any]) -> Any:
    """`function(*args, **kwargs)`. Raises TypeError for a keyword that it does not have."""
    code = function.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for keyword in kwargs:
        if keyword not in known:
            others = f", only {', '.join(known[1:])}" if known[1:] else ""
            raise TypeError(f"{name} of a Variable takes no {keyword}={others}")
    return function(*args, **kwargs)


def _norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    axes = len(np.shape(x)) if axis is None else np.size(axis)
    if ord is None or (ord == 2 and axes == 1) or (ord == "fro" and axes == 2):
        return functions.norm(x, axis, keepdims=keepdims)
    if ord in VECTOR_NORMS and axes == 1:
        return VECTOR_NORMS[ord](np.abs(x), axis, keepdims=keepdims)
    raise TypeError(
        f"np.linalg.norm of a Variable has no ord={ord!r} of {axes} axes: only 1, 2, inf, -inf of one, and 'fro' of two"
    )


VECTOR_NORMS = {1: functions.sum, np.inf: functions.max, -np.inf: functions.min}


def _name(function: Any) -> str:
    module: str = function.__module__.replace("numpy", "np")
    return f"{module}.{function.__name__}"


def _unknown(name: str) -> TypeError:
    known = ", ".join(sorted([f"np.{ufunc.__name__}" for ufunc in UFUNCS] + list(map(_name, FUNCTIONS))))
    return TypeError(
        f"{name} has no derivative rule: make it an engine.primitive of your own, give it .data where no derivative is"
        f" wanted, or write it with what has one: @, {known}"
    )
