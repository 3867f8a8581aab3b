"""The search for where a gradient stops being finite, along the graph that it came from.

Somewhere a cotangent that is finite meets a partial derivative that is not. If the operands and the value of that
operation are finite, it is the cause: the square root at 0. If not, its derivative may well be right, and what made
the operand or value so is the cause: from operand to operand, the operation whose own are all finite still. Of several
such the one that ran first is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np

from .explanation import Explanation, NonFiniteGradientError
from .graph import nodes, parents
from .origin import Origin, place
from .primitive import Elementwise, full, shape_of, unbroadcast
from .record import plain
from .variable import Variable

Index = tuple[int, ...]

MOST_ELEMENTS = 256
"""Elements of a result that are tried, one by one, for the partial derivative that is not finite."""


class Watch:
    """Stands between a sweep and what its derivatives are for, so that nobody is given one that is not finite."""

    def __init__(self, roots: Iterable[tuple[Variable, Any]], visit: Callable[[Variable, Any], None]) -> None:
        self.roots = list(roots)
        self.visit = visit
        self.visits: list[tuple[Variable, Any]] = []

    def keep(self, node: Variable, g: Any) -> None:
        """The `visit` of the sweep."""
        self.visits.append((node, g))

    def hand_out(self) -> None:
        """Make the visits. Raises NonFiniteGradientError instead if something is not finite that began finite."""
        values = [plain(root) for root, _ in self.roots] + [plain(g) for _, g in self.visits]
        if not all(np.isfinite(value).all() for value in values):
            found = find(self.roots)
            if found is not None:
                raise NonFiniteGradientError(found)
        for node, g in self.visits:
            self.visit(node, g)


class Operation:
    """An operation of the graph, on plain numbers. Operands of an elementwise one have the shape of the result."""

    def __init__(self, node: Variable) -> None:
        self.node = node
        self.primitive: Any = node._primitive
        self.is_elementwise = isinstance(self.primitive, Elementwise)
        self.parents = parents(node)
        self.value = plain(node)
        self.parameters: dict[str, Any] = {}
        self.origin: Origin | None = None
        if node._left is not None:  # of scalars, outside of debugging: constants are not known
            self.places = list(range(len(self.parents)))
            self.operands = tuple(map(plain, self.parents))
            return
        self.places, operands, self.parameters = node._saved
        self.operands = tuple(map(plain, operands))
        self.origin = getattr(node._saved, "origin", None)
        if self.is_elementwise and shape_of(self.value):
            self.operands = tuple(full(operand, self.value.shape) for operand in self.operands)

    def share(self, i: int, g: Any) -> Any:
        """What the cotangent `g` becomes for operand `i`, in the shape of that."""
        if self.node._left is not None:
            return g * (self.node._dright if i else self.node._dleft)
        return full(plain(self.primitive.vjp(i, g, self.value, *self.operands, **self.parameters)), self.shape(i))

    def shape(self, i: int) -> Index:
        return shape_of(self.operands[i])

    def producer(self, i: int) -> Variable | None:
        """The node that operand `i` is the value of, if any operation made it."""
        parent = self.parents[self.places.index(i)] if i in self.places else None
        return None if parent is None or parent._primitive is None else parent

    @property
    def number(self) -> int:
        """When it ran, among those that ran while debugging; the others ran before."""
        return -1 if self.origin is None else self.origin.number

    def unit(self, index: Index) -> Any:
        """The cotangent that picks one element of the value."""
        unit = np.zeros(shape_of(self.value))
        unit[index] = 1.0
        return unit if unit.ndim else 1.0

    def bad_operand(self, index: Index) -> tuple[int, Index] | None:
        """The operand, and its element, that is not finite and has a part in the element of the value at `index`."""
        for i, operand in enumerate(self.operands):
            bad = ~np.isfinite(operand)
            if bad.any() and self.is_elementwise:
                bad &= _only(index, bad.shape)
            elif bad.any() and self.primitive.linear:
                bad &= self.share(i, self.unit(index)) != 0.0
            found = first(bad)
            if found is not None:
                return i, found
        return None

    def slope(self, i: int, index: Index, g: Any) -> tuple[float | None, float | None]:
        """A derivative by the element of operand `i` at `index`, and the cotangent that it is multiplied with.

        Of several elements of the value it is by one whose derivative is not finite; None if none was found.
        """
        if self.is_elementwise:
            partial = self.share(i, full(1.0, shape_of(self.value)))
            return float(_element(partial, index)), float(_element(g, index))
        for at in islice(np.ndindex(shape_of(self.value)), MOST_ELEMENTS):
            partial = self.share(i, self.unit(at))
            if not shape_of(self.value) or not np.isfinite(_element(partial, index)):
                return float(_element(partial, index)), float(_element(g, at))
        return None, None


class Fault(NamedTuple):
    """What is not finite at an operation: see Explanation. `g` is the cotangent of the value, if that is known."""

    operation: Operation
    cause: Literal["value", "partial", "sum", "operand"]
    operand: int | None
    at: Index
    g: Any = None


def find(roots: list[tuple[Variable, Any]]) -> Explanation | None:
    """Why derivatives of the `roots`, which have these cotangents, or their values, are not finite; None if they are.

    None also if all that is not finite comes from a cotangent of a root.
    """
    with np.errstate(all="ignore"):
        faults = list(map(behind, in_sweep(roots)))
        for root, _ in roots:
            at = first(~np.isfinite(plain(root)))
            if at is not None and root._primitive is not None:
                operation = Operation(root)
                faults.append(source(operation, operation.bad_operand(at), at))
        made = [fault for fault in faults if fault.cause in ("value", "operand")]
        if made:
            return told(min(made, key=lambda fault: fault.operation.number))
        return told(faults[0]) if faults else None


def in_sweep(roots: list[tuple[Variable, Any]]) -> Iterator[Fault]:
    """What goes wrong in a reverse sweep where a cotangent was still finite; of arrays the first element."""
    cotangents: dict[Variable, Any] = {}
    for root, seed in roots:
        cotangents[root] = full(plain(seed), root.shape) + cotangents.get(root, 0.0)
    for node in reversed(nodes(*(root for root, _ in roots))):
        if node._primitive is None:
            continue
        operation, g = Operation(node), cotangents.pop(node)
        for i, parent in zip(operation.places, operation.parents, strict=True):
            share = operation.share(i, g)
            at = first(_begins(operation, i, g, share))
            if at is not None:
                yield Fault(operation, "partial", i, at, g)
            share = unbroadcast(share, shape_of(share), parent.shape)
            gathered = cotangents.get(parent, 0.0)
            cotangents[parent] = total = share + gathered
            at = first(np.isfinite(share) & np.isfinite(gathered) & ~np.isfinite(total))
            if at is not None:
                yield Fault(operation, "sum", i, at)


def _begins(operation: Operation, i: int, g: Any, share: Any) -> Any:
    """Which elements of a share are not finite though the cotangents that they come from are."""
    finite = np.isfinite(g)
    if operation.is_elementwise:
        return ~np.isfinite(share) & finite
    return ~np.isfinite(share if finite.all() else operation.share(i, np.where(finite, g, 0.0)[()]))


def behind(fault: Fault) -> Fault:
    """The fault that is behind one of a derivative: the same if operands and value are finite."""
    operation, index = fault.operation, fault.at
    if fault.cause != "partial":
        return fault
    at: Index | None = index
    if operation.is_elementwise:
        bad = operation.bad_operand(index)
        if np.isfinite(_element(operation.value, index)):
            at = None
    else:
        bad = next(
            ((j, k) for j, x in enumerate(operation.operands) if (k := first(~np.isfinite(x))) is not None), None
        )
        at = first(~np.isfinite(operation.value))
    if bad is None and at is None:
        return fault
    found = source(operation, bad, at or ())
    return fault._replace(cause="value") if found.operation is operation and bad is None else found


def source(operation: Operation, bad: tuple[int, Index] | None, index: Index) -> Fault:
    """The fault behind an element of a value, at `index`, and of an operand, if there is a `bad` one."""
    while bad is not None:
        i, at = bad
        producer = operation.producer(i)
        if producer is None:
            return Fault(operation, "operand", i, at)
        at = at[len(at) - producer.ndim :]  # an elementwise operation has spread it
        index = tuple(0 if n == 1 else k for n, k in zip(producer.shape, at, strict=True))
        operation = Operation(producer)
        bad = operation.bad_operand(index)
    return Fault(operation, "value", None, index)


def told(fault: Fault) -> Explanation:
    """A fault in numbers, and where it is in the source."""
    operation, cause, i, index, g = fault
    operands, value = operation.operands, operation.value
    if operation.is_elementwise:
        operands, value = tuple(_element(x, index) for x in operands), _element(value, index)
    partial = cotangent = None
    if i is not None and g is not None:
        partial, cotangent = operation.slope(i, index, g)
    is_product = cause == "partial" and partial is not None and np.isfinite(partial)
    origin = operation.origin
    return Explanation(
        operation.primitive.name,
        "product" if is_product else cause,
        operands,
        value,
        cotangent,
        partial,
        i,
        index,
        *(("",) if origin is None else (origin.inside, *place(origin))),
    )


def first(mask: Any) -> Index | None:
    """The index of the first element that is True."""
    if not np.any(mask):
        return None
    return tuple(int(k) for k in np.unravel_index(int(np.argmax(mask)), np.shape(mask)))


def _only(index: Index, shape: Index) -> Any:
    """A mask that is True at an index alone."""
    mask = np.zeros(shape, dtype=bool)
    mask[index] = True
    return mask


def _element(x: Any, index: Index) -> Any:
    return x[index] if shape_of(x) else x
