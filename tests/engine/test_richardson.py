"""Richardson's extrapolation: accurate, and honest about how accurate, against derivatives in ball arithmetic."""

import math

import flint
import numpy as np
import pytest

from engine import numerical_gradient, richardson


class Series:
    """The functions of NumPy that the cases use, on power series of two terms."""

    exp, log, sqrt = flint.arb_series.exp, flint.arb_series.log, flint.arb_series.sqrt
    sin, cos = flint.arb_series.sin, flint.arb_series.cos

    @staticmethod
    def tanh(x):
        return 1 - 2 / ((2 * x).exp() + 1)


PERIOD = 2.0**-5
SMOOTH = {
    "exp": (lambda x, m: m.exp(x), [-20.0, -1.0, 0.0, 0.5, 3.0, 20.0]),
    "sin": (lambda x, m: m.sin(x), [0.0, 0.3, 1.5, 100.0]),
    "log": (lambda x, m: m.log(x), [0.1, 0.25, 1.0, 7.0, 1e5]),
    "sqrt": (lambda x, m: m.sqrt(x), [0.1, 0.25, 1.0, 7.0, 1e5]),
    "1/x": (lambda x, m: 1 / x, [0.3, 1.0, 7.0, 1e5, -3.0]),
    "log sin": (lambda x, m: m.log(2 + m.sin(x * x)), [0.1, -2.0, 1.0]),
    "polynomial": (lambda x, m: x**7 - 3 * x**5 + 2 * x, [0.0, 0.1, -2.0, 1.0, 30.0]),
    "Runge": (lambda x, m: 1 / (1 + 25 * x * x), [0.1, 0.5, 1.0]),
    "constant": (lambda x, m: 0 * x + 3, [1.0, 5.0]),
    "linear": (lambda x, m: 3 * x - 1, [1.0, 5.0, 1e8]),
}
"""Well behaved functions and points."""

NASTY = {
    "oscillating": (lambda x, m: m.sin(30 * x), [0.0, 0.3, 1.5, 100.0]),
    "whole periods": (lambda x, m: m.sin(x * (2 * math.pi / PERIOD)), [0.0, 0.3, 1.5]),
    "a large argument": (lambda x, m: m.sin(x * x), [10.0, 100.0, 100.54366928966844]),
    "steep": (lambda x, m: m.exp(50 * x), [-1.0, 0.0, 0.3, 1.5]),
    "a step": (lambda x, m: m.tanh(20 * x), [0.0, 0.1, 0.5, 1.0]),
    "narrow": (lambda x, m: m.exp(-100 * x * x), [0.0, 0.1, 0.5]),
    "near the edge: log": (lambda x, m: m.log(x), [1e-12, 1e-8, 1e-3]),
    "near the edge: sqrt": (lambda x, m: m.sqrt(x), [1e-12, 1e-8, 1e-3]),
    "near a pole": (lambda x, m: 1 / x, [0.1, 0.125, 0.01]),
    "cancellation, 0/0": (lambda x, m: (1 - m.cos(x)) / (x * x), [1e-3, 0.01, 0.1, 1.0, 10.0]),
    "cancellation, (exp(x)-1-x)/x²": (lambda x, m: (m.exp(x) - 1 - x) / (x * x), [1e-3, 0.1, 1.0]),
    "cancellation, a difference": (lambda x, m: m.sqrt(x * x + 1) - x, [1.0, 30.0]),
    "cancellation, squares": (lambda x, m: (x + 1000) ** 2 - x * x - 2000 * x, [0.3, 1.0, 7.0]),
}
"""Where an estimate of the error is tempted to lie."""

DOUBLE_ONLY = {
    "fast": (lambda x, m: m.sin(1000 * x), [0.0, 0.3, 1.5, 100.0]),
    "very steep": (lambda x, m: m.exp(10000 * x), [0.0, 0.01, -0.01]),
    "a long way": (lambda x, m: m.sin(x), [1e6]),
    "cancellation, far out": (lambda x, m: m.sqrt(x * x + 1) - x, [1e2, 1e4]),
}
"""What varies over less than 1e-2 of the step, or cancels altogether in single precision."""


