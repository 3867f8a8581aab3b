"""The reverse sweep: from a result's cotangent to those of all it was computed from, each node visited once.

Iterative, so depth is limited by memory alone. A node is visited when the last of its uses has handed down its share.
How many there are was counted when the operations ran. So a node used once, as most are, is visited at once, and one
used several times waits for as many shares. If only waiting nodes are left, some uses were by other graphs, and those
that lead to this result are counted (`_recount`): leaves and what several results share come to that.

The counts are but a schedule. Cotangents are linear, so whatever the order each share is handed down along each edge
once, and the sums are right: a node visited too early is visited again, with what came in since. (That happens where
threads without a common lock lose a count.)

The sweep holds on to no node that it has visited: what nobody else refers to is freed on the way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy import ndarray

from . import functions, modes
from .graph import parents
from .primitive import shape_of
from .record import plain
from .repair import is_asked_for, is_finite, repaired_shares
from .structural import add_at
from .variable import Dual, Variable, as_data

Visit: TypeAlias = Callable[[Variable, Any], None]
Ready: TypeAlias = "list[tuple[Variable, Any]]"  # a stack of nodes to visit, each with its cotangent
Waiting: TypeAlias = "dict[Variable, bool]"  # whether what a node has gathered is an array of the sweep's own

NOTHING = -0.0
"""What a node has gathered at first where it is to be added to: -0.0 changes nothing, not even the sign of a zero."""

_lock = threading.RLock()  # what is pending and gathered stands in the nodes, which two threads may share
_running: list[Waiting] = []  # the nodes that are waiting, of each sweep under way: more than one if a rule begins one


def sweep(roots: Ready, visit: Visit, visit_all: bool = False) -> None:
    """Call `visit(node, cotangent)` for every leaf under the `roots` (with `visit_all` for every node).

    The roots come with their cotangents, and are taken out of their list, so that the caller need not keep the graph
    alive. An array handed to `visit` is new, of the node's shape, and its to keep. If a node is visited again, what
    it gets is to be added.
    """
    watch = None
    if not modes.untouched and modes.debugging():
        from .cause import Watch  # `import engine` would take longer with what is rarely asked for

        watch = Watch(roots, visit)
        visit = watch.keep
    waiting: Waiting = {}
    _lock.acquire()  # by hand, as a with block takes twice as long, which a small graph feels
    try:
        outer = _aside(_running[-1]) if _running else ()
        _running.append(waiting)
        try:
            if len(roots) > 1:
                _wait(roots, waiting)
                _recount(roots, waiting, visit)
            _propagate(roots, waiting, visit, visit_all)
        finally:
            _running.pop()
            if waiting:  # the sweep was interrupted
                _aside(waiting)
            for node, pending, gathered in outer:
                node._pending, node._adjoint = pending, gathered
    finally:
        _lock.release()
    if watch is not None:
        watch.hand_out()


def _aside(waiting: Waiting) -> list[tuple[Variable, int, Any]]:
    """Take out of the nodes that are waiting what a sweep keeps in them: a rule may begin another one meanwhile."""
    kept = [(node, node._pending, node._adjoint) for node in waiting]
    for node in waiting:
        node._pending, node._adjoint = 0, None
    return kept


def _wait(roots: Ready, waiting: Waiting) -> None:
    """Let all roots wait, as they may stand below each other."""
    while roots:
        node, g = roots.pop()
        node._adjoint = node._adjoint + g if node in waiting else g
        waiting[node] = False


def _propagate(ready: Ready, waiting: Waiting, visit: Visit, visit_all: bool) -> None:
    # What happens at a parent of a scalar is written out twice, as programs of scalars spend all their time here.
    pop, append = ready.pop, ready.append
    node, g = pop()
    while True:
        if visit_all and node._primitive is not None:
            visit(node, own(g, node))
        p = node._left
        if p is not None:
            q = node._right
            if q is None:
                g = g * node._dleft
            else:
                share = g * node._dleft
                uses = p._uses
                if uses == 1:
                    append((p, share))
                else:
                    pending = p._pending
                    if pending == 1:
                        append((p, share + p._adjoint))
                        p._adjoint = None
                        p._pending = 0
                        del waiting[p]
                    elif pending:
                        p._adjoint += share
                        p._pending = pending - 1
                    else:
                        waiting[p] = False
                        p._adjoint = share
                        p._pending = uses - 1
                g = g * node._dright
                p = q
            uses = p._uses
            if uses == 1:
                node = p
                continue
            pending = p._pending
            if pending == 1:
                g = g + p._adjoint
                p._adjoint = None
                p._pending = 0
                del waiting[p]
                node = p
                continue
            if pending:
                p._adjoint += g
                p._pending = pending - 1
            else:
                waiting[p] = False
                p._adjoint = g
                p._pending = uses - 1
        elif node._primitive is not None:
            p = node._parents[0]
            if node._primitive is functions.GETITEM:
                _add_part(node, g, ready, waiting, visit)
            elif p._uses == 1 and len(node._parents) == 1:
                g = _share(node, 0, g)
                node = p
                continue
            else:
                for k, p in enumerate(node._parents):
                    _arrive(p, _share(node, k, g), ready, waiting, visit)
        else:
            visit(node, g if type(g) is float and type(node._data) is float else own(g, node))
        while not ready:
            if not waiting:
                return
            _recount(ready, waiting, visit)
        node, g = pop()


def _share(node: Variable, k: int, g: Any) -> Any:
    """What a node with the cotangent `g` hands down to its parent number `k`."""
    places, operands, parameters = node._saved
    vjp: Any = node._primitive.vjp  # type: ignore[union-attr]
    if parameters:
        share = vjp(places[k], g, node._data, *operands, **parameters)
    else:
        share = vjp(places[k], g, node._data, *operands)
    # An array without axes would be added to in place, though it may be somebody else's.
    if type(share) is float or (type(share) is ndarray and share.ndim) or isinstance(share, Variable):
        return share
    return float(share)


def _arrive(node: Variable, share: Any, ready: Ready, waiting: Waiting, visit: Visit) -> None:
    """Hand `share` down to a node."""
    uses, pending = node._uses, node._pending
    if pending:
        _add(node, share, waiting)
        _count_down(node, pending, ready, waiting, visit)
    elif uses == 1:
        ready.append((node, share))
    else:
        waiting[node] = False
        node._adjoint = share
        node._pending = uses - 1


def _add(node: Variable, share: Any, waiting: Waiting) -> None:
    """Add `share` to what `node` has gathered, in place where that is an array of the sweep's own."""
    gathered = node._adjoint
    if waiting[node] and not isinstance(share, Variable):
        gathered += share
        return
    node._adjoint = total = share if gathered is NOTHING else gathered + share
    is_new = total is not share and type(total) is ndarray
    waiting[node] = is_new and total.shape == node.shape and total.dtype == node.dtype


