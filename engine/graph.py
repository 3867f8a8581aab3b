"""The graph under a result, as data."""

from .variable import Variable


def nodes(root: Variable) -> list[Variable]:
    """Every Variable that `root` was computed from, and `root`, in an order in which operands precede results."""
    uses: dict[Variable, int] = {root: 0}
    order = [root]
    for node in order:
        for parent in node._parents:
            if parent not in uses:
                order.append(parent)
            uses[parent] = uses.get(parent, 0) + 1
    ready = [root]
    for node in ready:
        for parent in node._parents:
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    return ready[::-1]
