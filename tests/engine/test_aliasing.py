"""Accumulation is in place where it may be: never in an array that is anyone else's."""

import itertools

import numpy as np
import pytest

from engine import Variable, value_and_grad
from engine.graph import parents


def frozen(values):
    array = np.array(values)
    array.setflags(write=False)
    return array


PROGRAMS = {
    "leaf": lambda x, y: x,
    "sum of two": lambda x, y: x + y,
    "sum of itself": lambda x, y: x + x,
    "difference": lambda x, y: x - y + x,
    "products": lambda x, y: x * y + x * y + y,
    "slices": lambda x, y: x[:1] + x[1:] + y,
    "slice of a sum": lambda x, y: (x + y)[1:] + (x + y)[:1] + x[0],
    "repeated index": lambda x, y: x[[0, 0, 1]][1:] + y,
    "stack": lambda x, y: np.stack([x, y, x]) + x,
    "moveaxis": lambda x, y: np.moveaxis(np.stack([x, y]), 0, 1) + y,
    "broadcast": lambda x, y: np.broadcast_to(x, (2, 2)) + y,
    "sum": lambda x, y: np.sum(x + y) + x,
}
each_program = pytest.mark.parametrize("f", PROGRAMS.values(), ids=PROGRAMS)


@each_program
@pytest.mark.parametrize("retain_grad", [False, True])
def test_neither_the_seed_nor_the_users_arrays_are_written_to(f, retain_grad):
    x, y = Variable(frozen([1.0, 2.0])), Variable(frozen([3.0, 4.0]))
    result = f(x, y)
    seed = frozen(np.full(result.shape, 2.0))
    for _ in range(2):
        result.backward(seed, retain_grad)
    assert np.all(seed == 2.0)
    assert (x.data.tolist(), y.data.tolist()) == ([1.0, 2.0], [3.0, 4.0])


@each_program
def test_every_gradient_is_an_array_of_its_own(f):
    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    result = f(x, y)
    seed = np.full(result.shape, 2.0)
    result.backward(seed, retain_grad=True)
    nodes = {x, y, result, *parents(x), *parents(result)}
    held = [node.grad for node in nodes if isinstance(node.grad, np.ndarray)]
    for a, b in itertools.combinations([*held, seed, x.data, y.data], 2):
        assert not np.shares_memory(a, b)
    assert all(array.flags.writeable for array in held)


@each_program
def test_a_gradient_taken_earlier_does_not_change(f):
    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    result = f(x, y)
    result.backward()
    first = x.grad
    copy = first.copy()
    result.backward()
    np.testing.assert_array_equal(first, copy)
    np.testing.assert_array_equal(x.grad, 2.0 * copy)


def test_scaling_one_gradient_in_place_leaves_the_other():
    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    (x + y).backward()
    x.grad *= 10.0
    assert x.grad.tolist() == [10.0, 10.0]
    assert y.grad.tolist() == [1.0, 1.0]


@each_program
def test_retained_gradients_agree_with_those_of_a_sweep_without(f):
    grads = []
    for retain_grad in (False, True):
        x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
        f(x, y).backward(retain_grad=retain_grad)
        grads.append([np.zeros(2) if v.grad is None else v.grad for v in (x, y)])
    np.testing.assert_array_equal(*grads)


@pytest.mark.parametrize("f", [lambda x: np.sum(x), lambda x: np.sum(x + x), lambda x: x[0] + np.sum(x)])
def test_gradients_of_transforms_are_the_callers_to_change(f):
    x = frozen([1.0, 2.0])
    _, gradient = value_and_grad(f)(x)
    gradient += 1.0
    assert x.tolist() == [1.0, 2.0]
