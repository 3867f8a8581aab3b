"""The whole gradient on balls in one evaluation: a tape of numbers, each with its partial derivatives, swept backward.

A Ball carries one derivative forward, so n components take n evaluations. Here each operation is done by Balls whose
derivative is that by one operand, which is kept; the chain rule does the rest. So the rules are Arb's in this way, too,
and the enclosures are as proven.

At 53 bits the radii are what rounding may do: to the numbers and partials, by Arb, and to the chain rule. Sums round
differently in different orders, and in a lucky one not at all. So that no order is favoured, each component is charged
one rounding of the sum of the absolute values of all that is added up to it. So is every sum of the function's own that
is so long that NumPy would choose an order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np

from .balls import (
    DOUBLE,
    FUNCTIONS,
    Ball,
    UnknownToBallsError,
    in_range_number,
    number,
    on_balls,
    precision,
    scalar,
    upper,
)
from .element import Ordered

Tape = list["Taped"]

LONG = 8
"""Terms of a sum that NumPy does not add up one after the other."""

UNIT = 2.0**-DOUBLE
"""What rounding does to a number, relative to it."""


class Taped(Ordered):
    """A number: its enclosure, and the operands it was computed from, each with the enclosure of its partial."""

    __slots__ = ("adjoint", "gross", "links", "tape", "terms", "total")

    def __init__(self, content: Any, tape: Tape, links: tuple[tuple[Taped, Any], ...] = ()) -> None:
        self.content = content
        self.tape = tape
        self.links = links
        self.adjoint = None
        self.gross = 0.0
        self.terms = 1
        self.total = 0.0
        tape.append(self)

    def charged(self, left: Taped, right: Any) -> Taped:
        """A sum or difference, at 53 bits: `terms` have been added up, whose absolute values are `total` together."""
        sizes = upper(left.content), upper(right.content if isinstance(right, Taped) else Ball.taken(right))
        terms, total = (left.terms, left.total) if left.terms > 1 else (1, sizes[0])
        more, rest = (right.terms, right.total) if isinstance(right, Taped) and right.terms > 1 else (1, sizes[1])
        self.terms, self.total = terms + more, total + rest
        if self.terms >= LONG:
            self.content += flint.arb(0, UNIT * (sum(sizes) if max(terms, more) >= LONG else self.total))
        return self

    def alone(self, slope: int = 0) -> Ball:
        """The number as a Ball whose derivative is `slope`."""
        return Ball(flint.arb_series([self.content, slope]))

    def side_of(self, other: object) -> int:
        """As a Ball's; a number is equal to itself for good."""
        if other is self:
            return 0
        return self.alone().side_of(other.alone() if isinstance(other, Taped) else other)

    def conjugate(self) -> Taped:
        return self


def _of_one(operate: Callable[[Ball], Any]) -> Any:
    def operator(self: Taped) -> Any:
        result = operate(self.alone(1))
        return Taped(result.value, self.tape, ((self, result.derivative),))

    return operator


def _of_two(operate: Callable[[Any, Any], Any]) -> Any:
    def operator(self: Taped, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if not isinstance(other, Taped):
            result = operate(self.alone(1), other)
            return Taped(result.value, self.tape, ((self, result.derivative),))
        left, right = operate(self.alone(1), other.alone()), operate(self.alone(), other.alone(1))
        return Taped(left.value, self.tape, ((self, left.derivative), (other, right.derivative)))

    return operator


def _of_terms(operate: Callable[[Any, Any], Any]) -> Any:
    add = _of_two(operate)

    def operator(self: Taped, other: Any) -> Any:
        result = add(self, other)
        return result.charged(self, other) if flint.ctx.prec == DOUBLE and result is not NotImplemented else result

    return operator


for _name in (*FUNCTIONS, "__neg__", "__abs__", "sqrt", "cbrt"):
    setattr(Taped, _name, _of_one(getattr(Ball, _name)))
for _name, _made in (("add", _of_terms), ("sub", _of_terms), ("mul", _of_two), ("truediv", _of_two), ("pow", _of_two)):
    for _symbol in (f"__{_name}__", f"__r{_name}__"):
        setattr(Taped, _symbol, _made(getattr(Ball, _symbol)))
for _name in ("hypot", "arctan2"):
    setattr(Taped, _name, _of_two(getattr(Ball, _name)))


def value_and_gradient(f: Callable[[Any], Any], x: np.ndarray[Any, Any], bits: int) -> tuple[Any, list[Any]]:
    """Enclosures of the value and the gradient of `f` at `x` of shape (n,), computed with `bits` of precision.

    Raises UndecidedError where a comparison needs more of them, or is a tie; and UnknownToBallsError.
    """
    tape: Tape = []
    try:
        with precision(bits):
            return _differentiated(f, x, tape)
    finally:
        tape.clear()  # its numbers refer to it: without them it goes at once


def _differentiated(f: Callable[[Any], Any], x: np.ndarray[Any, Any], tape: Tape) -> tuple[Any, list[Any]]:
    """The same at the working precision, on an empty tape."""
    point = np.empty(x.size, dtype=object)
    for i, coordinate in enumerate(x.tolist()):
        point[i] = Taped(flint.arb(coordinate), tape)
    result = on_balls(f, point)
    if isinstance(result, np.ndarray):
        result = scalar(result)
    if not isinstance(result, Taped):
        return number(result), [flint.arb(0)] * x.size
    if result.tape is not tape or any(operand.tape is not tape for node in tape for operand, _ in node.links):
        raise UnknownToBallsError("it uses numbers that it has kept from another call")
    _sweep(tape, result)
    if flint.ctx.prec == DOUBLE:
        _charge(tape, result)
    return result.content, [flint.arb(0) if leaf.adjoint is None else leaf.adjoint for leaf in point]


def _sweep(tape: Tape, result: Taped) -> None:
    """Give each number its adjoint: the derivative of the result by it; None where there is none."""
    bounded = in_range_number if flint.ctx.prec == DOUBLE else lambda total: total
    result.adjoint = flint.arb(1)
    for node in reversed(tape):
        if node.adjoint is not None:
            for parent, partial in node.links:
                share = node.adjoint * partial
                parent.adjoint = bounded(share if parent.adjoint is None else parent.adjoint + share)


def _charge(tape: Tape, result: Taped) -> None:
    """Add to the adjoints of the leaves what the sums of the chain rule may round, in whatever order they are taken."""
    result.gross = 1.0
    for node in reversed(tape):
        for parent, partial in node.links:
            parent.gross += node.gross * upper(partial)
        if not node.links and node.adjoint is not None:
            node.adjoint += flint.arb(0, UNIT * node.gross)
