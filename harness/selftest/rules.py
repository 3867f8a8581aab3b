"""The derivative rules of the engine, and how one of them is replaced for a while.

A rule of the table is used in several ways, and each of them is mutated by itself: see `WAYS`.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

import engine.sweep
from engine import grad, jvp, value_and_grad
from engine.interface import SYMBOLS
from engine.operators import FAST, SHORTCUTS, generate
from engine.primitive import Elementwise, Primitive, full, shape_of
from engine.structural import add_at
from engine.table import PRIMITIVES
from engine.variable import Dual, Scalar, Variable

ELEMENTWISE = {name: one for name, one in PRIMITIVES.items() if isinstance(one, Elementwise)}

Function = Callable[[Any], Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Rule:
    """The derivative of a primitive by one of its operands, in one of the `WAYS` that it is used."""

    primitive: str
    operand: int
    way: str

    def __str__(self) -> str:
        return f"{self.primitive}, operand {self.operand}, {self.way}"


@dataclass(frozen=True)
class Call:
    """A call of a rule: what a mutation has to work with. What is found has the `shape` of the operand.

    In forward mode `g` is the tangent of the operand, and what is found is that of the result.
    """

    name: str
    rule: Callable[..., Any]
    operand: int
    g: Any
    z: Any
    operands: tuple[Any, ...]
    parameters: dict[str, Any]
    shape: Shape

    @cached_property
    def right(self) -> Any:
        """What the rule gives, at its full shape."""
        return full(self.by(self.operand), self.shape)

    def by(self, operand: int) -> Any:
        """What it gives for an operand, lazily shaped."""
        return self.rule(operand, self.g, self.z, *self.operands, **self.parameters)


@dataclass(frozen=True)
class Mutation:
    """What is done to a rule. `change` gives something wrong for a call, or None where that makes no sense.

    `partial` is the source of a wrong partial derivative, from that of its `{own}` and of the `{other}` operand; it is
    empty if there is none. `delta` is how much one component is off, relatively; of mutations of another kind it is 0.
    """

    name: str
    change: Callable[[Call], Any]
    partial: str = ""
    delta: float = 0.0


class Mutant:
    """A rule that is mutated. `applied` tells whether the mutation has made sense in any use of it so far."""

    def __init__(self, rule: Rule, mutation: Mutation) -> None:
        self.rule = rule
        self.mutation = mutation
        self.applied = False

    def found(self, call: Call) -> Any:
        """What is given instead of what would be right."""
        wrong = self.mutation.change(call)
        if wrong is None:
            return call.right
        self.applied = True
        return wrong


@contextmanager
def mutated(rule: Rule, mutation: Mutation) -> Iterator[Mutant]:
    """The engine with a wrong rule, inside the block. However that ends, the engine is as it was."""
    mutant = Mutant(rule, mutation)
    with WAYS[rule.way].mutated(mutant):
        yield mutant


@contextmanager
def replaced(thing: Any, name: str, value: Any) -> Iterator[None]:
    """An attribute has another value."""
    kept = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        setattr(thing, name, kept)


def vjp_of(primitive: Primitive) -> Callable[..., Any]:
    """Its vjp. One that is generated puts itself in its place when it is called: here, for no operand."""
    if isinstance(primitive, Elementwise):
        primitive.vjp(-1, 0.0, 0.0, *(0.0 for _ in primitive.partials))
    return primitive.vjp


def _arrays(mutant: Mutant) -> AbstractContextManager[None]:
    """The vjp."""
    primitive, i = PRIMITIVES[mutant.rule.primitive], mutant.rule.operand
    right = vjp_of(primitive)

    def vjp(k: int, g: Any, z: Any, *operands: Any, **parameters: Any) -> Any:
        if k != i:
            return right(k, g, z, *operands, **parameters)
        return mutant.found(Call(primitive.name, right, i, g, z, operands, parameters, shape_of(operands[i])))

    return replaced(primitive, "vjp", vjp)


def _forward_arrays(mutant: Mutant) -> AbstractContextManager[None]:
    """The product of a partial derivative with a tangent."""
    primitive, i = ELEMENTWISE[mutant.rule.primitive], mutant.rule.operand
    right = primitive.scaled

    def scaled(k: int, t: Any, z: Any, *operands: Any) -> Any:
        if k != i:
            return right(k, t, z, *operands)
        return mutant.found(Call(primitive.name, right, i, t, z, operands, {}, shape_of(z)))

    return replaced(primitive, "scaled", scaled)


def _parts(mutant: Mutant) -> AbstractContextManager[None]:
    """What the sweep does for a part of an array."""
    right = add_at

    def whole_of(_: int, g: Any, __: Any, x: Any, index: Any) -> Any:
        whole = np.zeros_like(x)
        right(whole, index, g)
        return whole

    def wrong(whole: Any, index: Any, g: Any) -> None:
        rule = mutant.rule
        whole += mutant.found(
            Call(rule.primitive, whole_of, 0, g, whole[index], (whole,), {"index": index}, whole.shape)
        )

    return replaced(engine.sweep, "add_at", wrong)


@contextmanager
def _generated(kind: type[Variable], mutant: Mutant) -> Iterator[None]:
    """The source for scalars of a kind, from another formula; also where another primitive's shortcut contains it."""
    primitive = ELEMENTWISE[mutant.rule.primitive]
    wrong = _wrong_partials(primitive.partials, mutant)
    if not wrong:
        yield
        return
    names = [primitive.name, *(name for name, (_, used) in SHORTCUTS.items() if used is primitive)]
    fast, lines = dict(FAST[kind]), dict(linecache.cache)
    with replaced(primitive, "partials", wrong):
        made = {name: function for one in names for name, function in generate(ELEMENTWISE[one], kind).items()}
    made = {name.removeprefix("fast_"): function for name, function in made.items() if name.startswith("fast_")}
    operators = {symbol: made[name] for name, symbol in _operators(names) if name in made}
    methods = {symbol: getattr(kind, symbol) for symbol in operators}
    try:
        FAST[kind].update(made)
        for symbol, method in operators.items():
            setattr(kind, symbol, method)
        mutant.applied = True
        yield
    finally:
        for symbol, method in methods.items():
            setattr(kind, symbol, method)
        FAST[kind].clear()
        FAST[kind].update(fast)
        linecache.cache.clear()
        linecache.cache.update(lines)


