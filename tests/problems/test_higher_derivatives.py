"""Second and third derivatives of every problem, in both modes and mixtures, against series in ball arithmetic."""

import math

import flint
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import grad, hessian, hvp, jvp

EPS = np.finfo(float).eps
# Not so near to a lower border at 0 that squares underflow.
fractions = st.lists(st.floats(0.0, 1.0).map(lambda a: a if a > 1e-30 else 0.0), min_size=16, max_size=16)
directions = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), min_size=16, max_size=16)

SECONDS = {  # v · H v
    "hvp": lambda f, x, v: v @ hvp(f)(x, v),
    "hessian": lambda f, x, v: v @ hessian(f)(x) @ v,
    "grad∘grad": lambda f, x, v: v @ grad(lambda y: np.sum(grad(f)(y) * v))(x),
    "jvp∘jvp": lambda f, x, v: jvp(lambda y: jvp(f)(y, v)[1])(x, v)[1],
    "grad∘jvp": lambda f, x, v: v @ grad(lambda y: jvp(f)(y, v)[1])(x),
}
THIRDS = {  # the third derivative along v
    "jvp of hvp": lambda f, x, v: v @ jvp(lambda y: hvp(f)(y, v))(x, v)[1],
    "grad∘grad∘grad": lambda f, x, v: v @ grad(lambda z: np.sum(v * grad(lambda y: np.sum(grad(f)(y) * v))(z)))(x),
    "jvp∘jvp∘jvp": lambda f, x, v: jvp(lambda z: jvp(lambda y: jvp(f)(y, v)[1])(z, v)[1])(x, v)[1],
    "grad of hvp": lambda f, x, v: v @ grad(lambda y: np.sum(hvp(f)(y, v) * v))(x),
}
ORDERS = {2: SECONDS, 3: THIRDS}


def point(problem, n, fractions):
    low, high = problem.domain(n).T
    return low + (high - low) * np.array([fractions[i % len(fractions)] for i in range(n)])


def attainable(problem, x, v, order, taylor):
    """The derivative along v, and what 53 bits may lose of it.

    What is computed by way of other derivatives also has their rounding, so those along the coordinates count as well.
    """
    exact = math.factorial(order) * taylor(problem, x, v, order + 1)[order]
    assume(exact.is_finite())
    assume_others_exist(problem, x, order, taylor)
    others = [abs(float(taylor(problem, x, w, order + 1)[order])) for w in np.max(np.abs(v)) * np.eye(len(x))]
    lost = float(taylor(problem, x, v, order + 1, 53)[order].rad()) + 8 * EPS * np.nanmax([0.0, *others])
    return exact, math.factorial(order) * lost


def assume_others_exist(problem, x, order, taylor):
    """One derivative may exist while others do not that the ways to it need: along other directions, higher ones."""
    if "smooth" not in problem.properties:
        askew = np.sqrt(2.0 + np.arange(len(x)))
        assume(all(c.is_finite() for c in taylor(problem, x, askew, 2 * order + 2)))


def roundings(balls):
    return np.array([[float(flint.arb(entry).rad()) for entry in row] for row in balls])


# The ways are no parameters: each run of one test is a step deeper in Hypothesis, which has a thousand of them.
@pytest.mark.parametrize("order", ORDERS)
@given(fractions=fractions, v=directions)
def test_derivatives_along_a_direction(problem, n, order, taylor, fractions, v):
    x = point(problem, n, fractions)
    v = np.resize(v, n)
    exact, rounding = attainable(problem, x, v, order, taylor)
    allowed = 16 * rounding + 64 * EPS * abs(float(exact))
    for way, derivative in ORDERS[order].items():
        assert abs(float(exact - float(derivative(problem, x, v)))) <= allowed, way


@given(fractions=fractions)
def test_hessians_are_symmetric_and_exact(problem, n, taylor, exact_hessian, fractions):
    x = point(problem, n, fractions)
    exact = np.array([[float(entry) for entry in row] for row in exact_hessian(problem, x)])
    assume(np.all(np.isfinite(exact)))
    assume_others_exist(problem, x, 2, taylor)
    got = hessian(problem)(x)
    few = 64 * EPS * np.max(np.abs(exact))
    assert got.shape == (n, n)
    assert np.all(np.abs(got - got.T) <= few)
    assert np.all(np.abs(got - exact) <= few + 8 * roundings(exact_hessian(problem, x, 53)))
