"""Running-error analysis: what rounding may do to a gradient, to first order, with all correlations of the formula.

A definition runs once, on numbers that record a tape: of every operation the value, and its first and second partial
derivatives, those of a function by Arb's power series. Two sweeps over the tape, in floats, tell for all components at
once how each reacts to a change of every intermediate value and of every intermediate derivative. The bound is the sum
of these reactions, times what doubles and a good math library may round there.

Let z be a node's value, ż its derivative along a coordinate, z̄ that of the result with respect to it. The component
then reacts to a change of ż by z̄, and to a change of z by the derivative of z̄ along that coordinate. Each product of
the chain rule, z̄ ∂z/∂a ȧ, is rounded alike in forward and in reverse mode; the two differ in what they add up.

Being of first order it is no proof, unlike a ball's radius. It is here to tell how sharp the radius is (attainable.py).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import flint
import numpy as np

from harness.balls import FUNCTIONS, UndecidedError, UnknownToBallsError, on_balls, precision
from harness.element import Ordered

BITS = 53
"""Of the values, as balls: where a double's rounding leaves it open which way a branch goes, it is not decided."""

UNIT = 2.0**-53
UNDERFLOW = 2.0**-1074

ROUNDINGS: dict[str, tuple[int, tuple[int, ...]]] = {
    "linear": (1, (0, 0)),
    "multiply": (1, (0, 0)),
    "divide": (1, (1, 2)),
    "pow": (2, (4, 4)),
    "power": (2, (3,)),
    "square": (1, (0,)),
    "sqrt": (1, (2,)),
    "exp": (2, (2,)),
    "log": (2, (1,)),
    "sin": (2, (2,)),
    "cos": (2, (2,)),
    "tan": (2, (6,)),
    "arcsin": (2, (4,)),
    "arccos": (2, (4,)),
    "arctan": (2, (3,)),
}
"""In units of 2^-53, relative to each: how far off an operation's value is, and its partial derivative by each operand.

A function of a math library is taken to be right to one unit in the last place, which is two of these. A partial
derivative is off by what the shortest rule for it rounds: 1 for log (1/x), 1 + 2 for a constant power (p x^(p-1)).
"""


