"""The derivative rules of the engine, and how one of them is replaced for a while.

A rule of the table is used in more than one way, and each of them is mutated by itself: as the vjp of arrays; as the
partial derivative in the source that is generated for scalars; and for parts of an array as what the sweep does instead
of calling the vjp of `getitem`.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

import engine.sweep
from engine.interface import SYMBOLS
from engine.operators import FAST, SHORTCUTS, generate
from engine.primitive import Elementwise, Primitive, full, shape_of
from engine.table import PRIMITIVES
from engine.variable import Scalar

Way = Literal["arrays", "scalars", "parts"]
ADDED_BY_THE_SWEEP = "getitem"
"""The primitive whose cotangent the sweep adds in place."""


@dataclass(frozen=True)
class Rule:
    """The derivative of a primitive by one of its operands, in one of the ways that it is used."""

    primitive: str
    operand: int
    of: Way

    def __str__(self) -> str:
        return f"{self.primitive}, operand {self.operand}, {self.of}"


@dataclass(frozen=True)
class Call:
    """A call of a vjp: what a mutation has to work with."""

    name: str
    vjp: Callable[..., Any]
    operand: int
    g: Any
    z: Any
    operands: tuple[Any, ...]
    parameters: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        return shape_of(self.operands[self.operand])

    @cached_property
    def right(self) -> Any:
        """The right cotangent, at its full shape."""
        return full(self.by(self.operand), self.shape)

    def by(self, operand: int) -> Any:
        """The right cotangent of an operand, lazily shaped."""
        return self.vjp(operand, self.g, self.z, *self.operands, **self.parameters)


@dataclass(frozen=True)
class Mutation:
    """What is done to a rule. `cotangent` gives a wrong cotangent for a call, or None where that makes no sense.

    `partial` is the source of a wrong partial derivative, from that of its `{own}` and of the `{other}` operand; it is
    empty if there is none. `delta` is how much one component is off, relatively; of mutations of another kind it is 0.
    """

    name: str
    cotangent: Callable[[Call], Any]
    partial: str = ""
    delta: float = 0.0


class Mutant:
    """A rule that is mutated. `applied` tells whether the mutation has made sense in any use of it so far."""

    def __init__(self, rule: Rule, mutation: Mutation) -> None:
        self.rule = rule
        self.mutation = mutation
        self.applied = False

    def cotangent(self, call: Call) -> Any:
        wrong = self.mutation.cotangent(call)
        if wrong is None:
            return call.right
        self.applied = True
        return wrong


@contextmanager
def mutated(rule: Rule, mutation: Mutation) -> Iterator[Mutant]:
    """The engine with a wrong rule, inside the block. However that ends, the engine is as it was."""
    mutant = Mutant(rule, mutation)
    with WAYS[rule.of](mutant):
        yield mutant


@contextmanager
def replaced(primitive: Primitive, vjp: Callable[..., Any]) -> Iterator[None]:
    """The primitive with another vjp."""
    right = compiled(primitive)
    primitive.vjp = vjp
    try:
        yield
    finally:
        primitive.vjp = right


def compiled(primitive: Primitive) -> Callable[..., Any]:
    """Its vjp. One that is generated puts itself in its place when it is called: here, for no operand."""
    if isinstance(primitive, Elementwise):
        primitive.vjp(-1, 0.0, 0.0, *(0.0 for _ in primitive.partials))
    return primitive.vjp


@contextmanager
def _of_arrays(mutant: Mutant) -> Iterator[None]:
    rule = mutant.rule
    right = compiled(PRIMITIVES[rule.primitive])

    def vjp(i: int, g: Any, z: Any, *operands: Any, **parameters: Any) -> Any:
        if i != rule.operand:
            return right(i, g, z, *operands, **parameters)
        return mutant.cotangent(Call(rule.primitive, right, i, g, z, operands, parameters))

    with replaced(PRIMITIVES[rule.primitive], vjp):
        yield


@contextmanager
def _of_scalars(mutant: Mutant) -> Iterator[None]:
    """What is generated for scalars, from another formula; also where another primitive's shortcut contains it."""
    primitive, i = PRIMITIVES[mutant.rule.primitive], mutant.rule.operand
    assert isinstance(primitive, Elementwise)
    own, other = primitive.partials[i], primitive.partials[1 - i] if len(primitive.partials) > 1 else ""
    if not mutant.mutation.partial or ("{other}" in mutant.mutation.partial and not other):
        yield
        return
    wrong = mutant.mutation.partial.format(own=own, other=other)
    names = [primitive.name, *(name for name, (_, used) in SHORTCUTS.items() if used is primitive)]
    symbols = [f"__{r}{SYMBOLS[name]}__" for name in names if name in SYMBOLS for r in ("", "r")]
    kept, lines, partials = dict(FAST[Scalar]), dict(linecache.cache), primitive.partials
    methods = {symbol: getattr(Scalar, symbol) for symbol in symbols if hasattr(Scalar, symbol)}
    try:
        primitive.partials = (*partials[:i], wrong, *partials[i + 1 :])
        for name in names:
            elementwise = PRIMITIVES[name]
            assert isinstance(elementwise, Elementwise)
            made = generate(elementwise, Scalar)
            FAST[Scalar].update({key: made[f"fast_{key}"] for key in (name, f"{name}_reflected") if f"fast_{key}" in made})
            for key, r in ((name, ""), (f"{name}_reflected", "r")):
                if name in SYMBOLS and f"fast_{key}" in made:
                    setattr(Scalar, f"__{r}{SYMBOLS[name]}__", made[f"fast_{key}"])
        primitive.partials = partials  # what else is compiled meanwhile is right
        mutant.applied = True
        yield
    finally:
        primitive.partials = partials
        FAST[Scalar].clear()
        FAST[Scalar].update(kept)
        linecache.cache.clear()
        linecache.cache.update(lines)
        for symbol, method in methods.items():
            setattr(Scalar, symbol, method)


@contextmanager
def _of_parts(mutant: Mutant) -> Iterator[None]:
    right = engine.sweep.add_at

    def whole_of(_: int, g: Any, __: Any, x: Any, index: Any) -> Any:
        whole = np.zeros_like(x)
        right(whole, index, g)
        return whole

    def add_at(whole: Any, index: Any, g: Any) -> None:
        whole += mutant.cotangent(
            Call(mutant.rule.primitive, whole_of, 0, g, whole[index], (whole,), {"index": index})
        )

    engine.sweep.add_at = add_at
    try:
        yield
    finally:
        engine.sweep.add_at = right


WAYS: dict[Way, Callable[[Mutant], Any]] = {"arrays": _of_arrays, "scalars": _of_scalars, "parts": _of_parts}
