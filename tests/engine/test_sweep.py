"""The sweep's schedule: uses are counted when operations run, in whatever graph; the sums never depend on it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Variable, grad, primitive, vjp
from engine import sweep as sweeps
from engine.graph import nodes
from engine.variable import Array, Scalar

each_data = pytest.mark.parametrize("data", [3.0, [3.0, 2.0]], ids=["scalar", "array"])


@pytest.fixture
def recounts(monkeypatch):
    """The nodes that were waiting each time the sweep had to count again."""
    seen = []
    recount = sweeps._recount
    monkeypatch.setattr(sweeps, "_recount", lambda *state: seen.append(len(state[1])) or recount(*state))
    return seen


def shared(x):
    """A value, and two results that share it."""
    h = x * x
    return h, h * h + h, h * 5.0


@each_data
def test_results_that_share_a_part_are_swept_on_their_own(data, recounts):
    x = Variable(data)
    _, first, second = shared(x)
    a = np.asarray(data)
    first.backward()
    np.testing.assert_array_equal(x.grad, (2 * a * a + 1) * 2 * a)
    x.cleargrad()
    second.backward()
    np.testing.assert_array_equal(x.grad, 10 * a)
    assert recounts  # of x, which both use, and of h


def test_a_fresh_graph_is_never_counted_again(recounts):
    x = Variable([1.0, 2.0])
    a = Variable(2.0)
    for _ in range(50):
        x = 0.1 * x[::-1] * a + 0.5 * np.cos(np.sum(x * x)) * x
    np.sum(x).backward()
    assert recounts == []


@each_data
def test_uses_in_other_graphs_at_every_step_are_counted_again_once(data, recounts):
    x = y = Variable(data)
    others = []
    for _ in range(200):
        y = y * 0.5 + y * 0.5
        others.append(y * 2.0)
    y.backward()
    np.testing.assert_array_equal(x.grad, np.ones_like(data))
    assert len(recounts) == 1


def test_leaves_used_before_cost_no_walk_through_the_graph(recounts):
    w, v = Variable(2.0), Variable([1.0, 2.0])
    for _ in range(3):
        y = np.sum(w * v * v)
        for _ in range(100):
            y = y * w
        w.cleargrad()
        y.backward()
    assert recounts == [2, 2]


@given(counts=st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_whatever_the_counts_say_the_sums_are_right(counts):
    def program(x, v):
        h = x * x + v
        s = np.sum(h * v)
        return s * s * x + np.sum(h[1:] * s) + np.sum(h[:2] * h[1:])

    x, v = Variable(2.0), Variable([1.0, 2.0, -3.0])
    program(x, v).backward()
    a, b = Variable(2.0), Variable([1.0, 2.0, -3.0])
    root = program(a, b)
    for node, count in zip(nodes(root)[:-1], counts, strict=False):
        node._uses = count
    root.backward()
    assert a.grad == x.grad
    np.testing.assert_array_equal(b.grad, v.grad)


@each_data
def test_an_interrupted_sweep_leaves_nothing_behind(data, monkeypatch):
    x = Variable(data)
    h, first, _ = shared(x)

    def interrupt(*_):
        raise KeyboardInterrupt

    rule = h._primitive if h._left is None else None
    if rule is None:  # scalars have no rule to interrupt: the visit of the leaf will do
        monkeypatch.setattr(sweeps, "_deposit", interrupt)
    else:
        monkeypatch.setattr(rule, "vjp", interrupt)
    with pytest.raises(KeyboardInterrupt):
        first.backward()
    monkeypatch.undo()
    first.backward()
    a = np.asarray(data)
    np.testing.assert_array_equal(x.grad, (2 * a * a + 1) * 2 * a)
    assert all(node._pending == 0 for node in nodes(first))


def test_a_pullback_with_some_cotangents_zero():
    def f(x):
        h = x * x
        return h * 2.0, h * h, x

    _, pullback = vjp(f)(3.0)
    assert pullback((1.0, 0.0, 0.0)) == 12.0
    assert pullback((0.0, 1.0, 0.0)) == 108.0
    assert pullback((1.0, 1.0, 1.0)) == 121.0


def test_the_class_follows_the_data():
    x = Variable(2.0)
    assert type(x) is Scalar
    x.data = [1.0, 2.0]
    assert type(x) is Array
    np.sum(x * x).backward()
    assert x.grad.tolist() == [2.0, 4.0]
    x.data = 3
    x.cleargrad()
    (x * x).backward()
    assert (type(x), x.grad) == (Scalar, 6.0)


@pytest.mark.parametrize("data", [2.0, [2.0, 3.0]], ids=["scalar", "array"])
def test_a_class_of_the_users_own_stays_as_it_is(data):
    class Weight(Variable):
        """A Variable by another name."""

    w, x = Weight(data, "w"), Variable(data)
    np.sum(2.0 * w**2 / (1.0 + abs(w)) - w * x).backward()
    expected = Variable(data)
    np.sum(2.0 * expected**2 / (1.0 + abs(expected)) - expected * x).backward()
    assert type(w) is Weight
    np.testing.assert_allclose(w.grad, expected.grad, rtol=1e-15)


def test_a_cotangent_that_a_rule_or_an_index_made_of_another_is_not_added_into():
    x, k, seed = Variable(1.0), Variable([0.0]), np.array([1.0])
    (k + (np.ravel(x * 2.0) + (np.ravel(x * 3.0) + np.ravel(x)))).backward(seed)
    assert (x.grad, k.grad.tolist(), seed.tolist()) == (6.0, [1.0], [1.0])
    constant = np.array(3.0)
    thrice = primitive(lambda g, z, x: constant)(lambda x: 3.0 * x)
    x = Variable(1.0)
    (x * 2.0 + (x * 5.0 + thrice(x))).backward()
    assert (x.grad, constant) == (10.0, 3.0)


@pytest.mark.parametrize("data", [2.0, [2.0, 2.0]], ids=["scalar", "array"])
def test_a_rule_may_begin_a_sweep_through_the_same_variables(data):
    w, x = Variable(data), Variable(5.0)
    seen = []

    def rule(g, z, x):
        seen.append(float(np.sum(grad(lambda t: np.sum(t * t * w))(1.5).data)))
        np.sum(w * 3.0).backward()
        return g

    same = primitive(rule)(lambda x: x * 1.0)
    np.sum(same(x * w * w) + w * 1.0).backward()
    np.testing.assert_array_equal(w.grad, np.full_like(data, 3.0 + 21.0))
    assert seen == [6.0 * np.size(data)]
