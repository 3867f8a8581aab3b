"""The graph under a result, as data."""

import numpy as np

from .record import plain
from .variable import Variable


def parents(node: Variable) -> tuple[Variable, ...]:
    """The Variables that `node` is the result of an operation on; one that was used twice stands there twice."""
    if node._left is None:
        return node._parents
    return (node._left,) if node._right is None else (node._left, node._right)


def nodes(*roots: Variable) -> list[Variable]:
    """Every Variable that `roots` were computed from, and those, in an order in which operands precede results."""
    uses: dict[Variable, int] = dict.fromkeys(roots, 0)
    order = list(uses)
    for node in order:
        for parent in parents(node):
            if parent not in uses:
                order.append(parent)
            uses[parent] = uses.get(parent, 0) + 1
    ready = [root for root in dict.fromkeys(roots) if not uses[root]]
    for node in ready:
        for parent in parents(node):
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    return ready[::-1]


def leaves(root: Variable) -> list[Variable]:
    """The Variables that `root` was computed from and that were computed from none themselves."""
    return [node for node in nodes(root) if node._primitive is None]


def to_dot(root: Variable) -> str:
    """The graph under `root` in the language of Graphviz: `dot -Tsvg` draws it.

    An ellipse is a leaf, a box the result of the primitive that it names; both have their name, if any, their shape,
    and their value, or as much of it as three elements. An arrow leads from an operand to a result, and there are two
    where it was used twice. Constants are not part of the graph.
    """
    order = nodes(root)
    number = {id(node): i for i, node in enumerate(order)}
    lines = [f"  n{number[id(node)]} [{_attributes(node, node is root)}];" for node in order]
    lines += [f"  n{number[id(parent)]} -> n{number[id(node)]};" for node in order for parent in parents(node)]
    look = '  node [style=filled, fontname="Helvetica", fontsize=11];\n  edge [color="#555555", arrowsize=0.7];'
    return "\n".join(["digraph gradient {", look, *lines, "}"]) + "\n"


def _attributes(node: Variable, is_root: bool) -> str:
    primitive = node._primitive
    title = " = ".join(filter(None, [node.name, primitive.name if primitive else None]))
    text = [title, str(node.shape) if node.shape else "", _value(node)]
    label = "\\n".join(_escaped(line) for line in text if line)
    look = 'shape=ellipse, fillcolor="#fde3a7"' if primitive is None else 'shape=box, fillcolor="#d6e6f5"'
    return f'label="{label}", {look}' + (", penwidth=2" if is_root else "")


def _value(node: Variable) -> str:
    first = ", ".join(f"{x:.6g}" for x in np.ravel(plain(node))[:3].tolist())
    return f"[{first}{', …' if node.size > 3 else ''}]" if node.shape else first


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
