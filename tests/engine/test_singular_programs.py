"""Random programs: singular by construction, with a known gradient; and smooth ones, which have no second pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.transforms
from engine import grad, singularity

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

# A smooth function, and its derivative.
SMOOTH = [
    (np.sin, np.cos),
    (lambda x: np.exp(0.5 * x), lambda x: 0.5 * np.exp(0.5 * x)),
    (lambda x: x**3 - 2.0 * x + 1.0, lambda x: 3.0 * x**2 - 2.0),
    (lambda x: 1.0 / (1.0 + x * x), lambda x: -2.0 * x / (1.0 + x * x) ** 2),
    (np.atan, lambda x: 1.0 / (1.0 + x * x)),
    (lambda x: np.sqrt(2.0 + np.cos(x)), lambda x: -0.5 * np.sin(x) / np.sqrt(2.0 + np.cos(x))),
]
# What is 0 where its argument is.
VANISHING = [
    lambda d: d,
    np.sin,
    np.expm1,
    np.log1p,
    np.tanh,
    lambda d: d * d,
    lambda d: 1.0 - np.cos(d),
    lambda d: np.sqrt(np.abs(d)),
    lambda d: np.cbrt(d),
    lambda d: d**3 + d,
]
# How it spoils a function without changing it.
SPOILT = [
    lambda g, h: g * h / h,
    lambda g, h: g * (h / h),
    lambda g, h: (g * h + h * h) / h - h,
    lambda g, h: g + h / np.sin(h) - np.sin(h) / h,
    lambda g, h: np.sqrt(g * g * h * h) / np.abs(h) * np.sign(g),
]
numbers = st.integers(-24, 24).map(lambda k: k / 8.0)


@settings(max_examples=60)
@given(st.sampled_from(SMOOTH), st.sampled_from(VANISHING), st.sampled_from(SPOILT[:3]), numbers)
def test_a_removable_singularity_of_one_number(pair, vanishing, spoil, at):
    g, slope = pair
    found = singularity(lambda x: spoil(g(x), vanishing(x - at)))(at)
    assert found.kind in ("removable", "boundary"), found.reason
    np.testing.assert_allclose(found.value, g(at), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(found.gradient, slope(at), rtol=1e-12, atol=1e-12)


@settings(max_examples=15)
@given(st.sampled_from(SMOOTH), st.sampled_from(VANISHING[:5]), st.sampled_from(SPOILT), st.tuples(numbers, numbers))
def test_a_removable_singularity_of_two(pair, vanishing, spoil, at):
    g, slope = pair
    found = singularity(lambda x: spoil(g(x[0]) + 3.0 * x[1], vanishing((x - at) @ np.array([2.0, 0.75]))))(at)
    if spoil is SPOILT[4] and abs(g(at[0]) + 3.0 * at[1]) < 0.1:
        return  # √g² has a kink at 0
    assert found.kind == "removable", found.reason
    np.testing.assert_allclose(found.gradient, [slope(at[0]), 3.0], rtol=1e-11, atol=1e-11)


@settings(max_examples=40)
@given(st.sampled_from(SMOOTH), st.sampled_from(VANISHING), numbers, st.floats(0.5, 3.0))
def test_a_pole_or_a_jump_has_no_gradient(pair, vanishing, at, size):
    g, _ = pair
    found = singularity(lambda x: g(x) + size / vanishing(x - at))(at)
    assert not np.isfinite(found.gradient), found
    found = singularity(lambda x: g(x) + size * np.abs(x - at) / (x - at))(at)
    assert np.isnan(found.gradient), found


@settings(max_examples=30)
@given(st.lists(st.sampled_from(SMOOTH), min_size=1, max_size=4), st.floats(-3.0, 3.0))
def test_a_smooth_program_has_no_second_pass(pairs, at):
    def f(x):
        for g, _ in pairs:
            x = g(x)
        return x

    kept = engine.transforms.repaired
    engine.transforms.repaired = None  # it would be called
    try:
        assert np.isfinite(grad(f)(at))
    finally:
        engine.transforms.repaired = kept
