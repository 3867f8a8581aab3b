"""The graph under a result, as data."""

from .variable import Variable


def parents(node: Variable) -> tuple[Variable, ...]:
    """The Variables that `node` is the result of an operation on; one that was used twice stands there twice."""
    if node._left is None:
        return node._parents
    return (node._left,) if node._right is None else (node._left, node._right)


def nodes(root: Variable) -> list[Variable]:
    """Every Variable that `root` was computed from, and `root`, in an order in which operands precede results."""
    uses: dict[Variable, int] = {root: 0}
    order = [root]
    for node in order:
        for parent in parents(node):
            if parent not in uses:
                order.append(parent)
            uses[parent] = uses.get(parent, 0) + 1
    ready = [root]
    for node in ready:
        for parent in parents(node):
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    return ready[::-1]


def leaves(root: Variable) -> list[Variable]:
    """The Variables that `root` was computed from and that were computed from none themselves."""
    return [node for node in nodes(root) if node._primitive is None]
