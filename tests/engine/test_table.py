"""Every elementwise line of the table against the exact derivative, by series in ball arithmetic at 200 bits."""

from contextlib import contextmanager

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import engine.namespace
from engine import Variable
from engine.table import ELEMENTWISE

EXACT = {
    "negative": lambda x: -x,
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "square": lambda x: x * x,
    "pow": lambda x, y: x**y,
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
}


def within(low, high):
    return st.floats(low, high, width=32)


ANY, POSITIVE = within(-8.0, 8.0), within(2.0**-8, 64.0)
NONZERO = st.one_of(POSITIVE, POSITIVE.map(lambda y: -y))
DOMAINS = {
    "square": (NONZERO,),
    "divide": (ANY, NONZERO),
    "pow": (POSITIVE, ANY),
    "log": (POSITIVE,),
    "sqrt": (POSITIVE,),
}
ULPS = 8

each_primitive = pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda primitive: primitive.name)


def test_every_elementwise_primitive_has_a_reference():
    assert {primitive.name for primitive in ELEMENTWISE} == EXACT.keys()


@contextmanager
def exactly():
    outer = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = 200, 2
    try:
        yield
    finally:
        flint.ctx.prec, flint.ctx.cap = outer


def exact(name, operands, along):
    """The value, and the derivative with respect to operand `along`."""
    series = [flint.arb_series([float(x), float(i == along)]) for i, x in enumerate(operands)]
    result = EXACT[name](*series)
    return result[0], result[1]


def is_near(got, expected, size, dtype, ulps=ULPS):
    return abs(flint.arb(float(got)) - expected) <= ulps * float(np.finfo(dtype).eps) * size


def domains(primitive):
    return DOMAINS.get(primitive.name, (ANY,) * len(primitive.partials))


@each_primitive
@given(data=st.data())
def test_on_scalars(primitive, data):
    operands = [data.draw(domain) for domain in domains(primitive)]
    variables = [Variable(x) for x in operands]
    result = getattr(engine.namespace, primitive.name)(*variables)
    result.backward()
    with exactly():
        for i, variable in enumerate(variables):
            value, derivative = exact(primitive.name, operands, i)
            assert is_near(result.data, value, abs(value), np.float64)
            assert is_near(variable.grad, derivative, abs(derivative), np.float64)


@each_primitive
@given(data=st.data())
def test_on_arrays_that_broadcast(primitive, data):
    arity = len(primitive.partials)
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=arity, max_dims=3, max_side=2)).input_shapes
    operands = [
        data.draw(hnp.arrays(data.draw(st.sampled_from([np.float32, np.float64])), shape, elements=domain))
        for shape, domain in zip(shapes, domains(primitive), strict=True)
    ]
    coarsest = max((x.dtype for x in operands), key=lambda dtype: np.finfo(dtype).eps)
    variables = [Variable(x) for x in operands]
    result = getattr(engine.namespace, primitive.name)(*variables)
    seed = data.draw(hnp.arrays(np.float64, result.shape, elements=st.integers(-4, 4)))
    result.backward(seed)
    places = np.broadcast_arrays(*(np.arange(x.size).reshape(x.shape) for x in operands))
    with exactly():
        for i, variable in enumerate(variables):
            totals = [flint.arb(0)] * variable.size
            sizes = [flint.arb(0)] * variable.size
            for index in np.ndindex(result.shape):
                here = [x.flat[place[index]] for x, place in zip(operands, places, strict=True)]
                value, derivative = exact(primitive.name, here, i)
                assert is_near(np.asarray(result.data)[index], value, abs(value), coarsest)
                totals[places[i][index]] += float(seed[index]) * derivative
                sizes[places[i][index]] += abs(float(seed[index]) * derivative)
            assert np.shape(variable.grad) == variable.shape
            assert np.asarray(variable.grad).dtype == variable.dtype
            for got, total, size in zip(np.ravel(variable.grad), totals, sizes, strict=True):
                assert is_near(got, total, size, coarsest, ULPS + result.size)


@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["scalar", "array"])
@pytest.mark.parametrize("n", [*range(-4, 5), 2.0, -3.0])
@settings(max_examples=10)
@given(x=NONZERO)
def test_a_constant_whole_power_of_any_base(gradients, wrap, n, x):
    (got,) = gradients(lambda v: v**n, wrap(x))
    with exactly():
        derivative = n * flint.arb(x) ** (int(n) - 1)
        assert is_near(np.ravel(got)[0], derivative, abs(derivative), np.float64)


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
    ],
)
def test_powers_at_zero_and_of_negative_bases(gradients, wrap, x, y, expected):
    with np.errstate(all="ignore"):
        got = gradients(lambda x, y: x**y, wrap(x), wrap(y))
    np.testing.assert_array_equal(np.ravel(got), expected)
    np.testing.assert_array_equal(np.ravel(gradients(lambda x: x**y, wrap(x))), expected[0])
