"""Transforms: gradients of functions, of gradients, and of what closes over either."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Variable, grad, no_grad, value_and_grad

small = st.integers(-5, 5).map(float)


def cubic(x):
    return np.sum(x**3) + x[0] * x[1] * x[2]


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: x * x, 3.0, (9.0, 6.0)),
        (lambda x: x * x, 3, (9.0, 6.0)),
        (lambda x: np.sum(x * x), [1, 2], (5.0, [2.0, 4.0])),
        (lambda x: np.sum(x * x), np.array([[1.0], [2.0]]), (5.0, [[2.0], [4.0]])),
        (lambda x: x[0], [1.0, 2.0], (1.0, [1.0, 0.0])),
    ],
)
def test_value_and_gradient(f, x, expected):
    value, gradient = value_and_grad(f)(x)
    assert (type(value), value) == (float, expected[0])
    assert np.shape(gradient) == np.shape(x)
    np.testing.assert_array_equal(gradient, expected[1])
    np.testing.assert_array_equal(grad(f)(x), expected[1])
    assert type(gradient) is (np.ndarray if np.ndim(x) else float)


@pytest.mark.parametrize("f", [lambda x: np.sum(x * x), lambda x: np.sum(x[:1] * x + x), lambda x: 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_has_the_dtype_of_its_argument(f, dtype):
    assert grad(f)(np.ones(3, dtype)).dtype == dtype


def test_several_arguments():
    def f(x, y, *, scale):
        return scale * x * y * y

    assert grad(f)(2.0, 3.0, scale=1.0) == 9.0
    assert grad(f, argnums=1)(2.0, 3.0, scale=1.0) == 12.0
    assert grad(f, argnums=-1)(2.0, 3.0, scale=1.0) == 12.0
    assert grad(f, argnums=(0,))(2.0, 3.0, scale=1.0) == (9.0,)
    assert grad(f, argnums=(1, 0))(2.0, 3.0, scale=10.0) == (120.0, 90.0)
    assert value_and_grad(f, argnums=(0, 1))(2.0, 3.0, scale=1.0) == (18.0, (9.0, 12.0))


def test_arguments_that_are_not_differentiated_reach_the_function_as_they_are():
    token = object()
    seen = []

    def f(x, other, *, option):
        seen.extend((other, option))
        return x * 1.0

    assert grad(f)(1.0, token, option=token) == 1.0
    assert seen == [token, token]


@pytest.mark.parametrize(
    ("x", "expected"), [(2.0, 0.0), ([1.0, 2.0], [0.0, 0.0]), (np.ones((2, 3)), np.zeros((2, 3)))], ids=repr
)
@pytest.mark.parametrize(
    "f", [lambda x: 7.0, lambda x: 7, lambda x: np.float64(7.0), lambda x: Variable(7.0), lambda x: np.array(7.0)]
)
def test_the_gradient_of_a_constant_is_zeros(f, x, expected):
    value, gradient = value_and_grad(f)(x)
    assert float(getattr(value, "data", value)) == 7.0
    assert np.shape(gradient) == np.shape(x)
    np.testing.assert_array_equal(gradient, expected)


@pytest.mark.parametrize(
    "f", [lambda x: x, lambda x: x[:1], lambda x: np.ones(2), lambda x: None, lambda x: [x[0]], lambda x: 1j]
)
def test_what_is_no_scalar_is_a_type_error(f):
    with pytest.raises(TypeError):
        grad(f)([1.0, 2.0])


def test_the_function_keeps_its_name_and_its_arguments():
    x = np.array([1.0, 2.0, 3.0])
    assert grad(cubic).__name__ == value_and_grad(cubic).__name__ == "cubic"
    grad(cubic)(x)
    assert x.tolist() == [1.0, 2.0, 3.0]


def nested(f, order):
    for _ in range(order):
        f = grad(f)
    return f


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
@settings(max_examples=11)
@given(x=small)
def test_derivatives_of_powers_to_fourth_order(order, n, x):
    expected = math.perm(n, order) * x ** max(n - order, 0)
    assert nested(lambda x: x**n, order)(x) == expected
    assert nested(lambda x: math.prod([x] * n, start=1.0), order)(x) == expected


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(
    ("f", "derivatives"),
    [
        (np.exp, [np.exp] * 3),
        (np.log, [lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3]),
        (np.sqrt, [lambda x: 0.5 * x**-0.5, lambda x: -0.25 * x**-1.5, lambda x: 0.375 * x**-2.5]),
        (np.sin, [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x)]),
        (np.cos, [lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]),
        (lambda x: 1.0 / x, [lambda x: -1 / x**2, lambda x: 2 / x**3, lambda x: -6 / x**4]),
        (lambda x: 2.0**x, [lambda x, k=k: math.log(2) ** k * 2**x for k in (1, 2, 3)]),
    ],
)
def test_higher_derivatives_of_the_primitives(f, derivatives, order):
    assert nested(f, order)(0.7) == pytest.approx(derivatives[order - 1](0.7), rel=1e-14)


def of_sums(f, order):
    """The derivative of the given order of the sum of f over an array, by summing gradients again."""
    for _ in range(order):
        f = (lambda inner: lambda x: grad(lambda y: np.sum(inner(y)))(x))(f)
    return f


@pytest.mark.parametrize("order", [1, 2, 3])
def test_higher_derivatives_of_arrays(order):
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(of_sums(lambda x: x**5, order)(x), math.perm(5, order) * x ** (5 - order))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_higher_derivatives_through_indices(order):
    x = np.array([1.0, 2.0, 3.0])
    for index in (0, slice(None, None, -1), [0, 0, 2]):
        derivative = math.perm(5, order) * x ** (5 - order)
        counts = np.bincount(np.ravel(np.arange(3)[index]), minlength=3)
        np.testing.assert_array_equal(of_sums(lambda x, i=index: x[i] ** 5, order)(x), counts * derivative)


vectors = st.lists(small, min_size=3, max_size=3).map(np.array)


@given(x=vectors, v=vectors)
def test_hessian_vector_products(x, v):
    def along(x):
        return np.sum(grad(cubic)(x) * v)

    a, b, c = x
    hessian = np.diag(6.0 * x) + np.array([[0.0, c, b], [c, 0.0, a], [b, a, 0.0]])
    np.testing.assert_array_equal(grad(along)(x), hessian @ v)


@given(x=vectors, u=vectors, v=vectors)
def test_third_derivatives_along_two_vectors(x, u, v):
    def along_both(x):
        return np.sum(grad(lambda x: np.sum(grad(cubic)(x) * u))(x) * v)

    mixed = [v[1] * u[2] + v[2] * u[1], v[0] * u[2] + v[2] * u[0], v[0] * u[1] + v[1] * u[0]]
    np.testing.assert_array_equal(grad(along_both)(x), 6.0 * u * v + mixed)


def test_no_perturbation_confusion():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(3.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(3.0) == 6.0
    assert grad(lambda x: x * grad(lambda y: x * y * y)(x))(3.0) == 54.0
    assert grad(lambda x: grad(lambda y: x)(2.0) + x)(3.0) == 1.0
    assert grad(lambda x: x * np.sum(grad(lambda y: np.sum(x * y * y))(np.array([1.0, 2.0]))))(3.0) == 36.0


def test_the_value_of_an_inner_transform_is_differentiated_too():
    def f(x):
        value, gradient = value_and_grad(lambda y: x * y * y)(x)
        return value + gradient

    assert grad(f)(3.0) == 3 * 9.0 + 4 * 3.0


CLOSURES = {  # functions of y that use a Variable x: their value, and their derivative in y, at y = 2
    "leaf": (lambda x: lambda y: x * y * y, lambda x: 4.0 * x, lambda x: 4.0 * x),
    "result": (lambda x: (lambda z: lambda y: z * y * y)(x * x), lambda x: 4.0 * x**2, lambda x: 4.0 * x**2),
    "index": (lambda x: lambda y: np.sum(np.stack([x * y, y])[[0, 0, 1]]), lambda x: 4 * x + 2.0, lambda x: 2 * x + 1),
    "only x": (lambda x: lambda y: x * x, lambda x: x**2, lambda x: 0.0 * x),
    "nested": (lambda x: lambda y: y * grad(lambda z: x * y * z)(y), lambda x: 4.0 * x, lambda x: 4.0 * x),
}
each_closure = pytest.mark.parametrize(("make", "value", "slope"), CLOSURES.values(), ids=CLOSURES)


@each_closure
def test_a_variable_that_is_closed_over_is_differentiated_too(make, value, slope):
    # A silent result without the part that comes through the transform would be wrong.
    x, y = Variable(3.0), Variable(3.0)
    a, b = value_and_grad(make(x))(2.0)
    (x * a + x * x * b).backward()
    (y * value(y) + y * y * slope(y)).backward()
    assert (a, b) == (value(3.0), slope(3.0))
    assert x.grad == y.grad


@each_closure
def test_under_no_grad_it_is_a_constant(make, value, slope):
    x = Variable(3.0)
    with no_grad():
        f = make(x)
        a, b = value_and_grad(f)(2.0)
    assert (a, b) == (value(3.0), slope(3.0))
    (x * a + x * b).backward()
    assert x.grad == value(3.0) + slope(3.0)


def test_gradients_of_gradients_by_backward():
    x = Variable(3.0)
    derivative = grad(lambda y: y**3)(x)
    assert isinstance(derivative, Variable)
    derivative.backward()
    assert x.grad == 18.0


def test_backward_inside_a_transform_leaves_floats_as_they_are():
    w = Variable(2.0)

    def f(x):
        inner = w * 5.0
        inner.backward()
        return x * w.grad

    assert grad(f)(1.0) == 5.0


def test_transforms_leave_no_gradient_in_what_they_close_over():
    outer = []

    def f(w):
        outer.append(w)
        return grad(lambda x: w * x * x)(2.0)

    assert grad(f)(3.0) == 4.0
    assert outer[0].grad is None


def test_a_transform_records_inside_no_grad():
    with no_grad():
        assert grad(lambda x: x**3)(2.0) == 12.0
        assert nested(lambda x: x**3, 2)(2.0) == 12.0


def test_no_grad_inside_a_function_makes_a_constant():
    def f(x):
        with no_grad():
            factor = x * x
        return factor * x

    assert grad(f)(3.0) == 9.0


def test_a_transform_survives_an_exception_in_the_function():
    def f(x):
        raise KeyError("mine")

    for _ in range(2):
        with pytest.raises(KeyError, match="mine"):
            grad(lambda x: x * grad(f)(x))(1.0)
    assert nested(lambda x: x**3, 2)(2.0) == 12.0


@pytest.mark.parametrize("f", [lambda x: x * Variable(2.0), lambda x: np.sum(x * Variable([2.0, 0.0]))])
def test_a_variable_that_the_function_makes_is_a_constant_of_it(f):
    calls = []
    value, gradient = value_and_grad(lambda x: calls.append(x) or f(x))(3.0)
    assert (value, gradient) == (6.0, 2.0)
    assert type(value) is type(gradient) is float
    assert len(calls) == 1


def test_a_constant_made_deeper_or_without_recording_is_a_constant():
    def unrecorded(x):
        with no_grad():
            w = Variable(4.0) * 1.0
        return x * w

    assert type(grad(lambda x: x * grad(lambda y: Variable(4.0) * x * y * y)(3.0))(2.0)) is float
    assert type(grad(unrecorded)(2.0)) is float


def test_a_gradient_taken_in_another_thread_is_differentiated_too():
    with ThreadPoolExecutor(1) as pool:

        def f(x):
            return x * pool.submit(grad(lambda y: x * y * y), 3.0).result()

        assert grad(f)(2.0) == 24.0
        assert grad(grad(f))(2.0) == 12.0


@pytest.mark.parametrize("argnums", [(0, 0), (1, -1)])
def test_an_argument_is_named_once(argnums):
    with pytest.raises(TypeError, match="twice"):
        grad(lambda x, y: x * y, argnums=argnums)(1.0, 2.0)


def test_without_recording_a_gradient_is_plain():
    w = Variable(5.0)
    with no_grad():
        value, gradient = value_and_grad(lambda x: x * x * w)(Variable(2.0))
    assert (value, gradient) == (20.0, 20.0)
    assert type(value) is type(gradient) is float


def test_backward_under_a_transform_leaves_plain_gradients():
    seen = []

    def f(x):
        z = x * x * x
        z.backward()
        seen.append(x.grad)
        return z

    assert grad(grad(f))(2.0) == 12.0
    assert seen == [12.0]
    assert type(seen[0]) is float
