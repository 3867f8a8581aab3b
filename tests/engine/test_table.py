"""Every elementwise line of the table against the exact derivative, by series in ball arithmetic."""

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import engine.namespace
from engine import Variable, jvp, vjp
from engine.table import ELEMENTWISE

NAMES = [primitive.name for primitive in ELEMENTWISE]
each_primitive = pytest.mark.parametrize("name", NAMES)
dtypes = st.sampled_from([np.float64, np.float32])


def test_every_elementwise_primitive_has_a_reference(reference):
    assert set(NAMES) == reference.names


def units(n):
    """The directions of the axes."""
    return [[float(i == j) for j in range(n)] for i in range(n)]


@each_primitive
@settings(max_examples=100)
@given(data=st.data())
def test_on_scalars(reference, name, data):
    operands = data.draw(st.tuples(*reference.domains(name, np.float64)))
    of_value, of_derivative = reference.ulps_of(name, operands)
    variables = [Variable(x) for x in operands]
    result = getattr(engine.namespace, name)(*variables)
    result.backward()
    with reference.exactly():
        for variable, direction in zip(variables, units(len(operands)), strict=True):
            value, derivative, *_ = reference.taylor(name, operands, direction)
            assert reference.is_near(result.data, value, abs(value), np.float64, of_value)
            assert reference.is_near(variable.grad, derivative, abs(derivative), np.float64, of_derivative)


def coarsest(arrays):
    return max((x.dtype.type for x in arrays), key=lambda dtype: np.finfo(dtype).eps)


@st.composite
def operands_that_broadcast(draw, domains):
    """Arrays of float32 and float64; `domains(dtype)` are where the numbers of each are drawn from."""
    of = [draw(dtypes) for _ in domains(np.float64)]
    range_of = np.float32 if np.float32 in of else np.float64
    shapes = hnp.mutually_broadcastable_shapes(num_shapes=len(of), max_dims=3, max_side=2)
    return [
        draw(hnp.arrays(dtype, shape, elements=domain))
        for dtype, shape, domain in zip(of, draw(shapes).input_shapes, domains(range_of), strict=True)
    ]


@each_primitive
@given(data=st.data())
def test_on_arrays_that_broadcast(reference, name, data):
    operands = data.draw(operands_that_broadcast(lambda dtype: reference.domains(name, dtype)))
    dtype = coarsest(operands)
    variables = [Variable(x) for x in operands]
    result = getattr(engine.namespace, name)(*variables)
    assert result.dtype == np.result_type(*(variable.data for variable in variables))
    seed = data.draw(hnp.arrays(np.float64, result.shape, elements=st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0])))
    result.backward(seed)
    places = np.broadcast_arrays(*(np.arange(x.size).reshape(x.shape) for x in operands))
    with reference.exactly():
        for i, (variable, direction) in enumerate(zip(variables, units(len(operands)), strict=True)):
            totals = [flint.arb(0)] * variable.size
            allowed = [flint.arb(0)] * variable.size
            for index in np.ndindex(result.shape):
                here = [float(x.flat[place[index]]) for x, place in zip(operands, places, strict=True)]
                of_value, of_derivative = reference.ulps_of(name, here)
                value, derivative, *_ = reference.taylor(name, here, direction)
                assert reference.is_near(np.asarray(result.data)[index], value, abs(value), dtype, of_value)
                share = float(seed[index]) * derivative
                totals[places[i][index]] += share
                allowed[places[i][index]] += (of_derivative + result.size // variable.size) * abs(share)
            assert np.shape(variable.grad) == variable.shape
            assert np.asarray(variable.grad).dtype == variable.dtype
            for got, total, size in zip(np.ravel(variable.grad), totals, allowed, strict=True):
                assert reference.is_near(got, total, size, dtype, 1)


@each_primitive
@given(data=st.data())
def test_the_forward_derivative_is_the_transpose_of_the_reverse(reference, name, data):
    operands = data.draw(operands_that_broadcast(lambda dtype: reference.domains(name, dtype, shrink=4)))
    f, eps = getattr(engine.namespace, name), float(np.finfo(coarsest(operands)).eps)
    all_of_them = tuple(range(len(operands)))

    def any_of(shape, dtype):
        return data.draw(hnp.arrays(dtype, shape, elements=st.floats(-4.0, 4.0, width=16)))

    directions = tuple(any_of(x.shape, x.dtype) for x in operands)
    value, tangent = jvp(f, all_of_them)(*operands, directions)
    cotangent = any_of(np.shape(value), np.float64)
    _, pullback = vjp(f, all_of_them)(*operands)
    pulled = pullback(cotangent)

    # The terms of both sums, if broadcasting is undone: a partial derivative by each operand at each place.
    wide = np.broadcast_arrays(*(x.astype(np.float64) for x in operands))
    partials = [jvp(f, i)(*wide, np.ones(np.shape(value)))[1] for i in all_of_them]
    size = sum(np.sum(abs(cotangent * d * v)) for d, v in zip(partials, directions, strict=True))
    forward = np.sum(cotangent * np.asarray(tangent, np.float64))
    reverse = sum(np.sum(np.asarray(g, np.float64) * v) for g, v in zip(pulled, directions, strict=True))
    assert abs(forward - reverse) <= (8 + cotangent.size) * eps * size + float(np.finfo(coarsest(operands)).tiny)


@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["scalar", "array"])
@pytest.mark.parametrize("n", [*range(-4, 5), 2.0, -3.0])
@settings(max_examples=10)
@given(x=st.floats(2.0**-64, 2.0**64) | st.floats(-(2.0**64), -(2.0**-64)))
def test_a_constant_whole_power_of_any_base(gradients, reference, wrap, n, x):
    (got,) = gradients(lambda v: v**n, wrap(x))
    with reference.exactly():
        derivative = n * flint.arb(x) ** (int(n) - 1)
        assert reference.is_near(np.ravel(got)[0], derivative, abs(derivative), np.float64, 4)


@pytest.mark.filterwarnings("ignore::engine.SingularPointWarning")
@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["scalar", "array"])
@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.0, 0.0, (0.0, 0.0)),
        (0.0, 1.0, (1.0, 0.0)),
        (0.0, 2.0, (0.0, 0.0)),
        (0.0, 3.5, (0.0, 0.0)),
        (-2.0, 0.0, (0.0, np.nan)),
        (-2.0, 3.0, (12.0, np.nan)),
        (1.0, 5.0, (5.0, 0.0)),
        (5e-324, 0.0, (0.0, np.log(5e-324))),
        (np.inf, 0.0, (0.0, np.inf)),
        (np.nan, 0.0, (0.0, np.nan)),
    ],
)
def test_powers_at_zero_and_of_negative_bases(gradients, wrap, x, y, expected):
    with np.errstate(all="ignore"):
        got = gradients(lambda x, y: x**y, wrap(x), wrap(y))
    np.testing.assert_array_equal(np.ravel(got), expected)
    np.testing.assert_array_equal(np.ravel(gradients(lambda x: x**y, wrap(x))), expected[0])
