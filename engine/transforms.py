"""The transforms of reverse mode: functions to functions. They nest, so a derivative can be differentiated again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeAlias

import numpy as np

from . import functions, modes
from .forward import jvp
from .lifting import Argnums, Call, on_own_level, output, outputs, packed, positions, replaced
from .primitive import Shape, shape_of
from .record import NeedsLevelError, level, owners_of, plain
from .repair import is_asked_for, is_finite, repaired
from .sweep import own, sweep
from .variable import Scalar, Variable, as_data, short


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., tuple[Any, Any]]:
    """The function that returns `f`'s value and its gradient.

    `f` returns a scalar. Its arguments named by `argnums` are floats, lists or arrays; the gradient has the argument's
    shape, and is a tuple of gradients where `argnums` is a tuple. Value and gradient are plain data unless they depend
    on a Variable from outside: an argument, or one that `f` refers to otherwise (which takes a second evaluation of
    `f`, except under no_grad). Where the gradient is not finite, a second pass looks for its limit, evaluating `f` some
    more times there and beside (repair.py). Raises TypeError if `f` returns anything else.
    """

    several = isinstance(argnums, tuple)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        places = positions(argnums, len(args))
        value, gradients = on_own_level(_value_and_gradients, args, f, places, kwargs)
        if not (modes.untouched or modes.recording()):
            value, gradients = plain(value), list(map(plain, gradients))
        for g in gradients:
            # A float's difference with itself is written out: a call would take three times as long.
            if (g - g != 0.0 if type(g) is float else not is_finite(g)) and is_asked_for():
                value, gradients = repaired(f, places, args, kwargs, value, gradients)
                break
        return value, tuple(gradients) if several else gradients[0]

    return value_and_gradient


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns `f`'s gradient: see `value_and_grad`."""
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def vjp(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., tuple[Any, Callable[[Any], Any]]]:
    """The function that returns `f`'s value and its pullback, which maps a cotangent of the value to one of the input.

    `f` returns a float or array, or a tuple of them; then its value and the cotangent are tuples, too. A cotangent has
    the shape of its value. Arguments and results otherwise as for `value_and_grad`. The pullback keeps the graph, and
    may be called any number of times; it raises ValueError for a cotangent of another shape.
    """

    @wraps(f)
    def value_and_pullback(*args: Any, **kwargs: Any) -> tuple[Any, Callable[[Any], Any]]:
        values, is_tuple, pull = _linearised(f, argnums, args, kwargs)

        def pullback(cotangent: Any) -> Any:
            cotangents = cotangent if is_tuple else (cotangent,)
            if not isinstance(cotangents, tuple) or len(cotangents) != len(values):
                raise ValueError(f"the cotangent is a tuple of {len(values)}, as the value is, not {short(cotangent)}")
            for value, given in zip(values, cotangents, strict=True):
                if np.shape(given) != shape_of(value):
                    raise ValueError(f"a cotangent has its value's shape, {shape_of(value)}, not {np.shape(given)}")
            return packed(pull(cotangents), isinstance(argnums, tuple))

        return packed(values, is_tuple), pullback

    return value_and_pullback


