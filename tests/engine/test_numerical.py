"""Numerical differentiation: each scheme's order, and steps that balance its errors."""

import math

import numpy as np
import pytest

from engine import Variable, numerical_gradient
from engine.numerical import SCHEMES

ORDER = {"forward": 1, "backward": 1, "central": 2, "five_point": 4}
BEST = {
    "forward": 1e-7, "backward": 1e-7, "central": 1e-9, "five_point": 1e-11, "complex_step": 1e-15, "richardson": 1e-12,
}  # fmt: skip
each_scheme = pytest.mark.parametrize("scheme", SCHEMES)
each_difference = pytest.mark.parametrize("scheme", ORDER)


def wave(x):
    return np.exp(0.5 * x) * np.sin(2.0 * x)


def wave_slope(x):
    return np.exp(0.5 * x) * (0.5 * np.sin(2.0 * x) + 2.0 * np.cos(2.0 * x))


def test_the_schemes_are_all_here():
    assert SCHEMES.keys() == BEST.keys()
    assert SCHEMES.keys() - ORDER.keys() == {"complex_step", "richardson"}


@each_difference
@pytest.mark.parametrize("x", [0.3, 1.1, -0.4])
def test_the_order_of_convergence(scheme, x):
    errors = [abs(numerical_gradient(wave, x, scheme, step) - wave_slope(x)) for step in (0.02, 0.01)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(ORDER[scheme], abs=0.1)


@each_difference
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
@pytest.mark.parametrize("x", [0.3, 1.1, -0.4])
def test_the_slope_of_a_wave(scheme, x):
    assert numerical_gradient(wave, x, scheme) == pytest.approx(wave_slope(x), abs=20 * BEST[scheme])


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
    assert numerical_gradient(lambda x: 2.0 * x, np.float32(1e3), "forward", step=1e-4) == 2.0


@each_scheme
@pytest.mark.parametrize("x", [np.float32(0.3), np.array([0.3, -1.1], np.float32)], ids=["scalar", "array"])
def test_float32_stays_float32(scheme, x):
    seen = set()

    def f(x):
        seen.add(x.dtype)
        return np.sum(np.sin(x) * np.array(2.0, x.dtype))

    got = numerical_gradient(f, x, scheme)
    assert seen == {np.dtype(np.complex64 if scheme == "complex_step" else np.float32)}
    assert got.dtype == np.float32
    assert type(got) is type(x)
    # What is 1e-8 in double precision is half as many digits in single.
    np.testing.assert_allclose(got, 2.0 * np.cos(x, dtype=float), rtol=30 * BEST[scheme] ** 0.44)


def test_the_step_is_that_of_the_dtype():
    moved = {}
    for dtype in (np.float32, np.float64):
        numerical_gradient(lambda x, dtype=dtype: moved.setdefault(dtype, float(x)), dtype(0.0), "central")
        assert moved[dtype] == pytest.approx(-float(np.finfo(dtype).eps ** (1 / 3)), rel=1e-6)


@pytest.mark.parametrize(("x", "expected"), [(0.5, complex), (np.float32(0.5), np.complex64), ([0.5], np.ndarray)])
def test_the_complex_step_calls_with_complex_numbers(x, expected):
    seen = []
    numerical_gradient(lambda z: seen.append(z) or np.sum(z), x, "complex_step")
    assert [type(z) for z in seen] == [expected]
    assert np.real(seen[0]) == 0.5
    assert 0.0 < np.imag(seen[0]) < 1e-19


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (np.exp, np.exp),
        (np.log, lambda x: 1.0 / x),
        (np.sqrt, lambda x: 0.5 / np.sqrt(x)),
        (np.tan, lambda x: 1.0 + np.tan(x) ** 2),
        (np.tanh, lambda x: 1.0 / np.cosh(x) ** 2),
        (np.arctan, lambda x: 1.0 / (1.0 + x * x)),
        (np.log1p, lambda x: 1.0 / (1.0 + x)),
        (lambda x: x**2.5, lambda x: 2.5 * x**1.5),
        (lambda x: 1e-200 * x, lambda x: 1e-200),
        (lambda x: 1.0 / x**3, lambda x: -3.0 / x**4),
        (lambda x: (x - 0.3) ** 2, lambda x: 2.0 * (x - 0.3)),
    ],
)
@pytest.mark.parametrize("x", [1e-3, 0.3, 0.9])
def test_the_complex_step_is_exact_to_rounding(f, slope, x):
    assert numerical_gradient(f, x, "complex_step") == pytest.approx(slope(x), rel=2e-15, abs=0.0)


