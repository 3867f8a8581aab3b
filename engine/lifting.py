"""How a transform evaluates a function: on a level of its own, above all that the function is given.

The inputs are Variables whose data belong to the level below (see record.py), so that what the transform computes is
itself recorded there, if anything there asks for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np

from . import modes
from .graph import leaves
from .primitive import shape_of
from .record import NeedsLevelError, Owners, level, owners_of, plain
from .variable import KINDS, Dual, Lifted, Variable, as_data, at_work, short

Argnums: TypeAlias = int | tuple[int, ...]


class Call:
    """An evaluation of a function on level `depth`, which is of the last of `owners`; the others are those below.

    `family` marks the leaves that the transform and the function make. On the level of an outermost transform these are
    all there should be: any other is a Variable from outside, which makes the result differentiable in turn. `checked`
    tells whether that matters. (What is inside another transform stands above all that it is given.)
    """

    __slots__ = ("checked", "depth", "family", "is_raised", "owners")

    def __init__(self, owners: Owners, is_raised: bool) -> None:
        outer = at_work.get()
        self.family: object = object() if outer is None else outer.family
        self.owners = owners
        self.depth = len(owners)
        self.checked = outer is None and (modes.untouched or modes.recording())
        self.is_raised = is_raised

    def __call__(self, f: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]) -> Any:
        """`f(*args, **kwargs)`, recorded on this level whatever the mode outside."""
        token = at_work.set(self)
        mode = None if modes.untouched else (modes.ENABLE_BACKPROP.set(True), modes.FAST.set(not modes.debugging()))
        try:
            return f(*args, **kwargs)
        finally:
            at_work.reset(token)
            if mode is not None:
                modes.ENABLE_BACKPROP.reset(mode[0])
                modes.FAST.reset(mode[1])

    def below(self, value: Any) -> Any:
        """`value` as one of the level below."""
        data: Any = value if isinstance(value, Variable) else as_data(value)
        return raised(data, self.owners[level(data) : -1]) if self.depth > 1 else data

    def leaf(self, value: Any) -> Variable:
        """`value` as a leaf of this level."""
        if self.depth > 1:
            return made_leaf(self.below(value), self.family)
        leaf = Variable(value)
        leaf._family = self.family
        return leaf

    def check_leaves(self, roots: Iterable[Variable]) -> None:
        """Raise NeedsLevelError if the roots depend on a Variable from outside."""
        if self.checked:
            for root in roots:
                for leaf in leaves(root):
                    self.check(leaf)

    def check(self, leaf: Variable) -> None:
        """Raise NeedsLevelError for a leaf from outside."""
        if self.checked and not self.knows(leaf):
            raise NeedsLevelError(owners_of(leaf))

    def settled(self, result: Any) -> Any:
        """A result of the level below; plain if it was raised there for a Variable that it does not depend on."""
        if self.is_raised and isinstance(result, Variable) and all(map(self.knows, leaves(result))):
            return plain(result)
        return result

    def knows(self, leaf: Variable) -> bool:
        """Whether the leaf is none from outside."""
        return leaf._family is self.family or leaf._family is CONSTANT


def made_leaf(data: Any, family: object) -> Variable:
    """A leaf of the level above `data`."""
    leaf: Variable = _filled(KINDS.get(type(data), Lifted)(), data, family)
    return leaf


def dual(primal: Any, tangent: Any, owner: object) -> Dual:
    """The Dual of a value and a tangent of the same shape, both of the level below."""
    result: Dual = _filled(Dual(), primal, None)
    result._tangent = tangent
    result._owner = owner
    return result


def _filled(leaf: Any, data: Any, family: object) -> Any:
    leaf._data = data
    leaf._parents = ()
    leaf._left = leaf._primitive = leaf._grad = None
    leaf._uses = leaf._pending = 0
    leaf._family = family
    return leaf


CONSTANT = object()
"""The family of leaves that stand for a number on some level, and that no derivative is taken by."""


def raised(data: Any, owners: Owners) -> Any:
    """`data` on the level of the last of `owners`, which are those of the levels above it; a constant there."""
    for owner in owners:
        if owner is None:
            data = made_leaf(data, CONSTANT)
        else:
            shape = shape_of(data)
            zero = np.broadcast_to(np.zeros((), data.dtype), shape) if shape else 0.0
            data = dual(data, zero, owner)
            data._family = CONSTANT
    return data


def on_own_level(run: Callable[..., Any], values: tuple[Any, ...], *others: Any, owner: object = None) -> Any:
    """`run(call, values, *others)` with a Call on the lowest level that will do: a jvp's if it has an `owner`.

    Under no_grad nothing can be differentiated from outside: there `values` are but data.
    """
    if not (modes.untouched or modes.recording()):
        values = tuple(map(plain, values))
    outer = at_work.get()  # a thread that the function starts has it only in a copy of the context
    below: Owners = () if outer is None else outer.owners
    for value in values:
        if isinstance(value, Variable):
            below += owners_of(value)[len(below) :]
    lowest = below
    while True:
        try:
            return run(Call((*below, owner), bool(below) and not lowest), values, *others)
        except NeedsLevelError as needs:
            own = (*below, owner)
            above = max((found for found in needs.found if found != own), default=own, key=len)[len(below) :]
            if not above:  # it is a transform around this one that stands too low
                raise
            below += above


def positions(argnums: Argnums, count: int) -> list[int]:
    """Which of `count` arguments `argnums` names, counted from 0. Raises TypeError for one that is not there."""
    if type(argnums) is int and 0 <= argnums < count:
        return [argnums]
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    for i in numbers:
        if type(i) is not int:
            raise TypeError(f"argnums is an int or a tuple of them, not {short(argnums)}")
        if not -count <= i < count:
            raise TypeError(f"argnums has {i}, but the call has {count} positional arguments")
    found = [i % count for i in numbers]
    if len(found) > 1 and len(set(found)) < len(found):
        raise TypeError(f"argnums {numbers} names an argument twice")
    return found


def replaced(args: tuple[Any, ...], places: list[int], inputs: Iterable[Any]) -> list[Any]:
    """`args`, with `inputs` at `places`."""
    result = list(args)
    for i, value in zip(places, inputs, strict=True):
        result[i] = value
    return result


def outputs(result: Any, depth: int) -> tuple[list[Any], bool]:
    """What a function has returned: its values, each a Variable, float or array, and whether they were a tuple.

    Raises NeedsLevelError if one is of a level above `depth`, and TypeError if one is no number or array.
    """
    is_tuple = isinstance(result, tuple)
    values = [output(value) for value in (result if is_tuple else (result,))]
    for value in values:
        if level(value) > depth:
            raise NeedsLevelError(owners_of(value))
    return values, is_tuple


def output(value: Any) -> Any:
    """What a function has returned, as a Variable, float or array. Raises TypeError for what is none."""
    if isinstance(value, Variable):
        return value
    if isinstance(value, (list, tuple)):
        raise TypeError(
            f"a function to differentiate returns a number, an array or a tuple of them, not {short(value)}"
        )
    return as_data(value)


def packed(values: Iterable[Any], as_tuple: bool) -> Any:
    """What a transform returns: plain data under no_grad, and a tuple where it was asked for several."""
    values = tuple(values) if modes.untouched or modes.recording() else tuple(map(plain, values))
    return values if as_tuple else values[0]
