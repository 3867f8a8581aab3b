"""Transforms: functions to functions. They nest, so a derivative can be differentiated again.

Each call works on a level of its own (see record.py): its inputs are Variables whose data belong to the level below, so
that what the sweep computes is itself recorded there, if anything there asks for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

import numpy as np

from .modes import using_config
from .record import apply, level
from .sweep import as_array, sweep
from .table import PRIMITIVES
from .variable import Variable, as_data, new_variable

_depth: ContextVar[int] = ContextVar("gradmark_depth", default=0)


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function that returns `f`'s value and its gradient.

    `f` returns a scalar. Its arguments named by `argnums` are floats, lists or arrays; the gradient has the argument's
    shape, and is a tuple of gradients where `argnums` is a tuple. Raises TypeError if `f` returns anything else.
    """
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        for i in numbers:
            if not -len(args) <= i < len(args):
                raise TypeError(f"argnums has {i}, but the call has {len(args)} positional arguments")
        with _new_level(args) as depth:
            inputs = [_input(args[i], depth) for i in numbers]
            replaced = list(args)
            for i, variable in zip(numbers, inputs, strict=True):
                replaced[i] = variable
            result = f(*replaced, **kwargs)
            value, gradients = _pull(result, inputs, depth)
        return value, tuple(gradients) if isinstance(argnums, tuple) else gradients[0]

    return value_and_gradient


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function that returns `f`'s gradient: see `value_and_grad`."""
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


@contextmanager
def _new_level(args: tuple[Any, ...]) -> Iterator[int]:
    """A level above that of the surrounding transforms and of all arguments; recording is on."""
    depth = max(_depth.get(), *map(level, args)) + 1
    token = _depth.set(depth)
    try:
        with using_config("enable_backprop", True):
            yield depth
    finally:
        _depth.reset(token)


def _input(value: Any, depth: int) -> Variable:
    """`value` as a leaf of level `depth`."""
    inner = value if isinstance(value, Variable) else Variable(value)
    for _ in range(level(inner), depth):
        inner = _boxed(inner)
    return inner


def _boxed(data: Variable) -> Variable:
    outer = Variable(0.0)
    outer._data = data
    return outer


def _pull(result: Any, inputs: list[Variable], depth: int) -> tuple[Any, list[Any]]:
    """The value of `result`, and its gradient with respect to `inputs`, both of the level below."""
    shape = np.shape(result) if not isinstance(result, Variable) else result.shape
    if shape != ():
        raise TypeError(f"grad needs a function that returns a scalar, not one of shape {shape}")
    found: dict[int, Any] = {}
    if level(result) < depth:  # the result does not depend on the inputs
        value = result if isinstance(result, Variable) else float(result)
    else:
        value = result._data
        wanted = {id(variable) for variable in inputs}

        def keep(node: Variable, g: Any) -> None:
            if id(node) in wanted:
                found[id(node)] = _of_shape(g, node)

        sweep(result, 1.0, keep)
    return value, [found.get(id(variable), _of_shape(0.0, variable)) for variable in inputs]


def _of_shape(g: Any, node: Variable) -> Any:
    """A lazily shaped cotangent as a gradient of `node`: a float, an array, or a Variable of the level below."""
    if isinstance(g, Variable):
        return g if g.shape == node.shape else apply(PRIMITIVES["broadcast_to"], g, shape=node.shape)
    return as_array(g, node) if node.shape else float(g)