def _wrong_partials(partials: tuple[str, ...], mutant: Mutant) -> tuple[str, ...]:
    """The partial derivatives with the wrong one; none if there is no such mutation of them."""
    i, source = mutant.rule.operand, mutant.mutation.partial
    if not source or ("{other}" in source and len(partials) == 1):
        return ()
    return (*partials[:i], source.format(own=partials[i], other=partials[i - 1]), *partials[i + 1 :])


def _operators(names: list[str]) -> Iterator[tuple[str, str]]:
    """The generated functions of primitives that are Python's operators, and the names of those."""
    for name in names:
        if name in SYMBOLS:
            yield name, f"__{SYMBOLS[name]}__"
            yield f"{name}_reflected", f"__r{SYMBOLS[name]}__"


def _reverse(f: Function, x: Any) -> Any:
    return np.asarray(value_and_grad(f)(x)[1])


def _inside_another(f: Function, x: Any) -> Any:
    """A gradient that is itself about to be differentiated."""
    return np.asarray(jvp(grad(f))(x, np.zeros_like(x))[0])


def _forward(f: Function, x: Any) -> Any:
    shape = np.shape(x)
    directions = np.eye(np.size(x)).reshape(-1, *shape)
    tangents = [jvp(f)(x, direction if shape else 1.0)[1] for direction in directions]
    return np.array(tangents).reshape(shape)


class WayOfUse(NamedTuple):
    """How a rule is replaced by a mutant, and a gradient that uses it: `gradient(f, x)`, of the shape of `x`."""

    mutated: Callable[[Mutant], AbstractContextManager[None]]
    gradient: Callable[[Function, Any], Any]


REVERSE = "arrays"
FORWARD = ("arrays forward", "scalars forward")
WAYS = {
    REVERSE: WayOfUse(_arrays, _reverse),
    "scalars": WayOfUse(partial(_generated, Scalar), _reverse),
    "arrays forward": WayOfUse(_forward_arrays, _forward),
    "scalars forward": WayOfUse(partial(_generated, Dual), _forward),
    "parts": WayOfUse(_parts, _reverse),
    "nested": WayOfUse(_arrays, _inside_another),
}
"""How rules are used: the vjp of arrays, and what is generated for scalars from the same line of the table; both again
in forward mode. Of `getitem`, what the sweep does instead of calling its vjp; and its vjp, in nested derivatives."""
