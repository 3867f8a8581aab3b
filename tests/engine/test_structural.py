"""Structural primitives are linear: a sweep must multiply by the transpose of their matrix, exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine import Variable, grad
from engine.record import apply
from engine.table import PRIMITIVES, STRUCTURAL

# A step draws a linear function, of arrays and Variables alike, for an argument of `shape`.


def a_sum(draw, shape):
    n = len(shape)
    axes = st.lists(st.integers(-n, n - 1), unique_by=lambda axis: axis % n).map(tuple) if n else st.just(())
    axis = draw(st.none() | axes | st.integers(-n, n - 1) if n else st.none())
    keepdims = draw(st.booleans())
    return lambda a: np.sum(a, axis=axis, keepdims=keepdims)


def a_getitem(draw, shape):
    if not shape:
        return lambda a: a
    kinds = [
        hnp.basic_indices(shape, allow_newaxis=True, max_dims=4),
        hnp.arrays(bool, shape),
        hnp.arrays(bool, shape[:1]),
        st.integers(-shape[0], shape[0] - 1).map(np.int64) if shape[0] else st.just(slice(None)),
        st.lists(st.integers(-shape[0], shape[0] - 1), min_size=1, max_size=4) if shape[0] else st.just(None),
    ]
    if all(shape):
        kinds.append(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=3)))
        rows = hnp.arrays(np.int64, 3, elements=st.integers(-shape[-1], shape[-1] - 1))
        kinds.append(rows.map(lambda row: (..., row)))
    index = draw(st.one_of(kinds))
    return lambda a: a[index]


def a_scatter(draw, shape):
    if not shape:
        whole, index = (3,), draw(st.integers(-3, 2))
    else:
        n = shape[0]
        whole, index = draw(
            st.sampled_from(
                [
                    ((n + 1, *shape[1:]), slice(1, None)),
                    ((2 * n, *shape[1:]), slice(None, None, -2)),
                    ((2, *shape), -1),
                    ((*shape, 3), (..., 1)),
                    ((2, *shape[1:]), draw(hnp.arrays(np.int64, n, elements=st.integers(-2, 1)))),
                ]
            )
        )

    def scatter(a):
        if isinstance(a, Variable):
            return apply(PRIMITIVES["scatter"], a, index=index, shape=whole)
        result = np.zeros(whole)
        np.add.at(result, index, a)
        return result

    return scatter


def a_stack(draw, shape):
    axis = draw(st.integers(-len(shape) - 1, len(shape)))
    weights = draw(st.lists(st.integers(-2, 2), min_size=1, max_size=3))
    return lambda a: np.stack([a if weight == 1 else weight * a for weight in weights], axis=axis)


def a_broadcast_to(draw, shape):
    lead = draw(st.lists(st.integers(0, 2), max_size=2))
    shape = (*lead, *(draw(st.integers(0, 3)) if n == 1 else n for n in shape))
    return lambda a: np.broadcast_to(a, shape)


def a_moveaxis(draw, shape):
    n = len(shape)
    if not n:
        return lambda a: a
    source, destination = draw(st.integers(-n, n - 1)), draw(st.integers(-n, n - 1))
    return lambda a: np.moveaxis(a, source, destination)


STEPS = {
    "sum": a_sum,
    "getitem": a_getitem,
    "scatter": a_scatter,
    "stack": a_stack,
    "broadcast_to": a_broadcast_to,
    "moveaxis": a_moveaxis,
}
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


def test_every_structural_primitive_has_a_reference():
    assert {primitive.name for primitive in STRUCTURAL} == STEPS.keys()


@st.composite
def maps(draw, shape, names):
    """A chain of linear steps that starts at `shape`."""
    steps = []
    for name in names:
        before = np.zeros(shape)[()]
        steps.append(STEPS[name](draw, shape))
        shape = np.shape(steps[-1](before))
        if np.prod(shape) > 200:
            steps.pop()
            break

    def chain(a):
        for step in steps:
            a = step(a)
        return a

    return chain


def matrix(f, shape):
    """The matrix of a linear function, column by column, from its values at the unit vectors."""
    size = int(np.prod(shape))
    columns = [np.ravel(f(unit.reshape(shape)[()])) for unit in np.eye(size)]
    return np.array(columns).T if columns else np.zeros((np.size(f(np.zeros(shape))), 0))


def integers(draw, shape):
    return draw(hnp.arrays(np.float64, shape, elements=st.integers(-9, 9)))


@pytest.mark.parametrize("name", STEPS)
@given(data=st.data())
def test_one_step(name, data):
    x = Variable(integers(data.draw, data.draw(SHAPES)))
    f = data.draw(maps(x.shape, [name]))
    y = f(x)
    J = matrix(f, x.shape)  # noqa: N806
    np.testing.assert_array_equal(np.ravel(y.data), J @ np.ravel(x.data))
    seed = integers(data.draw, y.shape)
    y.backward(seed)
    assert np.shape(x.grad) == x.shape
    np.testing.assert_array_equal(np.ravel(x.grad), J.T @ np.ravel(seed))


chains = st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=4)


@settings(max_examples=60)
@given(data=st.data())
def test_two_chains_of_steps_from_the_same_variable(data):
    x = Variable(integers(data.draw, data.draw(SHAPES)))
    total, expected = 0.0, np.zeros(x.size)
    for names in (data.draw(chains), data.draw(chains)):
        f = data.draw(maps(x.shape, names))
        y = f(x)
        weights = integers(data.draw, y.shape)
        total = total + np.sum(y * weights)
        expected += matrix(f, x.shape).T @ np.ravel(weights)
    total.backward()
    np.testing.assert_array_equal(np.ravel(x.grad), expected)


@settings(max_examples=60)
@given(data=st.data())
def test_a_chain_differentiated_twice(data):
    x = integers(data.draw, data.draw(SHAPES))
    f = data.draw(maps(x.shape, data.draw(chains)))
    w, u = integers(data.draw, np.shape(f(x[()]))), integers(data.draw, x.shape)

    def directional(x):
        return np.sum(grad(lambda x: np.sum(0.5 * f(x) ** 2 * w))(x) * u)

    J = matrix(f, x.shape)  # noqa: N806
    got = grad(directional)(x)
    assert np.shape(got) == x.shape
    np.testing.assert_array_equal(np.ravel(got), J.T @ (np.ravel(w) * (J @ np.ravel(u))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", STEPS)
@settings(max_examples=8)
@given(data=st.data())
def test_the_dtype_is_kept(name, dtype, data):
    x = Variable(np.ones(data.draw(hnp.array_shapes(max_dims=2, max_side=3)), dtype))
    y = data.draw(maps(x.shape, [name]))(x)
    if y.shape:
        assert y.dtype == dtype
    y.backward()
    assert x.grad.dtype == dtype


def test_stacked_operands_get_their_own_slices(gradients):
    x, y = gradients(lambda x, y: np.stack([x, 2.0 * y], axis=1), [1.0, 2.0], [3.0, 4.0], seed=[[1, 2], [3, 4]])
    assert (x.tolist(), y.tolist()) == ([1.0, 3.0], [4.0, 8.0])


def test_scalars_stack_with_numbers_and_numpy_arrays(gradients):
    assert gradients(lambda x: np.stack([x, 1.0, x * x]), 3.0, seed=[1, 10, 100]) == [601.0]
    (got,) = gradients(lambda x: np.stack([np.zeros(2), x]), [1.0, 2.0], seed=[[1, 2], [3, 4]])
    assert got.tolist() == [3.0, 4.0]


def test_an_index_adds_axes_to_a_scalar():
    x = Variable(2.0)
    np.sum(x[None] * np.array([1.0, 2.0, 3.0])).backward()
    assert x[None, None].shape == (1, 1)
    assert type(x.grad) is float
    assert x.grad == 6.0
