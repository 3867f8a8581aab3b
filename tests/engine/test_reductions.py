"""Reductions, scans and products that are not linear: derivatives to third order, against Taylor series.

Along a line, x + t v, the function is a power series in t: exact in rationals, or in balls of 200 bits where there are
square roots. Its coefficients are the derivatives that jvp and grad must give, in whatever order they are nested.
"""

import itertools
import math
import operator
from contextlib import contextmanager

import flint
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine import Variable, grad, jvp, vjp


class Series:
    """A power series of flint as an element of an array: itself it is a sequence, which NumPy would take apart."""

    def __init__(self, series):
        self.series = series

    def sqrt(self):
        return Series(self.series.sqrt())

    def __abs__(self):
        return self if self.series[0] > 0 else Series(-self.series)


for _symbol in ("add", "radd", "sub", "mul", "rmul", "truediv"):

    def _method(self, other, symbol=f"__{_symbol}__"):
        return Series(getattr(self.series, symbol)(other.series if isinstance(other, Series) else int(other)))

    setattr(Series, f"__{_symbol}__", _method)


# A case draws the shapes of the operands, a function of them, and its reference for arrays of series.


def some_shape(draw, min_side=0, min_dims=0, max_dims=3):
    return draw(hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=3))


def an_axis(draw, n, longest=3):
    """None, an axis, or a tuple of up to `longest`."""
    kinds = [st.none()]
    if n:
        some = st.lists(st.integers(-n, n - 1), min_size=1, max_size=longest, unique_by=lambda axis: axis % n)
        kinds += [st.integers(-n, n - 1), some.map(tuple)]
    return draw(st.one_of(kinds))


def reduction(function, reference=None, min_side=1, min_dims=0, **options):
    """A case of a function that takes `axis` and `keepdims`, and perhaps others of which `options` draw one."""

    def case(draw):
        shape = some_shape(draw, min_side, min_dims)
        given = {"axis": an_axis(draw, len(shape)), "keepdims": draw(st.booleans())}
        others = {name: draw(st.sampled_from(values)) for name, values in options.items()}
        return (
            [shape],
            lambda x: function(x, **given, **others),
            lambda x: (reference or function)(x, **given, **others),
        )

    return case


def a_cumprod(draw):
    shape = some_shape(draw)
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1)) if shape else draw(st.sampled_from([None, 0, -1]))
    return [shape], lambda x: np.cumprod(x, axis=axis), lambda x: np.cumprod(x, axis=axis)


def a_matmul(draw):
    """Of vectors, matrices and stacks of matrices that broadcast."""
    m, n, k = (draw(st.integers(0, 3)) for _ in range(3))
    left, right = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=2)).input_shapes
    x = draw(st.sampled_from([(n,), (m, n), (*left, m, n)]))
    y = draw(st.sampled_from([(n,), (n, k), (*right, n, k)]))
    return [x, y], draw(st.sampled_from([np.matmul, operator.matmul])), np.matmul


def a_dot(draw):
    n, ends = draw(st.integers(0, 3)), st.lists(st.integers(0, 2), max_size=2)
    x = draw(st.just(()) | ends.map(lambda end: (*end, n)))
    y = draw(st.just(()) | ends.map(lambda end: (*end[:-1], n, *end[-1:])))
    return [x, y], np.dot, np.dot


def an_outer(draw):
    return [some_shape(draw, max_dims=2), some_shape(draw, max_dims=2)], np.outer, np.outer


def a_norm(draw):
    shape = some_shape(draw, 1)
    axis, keepdims = an_axis(draw, len(shape), 2), draw(st.booleans())
    length = 1 if isinstance(axis, int) else len(shape if axis is None else axis)
    ord = draw(st.sampled_from([None, {1: 2, 2: "fro"}.get(length)]))

    def reference(x):
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))

    return [shape], lambda x: np.linalg.norm(x, ord, axis, keepdims), reference


