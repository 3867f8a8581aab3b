"""Derivatives of the elementwise primitives to the third order, by every nesting of forward and reverse mode."""

import itertools
import math

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.namespace
from engine import grad, jvp
from engine.table import ELEMENTWISE


def reverse(f):
    return grad(lambda x: np.sum(f(x)) if np.shape(x) else f(x))


def forward(f):
    return lambda x: jvp(f)(x, np.ones(np.shape(x), x.dtype) if np.shape(x) else 1.0)[1]


NESTINGS = [nesting for order in (1, 2, 3) for nesting in itertools.product([forward, reverse], repeat=order)]


def nested(f, nesting):
    for transform in reversed(nesting):
        f = transform(f)
    return f


def radius(x, y, u, v):
    return math.hypot(x, y) / math.hypot(u, v)


LENGTHS = {
    "pow": lambda x, y, u, v: min(
        x / abs(u) if u else math.inf, 1 / abs(v) / (1 + abs(math.log(x))) if v else math.inf
    ),
    "divide": lambda x, y, u, v: abs(y) / math.hypot(u, v),
    "hypot": radius,
    "atan2": radius,
    **dict.fromkeys(["sqrt", "cbrt", "log", "log2", "log10"], abs),
    "log1p": lambda x: 1 + x,
    "tan": lambda x: abs(math.cos(x)),
    **dict.fromkeys(["asin", "acos"], lambda x: 1 - abs(x)),
    "atan": lambda x: math.hypot(1.0, x),
    **dict.fromkeys(["exp", "expm1", "sin", "cos", "sinh", "cosh", "tanh"], lambda x: 1.0),
}
"""How far it is, about, to where the primitive has no derivative, or to where it looks different.

The first derivative over this length is the natural size of the second, and so on: a rule need not have more digits
than an ulp of that where terms cancel, as in the second derivative of hypot(x, 0) by x. None is infinitely far.
"""


def size(reference, name, operands, directions, order):
    """The natural size of a derivative, for a bound of its error."""
    length = flint.arb(LENGTHS.get(name, lambda *_: math.inf)(*operands, *(directions[0] if len(operands) > 1 else ())))
    found = flint.arb(0)
    for direction in directions:
        terms = reference.taylor(name, operands, direction)
        for k in range(1, order + 1):
            if k == order or length.is_finite():
                found = found.max(abs(terms[k]) / length ** (order - k) if k < order else abs(terms[k]))
    return found * math.factorial(order)


def check(reference, name, points, direction, dtype, f, at):
    """Hold the derivatives of `f` at `at`, by every nesting, against those of the primitive at `points`."""
    directions = [direction]
    if len(direction) == 2:  # these four lines span all partial derivatives to the third order
        u, v = direction
        directions += [(u, -v), (u, 0.0), (0.0, v)]
    with reference.exactly():
        exact = [[c * math.factorial(k) for k, c in enumerate(reference.taylor(name, p, direction))] for p in points]
        sizes = [[size(reference, name, p, directions, order) for order in range(4)] for p in points]
        for nesting in NESTINGS:
            order = len(nesting)
            got = nested(f, nesting)(at)
            assert type(got) is type(at)
            assert np.shape(got) == np.shape(at)
            if len(set(nesting)) == 1:
                assert getattr(got, "dtype", dtype) == dtype
            for k, (number, point) in enumerate(zip(np.ravel(got), points, strict=True)):
                allowed = reference.ulps_of(name, point)[1]
                assert reference.is_near(number, exact[k][order], sizes[k][order], dtype, allowed), (nesting, point)


NAMES = {n: [p.name for p in ELEMENTWISE if len(p.partials) == n] for n in (1, 2)}
steps = st.sampled_from([0.0, 0.5, 1.0, -1.0, 1.5, -2.0])
lines = st.tuples(steps, steps).filter(any)


@pytest.mark.parametrize("name", NAMES[1])
@given(data=st.data())
def test_of_one_operand_on_scalars(reference, name, data):
    (x,) = data.draw(st.tuples(*reference.domains(name, np.float64, shrink=4)))
    check(reference, name, [(x,)], (1.0,), np.float64, getattr(engine.namespace, name), x)


@pytest.mark.parametrize("name", NAMES[1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@settings(max_examples=15)
@given(data=st.data())
def test_of_one_operand_on_arrays(reference, name, dtype, data):
    points = data.draw(st.lists(st.tuples(*reference.domains(name, dtype, shrink=4)), min_size=1, max_size=3))
    check(reference, name, points, (1.0,), dtype, getattr(engine.namespace, name), np.array(points, dtype)[:, 0])


@pytest.mark.parametrize("name", NAMES[2])
@given(data=st.data(), line=lines)
def test_on_a_line_through_two_scalars(reference, name, data, line):
    u, v = line
    x, y = data.draw(st.tuples(*reference.domains(name, np.float64, shrink=4)))
    f = getattr(engine.namespace, name)
    check(reference, name, [(x, y)], line, np.float64, lambda t: f(x + t * u, y + t * v), 0.0)


@pytest.mark.parametrize("name", NAMES[2])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@settings(max_examples=15)
@given(data=st.data(), line=lines)
def test_on_a_line_through_two_arrays(reference, name, dtype, data, line):
    u, v = line
    points = data.draw(st.lists(st.tuples(*reference.domains(name, dtype, shrink=4)), min_size=1, max_size=3))
    x, y = np.array(points, dtype).T
    f = getattr(engine.namespace, name)
    check(reference, name, points, line, dtype, lambda t: f(x + t * u, y + t * v), np.zeros(len(x), dtype))


@pytest.mark.parametrize("name", NAMES[2])
@given(data=st.data())
def test_mixed_second_derivatives_are_equal_in_either_order(reference, name, data):
    x, y = data.draw(st.tuples(*reference.domains(name, np.float64, shrink=4)))
    f = getattr(engine.namespace, name)
    with reference.exactly():
        # By the polarisation of the second derivative along two lines.
        along = [reference.taylor(name, (x, y), line)[2] for line in [(1.0, 1.0), (1.0, -1.0)]]
        exact = (along[0] - along[1]) / 2
        units = [(1.0, 1.0), (1.0, -1.0), (1.0, 0.0), (0.0, 1.0)]
        allowed = size(reference, name, (x, y), units, 2)
        for first, second in [(0, 1), (1, 0)]:
            got = grad(grad(f, first), second)(x, y)
            assert reference.is_near(got, exact, allowed, np.float64, reference.ulps_of(name, (x, y))[1])


@pytest.mark.parametrize("wrap", [float, lambda x: np.array([x])], ids=["scalar", "array"])
def test_the_zeroth_power_is_not_flat_in_both_operands_together(wrap):
    # x**y has the mixed second derivative 1/x where y is 0, though the first by x is 0 there.
    for first, second in [(0, 1), (1, 0)]:
        slope = grad(lambda x, y: np.sum(x**y), first)
        mixed = grad(lambda x, y, slope=slope: np.sum(slope(x, y)), second)(wrap(1.5), wrap(0.0))
        np.testing.assert_allclose(mixed, 1 / 1.5, rtol=1e-15)
