"""A sweep that is interrupted, or runs beside another, leaves the graph as it should be."""

import sys
import threading

import numpy as np
import pytest

from engine import Variable, grad, jacobian, vjp
from engine.primitive import Primitive
from engine.record import apply


class Interruption:
    """A primitive, y = x, whose rule raises `error` the first `times` times."""

    def __init__(self, error, times=1):
        self.error, self.times = error, times

    def __call__(self, x):
        return apply(Primitive("interruption", lambda x: x + 0.0, self.vjp), x)

    def vjp(self, i, g, z, x):
        if self.times:
            self.times -= 1
            raise self.error
        return g


@pytest.mark.parametrize("error", [KeyError("mine"), KeyboardInterrupt(), SystemExit(1)])
@pytest.mark.parametrize("data", [2.0, [2.0, 3.0]], ids=["scalar", "array"])
@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_an_exception_in_the_middle_of_a_sweep_leaves_the_graph_usable(gradients, place, data, error):
    def f(x, interruption=lambda x: x):
        parts = [x * 2.0, x * x, x + 1.0, x / 3.0, x * 5.0]
        parts[place] = interruption(parts[place])
        y = parts[0] * parts[1] + parts[2] * parts[3] * parts[0]
        return y * parts[4] + x * y

    (expected,) = gradients(f, data)
    x = Variable(data)
    result = f(x, Interruption(error, times=2))
    for _ in range(2):
        with pytest.raises(type(error)):
            result.backward()
    x.cleargrad()
    result.backward()
    np.testing.assert_array_equal(x.grad, expected)
    x.cleargrad()
    (result * 2.0).backward()
    np.testing.assert_array_equal(x.grad, 2.0 * expected)


def test_numpys_own_errors_in_a_sweep():
    x = Variable([0.0, 4.0])
    y = np.sqrt(x)
    result = y + y
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        result.backward()
    with np.errstate(divide="ignore"):
        result.backward()
    assert x.grad.tolist() == [np.inf, 0.5]


def test_a_transform_after_an_interrupted_one():
    interruption = Interruption(KeyError("mine"))

    def f(x):
        return interruption(x * x) * x

    with pytest.raises(KeyError, match="mine"):
        grad(grad(f))(3.0)
    assert grad(grad(f))(3.0) == 18.0


@pytest.fixture
def restless_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def run_in_threads(*targets):
    errors = []

    def guarded(target):
        try:
            target()
        except BaseException as error:  # whatever it is, the test must see it
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors


@pytest.mark.usefixtures("restless_threads")
@pytest.mark.parametrize("data", [1.0, [1.0, 2.0]], ids=["scalar", "array"])
def test_two_threads_sweep_a_shared_graph(data):
    x = Variable(data)
    shared = x
    for _ in range(50):
        shared = shared * 0.5 + shared * 0.5
    roots = [shared * 1.0, shared * 2.0]
    run_in_threads(*(lambda root=root: [root.backward() for _ in range(40)] for root in roots))
    np.testing.assert_array_equal(x.grad, np.full_like(data, 40 * 3.0))


@pytest.mark.usefixtures("restless_threads")
def test_transforms_in_two_threads():
    def f(x):
        for _ in range(20):
            x = x * 0.5 + x * 0.5
        return x * x * x

    found = []
    run_in_threads(*[lambda: found.extend(grad(grad(f))(2.0) for _ in range(20))] * 2)
    assert found == [12.0] * 40


@pytest.mark.parametrize("uses", [1, 2, 4, 9])
@pytest.mark.parametrize("data", [2.0, [2.0, 3.0]], ids=["scalar", "array"])
def test_uses_that_threads_miscounted_change_no_derivative(gradients, data, uses):
    # Two threads that use one Variable at a time may count that once, and then a sweep comes by twice.
    def f(x):
        y = x * 3.0
        z = np.sum(x * x + y * x + x)
        x._uses, y._uses = uses, uses
        return z

    expected = 8.0 * np.asarray(data) + 1.0
    np.testing.assert_array_equal(gradients(f, data)[0], expected)
    np.testing.assert_array_equal(grad(f)(data), expected)
    np.testing.assert_array_equal(vjp(f)(data)[1](1.0), expected)
    np.testing.assert_array_equal(jacobian(f)(data), expected)