def another_norm(draw):
    shape = some_shape(draw, 1, 1)
    axis, keepdims = draw(st.integers(-len(shape), len(shape) - 1)), draw(st.booleans())
    if len(shape) == 1:
        axis = draw(st.sampled_from([axis, None]))
    ord = draw(st.sampled_from([1, np.inf, -np.inf]))
    combined = {1: np.sum, np.inf: greatest, -np.inf: least}[ord]

    def reference(x):
        return combined(np.abs(x), axis=axis, keepdims=keepdims)

    return [shape], lambda x: np.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims), reference


def variance(x, axis, keepdims, ddof):
    total = np.sum(x, axis=axis, keepdims=True)
    count = x.size // np.size(total)
    deviations = x - total / count
    return np.sum(deviations * deviations, axis=axis, keepdims=keepdims) / (count - ddof)


def greatest(x, axis, keepdims, sign=1):
    """The mean of those that share the greatest value: the convention, and for one the maximum itself."""
    first = np.vectorize(lambda s: sign * float(s.series[0]), otypes=[float])(x)
    hits = first == np.max(first, axis=axis, keepdims=True)
    return np.sum(x * hits, axis=axis, keepdims=keepdims) / np.sum(hits, axis=axis, keepdims=keepdims)


def least(x, axis, keepdims):
    return greatest(x, axis, keepdims, -1)


POLYNOMIALS = {
    "prod": reduction(np.prod, min_side=0),
    "cumprod": a_cumprod,
    "matmul": a_matmul,
    "dot": a_dot,
    "outer": an_outer,
}
OTHERS = {
    "max": reduction(np.max, greatest),
    "min": reduction(np.min, least),
    "norm": a_norm,
    "norm of order": another_norm,
    "var": reduction(np.var, variance, min_side=2, min_dims=1, ddof=[0, 1]),
    "std": reduction(np.std, lambda x, **given: np.sqrt(variance(x, **given)), min_side=2, min_dims=1, ddof=[0, 1]),
}
CASES = {**POLYNOMIALS, **OTHERS}
INTEGERS = st.integers(-2, 3)
ELEMENTS = {
    "norm": st.sampled_from([-4, -3, -2, -1, 1, 2, 3, 4]),
    "norm of order": st.sampled_from([-4, -3, -2, -1, 1, 2, 3, 4]),
    "std": st.integers(-40, 40),
}


def arrays(draw, shapes, elements=INTEGERS, unique=False):
    return [draw(hnp.arrays(np.float64, shape, elements=elements, unique=unique)) for shape in shapes]


def problem(draw, name):
    """A function, its reference, a point and a direction; at the point the function is smooth, but for ties."""
    shapes, f, reference = CASES[name](draw)
    return f, reference, arrays(draw, shapes, ELEMENTS.get(name, INTEGERS), name == "std"), arrays(draw, shapes)


@contextmanager
def series_of_order(order):
    outer = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = 200, order + 1
    try:
        yield
    finally:
        flint.ctx.prec, flint.ctx.cap = outer


def coefficients(f, x, v, order, ring=flint.arb_series):
    """The Taylor coefficients of f(x + t v), an array of each order."""
    with series_of_order(order):
        lines = [np.empty(at.shape, object) for at in x]
        for line, at, along in zip(lines, x, v, strict=True):
            for index in np.ndindex(line.shape):
                line[index] = Series(ring([int(at[index]), int(along[index])]))
        z = np.asarray(f(*lines), object)
        found = [np.empty(z.shape, object) for _ in range(order + 1)]
        for index in np.ndindex(z.shape):
            series = Series(ring([0])) + z[index]  # of no elements it is the number 0 or 1
            for k in range(order + 1):
                found[k][index] = series.series[k]
    return found


def forward(f):
    """The derivative of `f` along v, as a function of x and v."""
    return lambda x, v: jvp(lambda *x: f(x, v), tuple(range(len(x))))(*x, v)[1]


def reverse(f):
    """The same by the gradient."""

    def along(x, v):
        gradients = grad(lambda *x: f(x, v), tuple(range(len(x))))(*x)
        return sum(np.sum(g * direction) for g, direction in zip(gradients, v, strict=True))

    return along


