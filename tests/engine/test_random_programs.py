"""Random programs over the table, on scalars and arrays, against series in ball arithmetic: both modes, two orders."""

import math

import flint
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine.namespace
from engine import Variable, grad, hvp, jvp, vjp
from engine.table import PRIMITIVES
from harness.balls import Ball, precision

SHAPES = ((), (2,), (2, 2))
LIMIT = 8
"""The most elements that a value may have: a larger one is summed over an axis."""


class UncertainError(Exception):
    """Which way a comparison goes depends on the rounding."""


def ball_of(function):
    """A function of series, element by element on arrays of balls."""

    def apply(*operands):
        series = [x.series if isinstance(x, Ball) else flint.arb_series([x]) for x in operands]
        return Ball(function(*series))

    return lambda *xs: np.frompyfunc(apply, len(xs), 1)(*xs)


def certain(condition, opposite):
    if bool(condition) == bool(opposite):
        raise UncertainError
    return bool(condition)


def larger(x, y):
    return x if certain(x[0] > y[0], x[0] < y[0]) else y


def smaller(x, y):
    return y if larger(x, y) is x else x


def whole_below(x):
    low = x[0].floor()
    if not low.is_exact():
        raise UncertainError
    return flint.arb_series([low])


def sinh(x):
    return (x.exp() - (-x).exp()) / 2


def cosh(x):
    return (x.exp() + (-x).exp()) / 2


def extremum(choose):
    def of(x, axis=None, keepdims=False):
        pick = np.frompyfunc(lambda x, y: Ball(choose(x.series, y.series)), 2, 1)
        x = np.ravel(x) if axis is None else x
        return pick.reduce(x, axis=0 if axis is None else axis, keepdims=keepdims)

    return of


class Exact:
    """The engine's functions, on balls and on arrays of them: NumPy's own where those only move, add and multiply."""

    exp, log, sqrt = (ball_of(lambda x, name=name: getattr(x, name)()) for name in ("exp", "log", "sqrt"))
    sin, cos, tan = (ball_of(lambda x, name=name: getattr(x, name)()) for name in ("sin", "cos", "tan"))
    asin, acos, atan = (ball_of(lambda x, name=name: getattr(x, name)()) for name in ("asin", "acos", "atan"))
    cbrt = ball_of(lambda x: (x.log() / 3).exp())
    expm1 = ball_of(lambda x: x.exp() - 1)
    log1p = ball_of(lambda x: (1 + x).log())
    log2 = ball_of(lambda x: x.log() / flint.arb(2).log())
    log10 = ball_of(lambda x: x.log() / flint.arb(10).log())
    sinh, cosh, tanh = ball_of(sinh), ball_of(cosh), ball_of(lambda x: sinh(x) / cosh(x))
    atan2 = ball_of(lambda x, y: (x / y).atan())  # for y > 0
    hypot = ball_of(lambda x, y: (x * x + y * y).sqrt())
    pow = ball_of(lambda x, y: (y * x.log()).exp())
    square = ball_of(lambda x: x * x)
    abs = ball_of(lambda x: larger(x, -x))
    sign = ball_of(lambda x: flint.arb_series([1 if certain(x[0] > 0, x[0] < 0) else -1]))
    floor = ball_of(whole_below)
    maximum, minimum = ball_of(larger), ball_of(smaller)
    max, min = staticmethod(extremum(larger)), staticmethod(extremum(smaller))
    astype = staticmethod(lambda x, dtype: x)
    norm = staticmethod(lambda x, axis=None: Exact.sqrt(np.sum(x * x, axis=axis)))
    clip = staticmethod(lambda x, low, high: Exact.minimum(Exact.maximum(x, low), high))
    concat, permute_dims = np.concatenate, np.transpose
    sum, mean, prod, cumsum, cumprod = np.sum, np.mean, np.prod, np.cumsum, np.cumprod
    stack, reshape, broadcast_to, where = np.stack, np.reshape, np.broadcast_to, np.where
    flip, squeeze, expand_dims, moveaxis, matmul, dot = (
        np.flip, np.squeeze, np.expand_dims, np.moveaxis, np.matmul, np.dot,
    )  # fmt: skip


def shape(x):
    return getattr(x, "shape", ())


def vector(xp, x):
    return xp.reshape(x, (-1,))


def square_matrix(xp, x):
    """A matrix of the elements of x: two by two, or a single one."""
    flat = vector(xp, x)
    return xp.reshape(flat[:4], (2, 2)) if flat.shape[0] >= 4 else xp.reshape(flat[:1], (1, 1))


