"""The graph as data, and as a picture."""

import re

import numpy as np
import pytest

from engine import Variable, grad, to_dot
from engine.graph import leaves, nodes, parents


@pytest.fixture
def example():
    x = Variable([1.2, 1.0, 0.8, 0.5], name="x")
    a = Variable(2.0, name="a")
    y = np.sum(x * x) + a * 3.0
    y.name = "y"
    return x, a, y


def drawn(text):
    """The label of each node, and the arrows, as pairs of labels."""
    labels = dict(re.findall(r'(n\d+) \[label="((?:[^"\\]|\\.)*)"', text))
    return list(labels.values()), [(labels[a], labels[b]) for a, b in re.findall(r"(n\d+) -> (n\d+);", text)]


def test_names_shapes_and_values_are_drawn(example):
    labels, arrows = drawn(to_dot(example[-1]))
    x, square, total = r"x\n(4,)\n[1.2, 1, 0.8, …]", r"multiply\n(4,)\n[1.44, 1, 0.64, …]", r"sum\n3.33"
    a, triple, y = r"a\n2", r"multiply\n6", r"y = add\n9.33"
    assert sorted(labels) == sorted([x, square, total, a, triple, y])
    assert sorted(arrows) == sorted([(x, square), (x, square), (square, total), (a, triple), (total, y), (triple, y)])


def test_leaves_are_ellipses_and_results_boxes(example):
    lines = to_dot(example[-1]).splitlines()
    shapes = {re.search(r'label="(\w+)', line)[1]: "ellipse" in line for line in lines if "label" in line}
    assert shapes == {"x": True, "a": True, "multiply": False, "sum": False, "y": False}
    assert [line for line in lines if "penwidth" in line] == [line for line in lines if "y = add" in line]


def test_a_name_may_be_anything():
    (label,), _ = drawn(to_dot(Variable(1.0, name='a "b"\\n\nc')))
    assert label == r"a \"b\"\\n c\n1"


def test_the_text_is_a_digraph_and_ends_with_a_newline():
    text = to_dot(Variable(1.0))
    assert text.startswith("digraph ")
    assert text.endswith("}\n")
    assert text.count("{") == text.count("}")


def test_leaves_and_parents(example):
    x, a, y = example
    assert set(leaves(y)) == {x, a}
    assert leaves(x) == [x]
    assert parents(x) == ()
    total, triple = parents(y)
    assert parents(triple) == (a,)
    assert parents(parents(total)[0]) == (x, x)
    assert {node._primitive.name for node in nodes(y) if node._primitive} == {"add", "multiply", "sum"}


def test_the_graph_of_a_gradient_is_drawn_too():
    texts = []

    def f(x):
        slope = grad(lambda x: x * x * x)(x)
        texts.append(to_dot(slope))
        return slope

    grad(f)(2.0)
    assert any("add" in label for label in drawn(texts[0])[0])