def slope(f, x):
    """The exact derivative of f at the number x."""
    outer = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = 400, 2
    try:
        return f(flint.arb_series([float(x), 1.0]), Series)[1]
    finally:
        flint.ctx.prec, flint.ctx.cap = outer


def measured(cases, dtype, jitter=12):
    """Of each case, at its points and near them: name, x, the true derivative, the error and its estimate."""
    random = np.random.default_rng(0)
    for name, (f, points) in cases.items():
        for point in np.concatenate([[x, *(x * (1.0 + 0.01 * random.random(jitter)))] for x in points]):
            x = dtype(point) if dtype is np.float32 else float(point)
            got, estimate = richardson(lambda x, f=f: f(x, np), x)
            true = slope(f, x)
            yield name, x, abs(float(true)), abs(float(float(got) - true)), float(estimate)


@pytest.mark.parametrize(
    ("cases", "dtype"),
    [
        (SMOOTH, np.float64),
        (NASTY, np.float64),
        (DOUBLE_ONLY, np.float64),
        (SMOOTH, np.float32),
        (NASTY, np.float32),
    ],
    ids=["smooth", "nasty", "double only", "smooth, float32", "nasty, float32"],
)
def test_the_error_is_within_its_estimate(cases, dtype):
    found = list(measured(cases, dtype))
    assert len(found) > 100
    off = [case for case in found if not case[3] <= 10.0 * case[4]]
    assert off == []
    assert np.mean([error <= estimate for *_, error, estimate in found]) > 0.9


@pytest.mark.parametrize(("dtype", "best", "trusted"), [(np.float64, 1e-13, 1e-11), (np.float32, 1e-4, 1e-3)])
def test_smooth_functions_have_nearly_all_digits_and_estimates_that_say_so(dtype, best, trusted):
    found = [case for case in measured(SMOOTH, dtype) if case[2] > 0.0]
    assert np.median([error / true for *_, true, error, _ in found]) < best
    assert np.median([estimate / true for *_, true, _, estimate in found]) < trusted


def test_it_takes_some_thirty_five_calls_a_component():
    counts = []
    for f, points in SMOOTH.values():
        for x in points:
            calls = []
            richardson(lambda x, f=f, calls=calls: calls.append(x) or f(x, np), x)
            counts.append(len(calls))
    assert 20 < np.median(counts) < 45
    assert max(counts) < 60


@pytest.mark.parametrize(
    "x", [2.0, np.float32(2.0), [1.0, 2.0], np.ones((2, 3), np.float32), np.ones((2, 0))], ids=repr
)
def test_gradient_and_error_have_the_shape_and_the_dtype_of_the_argument(x):
    gradient, error = richardson(lambda x: np.sum(x * x), x)
    for got in (gradient, error):
        assert type(got) is (type(x) if np.isscalar(x) else np.ndarray)
        assert np.shape(got) == np.shape(x)
        assert np.asarray(got).dtype == getattr(x, "dtype", np.float64)
    np.testing.assert_allclose(gradient, 2.0 * np.asarray(x), rtol=1e-5)
    np.testing.assert_array_equal(numerical_gradient(lambda x: np.sum(x * x), x, "richardson"), gradient)