def axis(x, k):
    return k % len(shape(x)) if shape(x) else None


OPERATIONS = {  # of the array namespace, two values, and a number; the arguments are kept where the function is smooth
    "negative": lambda xp, x, y, k: -x,
    "add": lambda xp, x, y, k: x + y,
    "add a number": lambda xp, x, y, k: (k - 3) + x,
    "subtract": lambda xp, x, y, k: x - y,
    "subtract from a number": lambda xp, x, y, k: 1.5 - x,
    "multiply": lambda xp, x, y, k: x * y,
    "multiply by a number": lambda xp, x, y, k: x * (k / 4 - 1.0),
    "divide": lambda xp, x, y, k: x / (1.0 + y * y),
    "divide a number": lambda xp, x, y, k: 1.0 / (2.0 + xp.sin(x)),
    "divide by a number": lambda xp, x, y, k: x / (1.0 + k),
    "square": lambda xp, x, y, k: xp.square(x),
    "pow": lambda xp, x, y, k: (1.0 + x * x) ** xp.sin(y),
    "pow of a number": lambda xp, x, y, k: 1.5 ** xp.sin(x),
    "pow by a number": lambda xp, x, y, k: xp.pow(1.0 + x * x, 0.5 * k - 2.25),
    "sqrt": lambda xp, x, y, k: xp.sqrt(1.0 + x * x),
    "cbrt": lambda xp, x, y, k: xp.cbrt(1.0 + x * x),
    "exp": lambda xp, x, y, k: xp.exp(xp.sin(x)),
    "expm1": lambda xp, x, y, k: xp.expm1(xp.cos(x)),
    "log": lambda xp, x, y, k: xp.log(1.0 + x * x),
    "log1p": lambda xp, x, y, k: xp.log1p(x * x),
    "log2": lambda xp, x, y, k: xp.log2(2.0 + xp.sin(x)),
    "log10": lambda xp, x, y, k: xp.log10(1.0 + x * x),
    "sin": lambda xp, x, y, k: xp.sin(x),
    "cos": lambda xp, x, y, k: xp.cos(x),
    "tan": lambda xp, x, y, k: xp.tan(xp.sin(x)),
    "asin": lambda xp, x, y, k: xp.asin(0.75 * xp.sin(x)),
    "acos": lambda xp, x, y, k: xp.acos(0.75 * xp.cos(x)),
    "atan": lambda xp, x, y, k: xp.atan(x),
    "atan2": lambda xp, x, y, k: xp.atan2(x, 1.0 + y * y),
    "hypot": lambda xp, x, y, k: xp.hypot(x, 1.0 + y * y),
    "sinh": lambda xp, x, y, k: xp.sinh(xp.sin(x)),
    "cosh": lambda xp, x, y, k: xp.cosh(xp.sin(x)),
    "tanh": lambda xp, x, y, k: xp.tanh(x),
    "abs": lambda xp, x, y, k: xp.abs(x),
    "sign": lambda xp, x, y, k: xp.sign(x) * y,
    "floor": lambda xp, x, y, k: xp.floor(2.3 * xp.sin(x)) * y,
    "maximum": lambda xp, x, y, k: xp.maximum(x, y),
    "minimum": lambda xp, x, y, k: xp.minimum(x, y),
    "clip": lambda xp, x, y, k: xp.clip(x, -0.4, 0.7),
    "getitem": lambda xp, x, y, k: vector(xp, x)[[0, -1, 0]][k % 3],
    "slice": lambda xp, x, y, k: vector(xp, x)[:: (1, -1, 2)[k % 3]],
    "stack": lambda xp, x, y, k: xp.stack([vector(xp, x)[:2], vector(xp, x)[-2:]], axis=k % 2),
    "stack scalars": lambda xp, x, y, k: xp.stack([xp.sum(x), xp.sum(y), xp.sum(x) * 0.5]),
    "concat": lambda xp, x, y, k: xp.concat([vector(xp, x), vector(xp, y)]),
    "reshape": lambda xp, x, y, k: xp.reshape(x, (-1, 1) if k % 2 else (1, -1)),
    "transpose": lambda xp, x, y, k: xp.permute_dims(square_matrix(xp, x), (1, 0)) * square_matrix(xp, x),
    "flip": lambda xp, x, y, k: xp.flip(vector(xp, x), axis=0),
    "moveaxis": lambda xp, x, y, k: xp.moveaxis(xp.expand_dims(vector(xp, x), 0), 0, 1),
    "squeeze": lambda xp, x, y, k: xp.squeeze(xp.expand_dims(x, 0), 0),
    "broadcast_to": lambda xp, x, y, k: xp.broadcast_to(x, (2, *shape(x))),
    "where": lambda xp, x, y, k: xp.where(bool(k % 2), x, y),
    "where by element": lambda xp, x, y, k: xp.where(np.arange(2) == k % 2, xp.sum(x), xp.sum(y)),
    "astype": lambda xp, x, y, k: xp.astype(x, np.float64),
    "sum": lambda xp, x, y, k: xp.sum(x, axis=axis(x, k)),
    "sum kept": lambda xp, x, y, k: xp.sum(x, axis=axis(x, k), keepdims=True) if shape(x) else x,
    "mean": lambda xp, x, y, k: xp.mean(x, axis=axis(x, k)),
    "cumsum": lambda xp, x, y, k: xp.cumsum(vector(xp, x), axis=0),
    "prod": lambda xp, x, y, k: xp.prod(xp.sin(x), axis=axis(x, k)),
    "cumprod": lambda xp, x, y, k: xp.cumprod(xp.cos(vector(xp, x)), axis=0),
    "max": lambda xp, x, y, k: xp.max(x, axis=axis(x, k)),
    "min": lambda xp, x, y, k: xp.min(x, axis=axis(x, k)),
    "norm": lambda xp, x, y, k: xp.norm(2.0 + xp.sin(vector(xp, x))),
    "matmul": lambda xp, x, y, k: xp.matmul(square_matrix(xp, x), square_matrix(xp, x)),
    "matmul of vectors": lambda xp, x, y, k: xp.matmul(vector(xp, x), vector(xp, x)),
    "dot": lambda xp, x, y, k: xp.dot(square_matrix(xp, x), square_matrix(xp, x)[0] * xp.sum(y)),
    "dot of scalars": lambda xp, x, y, k: xp.dot(xp.sum(x), y),
}