@pytest.mark.parametrize(
    "f", [abs, np.abs, np.real, lambda x: 1.0, lambda x: 3, lambda x: np.float64(2.0), lambda x: np.linalg.norm([x])]
)
def test_what_is_not_analytic_is_an_error_of_the_complex_step(f):
    with pytest.raises(TypeError, match=r"complex_step needs an analytic function.* or ignores its argument") as caught:
        numerical_gradient(f, 1.0, "complex_step")
    assert "\n" not in str(caught.value)


@each_scheme
def test_a_function_that_returns_no_scalar(scheme):
    with pytest.raises(TypeError, match=r"returns a scalar, not one of shape \(1, 2\)"):
        numerical_gradient(lambda x: np.stack([[x, x]]), 1.0, scheme)


@pytest.mark.parametrize("scheme", sorted(SCHEMES.keys() - {"complex_step"}))
def test_a_function_that_returns_a_complex_number(scheme):
    with pytest.raises(TypeError, match="returns a real number, not 2j"):
        numerical_gradient(lambda x: 2j, 1.0, scheme)


@each_scheme
@pytest.mark.parametrize("x", [1j, "one", Variable(1.0), np.array([1.0], np.float16), [[1.0], [1.0, 2.0]]], ids=repr)
def test_a_point_that_is_not_of_real_numbers(scheme, x):
    with pytest.raises(TypeError) as caught:
        numerical_gradient(lambda x: x, x, scheme)
    assert "\n" not in str(caught.value)


@each_scheme
def test_nan_spreads_to_what_depends_on_it_and_is_no_error(scheme):
    got = numerical_gradient(lambda v: v[0] * v[1] + v[2], [math.nan, 2.0, 3.0], scheme)
    assert np.isnan(got[[0, 1]]).all() if scheme != "complex_step" else np.isnan(got[1])
    assert math.isnan(numerical_gradient(lambda x: x * x, math.nan, scheme))


@pytest.mark.parametrize("scheme", ["", "Central", "secant", None, 2])
def test_an_unknown_scheme(scheme):
    with pytest.raises(ValueError, match="central"):
        numerical_gradient(wave, 1.0, scheme)


@each_scheme
@pytest.mark.parametrize("step", [0.0, -1e-6, math.nan, math.inf, 0])
def test_a_bad_step(scheme, step):
    with pytest.raises(ValueError, match="step"):
        numerical_gradient(wave, 1.0, scheme, step)


def test_a_step_that_the_point_swallows_is_a_bad_step():
    with pytest.raises(ValueError, match="step"):
        numerical_gradient(lambda x: x, 1e20, step=1e-6)
    with pytest.raises(ValueError, match="step 1e-100 is zero in float32"):
        numerical_gradient(lambda x: x, np.float32(1.0), "complex_step", step=1e-100)


@each_scheme
def test_it_agrees_with_backward(scheme):
    def f(x):
        return np.sum(np.exp(x[1:] * x[:-1]) + np.sin(x[0]))

    x = Variable([0.1, 0.2, 0.3])
    f(x).backward()
    np.testing.assert_allclose(numerical_gradient(f, x.data, scheme), x.grad, atol=10 * BEST[scheme])
