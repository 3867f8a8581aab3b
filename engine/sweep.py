"""The reverse sweep: from the results' cotangents to those of all they were computed from, in one pass each way.

Iterative, so depth is limited by memory alone. The first pass counts, for every node, the results that used it; the
second visits a node when the last of them has handed down its share, so each node is visited once, after all that
depend on it. It holds on to no node that it has visited: what nobody else refers to is freed on the way. Nodes of one
and two scalar parents, nearly all of a scalar program, are unrolled: it makes the sweep twice as fast.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from .graph import parents
from .primitive import Primitive, shape_of
from .record import apply, plain, record
from .structural import Piece, add_at
from .table import PRIMITIVES
from .variable import Dual, Variable, as_data

Visit = Callable[[Variable, Any], None]

NOTHING = -0.0
"""What a node has gathered at first: adding to -0.0 changes nothing, not even the sign of a zero."""

_lock = threading.RLock()  # counts and cotangents stand in the nodes, which two threads may share


def sweep(root: list[Variable], seed: Any, visit: Visit, visit_all: bool = False) -> None:
    """Call `visit(node, cotangent)` for every leaf under the one `root` (with `visit_all` for every node).

    `seed` is the cotangent of the root, which is taken out of its list, so that the caller need not keep the graph
    alive. An array handed to `visit` is new, of the node's shape, and its to keep.
    """
    with _lock:
        try:
            _count_uses(root)
            root[0]._adjoint = seed
            _propagate(root, visit, visit_all)
        except BaseException:
            _forget(root)
            raise


def joined(roots: list[Variable]) -> Variable:
    """A root for all of `roots`: its cotangent is the tuple of theirs."""
    return record(_JOIN, None, tuple(roots), (list(range(len(roots))), (), {}))


_JOIN = Primitive("join", lambda *values: values, lambda i, g, *_: g[i])


def _count_uses(root: list[Variable]) -> None:
    order = list(root)
    append = order.append
    for node in order:
        p = node._left
        if p is not None:
            pending = p._pending
            if not pending:
                p._adjoint = NOTHING
                append(p)
            p._pending = pending + 1
            p = node._right
            if p is not None:
                pending = p._pending
                if not pending:
                    p._adjoint = NOTHING
                    append(p)
                p._pending = pending + 1
        else:
            for p in node._parents:
                pending = p._pending
                if not pending:
                    p._adjoint = NOTHING
                    append(p)
                p._pending = pending + 1


def _propagate(ready: list[Variable], visit: Visit, visit_all: bool) -> None:
    pop, append = ready.pop, ready.append
    owned: set[int] = set()  # ids of nodes whose gathered cotangent is an array of the sweep's own
    node = pop()
    try:
        while True:
            g = node._adjoint
            if visit_all and node._primitive is not None:
                visit(node, own(g, node))
            p = node._left
            if p is not None:
                p._adjoint += g * node._dleft
                pending = p._pending - 1
                p._pending = pending
                q = node._right
                if q is None:
                    if not pending:
                        node = p
                        continue
                else:
                    if not pending:
                        append(p)
                    q._adjoint += g * node._dright
                    pending = q._pending - 1
                    q._pending = pending
                    if not pending:
                        node = q
                        continue
            elif node._primitive is not None:
                _pull(node, g, owned, append)
            else:
                is_ready = (type(g) is float and type(node._data) is float) or id(node) in owned
                visit(node, g if is_ready else own(g, node))
                node._adjoint = None
            if not ready:
                break
            node = pop()
    except BaseException:
        append(node)
        raise


def _pull(node: Variable, g: Any, owned: set[int], append: Callable[[Variable], None]) -> None:
    """Hand down the cotangent `g` of a node that is not of scalars alone, and append the parents that are ready."""
    node._adjoint = None
    vjp, z = node._primitive.vjp, node._data  # type: ignore[union-attr]
    places, operands, parameters = node._saved
    for i, parent in zip(places, node._parents):  # noqa: B905  there are as many, and strict=True takes its time
        cotangent = vjp(i, g, z, *operands, **parameters)
        kind = type(cotangent)
        if parent._adjoint is NOTHING and (kind is np.ndarray or kind is float):
            parent._adjoint = cotangent
        else:
            _gather(parent, cotangent, owned)
        pending = parent._pending - 1
        parent._pending = pending
        if not pending:
            append(parent)


def _gather(node: Variable, cotangent: Any, owned: set[int]) -> None:
    """Add `cotangent` to what `node` has gathered, in place where that is an array of the sweep's own."""
    adjoint = node._adjoint
    if type(cotangent) is Piece:
        if not (isinstance(adjoint, Variable) or isinstance(cotangent.g, Variable)):
            if id(node) not in owned:
                node._adjoint = adjoint = (
                    np.zeros(cotangent.shape, node.dtype) if adjoint is NOTHING else as_array(adjoint, node)
                )
                owned.add(id(node))
            add_at(adjoint, cotangent.index, cotangent.g)
            return
        cotangent = apply(PRIMITIVES["scatter"], cotangent.g, index=cotangent.index, shape=cotangent.shape)
    if isinstance(cotangent, np.generic):
        cotangent = float(cotangent)
    if adjoint is NOTHING:
        node._adjoint = cotangent
    elif id(node) in owned and not isinstance(cotangent, Variable):
        adjoint += cotangent
    else:
        node._adjoint = total = adjoint + cotangent
        if type(total) is np.ndarray and total.shape == node.shape and total.dtype == node.dtype:
            owned.add(id(node))
        else:
            owned.discard(id(node))


def _forget(nodes: list[Variable]) -> None:
    """Undo what an interrupted sweep left in `nodes` and in all that they were computed from."""
    seen = set(nodes)
    for node in nodes:
        node._adjoint = None
        node._pending = 0
        for parent in parents(node):
            if parent not in seen:
                seen.add(parent)
                nodes.append(parent)


def own(g: Any, whole: Any) -> Any:
    """The lazily shaped `g` at the full shape of `whole`: a float, a new array of its dtype, or a Variable."""
    if isinstance(g, Variable):
        return g if g.shape == shape_of(whole) else functions.broadcast_to(g, whole.shape)
    return as_array(g, whole) if shape_of(whole) else float(g)


def as_array(g: Any, whole: Any) -> np.ndarray[Any, Any]:
    """The lazily shaped `g` as a new array of the shape and dtype of `whole`, an array or Variable."""
    array = np.empty(whole.shape, whole.dtype)
    array[...] = g
    return array


def backward(root: Variable, grad: object = None, retain_grad: bool = False) -> None:
    """Add the derivatives of this Variable to `.grad` of every leaf it was computed from.

    `grad` is the cotangent to start from, of this Variable's shape; without one it is all ones, which gives the
    gradient of the sum of the elements. With `retain_grad` the Variables in between get their `.grad` too.
    """
    if type(root) is Dual:
        raise TypeError("backward() under jvp: a Dual carries its tangent forward, and has no graph to go back through")
    sweep([root], 1.0 if grad is None else _seed(root, grad), _deposit, retain_grad)


def _deposit(node: Variable, g: Any) -> None:
    if isinstance(g, Variable):
        g = plain(g)  # .grad is data, also where backward() is called under a transform
    node.grad = g if node.grad is None else node.grad + g


def _seed(root: Variable, grad: object) -> Any:
    seed = as_data(grad)
    if np.shape(seed) != root.shape:
        raise ValueError(f"grad has shape {np.shape(seed)}: it must have the Variable's shape, {root.shape}")
    return seed
