"""Transforms inside transforms, forward and reverse in every mixture: exact on polynomials of whole numbers."""

import asyncio
import contextvars
import math
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import product

import numpy as np
import pytest
from flint import Ordering, fmpz_mpoly_ctx

from engine import Variable, grad, hessian, hvp, jacobian, jvp, no_grad, value_and_grad, vjp

SLOPES = {  # each takes a function of one number to its derivative
    "grad": grad,
    "value_and_grad": lambda f: lambda x: value_and_grad(f)(x)[1],
    "jvp": lambda f: lambda x: jvp(f)(x, 1.0)[1],
    "vjp": lambda f: lambda x: vjp(f)(x)[1](1.0),
    "jacobian": jacobian,
}
CURVATURES = {"hessian": hessian, "hvp": lambda f: lambda x: hvp(f)(x, 1.0)}
ALONG = {  # each takes a function of an array, and a direction, to the derivative that way
    "grad": lambda f, v: lambda x: np.sum(grad(f)(x) * v),
    "jvp": lambda f, v: lambda x: jvp(f)(x, v)[1],
    "vjp": lambda f, v: lambda x: np.sum(vjp(f)(x)[1](1.0) * v),
    "jacobian": lambda f, v: lambda x: np.sum(v * jacobian(f)(x)),
}


def words(letters, lengths):
    return [word for n in lengths for word in product(letters, repeat=n)]


def spelled(word):
    return "∘".join(word)


def seventh(x):
    return x**7 - 3.0 * x * x * x * x + 2.0 * x


@pytest.mark.parametrize("word", words(SLOPES, (1, 2, 3)) + words(("grad", "jvp", "jacobian"), (4,)), ids=spelled)
def test_derivatives_of_a_polynomial_in_every_mixture(word):
    n = len(word)
    derivative = reduce(lambda f, name: SLOPES[name](f), word, seventh)
    for x in (2.0, -1.0):
        terms = ((7, 1.0), (4, -3.0), (1, 2.0))
        expected = sum(a * math.perm(k, n) * x ** (k - n) for k, a in terms if k >= n)
        assert derivative(x) == expected
        assert type(derivative(x)) is float


@pytest.mark.parametrize("inner", [*SLOPES, *CURVATURES])
@pytest.mark.parametrize("outer", CURVATURES)
def test_second_derivatives_of_derivatives(outer, inner):
    order = 2 + (1 if inner in SLOPES else 2)
    derivative = CURVATURES[outer]({**SLOPES, **CURVATURES}[inner](lambda x: x**6))
    assert derivative(2.0) == math.perm(6, order) * 2.0 ** (6 - order)


POLYNOMIALS = {  # of three numbers; with NumPy's names alone, so that they also run on exact polynomials
    "indices": lambda x: x[0] * x[0] * x[1] * x[2] + x[2] * x[2] * x[2] * x[1],
    "powers": lambda x: np.sum(x**4) * x[1],
    "slices": lambda x: np.sum((x[1:] - x[:-1] * x[:-1]) ** 2),
    "prod": lambda x: np.prod(x) * np.sum(x * x),
    "cumprod": lambda x: np.sum(np.cumprod(x * x)),
    "cumsum": lambda x: np.sum(np.cumsum(x) ** 3 * x),
    "matmul": lambda x: np.sum((np.stack([x, x * x]) @ np.stack([x, 2 * x], axis=1)) ** 2),
    "shapes": lambda x: np.sum(np.concatenate([x, x[::-1]]).reshape(2, 3) * np.transpose(np.stack([x, x * x], axis=1))),
}


def exact(f, x, directions):
    """The derivative of `f` along all of `directions`: the coefficient of t1 t2 … in f(x + t1 v1 + t2 v2 + …)."""
    n = len(directions)
    polynomials = fmpz_mpoly_ctx.get([f"t{k}" for k in range(n)], Ordering.lex)
    point = np.empty(len(x), dtype=object)
    for i, value in enumerate(x):
        slopes = (int(v[i]) * t for v, t in zip(directions, polynomials.gens(), strict=True))
        point[i] = sum(slopes, polynomials.constant(int(value)))
    return float(int(f(point)[(1,) * n]))


@pytest.mark.parametrize("f", POLYNOMIALS.values(), ids=POLYNOMIALS)
@pytest.mark.parametrize("word", words(ALONG, (1, 2, 3)) + words(("grad", "jvp"), (4,)), ids=spelled)
def test_derivatives_along_vectors_in_every_mixture(word, f):
    x = np.array([2.0, -1.0, 3.0])
    directions = [np.array(v) for v in ([1.0, 2.0, -1.0], [0.0, 1.0, 3.0], [-2.0, 1.0, 1.0], [1.0, 0.0, -1.0])]
    derivative = f
    for name, v in zip(word, directions, strict=False):
        derivative = ALONG[name](derivative, v)
    assert derivative(x) == exact(f, x, directions[: len(word)])


def test_hessians_and_their_products_nest():
    x, u, v = np.array([2.0, -1.0, 3.0]), np.array([1.0, 2.0, -1.0]), np.array([0.0, 1.0, 3.0])
    basis = np.eye(3)
    for f in POLYNOMIALS.values():
        expected = [[exact(f, x, [u, v, a, b]) for a in basis] for b in basis]
        inner = lambda y, f=f: np.sum(u * hvp(f)(y, v))  # noqa: E731
        np.testing.assert_array_equal(hessian(inner)(x), expected)
        np.testing.assert_array_equal(hvp(inner)(x, basis[0]), expected[0])
        inner = lambda y, f=f: u @ hessian(f)(y) @ v  # noqa: E731
        np.testing.assert_array_equal(hessian(inner)(x), expected)
        np.testing.assert_array_equal(hvp(inner)(x, basis[1]), expected[1])