MODES = {"f": forward, "r": reverse}
WORDS = ["".join(word) for order in (1, 2, 3) for word in itertools.product(MODES, repeat=order)]


def derivative(f, word, x, v, w):
    """That of sum(w f) along v, once for each letter of the word."""

    def nested(x, v):
        return np.sum(f(*x) * w)

    for letter in reversed(word):
        nested = MODES[letter](nested)
    return nested(tuple(x), tuple(v))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", POLYNOMIALS)
@given(data=st.data())
def test_derivatives_of_polynomials_are_exact(name, word, data):
    f, reference, x, v = problem(data.draw, name)
    (w,) = arrays(data.draw, [np.shape(f(*x))])
    exact = coefficients(reference, x, v, len(word), flint.fmpz_series)[-1]
    largest = coefficients(reference, list(map(np.abs, x)), list(map(np.abs, v)), len(word), flint.fmpz_series)[-1]
    assume(math.factorial(len(word)) * int(np.sum(largest * np.abs(w).astype(int))) < 2**52)  # else a double rounds
    expected = math.factorial(len(word)) * int(np.sum(exact * w.astype(int)))
    assert derivative(f, word, x, v, w) == expected


def is_near(got, terms, size=1.0):
    """Whether a number is the sum of the balls `terms`, to rounding errors of the terms and of `size`."""
    total = sum(terms, flint.arb(0))
    return abs(flint.arb(float(got)) - total) <= 3e-14 * (size + sum((abs(term) for term in terms), flint.arb(0)))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", OTHERS)
@given(data=st.data())
def test_derivatives_of_others_are_as_good_as_exact(name, word, data):
    f, reference, x, v = problem(data.draw, name)
    (w,) = arrays(data.draw, [np.shape(f(*x))])
    exact = coefficients(reference, x, v, len(word))[-1] * math.factorial(len(word))
    terms = [term * int(weight) for term, weight in zip(np.ravel(exact), np.ravel(w), strict=True)]
    # What a derivative of that order may be made of, though it cancels.
    size = 1.0 + float(np.sum(np.abs(w))) * max(1.0, *(float(np.linalg.norm(one)) for one in v)) ** len(word)
    assert is_near(derivative(f, word, x, v, w), terms, size)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=100)
