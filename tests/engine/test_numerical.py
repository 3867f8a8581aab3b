"""Numerical differentiation: each scheme's order, and steps that balance its errors."""

import math

import numpy as np
import pytest

from engine import Variable, numerical_gradient
from engine.numerical import SCHEMES

ORDER = {"forward": 1, "backward": 1, "central": 2, "five_point": 4}
BEST = {"forward": 1e-7, "backward": 1e-7, "central": 1e-9, "five_point": 1e-11}
each_scheme = pytest.mark.parametrize("scheme", SCHEMES)


def wave(x):
    return np.exp(0.5 * x) * np.sin(2.0 * x)


def wave_slope(x):
    return np.exp(0.5 * x) * (0.5 * np.sin(2.0 * x) + 2.0 * np.cos(2.0 * x))


def test_every_scheme_has_an_order():
    assert SCHEMES.keys() == ORDER.keys()


@each_scheme
@pytest.mark.parametrize("x", [0.3, 1.1, -0.4])
def test_the_order_of_convergence(scheme, x):
    errors = [abs(numerical_gradient(wave, x, scheme, step) - wave_slope(x)) for step in (0.02, 0.01)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(ORDER[scheme], abs=0.1)


@each_scheme
@pytest.mark.parametrize("degree", [0, 1, 2, 3, 4])
def test_the_degree_up_to_which_a_scheme_is_exact(scheme, degree):
    got = numerical_gradient(lambda x: x**degree, 2.0, scheme, step=0.25)
    assert (got == pytest.approx(degree * 2.0 ** (degree - 1), abs=1e-12)) == (degree <= ORDER[scheme])


@each_scheme
@pytest.mark.parametrize("x", [0.0, 0.7, -3.0, 1e3, 1e6])
def test_the_step_without_one_is_near_the_best(scheme, x):
    size = max(1.0, abs(x))
    got = numerical_gradient(lambda x: np.sin(x / size) * size, x, scheme)
    assert got == pytest.approx(np.cos(x / size), abs=BEST[scheme])


@each_scheme
@pytest.mark.parametrize("x", [2, [1.0, 2.0], np.array([[1.0, 2.0, 3.0]]), np.array([1, 2]), np.ones((2, 0))], ids=repr)
def test_the_gradient_has_the_shape_of_the_argument(scheme, x):
    weights = np.arange(1.0, 1.0 + np.size(x)).reshape(np.shape(x))
    got = numerical_gradient(lambda x: np.sum(weights * x**2), x, scheme)
    assert type(got) is (np.ndarray if np.ndim(x) else float)
    assert np.shape(got) == np.shape(x)
    np.testing.assert_allclose(got, 2.0 * weights * x, rtol=1e-6)


def test_a_scalar_function_is_given_floats_and_an_array_function_new_arrays():
    seen = []
    numerical_gradient(lambda x: seen.append(x) or x, 1.0)
    x = np.array([1.0, 2.0])
    numerical_gradient(lambda v: seen.append(v) or v[0], x)
    assert [type(v) for v in seen] == [float] * 2 + [np.ndarray] * 4
    assert x.tolist() == [1.0, 2.0]
    assert not any(np.shares_memory(x, v) for v in seen[2:])


def test_the_difference_is_divided_by_the_step_that_was_taken():
    assert numerical_gradient(lambda x: 2.0 * x, 1e6, "forward", step=1e-7) == 2.0


@pytest.mark.parametrize("scheme", ["", "Central", "secant", None, 2])
def test_an_unknown_scheme(scheme):
    with pytest.raises(ValueError, match="central"):
        numerical_gradient(wave, 1.0, scheme)


@pytest.mark.parametrize("step", [0.0, -1e-6, math.nan, math.inf, 0])
def test_a_bad_step(step):
    with pytest.raises(ValueError, match="step"):
        numerical_gradient(wave, 1.0, step=step)


def test_a_step_that_the_point_swallows_is_a_bad_step():
    with pytest.raises(ValueError, match="step"):
        numerical_gradient(lambda x: x, 1e20, step=1e-6)


@each_scheme
def test_it_agrees_with_backward(scheme):
    def f(x):
        return np.sum(np.exp(x[1:] * x[:-1]) + np.sin(x[0]))

    x = Variable([0.1, 0.2, 0.3])
    f(x).backward()
    np.testing.assert_allclose(numerical_gradient(f, x.data, scheme), x.grad, atol=10 * BEST[scheme])
