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
from .record import NeedsLevelError, level, plain
from .variable import KINDS, Dual, Lifted, Variable, as_data, at_work, short

Argnums: TypeAlias = int | tuple[int, ...]

Kinds: TypeAlias = tuple[type[Variable], ...]
"""What levels are made of, the lowest first: Dual where it is a jvp's, else some other Variable."""


class Call:
    """An evaluation of a function on level `depth`, which is of the last of `kinds`; the others are those below.

    `made`: the leaves that the transform and the function have made.

    On the first level these are all there should be: any other is a Variable from outside, which makes the result
    differentiable in turn. `made` is None where it does not matter.
    """

    __slots__ = ("_raised", "depth", "kinds", "made", "noted")

    def __init__(self, kinds: Kinds, raised: bool) -> None:
        outer = at_work.get()
        self.noted: list[Variable] = [] if outer is None else outer.noted
        self._raised = raised
        self.kinds = kinds
        self.depth = depth = len(kinds)
        self.made = self.noted if depth == 1 and (modes.untouched or modes.recording()) else None

    def __call__(self, f: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]) -> Any:
        """`f(*args, **kwargs)`, recorded on this level whatever the mode outside."""
        token = at_work.set(self)
        mode = None if modes.untouched else modes.ENABLE_BACKPROP.set(True)
        try:
            return f(*args, **kwargs)
        finally:
            at_work.reset(token)
            if mode is not None:
                modes.ENABLE_BACKPROP.reset(mode)

    def leaf(self, value: Any) -> Variable:
        """`value` as a leaf of this level."""
        data: Any = value if isinstance(value, Variable) else as_data(value)
        if self.depth > 1:
            for kind in self.kinds[level(data) : -1]:
                data = constant_of(kind, data)
                self.noted.append(data)
        leaf: Variable = _leaf(KINDS.get(type(data), Lifted)(), data)
        self.noted.append(leaf)
        return leaf

    def check_leaves(self, roots: Iterable[Variable]) -> None:
        """Raise NeedsLevelError if the roots depend on a Variable from outside."""
        if self.made is not None and not _made_of(roots, self.made):
            raise NeedsLevelError(self.depth + 1)

    def settled(self, result: Any) -> Any:
        """A result of the level below; plain if it was raised there for a Variable that it does not depend on."""
        if self._raised and isinstance(result, Variable) and _made_of([result], self.noted):
            return plain(result)
        return result


def _made_of(roots: Iterable[Variable], made: Iterable[Variable]) -> bool:
    """Whether all leaves under the roots are among `made`."""
    return {id(leaf) for root in roots for leaf in leaves(root)} <= set(map(id, made))


def dual(primal: Any, tangent: Any) -> Dual:
    """The Dual of a value and a tangent of the same shape, both of the level below."""
    result: Dual = _leaf(Dual(), primal)
    result._tangent = tangent
    return result


def _leaf(made: Any, data: Any) -> Any:
    made._data = data
    made._parents = ()
    made._left = made._primitive = made._grad = None
    made._uses = made._pending = 0
    return made


def constant_of(kind: type[Variable], data: Any) -> Variable:
    """A leaf of the level above `data`, which is of this kind."""
    if kind is Dual:
        shape = shape_of(data)
        return dual(data, np.broadcast_to(np.zeros((), data.dtype), shape) if shape else 0.0)
    return _leaf(KINDS.get(type(data), Lifted)(), data)  # type: ignore[no-any-return]


def kinds_of(values: Iterable[Any], known: Kinds = ()) -> Kinds:
    """The kinds of the levels that `values` reach to; where those of the lowest are `known`, after them."""
    for value in values:
        if isinstance(value, Variable):
            kinds = []
            while isinstance(value, Variable):
                kinds.append(type(value))
                value = value._data
            known += tuple(kinds[::-1][len(known) :])
    return known


def on_own_level(
    run: Callable[..., Any], values: tuple[Any, ...], *others: Any, kind: type[Variable] = Variable
) -> Any:
    """`run(call, values, *others)` with a Call on the lowest level that will do, which is of this kind.

    Under no_grad nothing can be differentiated from outside: there `values` are but data.
    """
    if not (modes.untouched or modes.recording()):
        values = tuple(map(plain, values))
    outer = at_work.get()  # a thread that the function starts has it only in a copy of the context
    lowest = below = kinds_of(values, () if outer is None else outer.kinds)
    while True:
        try:
            return run(Call((*below, kind), not lowest and bool(below)), values, *others)
        except NeedsLevelError as needs:
            missing = needs.depth - len(below) - 1
            if missing <= 0:  # it is a transform around this one that stands too low
                raise
            below += (Variable,) * missing


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
    highest = max(map(level, values), default=0)
    if highest > depth:
        raise NeedsLevelError(highest + 1)
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
