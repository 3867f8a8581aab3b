"""Programs as a whole: random ones, very deep ones, and ones whose paths are too many to walk."""

import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Variable, grad, hvp, jacobian, jvp, vjp
from engine.graph import nodes, parents


class Dual:
    """A rational number, its exact derivatives, and bounds on both: the sums of the sizes of all that was added up."""

    def __init__(self, value, partials, size=None, sizes=None):
        self.value, self.partials = value, partials
        self.size = abs(value) if size is None else size
        self.sizes = sizes or {leaf: abs(partial) for leaf, partial in partials.items()}

    def __neg__(self):
        return Dual(-self.value, {i: -d for i, d in self.partials.items()}, self.size, self.sizes)

    def __add__(self, other):
        if not isinstance(other, Dual):
            return NotImplemented
        return Dual(
            self.value + other.value,
            _combined(self.partials, 1, other.partials, 1),
            self.size + other.size,
            _combined(self.sizes, 1, other.sizes, 1),
        )

    def __sub__(self, other):
        return -(-self + other)

    def __mul__(self, other):
        if not isinstance(other, Dual):
            return NotImplemented
        return Dual(
            self.value * other.value,
            _combined(self.partials, other.value, other.partials, self.value),
            self.size * other.size,
            _combined(self.sizes, other.size, other.sizes, self.size),
        )


def _combined(first, a, second, b):
    return {i: a * first.get(i, 0) + b * second.get(i, 0) for i in {*first, *second}}


BINARY = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
SHAPES = ((), (2,), (2, 1))

numbers = st.integers(-8, 8).map(lambda k: k / 8)
leaf_data = st.tuples(*(st.lists(numbers, min_size=n, max_size=n) for n in (1, 2, 2)))
instruction = st.tuples(st.sampled_from("+-*n"), st.integers(0, 99), st.integers(0, 99))
programs = st.lists(instruction, min_size=1, max_size=14)


def run(program, leaves):
    """Each instruction takes two of the values so far; the last value is the result."""
    values = list(leaves)
    for operation, i, j in program:
        x, y = values[-1 - i % len(values)], values[-1 - j % len(values)]
        values.append(-x if operation == "n" else BINARY[operation](x, y))
    return values[-1]


def exact_leaf(k, data):
    duals = np.empty(len(data), dtype=object)
    duals[:] = [Dual(Fraction(value), {(k, i): Fraction(1)}) for i, value in enumerate(data)]
    return duals.reshape(SHAPES[k])[()]


@settings(max_examples=100)
@given(program=programs, data=leaf_data)
def test_random_programs_on_scalars_and_arrays(program, data):
    leaves = [Variable(np.reshape(values, shape)) for values, shape in zip(data, SHAPES, strict=True)]
    run(program, leaves).backward()
    result = run(program, [exact_leaf(k, values) for k, values in enumerate(data)])
    total = np.sum(result) if isinstance(result, np.ndarray) else result
    for k, leaf in enumerate(leaves):
        got = np.zeros(leaf.size) if leaf.grad is None else np.ravel(leaf.grad)
        for i, value in enumerate(got):
            error = abs(Fraction(float(value)) - total.partials.get((k, i), 0))
            assert error <= 40 * Fraction(2) ** -53 * total.sizes.get((k, i), 0)


@given(program=programs, data=leaf_data)
def test_the_nodes_of_a_graph_are_listed_once_operands_first(program, data):
    root = run(program, [Variable(values) for values in data[:1] * 3])
    order = nodes(root)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is root
    assert all(place[parent] < place[node] for node in order for parent in parents(node))


@pytest.mark.parametrize("data", [1.0, [1.0, 2.0]], ids=["scalar", "array"])
def test_diamonds_ten_thousand_deep(gradients, data):
    def diamonds(x):
        for _ in range(10_000):
            x = x * 0.25 + x * 0.75
        return x

    np.testing.assert_array_equal(gradients(diamonds, data)[0], np.ones_like(data))


def test_a_value_used_ten_thousand_times(gradients):
    assert gradients(lambda x: sum((x for _ in range(10_000)), 0.0), 1.0) == [10_000.0]


def chain(x, length):
    for _ in range(length // 2):
        x = -x + 1.0
    return x


def test_a_chain_of_a_million_operations(gradients):
    limit = sys.getrecursionlimit()
    assert gradients(lambda x: chain(x, 1_000_000), 1.0) == [1.0]
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize(
    "derivative",
    [
        grad,
        lambda f: lambda x: jvp(f)(x, 1.0)[1],
        lambda f: lambda x: vjp(f)(x)[1](1.0),
        lambda f: lambda x: hvp(lambda y: f(y) * y, argnums=0)(x, 0.5),
        lambda f: jacobian(grad(lambda y: f(y) * y * 0.5)),
    ],
    ids=["grad", "jvp", "vjp", "hvp", "jacobian"],
)
def test_every_transform_of_a_chain_of_fifty_thousand_operations(derivative):
    assert derivative(lambda x: chain(x, 50_000))(1.0) == 1.0


def test_a_chain_of_arrays(gradients):
    assert gradients(lambda x: chain(x, 100_000), [1.0, 2.0])[0].tolist() == [1.0, 1.0]


def test_a_long_side_branch_is_waited_for(gradients):
    # The short branch reaches x first; x's own operand must not be visited before the long one has arrived.
    def f(x):
        x = x * 2.0
        y = x
        for _ in range(100):
            y = y + 0.0
        return y * x

    assert gradients(f, 3.0) == [24.0]