def broadcast(x, y):
    try:
        return np.broadcast_shapes(shape(x), shape(y))
    except ValueError:
        return None


def run(program, leaves, xp):
    """Each instruction takes two of the values so far; the last value is the result."""
    values = list(leaves)
    for name, i, j, k in program:
        x, y = values[-1 - i % len(values)], values[-1 - j % len(values)]
        if broadcast(x, y) is None:
            y = xp.sum(y)
        z = OPERATIONS[name](xp, x, y, k)
        while math.prod(shape(z)) > LIMIT:
            z = xp.sum(z, axis=0)
        values.append(z[()] if isinstance(z, np.ndarray) and z.ndim == 0 else z)
    return values[-1]


# The weights are no simple fractions: sums of what a program computes do not come out as zero by accident.
numbers = st.integers(-8, 8).map(lambda k: k / 8 + 0.01)
instruction = st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 6), st.integers(0, 6), st.integers(0, 7))
programs = st.lists(instruction, min_size=2, max_size=10)
SIZES = [math.prod(shape) for shape in SHAPES]
points = st.lists(numbers, min_size=sum(SIZES), max_size=sum(SIZES)).map(np.array)


def split(flat):
    """The leaves, of their shapes, that `flat` has one after the other."""
    parts = np.split(np.asarray(flat), np.cumsum(SIZES)[:-1])
    return [part.reshape(shape) if shape else part.item() for part, shape in zip(parts, SHAPES, strict=True)]


def flat(leaves):
    return np.concatenate([np.ravel(leaf) for leaf in leaves])


def series(program, x, v, bits):
    """The coefficients of the weighted sum of the result, of x + t v, in t: as balls."""
    with precision(bits):
        flint.ctx.cap = 3
        point = np.empty(len(x), dtype=object)
        point[:] = [Ball(flint.arb_series([a, b])) for a, b in zip(x.tolist(), v.tolist(), strict=True)]
        try:
            total = np.sum(weighted(run(program, split(point), Exact)))
        except UncertainError:
            assume(False)
        coefficients = total.series
        assume(all(coefficients[k].is_finite() for k in range(3)))
        return [coefficients[k] for k in range(3)]


def weighted(result):
    return result * weights(shape(result))


def weights(shape):
    return (0.5 + np.sqrt(np.arange(1.0, math.prod(shape) + 1.0))).reshape(shape) if shape else 1.5


