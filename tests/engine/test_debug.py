"""Debugging: a gradient that is not finite is an error inside the block, and nothing else changes."""

import asyncio
import inspect
import pickle
import threading
import weakref

import numpy as np
import pytest

import engine
from engine import Variable, debug, grad, hessian, hvp, jacobian, jvp, no_grad, using_config, value_and_grad, vjp
from engine.explanation import NonFiniteGradientError
from engine.operators import FAST

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def is_debugging():
    x = Variable(0.0)
    try:
        np.sqrt(x).backward()
    except FloatingPointError:
        assert x.grad is None
        return True
    assert x.grad == np.inf
    return False


def test_outside_of_the_block_it_is_no_error():
    assert not is_debugging()
    with debug():
        assert is_debugging()
    assert not is_debugging()


def test_it_nests_and_ends_with_an_exception():
    states = []
    with debug():
        with using_config("debug", False):
            states.append(is_debugging())
            with pytest.raises(KeyError), debug():
                states.append(is_debugging())
                raise KeyError
            states.append(is_debugging())
        with debug():
            pass
        states.append(is_debugging())
    assert [*states, is_debugging()] == [False, True, False, True, False]


def test_no_grad_inside_and_outside():
    x = Variable(0.0)
    with debug():
        with no_grad():
            np.sqrt(x).backward()
            with using_config("enable_backprop", True):
                assert is_debugging()
        assert is_debugging()
    with no_grad(), debug():
        np.sqrt(x).backward()
    assert x.grad is None


def test_it_is_one_threads_and_tasks():
    seen = []
    with debug():
        thread = threading.Thread(target=lambda: seen.append(is_debugging()))
        thread.start()
        thread.join(10)

    async def task(on):
        with using_config("debug", on):
            await asyncio.sleep(0)
            seen.append(is_debugging())

    async def both():
        await asyncio.gather(task(True), task(False), task(True))

    asyncio.run(both())
    assert seen == [False, True, False, True]


DERIVATIVES = {
    "grad": lambda f: grad(f)(0.0),
    "value_and_grad": lambda f: value_and_grad(f)(0.0),
    "vjp": lambda f: vjp(f)(0.0)[1](1.0),
    "jacobian": lambda f: jacobian(f)(0.0),
    "hessian": lambda f: hessian(f)(0.0),
    "grad of grad": lambda f: grad(grad(f))(0.0),
    "hvp": lambda f: hvp(f)(0.0, 1.0),
    "grad under jvp": lambda f: jvp(grad(f))(0.0, 1.0),
    "grad under no_grad": lambda f: no_grad()(grad(f))(0.0),
}


@pytest.mark.parametrize("derivative", DERIVATIVES.values(), ids=DERIVATIVES)
def test_every_reverse_transform_raises(derivative):
    with debug(), pytest.raises(FloatingPointError, match=r"sqrt\(0.0\) = 0.0: its derivative is inf") as error:
        derivative(lambda x: np.sqrt(x))
    assert error.value.explanation.expression == "np.sqrt(x)"


@pytest.mark.parametrize("retain", [False, True])
def test_nothing_is_added_to_a_gradient(retain):
    x, y = Variable(0.0), Variable([1.0, 2.0])
    y.grad = np.array([1.0, 1.0])
    with debug(), pytest.raises(NonFiniteGradientError):
        (np.sum(y) * np.sqrt(x)).backward(retain_grad=retain)
    assert x.grad is None
    assert y.grad.tolist() == [1.0, 1.0]


def test_the_numbers_are_those_outside():
    def f(x):
        return np.sum(np.exp(np.sin(x[1:]) * x[:-1])) + x[0] ** 3 / x[1] - grad(lambda y: np.tanh(y * x[2]))(0.5)

    x = np.array([0.3, -1.1, 0.7])
    with debug():
        inside = value_and_grad(f)(x), hessian(f)(x), jvp(f)(x, x), vjp(f)(x)[1](2.0)
    outside = value_and_grad(f)(x), hessian(f)(x), jvp(f)(x, x), vjp(f)(x)[1](2.0)
    for one, other in zip(inside, outside, strict=True):
        for a, b in zip(one, other, strict=True) if isinstance(one, tuple) else [(one, other)]:
            np.testing.assert_allclose(a, b, rtol=1e-14)


def test_a_value_that_is_not_finite_is_an_error_where_its_gradient_is_finite():
    with debug(), pytest.raises(NonFiniteGradientError, match=r"log\(-2.0\) = nan"):
        grad(np.log)(-2.0)


def test_what_is_not_finite_and_has_no_part_in_it_is_no_error():
    with debug():
        assert grad(lambda x: np.sum(np.where(x > 0.0, x, np.inf)))(np.array([1.0, 2.0])).tolist() == [1.0, 1.0]
        unused = np.log(Variable(0.0))
        assert grad(lambda x: 2.0 * x)(1.0) == 2.0
    assert unused.data == -np.inf


def test_a_cotangent_that_is_not_finite_to_begin_with_is_no_error():
    x = Variable([1.0, 2.0])
    with debug():
        (x * 2.0).backward([np.nan, 1.0])
    np.testing.assert_equal(x.grad, [np.nan, 2.0])


def test_what_ran_before_the_block_is_named_without_its_place():
    x, y = Variable(0.0), Variable([0.0])
    roots = np.sqrt(x) * 3.0, np.sum(np.sqrt(y))
    for root in roots:
        with debug(), pytest.raises(NonFiniteGradientError, match="not inside") as error:
            root.backward()
        assert (error.value.explanation.primitive, error.value.explanation.file) == ("sqrt", "")


def test_the_error_can_be_pickled():
    with debug(), pytest.raises(NonFiniteGradientError) as error:
        grad(np.sqrt)(0.0)
    copy = pickle.loads(pickle.dumps(error.value))
    assert str(copy) == str(error.value)


def test_a_graph_is_freed_by_its_reference_counts(no_collector):
    def build():
        x = Variable(np.ones(3))
        with debug():
            y = np.sum(np.exp(x) * x)
            y.backward()
        return [weakref.ref(node) for node in engine.graph.nodes(y)]

    assert [node() for node in build()] == [None] * 4


def test_off_nothing_more_is_kept_and_nothing_more_is_asked():
    """The fast functions ask for one setting, as they did for recording; what they save is a bare tuple."""
    x = Variable([1.0, 2.0])
    with debug():
        inside = x * x
    assert not hasattr(inside, "__dict__")
    assert [type(y._saved) for y in (x * x, x[0], np.sum(x))] == [tuple] * 3
    for functions in FAST.values():
        for function in functions.values():
            names = inspect.getclosurevars(function).globals.keys() & {"modes", "fast", "recording", "debugging"}
            assert names == {"modes", "fast"}
