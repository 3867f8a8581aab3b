"""Memory: no reference cycles, so all of a graph is freed with its last result; and no more is kept than needed."""

import weakref

import numpy as np
import pytest

from engine import Variable, grad, jvp, no_grad

pytestmark = pytest.mark.usefixtures("no_collector")


def scalars(x):
    y = x * 2.0
    return [y, np.exp(y), np.exp(y) * y, y**y]


def arrays(x):
    x = np.stack([x, x, x])
    y = x * [1.0, 2.0, 3.0]
    return [y, y[1:], np.sum(y[1:] + y[[0, 0]] + np.broadcast_to(y[0], (2,))) * x[0]]


each_graph = pytest.mark.parametrize("build", [scalars, arrays])


@each_graph
@pytest.mark.parametrize("sweep", ["none", "backward", "twice", "retain_grad", "failing"])
def test_a_graph_is_freed_without_the_collector(build, sweep):
    x = Variable(1.0)
    nodes = build(x)
    if sweep == "failing":
        with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
            (np.sqrt(x * 0.0 + [0.0, 0.0]) + np.sum(nodes[-1])).backward()
    elif sweep != "none":
        for _ in range(1 + (sweep == "twice")):
            nodes[-1].backward(retain_grad=sweep == "retain_grad")
    freed = [weakref.ref(node) for node in nodes]
    del nodes
    assert [ref() for ref in freed] == [None] * len(freed)


@each_graph
def test_a_result_keeps_what_it_was_computed_from_and_no_more(build):
    x = Variable(1.0)
    y = x * 2.0
    kept, z = weakref.ref(y), y + 1.0
    freed = weakref.ref(y * 3.0)
    del y
    assert kept() is not None
    assert freed() is None
    del z
    assert kept() is None


def test_arrays_are_freed_with_their_graph():
    class Array(np.ndarray):
        """An array that can be watched: np.ndarray itself can, too, but results are new ones."""

    x = Variable(np.ones(10))
    y = x * np.ones(10).view(Array)
    data = weakref.ref(y.data)
    del y
    assert data() is None


def test_what_transforms_make_is_freed():
    freed = []

    def f(x):
        y = x * x
        freed.append(weakref.ref(y))
        return y * x

    def along(x):
        slope = grad(f)(x)
        freed.append(weakref.ref(slope))
        return slope * 2.0

    assert grad(along)(3.0) == 36.0
    assert grad(f)(3.0) == 27.0
    with no_grad():
        assert grad(along)(3.0) == 36.0
    assert [ref() for ref in freed] == [None] * 5


def test_no_grad_keeps_no_graph_alive():
    x = Variable(1.0)
    with no_grad():
        y = x * 2.0
        freed = weakref.ref(y)
        z = np.exp(y) * [1.0, 2.0]
        del y
        assert freed() is None
    z.backward()
    assert x.grad is None


def test_a_deep_graph_is_freed_without_recursion():
    x = y = Variable(1.0)
    first = weakref.ref(x)
    for _ in range(100_000):
        y = -y
    del x, y
    assert first() is None


def test_adjoints_are_freed_on_the_way(peak):
    x = y = Variable(np.ones(100_000))
    for _ in range(50):
        y = y * 2.0 + x
    assert peak(lambda: y.backward()) < 6 * x.data.nbytes
    x.cleargrad()
    assert peak(lambda: y.backward(retain_grad=True)) > 50 * x.data.nbytes


def test_the_slices_of_an_array_share_one_adjoint(peak):
    x = Variable(np.ones(100_000))
    y = np.sum(np.stack([x[i] * x[i + 1] for i in range(0, 2000, 2)]))
    assert peak(lambda: y.backward()) < 4 * x.data.nbytes


@pytest.mark.parametrize("step", ["unrecorded", "made", "inner"])
def test_what_is_made_under_a_transform_does_not_outlive_its_use(peak, step):
    x = np.ones(10_000)

    def f(v):
        for _ in range(200):
            if step == "unrecorded":
                with no_grad():
                    v * 2.0
            elif step == "made":
                Variable(x * 2.0)
            else:
                grad(np.sum)(x * 2.0)
        return np.sum(v)

    assert peak(lambda: grad(f)(x)) < 20 * x.nbytes


@pytest.mark.parametrize("operation", [lambda v, a: v @ a, lambda v, a: np.cumprod(v)], ids=["matmul", "cumprod"])
def test_forward_mode_keeps_nothing_of_what_it_has_passed(peak, operation):
    x, a = np.ones(1000), np.eye(1000)

    def chain(v, length):
        for _ in range(length):
            v = operation(v, a)
        return np.sum(v)

    short, long = (peak(lambda n=n: jvp(chain)(x, n, x)) for n in (5, 100))
    assert long < 1.5 * short


def test_a_sum_of_a_large_array_needs_one_array_for_the_gradient(peak):
    x = Variable(np.ones(100_000))
    y = np.sum(x)
    assert peak(lambda: y.backward()) < 1.1 * x.data.nbytes
