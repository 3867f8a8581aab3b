"""Transforms: functions to functions. They nest, so a derivative can be differentiated again.

Each call works on a level of its own (see record.py): its inputs are Variables whose data belong to the level below, so
that what the sweep computes is itself recorded there, if anything there asks for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Any

import numpy as np

from .modes import recording, using_config
from .record import level, plain
from .sweep import own, sweep
from .variable import Variable, made_in_transform

_depth: ContextVar[int] = ContextVar("gradmark_depth", default=0)


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function that returns `f`'s value and its gradient.

    `f` returns a scalar. Its arguments named by `argnums` are floats, lists or arrays; the gradient has the argument's
    shape, and is a tuple of gradients where `argnums` is a tuple. Value and gradient are plain data unless they depend
    on a Variable from outside: an argument, or one that `f` refers to otherwise (which takes a second evaluation of
    `f`, except under no_grad). Raises TypeError if `f` returns anything else.
    """
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        wanted = _positions(numbers, len(args))
        track = recording()
        if not track:
            args = tuple(map(plain, args))
        depth = max(_depth.get(), *map(level, args)) + 1
        while True:
            try:
                value, gradients = _differentiate(f, args, kwargs, wanted, depth)
                break
            except _NeedsLevelError as needs:
                depth = needs.depth
        if not track:
            value, gradients = plain(value), list(map(plain, gradients))
        return value, tuple(gradients) if isinstance(argnums, tuple) else gradients[0]

    return value_and_gradient


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function that returns `f`'s gradient: see `value_and_grad`."""
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


class _NeedsLevelError(Exception):
    """`f` depends on Variables from outside, differentiable in turn: the sweep needs a level above theirs."""

    def __init__(self, depth: int) -> None:
        self.depth = depth


def _positions(numbers: tuple[int, ...], count: int) -> list[int]:
    """Which of `count` arguments `numbers` names, counted from 0."""
    for i in numbers:
        if not -count <= i < count:
            raise TypeError(f"argnums has {i}, but the call has {count} positional arguments")
    positions = [i % count for i in numbers]
    if len(set(positions)) < len(positions):
        raise TypeError(f"argnums {numbers} names an argument twice")
    return positions


def _differentiate(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], positions: list[int], depth: int
) -> tuple[Any, list[Any]]:
    """Value and gradients of `f` by a sweep on level `depth`; they are of the level below.

    Raises _NeedsLevelError if that level is too low.
    """
    track = recording()
    made = made_in_transform.get()
    made = [] if made is None else made
    inputs = [_input(args[i], depth) for i in positions]
    replaced = list(args)
    for i, variable in zip(positions, inputs, strict=True):
        replaced[i] = variable
    with nullcontext() if track else using_config("enable_backprop", True):
        tokens = _depth.set(depth), made_in_transform.set(made)
        try:
            result = f(*replaced, **kwargs)
            return _pull(result, inputs, made if track and depth == 1 else None, depth)
        finally:
            _depth.reset(tokens[0])
            made_in_transform.reset(tokens[1])


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


def _pull(result: Any, inputs: list[Variable], made: list[Variable] | None, depth: int) -> tuple[Any, list[Any]]:
    """The value of `result`, and its gradient with respect to `inputs`, both of the level below.

    Raises _NeedsLevelError for a result of a higher level and, unless `made` is None, for a leaf that is neither an
    input nor in `made`.
    """
    shape = result.shape if isinstance(result, Variable) else np.shape(result)
    if shape != ():
        raise TypeError(f"grad needs a function that returns a scalar, not one of shape {shape}")
    if level(result) > depth:
        raise _NeedsLevelError(level(result) + 1)
    found: dict[int, Any] = {id(leaf): None for leaf in inputs}
    value = result
    if level(result) == depth:  # otherwise it does not depend on the inputs
        value = result._data
        known = None if made is None else {*found, *map(id, made)}

        def keep(node: Variable, g: Any) -> None:
            if id(node) in found:
                found[id(node)] = g
            elif known is not None and id(node) not in known:
                raise _NeedsLevelError(depth + 1)

        sweep(result, 1.0, keep)
    return (
        value if isinstance(value, Variable) else float(value),
        [own(0.0, leaf) if found[id(leaf)] is None else found[id(leaf)] for leaf in inputs],
    )