def near(got, enclosures, scale):
    """Whether each of `got` is as near as 53 bits allow: the enclosures at 53 bits and at 200 are a pair."""
    for value, (rough, exact) in zip(got, enclosures, strict=True):
        allowed = 4.0 * float(rough.rad()) + 16.0 * np.spacing(scale)
        assert abs(float(exact - float(value))) <= allowed


def both(program, x, v, k):
    return series(program, x, v, 53)[k], series(program, x, v, 200)[k]


@pytest.fixture(autouse=True)
def quietly():
    with np.errstate(all="ignore"):
        yield


def test_the_operations_are_nearly_all_of_the_table():
    assert PRIMITIVES.keys() - {"scatter", "permute_dims", "getitem"} <= OPERATIONS.keys()


@settings(max_examples=150)
@given(program=programs, x=points, v=points)
def test_value_gradient_and_tangent(program, x, v):
    assert_first_order(program, x, v)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=8)
@given(x=points, v=points, k=st.integers(0, 7), others=programs)
def test_programs_that_end_with_each_operation(name, x, v, k, others):
    assert_first_order([*others[:2], (name, 0, 1, k), (name, 2, 0, k), ("multiply", 0, 1, 0)], x, v)


def assert_first_order(program, x, v):
    units = np.eye(len(x))
    gradient = [both(program, x, unit, 1) for unit in units]
    value, slope = both(program, x, v, 0), both(program, x, v, 1)
    f = lambda *leaves: run(program, leaves, engine.namespace)  # noqa: E731
    scalar = lambda *leaves: np.sum(weighted(f(*leaves)))  # noqa: E731
    everything = tuple(range(len(SHAPES)))
    scale = max(abs(float(exact.mid())) for _, exact in [*gradient, value, slope])

    variables = [Variable(leaf) for leaf in split(x)]
    total = scalar(*variables)
    near([total.data], [value], scale)
    if total._primitive is not None:
        total.backward()
    near(flat(np.zeros(leaf.shape) if leaf.grad is None else leaf.grad for leaf in variables), gradient, scale)
    near(flat(grad(scalar, everything)(*split(x))), gradient, scale)

    result, tangent = jvp(f, everything)(*split(x), tuple(split(v)))
    w = weights(np.shape(result))
    near([np.sum(result * w), np.sum(tangent * w)], [value, slope], scale)
    _, pullback = vjp(f, everything)(*split(x))
    near(flat(pullback(w)), gradient, scale)
    near([np.dot(flat(pullback(w)), v)], [slope], scale)  # ⟨v, Jᵀw⟩ = ⟨Jv, w⟩


@settings(max_examples=60)
@given(program=programs, x=points, v=points)
def test_second_derivatives(program, x, v):
    assert_second_order(program, x, v)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=4)
@given(x=points, v=points, k=st.integers(0, 7), others=programs)
def test_second_derivatives_that_end_with_each_operation(name, x, v, k, others):
    assert_second_order([*others[:1], (name, 0, 1, k), ("multiply", 0, 1, 0), (name, 0, 1, k)], x, v)


def assert_second_order(program, x, v):
    scalar = lambda *leaves: np.sum(weighted(run(program, leaves, engine.namespace)))  # noqa: E731
    everything = tuple(range(len(SHAPES)))
    along = both(program, x, v, 2)
    expected = []
    for unit in np.eye(len(x)):  # f(x + t (v + e)) has vᵀHe in its second coefficient, beside those along v and e
        alone, together = both(program, x, unit, 2), both(program, x, v + unit, 2)
        with precision(200):
            expected.append(tuple(c - a - b for a, b, c in zip(along, alone, together, strict=True)))
    scale = max(abs(float(exact.mid())) for _, exact in expected)
    product = flat(hvp(scalar, everything)(*split(x), tuple(split(v))))
    near(product, expected, scale)
    reverse = grad(
        lambda *leaves: sum(np.sum(g * d) for g, d in zip(grad(scalar, everything)(*leaves), split(v), strict=True)),
        everything,
    )
    near(flat(reverse(*split(x))), expected, scale)
    forward = jvp(lambda *leaves: jvp(scalar, everything)(*leaves, tuple(split(v)))[1], everything)
    near(
        [forward(*split(x), tuple(split(v)))[1]],
        [tuple(2 * ball for ball in along)],
        scale + abs(float(along[1].mid())),
    )
