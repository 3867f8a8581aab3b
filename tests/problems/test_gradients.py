"""Three gradients of each problem agree: the exact one, the hand-derived one, and the engine's."""

import warnings
from contextlib import contextmanager

import flint
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import SingularPointWarning, Variable
from harness.balls import balls, precision

# Not so near to a lower border at 0 that squares underflow.
fractions = st.lists(st.floats(0.0, 1.0).map(lambda a: a if a > 1e-30 else 0.0), min_size=16, max_size=16)


def point(problem, n, fractions):
    low, high = problem.domain(n).T
    return low + (high - low) * np.array([fractions[i % len(fractions)] for i in range(n)])


def with_gradient(problem):
    if problem.gradient is None:
        pytest.skip("has no gradient derived by hand")


def by_hand(problem, x, bits):
    """The hand-derived gradient in ball arithmetic."""
    with precision(bits, terms=1):
        return [getattr(component, "value", component) for component in problem.gradient_at(balls(x))]


def singular(problem, x, taylor):
    """Whether there is no second derivative: functions inside the formula may have no first, though all of it has."""
    askew = np.sqrt(2.0 + np.arange(len(x)))
    return "smooth" not in problem.properties and not all(c.is_finite() for c in taylor(problem, x, askew))


@contextmanager
def told(singular):
    """The engine warns, of a division by zero and of what it made of it, where it meets a slope that does not exist."""
    with np.errstate(**{"all": "ignore"} if singular else {}), warnings.catch_warnings():
        if singular:
            warnings.simplefilter("ignore", SingularPointWarning)
        yield


def radius(ball):
    return float(flint.arb(ball).rad())


@given(fractions=fractions)
def test_the_gradient_by_hand_is_exact(problem, n, exact_gradient, fractions):
    with_gradient(problem)
    x = point(problem, n, fractions)
    exact = exact_gradient(problem, x)
    assume(all(component.is_finite() for component in exact))
    hand = by_hand(problem, x, 200)
    size = max(1e-300, *(abs(float(component)) for component in exact))
    for a, b in zip(exact, hand, strict=True):
        with precision(200):
            assert abs(float(a - b)) <= 1e-40 * size
            assert a.overlaps(flint.arb(b))


@given(fractions=fractions)
def test_the_engine_and_the_gradient_by_hand_agree(problem, n, exact_gradient, taylor, fractions):
    with_gradient(problem)
    x = point(problem, n, fractions)
    attainable = exact_gradient(problem, x, 53)
    assume(all(component.is_finite() for component in attainable))
    variable, at_a_singularity = Variable(x), singular(problem, x, taylor)
    with told(at_a_singularity):
        problem(variable).backward()
    hand = problem.gradient_at(x)
    # A few ulp of the norm, beyond what 53 bits lose to cancellation in these two ways to compute it.
    few = 8 * np.finfo(float).eps * np.max(np.abs(hand))
    radii = zip(attainable, by_hand(problem, x, 53), strict=True)
    for got, expected, (a, b) in zip(variable.grad, hand, radii, strict=True):
        assert abs(got - expected) <= 2 * (radius(a) + radius(b)) + few or (at_a_singularity and np.isnan(got))


@given(fractions=fractions)
def test_the_engine_is_as_near_to_the_exact_gradient_as_53_bits_allow(problem, n, exact_gradient, taylor, fractions):
    x = point(problem, n, fractions)
    at_a_singularity = singular(problem, x, taylor)
    variable, scalars = Variable(x), [Variable(a) for a in x]
    with told(at_a_singularity):
        problem(variable).backward()
        problem(*scalars).backward()
    for i, (exact, attainable) in enumerate(
        zip(exact_gradient(problem, x), exact_gradient(problem, x, 53), strict=True)
    ):
        if not exact.is_finite():
            continue
        allowed = 2 * radius(attainable) + np.spacing(abs(float(exact)))
        for got in (variable.grad[i], scalars[i].grad):
            assert abs(float(exact - float(got))) <= allowed or (at_a_singularity and np.isnan(got))
