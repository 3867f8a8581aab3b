"""Primitives of the user's own: a function on plain numbers and arrays, and a rule for each operand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .primitive import Primitive, Shape, full, shape_of, unbroadcast
from .record import apply
from .variable import Variable, as_data, short

Rule = Callable[..., Any]
Layout = list[Shape]


def primitive(*rules: Rule | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: it makes a function on floats and arrays one that the engine differentiates by `rules`.

    ::

        @primitive(lambda g, z, x: g * 2.0 * x)
        def square(x):
            return x * x

    There is one rule for each operand (positional argument) of the function: `rule(g, z, *operands, **keywords)` is
    the cotangent of that operand where the result `z` has the cotangent `g`, of the same shape. It may have any shape
    that broadcasting `z` with the operand gives: what was broadcast is summed. None stands for an operand that the
    result does not depend on smoothly: its derivative is zero. If the function returns a tuple, so are `z` and `g`.

    The function sees plain data only, so it may do whatever NumPy can. A rule that is written with the engine's
    operations on its arguments can itself be differentiated, and, being linear in `g`, serves forward mode too.
    Calls raise TypeError for more operands than rules, and ValueError for a cotangent that does not fit its operand.
    """
    if not rules or not all(rule is None or callable(rule) for rule in rules):
        raise TypeError("@primitive takes a rule for each operand: @primitive(lambda g, z, x: g * 2.0 * x)")

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        made = Primitive(function.__name__, *_value_and_vjp(function, rules))

        @wraps(function)
        def recorded(*operands: Any, **keywords: Any) -> Any:
            for keyword, value in keywords.items():
                if isinstance(value, Variable):
                    raise TypeError(f"{made.name} takes a Variable by its place, not as {keyword}=")
            if len(operands) > len(rules):
                raise TypeError(f"{made.name} has {len(rules)} rules, but the call has {len(operands)} operands")
            layout: Layout = []
            result = apply(made, *operands, keywords=keywords, layout=layout)
            return _parts(result, layout) if layout else result

        return recorded

    return decorate


def _value_and_vjp(function: Callable[..., Any], rules: Sequence[Rule | None]) -> tuple[Rule, Rule]:
    """The function and its rules, as the table's primitives have them.

    Several results are one vector to the engine: all their elements in a row. `layout` gets their shapes.
    """

    @wraps(function)
    def value(*operands: Any, keywords: dict[str, Any], layout: Layout) -> Any:
        result = function(*operands, **keywords)
        if not isinstance(result, tuple):
            return as_data(result)
        parts = [as_data(part) for part in result]
        layout[:] = map(np.shape, parts)
        return np.concatenate([np.ravel(part) for part in parts]) if parts else np.empty(0)

    def vjp(i: int, g: Any, z: Any, *operands: Any, keywords: dict[str, Any], layout: Layout) -> Any:
        rule = rules[i]
        if rule is None:
            return 0.0
        g = full(g, shape_of(z))
        if isinstance(g, np.ndarray):
            g = g.view()
            g.flags.writeable = False  # others use it too
        if layout:
            g, z = _parts(g, layout), _parts(z, layout)
        return _fitted(rule(g, z, *operands, **keywords), operands[i], f"rule {i} of {function.__name__}")

    return value, vjp


def _parts(vector: Any, layout: Layout) -> tuple[Any, ...]:
    """The results that `vector` has in a row."""
    ends = np.cumsum([int(np.prod(shape)) for shape in layout]).tolist()
    pieces = zip([0, *ends], ends, layout, strict=False)
    return tuple(np.reshape(vector[start:end], shape) if shape else vector[start] for start, end, shape in pieces)


def _fitted(cotangent: Any, operand: Any, rule: str) -> Any:
    """A rule's cotangent, summed to the shape of the operand."""
    if not isinstance(cotangent, (Variable, float)):
        try:
            cotangent = as_data(cotangent)
        except TypeError as error:
            raise TypeError(f"{rule} gave {short(cotangent)}, which is no cotangent: it is of real numbers") from error
    got, shape = shape_of(cotangent), shape_of(operand)
    if got in (shape, ()):
        return cotangent
    try:
        fits = np.broadcast_shapes(got, shape) == got
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{rule} gave a cotangent of shape {got}, and its operand has {shape}")
    return unbroadcast(cotangent, got, shape)