@given(data=st.data())
def test_the_value_the_tangent_and_the_gradient_agree(name, data):
    f, reference, x, v = problem(data.draw, name)
    places = tuple(range(len(x)))
    value, tangent = jvp(f, places)(*x, tuple(v))
    for got, exact in zip((value, tangent), coefficients(reference, x, v, 1), strict=True):
        assert np.shape(got) == exact.shape
        assert all(is_near(one, [ball], 0.5) for one, ball in zip(np.ravel(got), np.ravel(exact), strict=True))
    (w,) = arrays(data.draw, [np.shape(value)])
    pulled = vjp(f, places)(*x)[1](w[()])
    assert [np.shape(g) for g in pulled] == [np.shape(at) for at in x]
    left, right = np.sum(w * tangent), sum(np.sum(g * along) for g, along in zip(pulled, v, strict=True))
    assert left == right if name in POLYNOMIALS else is_near(left, [flint.arb(float(right))], 9.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
@settings(max_examples=15)
@given(data=st.data())
def test_results_and_gradients_have_the_dtype_of_the_leaf(name, dtype, data):
    f, _, x, _ = problem(data.draw, name)
    leaves = [Variable(at.astype(dtype)) for at in x]
    y = f(*leaves)
    y.backward()
    if all(leaf.shape for leaf in [y, *leaves]):  # a scalar is a Python float
        assert y.dtype == dtype
    for leaf, exact in zip(leaves, vjp(f, tuple(range(len(x))))(*x)[1](np.ones(y.shape)[()]), strict=True):
        assert np.asarray(leaf.grad).dtype == leaf.dtype
        np.testing.assert_allclose(leaf.grad, exact, rtol=20 * np.finfo(dtype).eps, atol=20 * np.finfo(dtype).eps)


@pytest.mark.parametrize("zeros", range(6))
@pytest.mark.parametrize("function", [np.prod, np.cumprod])
@settings(max_examples=10)
@given(data=st.data())
def test_zero_factors(gradients, function, zeros, data):
    x = np.array(data.draw(st.permutations([0] * zeros + [2, -3, 5, 7, 11][: 5 - zeros])), float)
    (w,) = arrays(data.draw, [np.shape(function(x))])
    (got,) = gradients(function, x, seed=w)
    for i, unit in enumerate(np.eye(x.size)):
        exact = coefficients(function, [x], [unit], 1, flint.fmpz_series)[1]
        assert got[i] == int(np.sum(exact * w.astype(int)))


def test_factors_whose_product_overflows_only_with_the_one_left_out(gradients):
    with np.errstate(over="ignore"):
        assert gradients(np.prod, [1e-200, 1e200, 1e200])[0].tolist() == [np.inf, 1.0, 1.0]
    assert gradients(np.prod, [0.0, 1e200, 0.5])[0].tolist() == [0.5e200, 0.0, 0.0]


@pytest.mark.parametrize("function", [np.max, lambda x: -np.min(-x), np.maximum.reduce, lambda x: x.max()])
@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([1.0, 3.0, 2.0], [0.0, 1.0, 0.0]),
        ([3.0, 3.0, 2.0], [0.5, 0.5, 0.0]),
        ([3.0, 3.0, 3.0], [1 / 3, 1 / 3, 1 / 3]),
        ([0.0, -0.0, -1.0], [0.5, 0.5, 0.0]),
        ([np.inf, 1.0, np.inf], [0.5, 0.0, 0.5]),
        ([1.0, np.nan, 2.0], [0.0, 0.0, 0.0]),
    ],
)
def test_the_greatest_share_the_cotangent_evenly(gradients, function, x, expected):
    assert gradients(function, x)[0].tolist() == expected


def test_ties_and_nan_are_a_matter_of_each_row(gradients):
    rows = [[1.0, 1.0, 0.0], [np.nan, 2.0, 3.0], [4.0, 5.0, 6.0]]
    (got,) = gradients(lambda x: np.max(x, axis=1), rows, seed=[6, 10, 100])
    assert got.tolist() == [[3.0, 3.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 100.0]]


def test_what_is_not_the_greatest_gets_no_nan(gradients):
    with np.errstate(divide="ignore"):
        assert gradients(lambda x: np.log(np.max(x)), [-1.0, 0.0])[0].tolist() == [0.0, np.inf]
    assert gradients(np.max, 2.0) == [1.0]
    assert gradients(np.max, np.nan) == [0.0]


@pytest.mark.parametrize("x", [0.0, [0.0, 0.0], [[0.0, 0.0], [0.0, 0.0]]])
def test_the_norm_of_zero_has_no_slope(gradients, x):
    assert np.all(gradients(np.linalg.norm, x)[0] == np.zeros(np.shape(x)))


@pytest.mark.parametrize(("ord", "axis"), [(2, (0, 1)), (2, None), (1, None), (np.inf, (0, 1)), ("nuc", None), (3, 0)])
def test_another_norm_is_an_error_and_not_the_euclidean_one(ord, axis):
    with pytest.raises(TypeError, match=r"np\.linalg\.norm.*ord="):
        np.linalg.norm(Variable(np.ones((2, 2))), ord, axis)


@pytest.mark.parametrize("f", [np.max, np.min, lambda x: np.max(x, axis=1)])
def test_the_greatest_of_none_is_numpys_error(f):
    with pytest.raises(ValueError, match="zero-size array"):
        f(Variable(np.zeros((2, 0))))


@pytest.mark.parametrize("function", [np.matmul, np.dot])
@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((3,), (2,)), ((2, 3), (2,))])
def test_lengths_that_do_not_match_are_numpys_error(function, shapes):
    with pytest.raises(ValueError, match=r"mismatch|aligned"):
        function(*(Variable(np.ones(shape)) for shape in shapes))
