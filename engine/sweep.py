"""The reverse sweep: from a result's cotangent to those of all it was computed from, in one pass each way.

Iterative, so depth is limited by memory alone. The first pass counts, for every node, the results that used it; the
second visits a node when the last of them has handed down its share, so each node is visited once, after all that
depend on it. Both walk a list that grows as they go. Nodes of one and two scalar parents, nearly all of a scalar
program, are unrolled: it makes the sweep twice as fast.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from .record import apply, plain
from .structural import Piece, add_at
from .table import PRIMITIVES
from .variable import Variable, as_data

_lock = threading.RLock()  # counts and cotangents stand in the nodes, which two threads may share


def sweep(root: Variable, seed: Any, visit: Callable[[Variable, Any], None], visit_all: bool = False) -> None:
    """Call `visit(node, cotangent)` for every leaf under `root` (with `visit_all` for every node).

    `seed` is the cotangent of `root`. An array handed to `visit` is new, of the node's shape, and its to keep.
    """
    with _lock:
        order = [root]
        try:
            _count_uses(order)
            root._adjoint = seed
            _propagate(root, visit, visit_all)
        except BaseException:
            for node in order:
                node._adjoint = None
                node._pending = 0
            raise


def _count_uses(order: list[Variable]) -> None:
    append = order.append
    for node in order:
        for parent in node._parents:
            pending = parent._pending
            if not pending:
                append(parent)
            parent._pending = pending + 1


def _propagate(root: Variable, visit: Callable[[Variable, Any], None], visit_all: bool) -> None:
    ready = [root]
    append = ready.append
    owned: set[int] = set()  # ids of nodes whose gathered cotangent is an array of the sweep's own
    for node in ready:
        g = node._adjoint
        node._adjoint = None
        parents = node._parents
        partials = node._partials
        if visit_all or not parents:
            visit(node, g if id(node) in owned else own(g, node))
        if type(partials) is not tuple:
            for parent, cotangent in zip(parents, partials(g, node._data), strict=True):  # type: ignore[operator]
                _gather(parent, cotangent, owned)
                pending = parent._pending - 1
                parent._pending = pending
                if not pending:
                    append(parent)
        elif len(parents) == 2:
            p, q = parents
            dp, dq = partials
            adjoint = p._adjoint
            p._adjoint = g * dp if adjoint is None else adjoint + g * dp
            pending = p._pending - 1
            p._pending = pending
            if not pending:
                append(p)
            adjoint = q._adjoint
            q._adjoint = g * dq if adjoint is None else adjoint + g * dq
            pending = q._pending - 1
            q._pending = pending
            if not pending:
                append(q)
        elif parents:
            (p,) = parents
            (dp,) = partials
            adjoint = p._adjoint
            p._adjoint = g * dp if adjoint is None else adjoint + g * dp
            pending = p._pending - 1
            p._pending = pending
            if not pending:
                append(p)


def _gather(node: Variable, cotangent: Any, owned: set[int]) -> None:
    """Add `cotangent` to what `node` has gathered, in place where that is an array of the sweep's own."""
    adjoint = node._adjoint
    if isinstance(cotangent, np.generic):
        cotangent = float(cotangent)
    if type(cotangent) is Piece:
        if not (isinstance(adjoint, Variable) or isinstance(cotangent.g, Variable)):
            if id(node) not in owned:
                node._adjoint = adjoint = as_array(0.0 if adjoint is None else adjoint, node)
                owned.add(id(node))
            add_at(adjoint, cotangent.index, cotangent.g)
            return
        cotangent = apply(PRIMITIVES["scatter"], cotangent.g, index=cotangent.index, shape=cotangent.shape)
    if adjoint is None:
        node._adjoint = cotangent
    elif id(node) in owned and not isinstance(cotangent, Variable):
        adjoint += cotangent
    else:
        node._adjoint = total = adjoint + cotangent
        if type(total) is np.ndarray and total.shape == node.shape and total.dtype == node.dtype:
            owned.add(id(node))
        else:
            owned.discard(id(node))


def own(g: Any, node: Variable) -> Any:
    """The lazily shaped `g` as a cotangent of `node` at its full shape: a float, a new array, or a Variable."""
    if isinstance(g, Variable):
        return g if g.shape == node.shape else functions.broadcast_to(g, node.shape)
    return as_array(g, node) if node.shape else float(g)


def as_array(g: Any, node: Variable) -> np.ndarray[Any, Any]:
    """The lazily shaped `g` as a new array of the shape and dtype of `node`."""
    array = np.empty(node.shape, node.dtype)
    array[...] = g
    return array


def backward(root: Variable, grad: object = None, retain_grad: bool = False) -> None:
    """Add the derivatives of this Variable to `.grad` of every leaf it was computed from.

    `grad` is the cotangent to start from, of this Variable's shape; without one it is all ones, which gives the
    gradient of the sum of the elements. With `retain_grad` the Variables in between get their `.grad` too.
    """

    def deposit(node: Variable, g: Any) -> None:
        g = plain(g)  # .grad is data, also where backward() is called under a transform
        node.grad = g if node.grad is None else node.grad + g

    sweep(root, 1.0 if grad is None else _seed(root, grad), deposit, retain_grad)


def _seed(root: Variable, grad: object) -> Any:
    seed = as_data(grad)
    if np.shape(seed) != root.shape:
        raise ValueError(f"grad has shape {np.shape(seed)}: it must have the Variable's shape, {root.shape}")
    return seed