def _count_down(node: Variable, pending: int, ready: Ready, waiting: Waiting, visit: Visit) -> None:
    """One of the `pending` uses has arrived."""
    node._pending = pending - 1
    if pending == 1:
        _release(node, ready, waiting, visit)


def _release(node: Variable, ready: Ready, waiting: Waiting, visit: Visit) -> None:
    """`node` need not wait any longer. A leaf that has gathered an array of the sweep's own is given that."""
    g, is_own = node._adjoint, waiting.pop(node)
    node._adjoint = None
    if is_own and node._primitive is None:
        visit(node, g)
    else:
        ready.append((node, g))


def _add_part(node: Variable, g: Any, ready: Ready, waiting: Waiting, visit: Visit) -> None:
    """Hand down the cotangent `g` of a part of an array: it is added into the whole's, without making all the zeros."""
    whole = node._parents[0]
    data = whole._data
    pending = whole._pending
    gathered = whole._adjoint if pending else NOTHING
    if type(data) is not ndarray or not (type(g) is ndarray or type(g) is float) or isinstance(gathered, Variable):
        _arrive(whole, _share(node, 0, g), ready, waiting, visit)
        return
    if not (pending and waiting[whole]):
        waiting[whole] = True
        gathered = np.zeros(data.shape, data.dtype) if gathered is NOTHING else as_array(gathered, whole)
        whole._adjoint = gathered
    add_at(gathered, node._saved[2]["index"], g)
    _count_down(whole, pending or whole._uses, ready, waiting, visit)


def _recount(ready: Ready, waiting: Waiting, visit: Visit) -> None:
    """Let every node that is waiting, or used several times below one that is, wait for its uses below `waiting`."""
    uses = dict.fromkeys(waiting, 0)
    order = list(waiting)
    for node in order:
        for parent in parents(node):
            if parent not in uses:
                uses[parent] = 0
                order.append(parent)
            uses[parent] += 1
    for node, count in uses.items():
        if not count:
            node._pending = 0
            _release(node, ready, waiting, visit)
            continue
        if node not in waiting and node._uses != 1:
            waiting[node] = False
            node._adjoint = NOTHING
        node._pending = count if node in waiting else 0


def own(g: Any, whole: Any) -> Any:
    """The lazily shaped `g` at the full shape of `whole`: a float, a new array of its dtype, or a Variable."""
    if isinstance(g, Variable):
        g = g if g.shape == shape_of(whole) else functions.broadcast_to(g, whole.shape)
        return functions.astype(g, whole.dtype) if g.shape and g.dtype != whole.dtype else g
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
    seed = 1.0 if grad is None else _seed(root, grad)
    odd: dict[Variable, Any] = {}
    sweep([(root, seed)], partial(_retain if retain_grad else _deposit, odd), retain_grad)
    if odd:
        shares = {leaf: g for leaf, g in odd.items() if leaf._primitive is None and is_asked_for()}
        if shares:
            odd.update(repaired_shares(root, seed, shares))
        for node, g in odd.items():
            node._grad = g if node._grad is None else node._grad + g


def _deposit(odd: dict[Variable, Any], leaf: Variable, g: Any) -> None:
    """Add `g` to the leaf's `.grad`, or, if it is not finite, put it aside."""
    if type(g) is float:
        if g - g != 0.0:
            odd[leaf] = odd.get(leaf, 0.0) + g
            return
    elif isinstance(g, Variable):
        g = plain(g)  # .grad is data, also where backward() is called under a transform
    elif not is_finite(g):
        odd[leaf] = odd.get(leaf, 0.0) + g
        return
    before = leaf._grad
    leaf._grad = g if before is None else before + g


def _retain(odd: dict[Variable, Any], node: Variable, g: Any) -> None:
    node._grad = node.grad  # which a node in between may not have had so far
    _deposit(odd, node, g)


def _seed(root: Variable, grad: object) -> Any:
    seed = as_data(grad)
    if np.shape(seed) != root.shape:
        raise ValueError(f"grad has shape {np.shape(seed)}: it must have the Variable's shape, {root.shape}")
    return seed
