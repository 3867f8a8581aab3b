"""How a transform evaluates a function: on a level of its own, above all that the function is given.

The inputs are Variables whose data belong to the level below (see record.py), so that what the transform computes is
itself recorded there, if anything there asks for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from . import modes
from .graph import leaves
from .record import NeedsLevelError, level, plain
from .variable import KINDS, Lifted, Variable, as_data, at_work

Argnums: TypeAlias = int | tuple[int, ...]


class Call:
    """An evaluation of a function on level `depth`. `made`: the leaves that the transform and the function have made.

    On the first level these are all there should be: any other is a Variable from outside, which makes the result
    differentiable in turn. `made` is None where it does not matter.
    """

    __slots__ = ("_raised", "depth", "made", "noted")

    def __init__(self, depth: int, raised: bool) -> None:
        outer = at_work.get()
        self.noted: list[Variable] = [] if outer is None else outer.noted
        self._raised = raised
        self.depth = depth
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
        if isinstance(value, Variable):
            inner = value
        else:
            inner = Variable(value)
            self.noted.append(inner)
            if self.depth == 1:
                return inner
        for _ in range(level(inner), self.depth):
            inner = boxed(inner)
        return inner

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


def boxed(data: Any) -> Variable:
    """A leaf one level above `data`."""
    outer = Variable(0.0)
    outer._data = data
    outer.__class__ = KINDS.get(type(data), Lifted)
    return outer


def on_own_level(run: Callable[..., Any], values: tuple[Any, ...], *others: Any) -> Any:
    """`run(call, values, *others)` with a Call on the lowest level that will do.

    Under no_grad nothing can be differentiated from outside: there `values` are but data.
    """
    if not (modes.untouched or modes.recording()):
        values = tuple(map(plain, values))
    outer = at_work.get()
    depth = 0 if outer is None else outer.depth
    for value in values:
        if isinstance(value, Variable):
            depth = max(depth, level(value))
    lowest = depth = depth + 1
    while True:
        try:
            return run(Call(depth, lowest == 1 < depth), values, *others)
        except NeedsLevelError as needs:
            depth = needs.depth


def positions(argnums: Argnums, count: int) -> list[int]:
    """Which of `count` arguments `argnums` names, counted from 0. Raises TypeError for one that is not there."""
    if type(argnums) is int and 0 <= argnums < count:
        return [argnums]
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    for i in numbers:
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
    values = [value if isinstance(value, Variable) else as_data(value) for value in (result if is_tuple else (result,))]
    highest = max(map(level, values), default=0)
    if highest > depth:
        raise NeedsLevelError(highest + 1)
    return values, is_tuple


def packed(values: Iterable[Any], as_tuple: bool) -> Any:
    """What a transform returns: plain data under no_grad, and a tuple where it was asked for several."""
    values = tuple(values) if modes.untouched or modes.recording() else tuple(map(plain, values))
    return values if as_tuple else values[0]