@pytest.mark.parametrize("f", [math.log, lambda x: x**0.5, lambda x: 1.0 / math.sqrt(x), np.log, np.sqrt])
def test_outside_the_domain_python_raises_or_turns_complex_and_numpy_says_nan(f):
    gradient, error = richardson(f, 1e-3)
    expected = numerical_gradient(f, 1e-3, "central", step=1e-8)
    assert gradient == pytest.approx(expected, rel=1e-6)
    assert error < 1e-9 * abs(gradient)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (np.sqrt, 0.0),
        (lambda x: x * math.nan, 1.0),
        (lambda x: np.where(x == 1.0, 0.0, math.inf), 1.0),
        (lambda x: np.where(x == 1.0, math.inf, x), 1.0),
        (np.sin, math.nan),
        (np.exp, math.inf),
    ],
    ids=["the edge", "nan", "a lone point", "a pole", "at nan", "at infinity"],
)
def test_where_there_is_no_derivative_the_gradient_is_nan_and_its_error_infinite(f, x):
    gradient, error = richardson(f, x)
    assert math.isnan(gradient)
    assert error == math.inf


def test_one_component_without_a_derivative_leaves_the_others():
    gradient, error = richardson(lambda v: np.sqrt(v[0]) + v[1] ** 2, [0.0, 3.0])
    assert math.isnan(gradient[0])
    assert error[0] == math.inf
    assert gradient[1] == pytest.approx(6.0, rel=1e-13)


@pytest.mark.parametrize("error", [ValueError("a fault of f"), ZeroDivisionError("a fault of f"), KeyError("x")])
def test_what_the_function_raises_at_the_point_itself_is_not_swallowed(error):
    def f(x):
        raise error

    with pytest.raises(type(error)):
        richardson(f, 1.0)


def test_errors_other_than_of_arithmetic_are_not_swallowed_elsewhere():
    with pytest.raises(KeyError):
        richardson(lambda x: {1.0: 2.0}[x], 1.0)


@pytest.mark.parametrize("jump", [1e-2, 1e-3, 1e-4])
def test_a_kink_beside_the_point_is_not_smoothed_over(jump):
    gradient, error = richardson(lambda x: abs(x - jump), 0.0)
    assert abs(gradient - -1.0) <= 10.0 * error
    assert error < 1e-9


@pytest.mark.parametrize("x", [1e-4, 1e-6, 1e-7, 1e-8])
def test_a_singularity_on_the_other_side_of_which_values_go_on(x):
    gradient, error = richardson(np.cbrt, x)
    true = x ** (-2 / 3) / 3.0
    assert abs(gradient - true) <= 10.0 * error
    assert error < 1e-6 * true


def test_a_narrow_bump_is_seen_by_the_probe_where_large_steps_see_nothing():
    gradient, error = richardson(lambda x: np.exp(-(((x - 1e-3) / 1e-3) ** 2)), 0.0)
    assert gradient == pytest.approx(2000.0 / math.e, rel=1e-10)
    assert error < 1e-6


def test_a_smaller_first_step_is_for_functions_that_vary_faster():
    gradient, error = richardson(lambda x: np.sin(1e8 * x), 1e-9, step=1e-8)
    true = 1e8 * math.cos(0.1)
    assert abs(gradient - true) <= 10.0 * error
    assert gradient == pytest.approx(true, rel=1e-12)


def test_steps_that_hardly_move_the_point_are_used_as_far_as_they_go():
    gradient, error = richardson(lambda x: x * x, 1.0, step=1e-15)
    assert abs(gradient - 2.0) <= 10.0 * error
    with pytest.raises(ValueError, match=r"step 1e-17 is too small to move 1\.0"):
        richardson(lambda x: x * x, 1.0, step=1e-17)


def test_values_at_the_ends_of_the_range():
    for size in (1e307, 1e-307):
        gradient, error = richardson(lambda x, size=size: size * np.sin(x), 1.0)
        assert gradient == pytest.approx(size * math.cos(1.0), rel=1e-10, abs=0.0)
        assert abs(gradient - size * math.cos(1.0)) <= 10.0 * error


def test_it_repeats_to_the_bit():
    x = np.linspace(0.1, 2.0, 7)
    first, again = (richardson(lambda v: np.sum(np.sin(v) * v[::-1]), x) for _ in range(2))
    assert [a.tobytes() for a in first] == [a.tobytes() for a in again]
