"""What the engine's tests share."""

import gc

import pytest
from hypothesis import settings

from engine import Variable

settings.register_profile("suite", deadline=None, max_examples=30, derandomize=True, database=None)
settings.load_profile("suite")


def _gradients(f, *data, seed=None):
    leaves = [Variable(value) for value in data]
    f(*leaves).backward(seed)
    return [leaf.grad for leaf in leaves]


@pytest.fixture(scope="session")
def gradients():
    """`gradients(f, *data, seed=None)`: the `.grad` of a Variable of each of `data`, after one backward of `f`."""
    return _gradients


@pytest.fixture
def no_collector():
    """The cyclic garbage collector is off: what is freed is freed by its reference count."""
    gc.disable()
    yield
    gc.enable()