class Operation(NamedTuple):
    """One operation: its operands (nodes), its partial derivatives, and how far rounding may put off what it gives.

    `second` has the second partial derivatives: of one operand one; of two, those by xx, xy, yy.
    """

    operands: tuple[int, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    rounding: float
    rules: tuple[float, ...]


@dataclass
class Tape:
    """The operations in the order of evaluation. Nodes 0 … inputs - 1 are the coordinates, then each has one."""

    inputs: int
    operations: list[Operation] = field(default_factory=list)
    borders: list[int] = field(default_factory=list)
    """Nodes that may be zero where a branch depends on their sign."""

    def record(self, *operation: Any) -> int:
        self.operations.append(Operation(*operation))
        return self.nodes - 1

    @property
    def nodes(self) -> int:
        return self.inputs + len(self.operations)


class Node:
    """A ball with a place on a tape; a constant has none."""

    __slots__ = ("index", "tape", "value")

    def __init__(self, value: Any, tape: Tape | None = None, index: int = -1) -> None:
        self.value, self.tape, self.index = value, tape, index

    def __neg__(self) -> Node:
        return recorded("linear", -self.value, (self,), (-1.0,), (0.0,))

    def __add__(self, other: Node) -> Node:
        return recorded("linear", self.value + other.value, (self, other), (1.0, 1.0), (0.0, 0.0, 0.0))

    def __sub__(self, other: Node) -> Node:
        return recorded("linear", self.value - other.value, (self, other), (1.0, -1.0), (0.0, 0.0, 0.0))

    def __mul__(self, other: Node) -> Node:
        x, y = self.value, other.value
        return recorded("multiply", x * y, (self, other), (y, x), (0.0, 1.0, 0.0))

    def __truediv__(self, other: Node) -> Node:
        x, y = self.value, other.value
        z = x / y
        return recorded("divide", z, (self, other), (1 / y, -z / y), (0.0, -1 / (y * y), 2 * z / (y * y)))

    def __pow__(self, other: Node) -> Node:
        x, y = self.value, other.value
        if other.tape is None:
            partials = power(x, y), y * power(x, y - 1), y * (y - 1) * power(x, y - 2)
            # The rule raises to y - 1, whose rounding the power makes log(x) times as large.
            return unary("square" if y == 2 else "power", self, partials, 0 if y.is_integer() else (y - 1) * x.log())
        z, log = x**y, x.log()
        second = y * (y - 1) * z / (x * x), z / x * (1 + y * log), z * log * log
        return recorded("pow", z, (self, other), (y * z / x, z * log), second)


def power(x: Any, y: Any) -> Any:
    """x**y for a constant y; the powers of zero that are not finite, which Arb calls zero, are nan."""
    if x.is_zero() and not y >= 0:
        return flint.arb(0) if y.is_integer() else flint.arb("nan")
    return x**y


def unary(name: str, x: Node, derivatives: Sequence[Any], more: Any = 0) -> Node:
    value, first, second = derivatives
    return recorded(name, value, (x,), (first,), (second,), more)


def recorded(
    name: str, value: Any, operands: Sequence[Node], first: Sequence[Any], second: Sequence[Any], more: Any = 0
) -> Node:
    """The node of an operation, on the tape of its operands; a constant where none of them is on one.

    `more` units are rounded by its rule beside those of the table.
    """
    kept = [k for k, node in enumerate(operands) if node.tape is not None]
    if not kept:
        return Node(value)
    tape = operands[kept[0]].tape
    assert tape is not None
    of_value, of_rules = ROUNDINGS[name]
    index = tape.record(
        tuple(operands[k].index for k in kept),
        tuple(float(first[k]) for k in kept),
        tuple(map(float, second if len(kept) == len(operands) else [second[2 * kept[0]]])),
        0.0 if value.is_exact() else of_value * UNIT * _size(value) + UNDERFLOW,
        tuple(UNIT * (of_rules[k] + _size(flint.arb(more))) for k in kept),
    )
    return Node(value, tape, index)


def _size(value: Any) -> float:
    size = abs(float(value))
    return size if size < np.inf else np.inf  # also of what is no number


def _is_power_of_two(factor: float) -> bool:
    """Whether a product with it is exact."""
    return abs(math.frexp(factor)[0]) == 0.5


class Traced(Ordered):
    """A number that records what is done with it; its content is a Node."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    @staticmethod
    def taken(number: Any) -> Any:
        if isinstance(number, (int, float, np.integer)):
            return Node(flint.arb(number if isinstance(number, int) else float(number)))
        raise UnknownToBallsError(f"a traced number combines with its like and numbers, not {type(number).__name__}")

    def __abs__(self) -> Any:
        if self.content.value > 0:
            return self
        if not self.content.value < 0 and self.content.tape:
            self.content.tape.borders.append(self.content.index)
        return -self

    def side_of(self, other: object) -> int:
        """1, 0 or -1 as this is more than `other`, the same, or less. Raises UndecidedError if rounding decides."""
        difference = (self - other).content
        value, tape = difference.value, difference.tape
        if value > 0:
            return 1
        if value < 0:
            return -1
        if not value == 0:
            raise UndecidedError(f"which way a branch goes: the difference is {value}")
        if tape:
            tape.borders.append(difference.index)
        return 0


SERIES = {**FUNCTIONS, "sqrt": operator.methodcaller("sqrt")}


def _function(name: str) -> Any:
    def method(self: Traced) -> Traced:
        node = self.content
        if name == "sqrt" and node.value.is_zero():  # Arb calls its slope zero
            return Traced(unary(name, node, (flint.arb(0), *[flint.arb("nan")] * 2)))
        series = SERIES[name](flint.arb_series([node.value, 1]))
        return Traced(unary(name, node, (series[0], series[1], 2 * series[2])))

    return method


for _name in SERIES:
    setattr(Traced, _name, _function(_name))


def attainable(f: Callable[[Any], Any], x: np.ndarray[Any, Any], components: np.ndarray[Any, Any]) -> Any:
    """What rounding may do to the derivative of `f` at `x` along each of `components`, an array of their shape.

    Infinite where a value overflows, and where it depends on rounding which way a branch goes. Raises
    UnknownToBallsError if `f` does what balls cannot.
    """
    tape, found = _trace(f, x)
    if found is None:
        return np.full(components.size, np.inf)
    [result] = np.atleast_1d(found)
    if _index(result) < 0:
        return np.zeros(components.size)
    with np.errstate(all="ignore"):
        return _of_derivatives(tape, _index(result), components)


def attainable_of_code(code: Callable[[Any], Any], x: np.ndarray[Any, Any], components: np.ndarray[Any, Any]) -> Any:
    """The same for a gradient that is `code` of its own: what rounding may do to the values that it gives."""
    tape, found = _trace(code, x)
    if found is None:
        return np.full(components.size, np.inf)
    adjoints = np.zeros((tape.nodes, components.size))
    for k, i in enumerate(components):
        if _index(found[i]) >= 0:
            adjoints[_index(found[i]), k] = 1.0
    with np.errstate(all="ignore"):
        for k in reversed(range(tape.inputs, tape.nodes)):
            operation = tape.operations[k - tape.inputs]
            for a, partial in zip(operation.operands, operation.first, strict=True):
                adjoints[a] += partial * adjoints[k]
        return _finished(_roundings(tape) @ np.abs(adjoints), tape, adjoints[:0])


def _trace(f: Callable[[Any], Any], x: np.ndarray[Any, Any]) -> tuple[Tape, Any]:
    """The tape of f at `x`, and what f gave; None where that depends on rounding."""
    tape, point = Tape(x.size), np.empty(x.size, dtype=object)
    with precision(BITS):
        flint.ctx.cap = 3
        point[:] = [Traced(Node(flint.arb(value), tape, i)) for i, value in enumerate(x.tolist())]
        try:
            return tape, on_balls(f, point)
        except UndecidedError:
            return tape, None


def _index(result: Any) -> int:
    return result.content.index if isinstance(result, Traced) else -1


def _roundings(tape: Tape) -> Any:
    return np.array([0.0] * tape.inputs + [operation.rounding for operation in tape.operations])


def _of_derivatives(tape: Tape, last: int, components: np.ndarray[Any, Any]) -> Any:
    n = tape.inputs
    tangents = _tangents(tape, components)
    reactions = np.zeros_like(tangents)
    """How the component reacts to a change of each node's value."""
    adjoints: list[float | None] = [None] * tape.nodes
    adjoints[last] = 1.0
    products, forward, reverse = np.zeros((3, tape.nodes))  # what rounds beside the derivative of each node
    terms: list[list[float]] = [[] for _ in range(tape.nodes)]
    underflow = 0.0
    sums = np.zeros(components.size)
    for k in range(last, n - 1, -1):
        operands, first, second, _, rules = tape.operations[k - n]
        adjoint = adjoints[k]
        if adjoint is None:
            continue
        size, reaction = abs(adjoint), reactions[k]
        for j, (a, partial, rule) in enumerate(zip(operands, first, rules, strict=True)):
            product = adjoint * partial
            products[a] += rule * abs(product) + UNDERFLOW * (1.0 + size)
            if not _is_power_of_two(partial):
                forward[a] += UNIT * abs(product) * (a >= n)
                reverse[a] += UNIT * abs(product) * (not _is_power_of_two(adjoint))
            underflow += UNDERFLOW * size
            before = adjoints[a]
            adjoints[a] = product if before is None else before + product
            terms[a].append(abs(product))
            if len(terms[a]) > 1:  # of more than two the order is the engine's affair
                reverse[a] += UNIT * (sum(terms[a]) if len(terms[a]) > 2 else abs(adjoints[a]))
            reactions[a] += partial * reaction
            if second[own := 2 * j]:
                reactions[a] += adjoint * second[own] * tangents[a]
            if len(operands) == 2 and second[1]:
                reactions[a] += adjoint * second[1] * tangents[operands[1 - j]]
        if len(operands) == 2:
            a, b = operands
            both = (tangents[a] != 0.0) & (tangents[b] != 0.0)
            sums += UNIT * size * np.where(both, np.abs(tangents[k]), 0.0)
    sizes = np.abs(tangents)
    bound = (
        _roundings(tape) @ np.abs(reactions)
        + products @ sizes
        + underflow
        + np.maximum(forward @ sizes + sums, reverse @ sizes)
    )
    return _finished(bound, tape, tangents)


def _tangents(tape: Tape, components: np.ndarray[Any, Any]) -> Any:
    """The derivative of every node along each of the components."""
    tangents = np.zeros((tape.nodes, components.size))
    tangents[components, np.arange(components.size)] = 1.0
    for k, operation in enumerate(tape.operations, tape.inputs):
        for a, partial in zip(operation.operands, operation.first, strict=True):
            tangents[k] += partial * tangents[a]
    return tangents


def _finished(bound: Any, tape: Tape, tangents: Any) -> Any:
    bound[np.isnan(bound)] = np.inf
    if len(tangents):
        bound[(tangents[tape.borders] != 0.0).any(axis=0)] = np.inf
    return bound
