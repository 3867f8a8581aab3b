"""Structural primitives are linear: jvp must multiply by their matrix, a sweep by its transpose, exactly."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine import Variable, grad, hvp, jvp
from engine.record import apply
from engine.table import PRIMITIVES, STRUCTURAL

# A step draws a linear function, of arrays and Variables alike, for an argument of `shape`.


def an_axis(draw, n):
    return draw(st.integers(-n, n - 1))


def some_axes(draw, n):
    return draw(st.lists(st.integers(-n, n - 1), unique_by=lambda axis: axis % n).map(tuple) if n else st.just(()))


def axis_argument(draw, n):
    """None, one axis or a tuple of them, each counted from either end."""
    kinds = [lambda: None, lambda: some_axes(draw, n), *([lambda: an_axis(draw, n)] if n else [])]
    return draw(st.sampled_from(kinds))()


def a_sum(draw, shape):
    axis, keepdims = axis_argument(draw, len(shape)), draw(st.booleans())
    return lambda a: np.sum(a, axis=axis, keepdims=keepdims)


def a_mean(draw, shape):
    """Of 2**k elements, as a quotient by 3 is not exact."""
    axis = axis_argument(draw, len(shape))
    chosen = shape if axis is None else [shape[k] for k in np.atleast_1d(np.array(axis, int))]
    if set(chosen) - {1, 2}:
        axis = tuple(k for k, n in enumerate(shape) if n in (1, 2))
    keepdims = draw(st.booleans())
    return lambda a: np.mean(a, axis=axis, keepdims=keepdims)


def a_cumsum(draw, shape):
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1)) if shape else draw(st.sampled_from([None, 0, -1]))
    return lambda a: np.cumsum(a, axis=axis)


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
        kinds.append(rows.map(lambda row: (None, ..., None, row)))
        if len(shape) > 1:
            first = hnp.arrays(np.int64, (2, 1), elements=st.integers(-shape[0], shape[0] - 1))
            kinds.append(
                st.tuples(first, rows) if len(shape) == 2 else st.tuples(first, st.just(slice(None, None, -1)), rows)
            )
            kinds.append(st.tuples(hnp.arrays(bool, shape[:1]), st.integers(-shape[1], shape[1] - 1)))
            kinds.append(st.tuples(st.just(slice(None, None, -2)), hnp.arrays(bool, shape[1:2])))
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
        result = np.zeros(whole, a.dtype)
        np.add.at(result, index, a)
        return result

    return scatter


def a_stack(draw, shape):
    axis = draw(st.integers(-len(shape) - 1, len(shape)))
    weights = draw(st.lists(st.integers(-2, 2), min_size=1, max_size=3))
    return lambda a: np.stack([a if weight == 1 else weight * a for weight in weights], axis=axis)


def a_concat(draw, shape):
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1)) if shape else None
    factors = draw(st.lists(st.integers(-2, 2), min_size=1, max_size=3))
    cut = 0 if axis is None else draw(st.integers(0, shape[axis]))
    kept = (slice(None),) * (0 if axis is None else axis % len(shape)) + (slice(cut, None),)
    zeros = np.zeros(shape, np.float32)
    parts = [(lambda a: a) if k == 1 else (lambda a: zeros) if k == 0 else (lambda a, k=k: k * a) for k in factors]
    return lambda a: np.concatenate([*(part(a) for part in parts), a[kept] if cut else a], axis=axis)


def a_vstack(draw, shape):
    return lambda a: np.vstack([a, np.zeros(shape, np.float32), -2 * a])


def an_hstack(draw, shape):
    return lambda a: np.hstack([a, np.zeros(shape, np.float32), -2 * a])


def a_reshape(draw, shape):
    size = int(np.prod(shape))
    shapes = [(size,), (1, *shape), shape[::-1], (*shape, 1, 1), *([-1, (-1, 1), (*shape[:1], -1)] if size else [])]
    if size % 2 == 0:
        shapes.append((2, size // 2))
    new = draw(st.sampled_from(shapes))
    return lambda a: np.reshape(a, new)


def a_ravel(draw, shape):
    return np.ravel


def an_expand_dims(draw, shape):
    count = draw(st.integers(1, 2))
    n = len(shape) + count
    axis = an_axis(draw, n) if count == 1 else draw(st.permutations(range(n)).map(lambda order: tuple(order[:count])))
    return lambda a: np.expand_dims(a, axis)


def a_squeeze(draw, shape):
    n = len(shape)
    ones = [k - n * draw(st.booleans()) for k, length in enumerate(shape) if length == 1]
    axis = draw(st.sampled_from([None, tuple(ones), *ones]))
    return lambda a: np.squeeze(a, axis)


def a_transpose(draw, shape):
    n = len(shape)
    axes = draw(st.none() | st.permutations(range(n)).map(lambda order: tuple(k - n * (k % 2) for k in order)))
    return lambda a: np.transpose(a, axes)


def a_swapaxes(draw, shape):
    n = len(shape)
    if not n:
        return lambda a: a
    one, other = an_axis(draw, n), an_axis(draw, n)
    return lambda a: np.swapaxes(a, one, other)


def a_flip(draw, shape):
    axis = axis_argument(draw, len(shape))
    return lambda a: np.flip(a, axis)


def a_roll(draw, shape):
    n = len(shape)
    shifts = st.integers(-4, 4)
    axis = draw(st.none() | st.integers(-n, n - 1)) if n else None
    if n > 1 and draw(st.booleans()):
        axis = (0, -1)
        shifts = st.tuples(shifts, shifts)
    shift = draw(shifts)
    return lambda a: np.roll(a, shift, axis)


def a_tile(draw, shape):
    reps = draw(st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=len(shape) + 1).map(tuple))
    return lambda a: np.tile(a, reps)


def a_repeat(draw, shape):
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1)) if shape else None
    length = int(np.prod(shape)) if axis is None else shape[axis]
    repeats = draw(st.integers(0, 3) | st.lists(st.integers(0, 2), min_size=length, max_size=length))
    return lambda a: np.repeat(a, repeats, axis)


def a_diagonal(draw, shape, function=np.diagonal):
    if len(shape) < 2:
        return lambda a: a
    offset = draw(st.integers(-2, 2))
    axis1, axis2 = draw(st.permutations(range(len(shape))))[:2]
    return lambda a: function(a, offset, axis1 - len(shape), axis2)


def a_trace(draw, shape):
    return a_diagonal(draw, shape, np.trace)


def a_diff(draw, shape):
    if not shape:
        return lambda a: a
    n, axis = draw(st.integers(0, 3)), an_axis(draw, len(shape))
    return lambda a: np.diff(a, n, axis)


def an_atleast_1d(draw, shape):
    return np.atleast_1d


def an_atleast_2d(draw, shape):
    return np.atleast_2d


def a_where(draw, shape):
    condition = draw(hnp.arrays(bool, draw(st.sampled_from([shape, (2, *shape), (*shape[:-1], 1)[: len(shape)]]))))
    other = draw(st.sampled_from([lambda a: 0.0, lambda a: -3 * a, lambda a: np.zeros(shape, np.float32)]))
    if draw(st.booleans()):
        return lambda a: np.where(condition, a, other(a))
    return lambda a: np.where(condition, other(a), a)


def an_astype(draw, shape):
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    return lambda a: a.astype(dtype)


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
    "mean": a_mean,
    "cumsum": a_cumsum,
    "getitem": a_getitem,
    "scatter": a_scatter,
    "stack": a_stack,
    "concat": a_concat,
    "hstack": an_hstack,
    "vstack": a_vstack,
    "reshape": a_reshape,
    "ravel": a_ravel,
    "expand_dims": an_expand_dims,
    "squeeze": a_squeeze,
    "atleast_1d": an_atleast_1d,
    "atleast_2d": an_atleast_2d,
    "transpose": a_transpose,
    "moveaxis": a_moveaxis,
    "swapaxes": a_swapaxes,
    "flip": a_flip,
    "roll": a_roll,
    "tile": a_tile,
    "repeat": a_repeat,
    "broadcast_to": a_broadcast_to,
    "diagonal": a_diagonal,
    "trace": a_trace,
    "diff": a_diff,
    "where": a_where,
    "astype": an_astype,
}
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


def test_every_structural_primitive_has_a_step():
    assert {primitive.name for primitive in STRUCTURAL} <= STEPS.keys()


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
@settings(max_examples=100)
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
    direction = integers(data.draw, x.shape)
    value, tangent = jvp(f)(x.data, direction)
    np.testing.assert_array_equal(value, y.data)
    assert np.shape(tangent) == y.shape
    np.testing.assert_array_equal(np.ravel(tangent), J @ np.ravel(direction))


chains = st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=4)


@settings(max_examples=150)
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


@settings(max_examples=150)
@given(data=st.data())
def test_a_chain_differentiated_twice(data):
    x = integers(data.draw, data.draw(SHAPES))
    f = data.draw(maps(x.shape, data.draw(chains)))
    w, u = integers(data.draw, np.shape(f(x[()]))), integers(data.draw, x.shape)

    def directional(x):
        return np.sum(grad(lambda x: np.sum(0.5 * f(x) ** 2 * w))(x) * u)

    J = matrix(f, x.shape)  # noqa: N806
    expected = J.T @ (np.ravel(w) * (J @ np.ravel(u)))
    for got in (grad(directional)(x), hvp(lambda x: np.sum(0.5 * f(x) ** 2 * w))(x, u)):
        assert np.shape(got) == x.shape
        np.testing.assert_array_equal(np.ravel(got), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", STEPS)
@settings(max_examples=8)
@given(data=st.data())
def test_the_dtype_is_kept(name, dtype, data):
    x = Variable(np.ones(data.draw(hnp.array_shapes(max_dims=2, max_side=3)), dtype))
    f = data.draw(maps(x.shape, [name]))
    y = f(x)
    if y.shape:
        assert y.dtype == f(x.data).dtype
        assert name == "astype" or y.dtype == dtype
        assert jvp(f)(x.data, x.data)[1].dtype == y.dtype
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


VECTORS = {"ravel": np.ravel, "index": lambda x: x[None], "stack": lambda x: np.stack([x])}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_what_a_scalar_gathers_is_no_view_of_what_another_gathers(gradients, vector):
    def f(x, y):
        return (vector(y) + (vector(3.0 * x) + vector(x))) * np.array([2.0])

    assert gradients(f, 1.0, 1.0, seed=[1.0]) == [8.0, 2.0]
    assert gradients(lambda x, y: np.where(True, np.add(y, np.add(3.0 * x, x)), 0.0), 1.0, 1.0) == [4.0, 1.0]


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_a_scalar_gathers_nothing_in_the_seed(gradients, vector):
    seed = np.ones(3)
    for order in itertools.permutations([lambda x: x, lambda x: -2.0 * x, lambda x: 5.0 * x]):
        assert gradients(lambda x, order=order: np.concatenate([vector(f(x)) for f in order]), 2.0, seed=seed) == [4.0]
        assert seed.tolist() == [1.0, 1.0, 1.0]


def test_the_side_that_where_did_not_take_gets_no_nan(gradients):
    with np.errstate(divide="ignore"):
        got = gradients(lambda x, y: np.sqrt(np.where([True, False], x, y)), [0.0, 0.0], [0.0, 0.0])
    assert [g.tolist() for g in got] == [[np.inf, 0.0], [0.0, np.inf]]
    assert gradients(lambda x, y: np.where(False, x, y) * np.inf, 1.0, 1.0) == [0.0, np.inf]