each_pair = pytest.mark.parametrize(("outer", "inner"), words(SLOPES, (2,)), ids=lambda name: name)


@each_pair
def test_no_perturbation_is_taken_for_another(outer, inner):
    outer, inner = SLOPES[outer], SLOPES[inner]
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(3.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y * y)(3.0))(2.0) == 24.0
    assert outer(lambda x: x * inner(lambda y: x * y * y)(x))(2.0) == 24.0
    assert outer(lambda x: inner(lambda y: x)(2.0) + x)(3.0) == 1.0
    assert outer(lambda x: inner(lambda y: y * y)(2.0) * x)(3.0) == 4.0
    assert outer(lambda x: x * inner(lambda y: np.sum(np.stack([x, y * y, 1.0]) ** 2))(3.0))(2.0) == 108.0
    product = lambda x, y: np.prod(np.stack([x, y, y])) * (np.stack([x, y]) @ [1.0, 2.0])  # noqa: E731  x²y² + 2xy³
    assert outer(lambda x: x * inner(lambda y: product(x, y))(1.0))(2.0) == 48.0


@pytest.mark.parametrize("word", words(("grad", "jvp", "jacobian"), (3,)), ids=spelled)
def test_three_deep_no_perturbation_is_taken_for_another(word):
    first, second, third = (SLOPES[name] for name in word)

    def f(x):
        return x * second(lambda y: x * y * third(lambda z: x * y * z * z)(y * 1.0))(3.0)

    # d/dz = 2xyz = 2xy² at z = y; times xy: 2x²y³; d/dy = 6x²y² = 54x²; times x: 54x³; d/dx = 162x².
    assert first(f)(2.0) == 648.0
    assert first(lambda x: x * second(lambda y: y * third(lambda z: x * z * z)(5.0))(3.0))(2.0) == 40.0


@each_pair
@pytest.mark.parametrize("wrap", [lambda w: w, lambda w: np.stack([w, w])[0], lambda w: w * 1.0])
def test_a_variable_that_an_inner_function_closes_over_is_differentiated_too(outer, inner, wrap):
    w = Variable(5.0)
    found = SLOPES[outer](lambda x: wrap(w) * x * SLOPES[inner](lambda y: wrap(w) * x * y * y)(3.0))(2.0)
    assert isinstance(found, Variable)
    found.backward()
    assert (found.data, w.grad) == (24.0 * 25.0, 48.0 * 5.0)


@pytest.mark.parametrize("name", [*SLOPES, *CURVATURES])
def test_a_derivative_at_a_variable_is_one(name):
    x = Variable(2.0)
    found = {**SLOPES, **CURVATURES}[name](lambda y: y**5)(x)
    found.backward()
    order = 1 + (name in CURVATURES)
    assert (found.data, x.grad) == (
        math.perm(5, order) * 2.0 ** (5 - order),
        math.perm(5, order + 1) * 2.0 ** (4 - order),
    )


@each_pair
def test_under_no_grad_derivatives_nest_and_are_plain(outer, inner):
    w = Variable(5.0)
    with no_grad():
        found = SLOPES[outer](lambda x: w * x * SLOPES[inner](lambda y: w * x * y * y)(3.0))(2.0)
    assert (type(found), found) == (float, 600.0)


@pytest.mark.parametrize("inner", SLOPES)
@pytest.mark.parametrize("outer", SLOPES)
def test_no_grad_inside_makes_a_constant_of_an_inner_derivative(outer, inner):
    def f(x):
        with no_grad():
            factor = SLOPES[inner](lambda y: x * y * y)(3.0)
        return factor * x

    assert SLOPES[outer](f)(2.0) == 12.0


@each_pair
def test_a_copied_context_carries_levels_into_threads_and_tasks(outer, inner):
    def in_thread(f, x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(contextvars.copy_context().run, SLOPES[inner](f), x).result()

    def in_task(f, x):
        async def task():
            return SLOPES[inner](f)(x)

        return asyncio.run(task())

    def in_threads_of_tasks(f, x):
        return asyncio.run(asyncio.to_thread(SLOPES[inner](f), x))

    for elsewhere in (in_thread, in_task, in_threads_of_tasks):
        assert SLOPES[outer](lambda x, there=elsewhere: x * there(lambda y: x * y * y, 3.0))(2.0) == 24.0


def test_independent_derivatives_in_threads():
    def task(k):
        return [reduce(lambda f, name: SLOPES[name](f), word, seventh)(float(k)) for word in words(SLOPES, (2,))]

    with ThreadPoolExecutor(4) as pool:
        for k, found in enumerate(pool.map(task, range(12))):
            assert found == [42.0 * k**5 - 36.0 * k**2] * 25


@pytest.mark.parametrize("name", SLOPES)
def test_an_exception_leaves_no_level_behind(name):
    def failing(x):
        raise KeyError("mine")

    for _ in range(2):
        with pytest.raises(KeyError, match="mine"):
            SLOPES[name](lambda x: x * SLOPES[name](failing)(x))(1.0)
    assert SLOPES[name](lambda x: x * x)(3.0) == 6.0
    assert type(SLOPES[name](lambda x: x * x)(3.0)) is float