def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns `f`'s Jacobian, of the shape of the value followed by that of the argument.

    `f` is evaluated once, and its graph swept once for each element of the value. Where `f` returns a tuple, or
    `argnums` is one, so is the Jacobian: of one for each value, each of one for each argument. Arguments as for
    `value_and_grad`.
    """

    @wraps(f)
    def jacobians(*args: Any, **kwargs: Any) -> Any:
        values, is_tuple, pull = _linearised(f, argnums, args, kwargs)
        blocks = []
        for k, value in enumerate(values):
            rows = [pull([seed if j == k else None for j in range(len(values))]) for seed in _basis(shape_of(value))]
            columns = zip(*rows, strict=True) if rows else ([] for _ in pull([None] * len(values)))
            shapes = map(shape_of, pull([None] * len(values)))
            blocks.append(
                packed(
                    (_assembled(c, shape_of(value) + shape) for c, shape in zip(columns, shapes, strict=True)),
                    isinstance(argnums, tuple),
                )
            )
        return tuple(blocks) if is_tuple else blocks[0]

    return jacobians


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns the Hessian of `f`, which returns a scalar: the Jacobian of its gradient."""
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function of `f`'s arguments and of a direction that returns the Hessian times the direction.

    Forward over reverse: it costs a few gradients, whatever the dimension. The direction comes last, and has the shape
    of the argument, or is a tuple where `argnums` is one.
    """
    both = jvp(grad(f, argnums), argnums)

    @wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return product


def _value_and_gradients(
    call: Call, args: tuple[Any, ...], f: Callable[..., Any], places: list[int], kwargs: dict[str, Any]
) -> tuple[Any, list[Any]]:
    """`f`'s value, and its gradient by each of the arguments in `places`.

    Raises NeedsLevelError for a leaf that is neither an input nor made by the function.
    """
    inputs = []
    arguments = list(args)
    for i in places:
        arguments[i] = leaf = call.leaf(args[i])
        inputs.append(leaf)
    result = [call(f, arguments, kwargs)]  # in a list, so that the sweep can let go of it
    value, depth = result[0], 1
    if type(value) is not Scalar:
        if isinstance(value, tuple):
            raise TypeError(f"grad needs a function that returns a scalar, not a tuple: {short(value)}")
        value = output(value)
        if shape_of(value):
            raise TypeError(f"grad needs a function that returns a scalar, not one of shape {shape_of(value)}")
        depth = level(value)
        if depth > call.depth:
            raise NeedsLevelError(owners_of(value))
    found: dict[int, Any] = {}
    if depth == call.depth:  # otherwise it does not depend on the inputs
        value = value._data

        def keep(leaf: Variable, g: Any) -> None:
            if leaf._family is not call.family:
                call.check(leaf)
            key = id(leaf)
            found[key] = found[key] + g if key in found else g

        sweep([(result.pop(), 1.0)], keep)
    gradients = [found[id(leaf)] if id(leaf) in found else own(0.0, leaf) for leaf in inputs]
    return (call.settled(value), list(map(call.settled, gradients))) if call.is_raised else (value, gradients)


Pull: TypeAlias = Callable[[Sequence[Any]], list[Any]]


def _linearised(
    f: Callable[..., Any], argnums: Argnums, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[list[Any], bool, Pull]:
    """`f`'s values, whether they are a tuple, and how to pull cotangents of them (None for zero) back to the inputs."""
    places = positions(argnums, len(args))

    def run(call: Call, args: tuple[Any, ...]) -> tuple[list[Any], bool, Pull]:
        inputs = [call.leaf(args[i]) for i in places]
        results, is_tuple = outputs(call(f, replaced(args, places, inputs), kwargs), call.depth)
        depends = [level(result) == call.depth for result in results]
        call.check_leaves([result for result, does in zip(results, depends, strict=True) if does])

        def pull(cotangents: Sequence[Any]) -> list[Any]:
            found: dict[int, Any] = {id(leaf): None for leaf in inputs}

            def keep(node: Variable, g: Any) -> None:
                if id(node) in found:
                    found[id(node)] = g if found[id(node)] is None else found[id(node)] + g

            seeded = [k for k, g in enumerate(cotangents) if depends[k] and g is not None]
            seeds = [g if isinstance(g, Variable) else as_data(g) for g in (cotangents[k] for k in seeded)]
            if seeded:
                sweep([(results[k], seed) for k, seed in zip(seeded, seeds, strict=True)], keep)
            return [call.settled(own(0.0, leaf) if found[id(leaf)] is None else found[id(leaf)]) for leaf in inputs]

        values = [call.settled(r._data if does else r) for r, does in zip(results, depends, strict=True)]
        return values, is_tuple, pull

    return on_own_level(run, args)  # type: ignore[no-any-return]


def _basis(shape: Shape) -> Iterator[Any]:
    """The cotangents of a value of `shape` that are one at one element and zero elsewhere."""
    for index in np.ndindex(shape):
        seed = np.zeros(shape)
        seed[index] = 1.0
        yield seed if shape else 1.0


def _assembled(rows: Sequence[Any], shape: Shape) -> Any:
    """The rows of a Jacobian as one array of `shape`."""
    if not rows or not shape:
        return rows[0] if rows else np.zeros(shape)
    return functions.reshape(functions.stack(rows), shape)
