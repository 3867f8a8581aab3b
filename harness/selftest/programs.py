"""Short programs, some for each primitive: written with NumPy, they run on floats, Variables and balls alike.

A program is a function of one number or array, and a point. It applies the primitive, and ends in a sum with random
weights, so that no error cancels. That sum is a matrix product, or of products where the primitive has a part in one:
an error of a rule that is used twice in a row may undo itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine.primitive import Elementwise
from engine.table import PRIMITIVES

from ..errors import BadInputError
from .structural import CASES

Random = np.random.Generator
Function = Callable[..., Any]
Total = Callable[..., Any]

MOST = 12
"""Elements of a point, at the most."""


@dataclass(frozen=True)
class Program:
    """A function to a number and where it is differentiated, to try the rules of a primitive."""

    primitive: str
    form: str
    function: Function
    point: Any

    def __str__(self) -> str:
        return f"{self.primitive}: {self.form}"


@dataclass(frozen=True)
class Domain:
    """Numbers whose magnitude lies between two bounds, of one sign or of both."""

    low: float = 0.5
    high: float = 2.0
    signed: bool = True

    def draw(self, random: Random, shape: tuple[int, ...] = ()) -> Any:
        found = random.uniform(self.low, self.high, shape)
        if self.signed:
            found = found * random.choice([-1.0, 1.0], shape)
        return found if shape else float(found)


ANY, POSITIVE = Domain(), Domain(signed=False)
DOMAINS = {
    "pow": (POSITIVE, ANY),
    "tan": (Domain(0.2, 1.2),),
    "asin": (Domain(0.1, 0.9),),
    "acos": (Domain(0.1, 0.9),),
    "log1p": (Domain(0.1, 0.8),),
    **dict.fromkeys(("sqrt", "log", "log2", "log10"), (POSITIVE,)),
}
"""Where an elementwise primitive's operands are drawn from, if not anywhere."""

SYMBOLS: dict[str, Function] = {
    "negative": operator.neg,
    "abs": operator.abs,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "pow": operator.pow,
    "square": lambda x: x**2,
}
"""What stands for a primitive between scalars; else it is NumPy's function."""

NEVER_FIRST = ("atan2", "hypot")
"""Primitives that balls do not know with a constant as the first operand, as NumPy asks that for its method."""

PAIRS = {
    "alike": ((2, 3), (2, 3)),
    "alike, square": ((2, 2), (2, 2)),
    "row on the left": ((3,), (3, 3)),
    "row on the right": ((3, 3), (3,)),
    "column on the left": ((3, 1), (3, 3)),
    "column on the right": ((3, 3), (3, 1)),
    "row and column": ((1, 3), (3, 1)),
    "number on the left": ((), (2, 3)),
    "number on the right": ((2, 3), ()),
}
"""Shapes of two operands that broadcast."""


def programs(primitive: str, random: Random) -> list[Program]:
    """The programs of a primitive, with random constants and points. Raises BadInputError if it has none."""
    found = PRIMITIVES[primitive]
    if isinstance(found, Elementwise) and hasattr(np, primitive):
        forms = _unary if len(found.partials) == 1 else _binary
        return [Program(primitive, *form) for form in forms(primitive, random)]
    if primitive not in CASES:
        raise BadInputError(f"{primitive!r} of the table has no program: harness/selftest/structural.py wants some")
    total = _products if primitive in ("matmul", "reshape", "concat") else _product
    return [
        Program(primitive, case.form, partial(case.function, total(random)), ANY.draw(random, case.shape))
        for case in CASES[primitive]
    ]


def _product(random: Random) -> Total:
    """The sum of all results with random weights, as a product of vectors."""
    weights = ANY.draw(random, (3 * MOST,))

    def total(*results: Any) -> Any:
        parts = [np.ravel(result) for result in results]
        flat = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return flat @ weights[: len(flat)]

    return total


def _products(random: Random) -> Total:
    """The sum of all results with random weights, product by product."""
    weights = ANY.draw(random, (3 * MOST,))

    def total(*results: Any) -> Any:
        return sum(np.sum(weights[: np.size(one)].reshape(np.shape(one)) * one) for one in results)

    return total


Form = tuple[str, Function, Any]


def _unary(name: str, random: Random) -> Iterator[Form]:
    (domain,) = DOMAINS.get(name, (ANY,))
    apply = getattr(np, name)
    scalar = SYMBOLS.get(name, apply)
    total = _product(random)
    yield "an array", lambda v: total(apply(v)), domain.draw(random, (2, 3))
    yield "a square one", lambda v: total(apply(v)), domain.draw(random, (3, 3))
    yield "a number", lambda x: total(apply(x)), domain.draw(random)
    yield "numbers", lambda v: total(np.stack([scalar(v[k]) for k in range(4)])), domain.draw(random, (4,))


def _binary(name: str, random: Random) -> Iterator[Form]:
    left, right = DOMAINS.get(name, (ANY, ANY))
    apply = getattr(np, name)
    scalar = SYMBOLS.get(name, apply)
    total = _product(random)
    for form, (a, b) in PAIRS.items():
        point = np.concatenate([np.ravel(left.draw(random, a)), np.ravel(right.draw(random, b))])
        yield form, partial(_of_parts, total, apply, a, b), point
    x, y, row = left.draw(random, (2, 3)), right.draw(random, (2, 3)), right.draw(random, (3,))
    a, b = left.draw(random), right.draw(random)
    yield "constants on the right", lambda v: total(apply(v, y), apply(v, row)), left.draw(random, (2, 3))
    yield "the same number twice", lambda x: total(np.stack([scalar(x, x), x])), POSITIVE.draw(random)
    point = np.array([left.draw(random), right.draw(random), left.draw(random)])
    yield "numbers", lambda v: total(np.stack([scalar(v[0], v[1]), scalar(v[2], b)])), point
    if name not in NEVER_FIRST:
        yield "a constant number on the left", lambda x: total(scalar(a, x)), right.draw(random)
        yield "constants on the left", lambda v: total(apply(x, v), apply(a, v)), right.draw(random, (2, 3))
        yield "a constant that is wider", lambda v: total(apply(x, v)), right.draw(random, (3,))


def _of_parts(total: Total, apply: Function, a: tuple[int, ...], b: tuple[int, ...], v: Any) -> Any:
    """The program of two operands of shapes `a` and `b`, from the elements of a vector."""
    size = int(np.prod(a))
    return total(apply(_shaped(v[:size], a), _shaped(v[size:], b)))


def _shaped(v: Any, shape: tuple[int, ...]) -> Any:
    return np.reshape(v, shape) if shape else v[0]
