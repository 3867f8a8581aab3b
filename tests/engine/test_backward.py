"""`backward()`: what ran is differentiated, and gradients accumulate in the leaves."""

import numpy as np
import pytest

from engine import Variable
from engine.table import PRIMITIVES


def test_three_rules_of_the_table_by_hand_in_reverse_order():
    x = Variable(0.5)
    y = np.exp(x**2) * 3.0
    y.backward()
    a = 0.5**2
    b = float(np.exp(a))
    g = PRIMITIVES["multiply"].vjp(0, 1.0, b * 3.0, b, 3.0)
    g = PRIMITIVES["exp"].vjp(0, g, b, a)
    g = PRIMITIVES["pow"].vjp(0, g, a, 0.5, 2)
    assert x.grad == pytest.approx(g, rel=1e-15)
    assert g == pytest.approx(3.0 * b, rel=1e-15)


def absolute(x):
    return x if x > 0.0 else -x


def power_by_for(x):
    result = 1.0
    for _ in range(5):
        result = result * x
    return result


def doubled_until_ten(x):
    while x < 10.0:
        x = x + x
    return x


def power_by_recursion(x, n=5):
    return 1.0 if n == 0 else x * power_by_recursion(x, n - 1)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (absolute, 3.0, 1.0),
        (absolute, -3.0, -1.0),
        (power_by_for, 2.0, 80.0),
        (doubled_until_ten, 3.0, 4.0),
        (doubled_until_ten, 0.25, 64.0),
        (power_by_recursion, 2.0, 80.0),
    ],
)
def test_the_graph_is_what_ran(gradients, f, x, expected):
    assert gradients(f, x) == [expected]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: x + x, 2.0),
        (lambda x: x - x, 0.0),
        (lambda x: x * x, 6.0),
        (lambda x: x / x, 0.0),
        (lambda x: x * x * x, 27.0),
        (lambda x: (x + x) * (x * x), 54.0),
        (lambda x: x * 2.0 + x * 3.0 + x * 4.0, 9.0),
    ],
)
@pytest.mark.parametrize("data", [3.0, [3.0, 3.0]], ids=["scalar", "array"])
def test_the_same_variable_used_again(gradients, f, expected, data):
    np.testing.assert_array_equal(gradients(f, data)[0], np.full_like(data, expected))


def test_repeated_backward_accumulates_until_cleargrad():
    x = Variable(3.0)
    y = x * x
    for times in (1, 2, 3):
        y.backward()
        assert x.grad == 6.0 * times
    x.cleargrad()
    assert x.grad is None
    y.backward()
    assert x.grad == 6.0


def test_gradients_of_two_results_add_up():
    x = Variable([1.0, 2.0])
    np.sum(x * x).backward()
    np.sum(x * 10.0).backward()
    assert x.grad.tolist() == [12.0, 14.0]


def test_a_leaf_is_its_own_gradient():
    x, y = Variable(3.0), Variable([1.0, 2.0])
    x.backward()
    y.backward()
    assert x.grad == 1.0
    assert y.grad.tolist() == [1.0, 1.0]


def test_without_a_seed_the_elements_are_summed(gradients):
    assert gradients(lambda x: x * x, [1.0, 2.0])[0].tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("data", "seed", "expected"),
    [
        (3.0, 2, 12.0),
        (3.0, 0.5, 3.0),
        ([1.0, 2.0], [1, 0], [2.0, 0.0]),
        ([1.0, 2.0], np.array([1.0, -1.0], np.float32), [2.0, -4.0]),
    ],
)
def test_the_seed_weighs_the_elements(gradients, data, seed, expected):
    np.testing.assert_array_equal(gradients(lambda x: x * x, data, seed=seed)[0], expected)


def test_only_leaves_get_a_gradient_unless_retained():
    def run(**options):
        x = Variable(2.0)
        y = x * x
        z = y * y
        root = z + 1.0
        root.backward(**options)
        return x.grad, y.grad, z.grad, root.grad

    assert run() == (32.0, None, None, None)
    assert run(retain_grad=True) == (32.0, 8.0, 1.0, 1.0)


def test_what_the_result_does_not_depend_on_gets_none():
    x, y = Variable(2.0), Variable(3.0)
    unused = x * y
    (x * 5.0).backward()
    assert (x.grad, y.grad, unused.grad) == (5.0, None, None)


@pytest.mark.parametrize("data", [2.0, [2.0, 3.0]], ids=["scalar", "array"])
def test_gradients_are_plain_data(data):
    x = Variable(data)
    y = np.sum(x * x * Variable(2.0))
    y.backward(retain_grad=True)
    assert type(y.grad) is float
    assert type(x.grad) is (float if x.shape == () else np.ndarray)


def test_a_scalar_that_met_an_array_has_a_float_gradient(gradients):
    a, w = gradients(lambda a, w: np.sum(a * w), 2.0, [[1.0, 2.0], [3.0, 4.0]])
    assert (type(a), a) == (float, 10.0)
    assert w.tolist() == [[2.0, 2.0], [2.0, 2.0]]


@pytest.mark.parametrize(
    "f",
    [lambda x, w: x * w, lambda x, w: x * w + x * w, lambda x, w: x[:1] * w + x, lambda x, w: np.sum(x * w) * x],
    ids=["once", "twice", "slice", "sum"],
)
def test_a_gradient_has_the_dtype_of_its_variable(gradients, f):
    x, w = gradients(f, np.ones(2, np.float32), np.ones(2, np.float64))
    assert (x.dtype, w.dtype) == (np.float32, np.float64)


def test_gradient_descent_in_the_words_of_the_books():
    x = Variable([0.0, 4.0])
    for _ in range(60):
        x.cleargrad()
        np.sum((x - 3.0) ** 2).backward()
        x.data -= 0.25 * x.grad
    assert x.data == pytest.approx([3.0, 3.0])
