"""At a point where the rules give no number, the gradient is the limit, the convention's subgradient, ±inf or NaN."""

import math

import numpy as np
import pytest

from engine import Variable, jvp, limit, singularity, value_and_grad

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

INF, NAN = math.inf, math.nan
NUMBERS = np.array([[1.0, 2.0], [3.0, 4.0]])


def over_its_sine(x):
    return 1.0 / x - 1.0 / np.sin(x)


def safe_sinc(x):
    return np.where(x.data == 0.0, 1.0, np.sin(x) / x)


def mishra_11(x):
    return (np.mean(np.abs(x)) - np.prod(np.abs(x)) ** 0.5) ** 2


def branching(x):
    """x² on the left, and 0/0 beside it; the branch is the user's own."""
    return x * x if x < 0.0 else x**3 / x


def detached(x):
    """With a constant that the function computes from the data of its argument."""
    return np.sum(np.exp(x - x.data.max()) * np.sin(x) / x)


# The function, the point, the kind, the limit of the value, the gradient.
POINTS = {
    "expm1(x)/x": (lambda x: np.expm1(x) / x, [0.0], "removable", 1.0, [0.5]),
    "log1p(x)/x": (lambda x: np.log1p(x) / x, [0.0], "removable", 1.0, [-0.5]),
    "sin(xy)/x": (lambda x, y: np.sin(x * y) / x, [0.0, 1.5], "removable", 1.5, [0.0, 1.0]),
    "sin(xy)/x at the origin": (lambda x, y: np.sin(x * y) / x, [0.0, 0.0], "removable", 0.0, [0.0, 1.0]),
    "(x³-8)/(x-2)": (lambda x: (x**3 - 8.0) / (x - 2.0), [2.0], "removable", 12.0, [6.0]),
    "1/x - 1/sin x": (over_its_sine, [0.0], "removable", 0.0, [-1.0 / 6.0]),
    "(x - sin x)/x³": (lambda x: (x - np.sin(x)) / x**3, [0.0], "removable", 1.0 / 6.0, [0.0]),
    "sin(πx)/(x-1)": (lambda x: np.sin(np.pi * x) / (x - 1.0), [1.0], "removable", -np.pi, [0.0]),
    "x·(1/x)": (lambda x: x * (1.0 / x), [0.0], "removable", 1.0, [0.0]),
    "mishra 11": (mishra_11, [np.zeros(2)], "removable", 0.0, [np.zeros(2)]),
    "x√|x|": (lambda x: x * np.abs(x) ** 0.5, [0.0], "removable", 0.0, [0.0]),
    "x² log|x|": (lambda x: x * x * np.log(np.abs(x)), [0.0], "removable", 0.0, [0.0]),
    "exp(-1/x²)": (lambda x: np.exp(-1.0 / x**2), [0.0], "removable", 0.0, [0.0]),
    "x² tanh(1/x)": (lambda x: x**2 * np.tanh(1.0 / x), [0.0], "removable", 0.0, [0.0]),
    "where with a NaN branch": (safe_sinc, [0.0], "removable", 1.0, [0.0]),
    "a branch of Python": (branching, [0.0], "removable", 0.0, [0.0]),
    "a detached constant": (detached, [np.array([0.0, 1.0])], "removable", math.exp(-1.0) + math.sin(1.0), None),
    "asin(x/x)": (lambda x: np.asin(x / x) + np.acos(-x / x) + x, [0.0], "removable", 1.5 * np.pi, [1.0]),
    "max with -inf": (lambda x: np.maximum(np.sin(x) / x, -INF), [0.0], "removable", 1.0, [0.0]),
    "max": (lambda x: np.max(np.sin(x) / x), [np.zeros(1)], "removable", 1.0, [np.zeros(1)]),
    "prod": (lambda x: np.sin(np.prod(x)) / x[0], [np.array([0.0, 2.0, 3.0])], "removable", 6.0, [[0.0, 3.0, 2.0]]),
    "matmul": (lambda x: np.sum(np.sin(NUMBERS @ x) / (NUMBERS @ x)), [np.zeros(2)], "removable", 2.0, [np.zeros(2)]),
    "cumsum": (
        lambda x: np.sum(np.sin(np.cumsum(x)) / np.cumsum(x)) - np.sin(x[1]) / x[1],
        [np.array([0.0, 2.0])], "removable", 1.0, None,
    ),
    "std of equal numbers": (lambda x: np.std(x) ** 2, [np.full(3, 0.3)], "removable", 0.0, [np.zeros(3)]),
    # The slope is that of a gradient, though the gradient beside the point has no limit.
    "r cos θ": (lambda x, y: np.hypot(x, y) * np.cos(np.atan2(y, x)), [0.0, 0.0], "removable", 0.0, [1.0, 0.0]),
    "x² sin(1/x)": (lambda x: x * x * np.sin(1.0 / x), [0.0], "removable", 0.0, [0.0]),
    # At the edge of the domain.
    "x² log x": (lambda x: x * x * np.log(x), [0.0], "boundary", 0.0, [0.0]),
    "arccos² x": (lambda x: np.arccos(x) ** 2, [1.0], "boundary", 0.0, [-2.0]),
    "x√y": (lambda x, y: x * np.sqrt(y), [0.0, 0.0], "boundary", 0.0, [0.0, 0.0]),
    "in a corner": (lambda x, y: np.sqrt(x) * np.sqrt(y) * (x + y), [0.0, 0.0], "boundary", 0.0, [0.0, 0.0]),
    "in one of many corners": (lambda x: np.sum(x * x * np.log(x)), [np.zeros(9)], "boundary", 0.0, [np.zeros(9)]),
    # Kinks: the middle of the slopes.
    "√x²": (lambda x: np.sqrt(x * x), [0.0], "kink", 0.0, [0.0]),
    "√x² + x": (lambda x: np.sqrt(x * x) + x, [0.0], "kink", 0.0, [1.0]),
    "a tie with 0/0": (lambda x: np.maximum(x, -3.0 * x) * (x / x), [0.0], "kink", 0.0, [-1.0]),
    "std": (lambda x: np.std(x), [np.full(3, 0.3)], "kink", 0.0, [np.zeros(3)]),
    "x²y/(x²+y²)": (lambda x, y: x**2 * y / (x**2 + y**2), [0.0, 0.0], "kink", 0.0, [0.0, 0.0]),
    # On all straight paths all limits agree, on a parabola the slope is another.
    "x³y/(x⁴+y²)": (lambda x, y: x**3 * y / (x**4 + y**2), [0.0, 0.0], "kink", 0.0, [0.0, 0.0]),
    # No slope is known along the second and third component, but opposite directions have the same mean.
    "a cone times 0/0": (
        lambda x: np.sqrt(np.sum(x * x)) * np.sin(x[0]) / x[0], [np.zeros(3)], "kink", 0.0, [np.zeros(3)]
    ),
    # Infinite slopes.
    "√x": (lambda x: np.sqrt(x), [0.0], "infinite slope", 0.0, [INF]),
    "cbrt": (lambda x: np.cbrt(x), [0.0], "infinite slope", 0.0, [INF]),
    "x log x": (lambda x: x * np.log(x), [0.0], "infinite slope", 0.0, [-INF]),
    "√|x|": (lambda x: np.sqrt(np.abs(x)), [0.0], "infinite slope", 0.0, [NAN]),
    "infinite between the axes": (lambda x, y: (x * x * y * y) ** 0.125, [0.0, 0.0], "infinite slope", 0.0, [0.0, 0.0]),
    # Poles.
    "log": (lambda x: np.log(x), [0.0], "pole", -INF, [INF]),
    "1/x²": (lambda x: 1.0 / x**2, [0.0], "pole", INF, [NAN]),
    "a small residue": (lambda x: 1e-17 / x + x, [0.0], "pole", INF, [-INF]),
    # No limit.
    "x/|x|": (lambda x: x / np.abs(x), [0.0], "undefined", NAN, [NAN]),
    "sin(1/x)": (lambda x: np.sin(1.0 / x), [0.0], "undefined", NAN, [NAN]),
    "x sin(1/x)": (lambda x: x * np.sin(1.0 / x), [0.0], "undefined", 0.0, [NAN]),
    "xy/(x²+y²)": (lambda x, y: x * y / (x**2 + y**2), [0.0, 0.0], "undefined", NAN, [NAN, NAN]),
    "x²y/(x⁴+y²)": (lambda x, y: x**2 * y / (x**4 + y**2), [0.0, 0.0], "undefined", NAN, [NAN, NAN]),
    "an angle at the origin": (lambda x, y: np.atan2(y, x), [0.0, 0.0], "undefined", NAN, [NAN, NAN]),
    "0/0 everywhere": (lambda x: (x - x) / (x - x), [0.0], "undefined", NAN, [NAN]),
    "another value than beside it": (
        lambda x: np.where(x.data == 0.0, 5.0, np.sin(x) / x), [0.0], "undefined", NAN, [NAN]
    ),
    "NaN in a maximum": (lambda x: np.maximum(np.log(-1.0 - x * x), x / x), [0.0], "undefined", NAN, [NAN]),
    "√ of negative numbers": (lambda x: np.sqrt(-1.0 - x * x), [0.0], "undefined", NAN, [NAN]),
    # What series do not tell.
    "sign(exp(-1/x²))": (lambda x: np.sign(np.exp(-1.0 / x**2)) * x / x, [0.0], "unresolved", NAN, [NAN]),
    "1/(1 + exp(1/x))": (lambda x: 1.0 / (1.0 + np.exp(1.0 / x)), [0.0], "unresolved", NAN, [NAN]),
}  # fmt: skip

each_point = pytest.mark.parametrize("name", POINTS)


@each_point
def test_the_kind_and_the_limits(name):
    f, at, kind, value, gradient = POINTS[name]
    found = singularity(f, tuple(range(len(at))))(*at)
    assert found.kind == kind, found.reason
    assert "\n" not in found.reason
    np.testing.assert_allclose(found.value, value, rtol=1e-14, atol=1e-300)
    if gradient is not None:
        for one, expected in zip(found.gradient, gradient, strict=True):
            np.testing.assert_allclose(one, expected, rtol=1e-14, atol=1e-15)


@each_point
def test_the_transforms_give_them(name):
    f, at, _, value, gradient = POINTS[name]
    got, slopes = value_and_grad(f, tuple(range(len(at))))(*at)
    np.testing.assert_allclose(limit(f, tuple(range(len(at))))(*at), value, rtol=1e-14, atol=1e-300)
    if not np.isnan(value):
        np.testing.assert_allclose(got, value, rtol=1e-14, atol=1e-15)
    for one, expected in zip(slopes, gradient or (), strict=bool(gradient)):
        np.testing.assert_allclose(one, expected, rtol=1e-14, atol=1e-15)


TOLD_BY_THE_DATA = {"where with a NaN branch", "a branch of Python", "another value than beside it"}


@pytest.mark.parametrize("name", POINTS.keys() - TOLD_BY_THE_DATA)
def test_backward_gives_them(name):
    f, at, _, _, gradient = POINTS[name]
    leaves = [Variable(x) for x in at]
    f(*leaves).backward()
    for leaf, expected in zip(leaves, gradient or (), strict=bool(gradient)):
        np.testing.assert_allclose(leaf.grad, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", ["1/x - 1/sin x", "√x² + x", "arccos² x", "√x", "1/x²"])
def test_forward_mode_gives_them(name):
    f, (x,), _, value, (slope,) = POINTS[name]
    got = jvp(f)(x, 2.0)
    np.testing.assert_allclose(got, (value, 2.0 * slope), rtol=1e-14, atol=1e-300)


def test_an_overflow_stays_one():
    found = singularity(lambda x: np.exp(x) * x)(1000.0)
    assert (found.kind, found.gradient) == ("unresolved", INF)
    assert found.reason == "exp: the numbers overflow"


def test_one_sided_slopes():
    found = singularity(lambda x: np.sqrt(x * x) + 2.0 * x)(0.0)
    assert (found.below, found.above) == (1.0, 3.0)
    found = singularity(lambda x: np.sqrt(np.abs(x)))(0.0)
    assert (found.below, found.above) == (-INF, INF)
    found = singularity(np.sqrt)(0.0)
    assert math.isnan(found.below)
    assert found.above == INF


def test_only_what_is_not_finite_moves():
    x = np.array([[0.0, 1.0], [2.0, 0.5]])
    value, gradient = value_and_grad(lambda x: np.sum(np.sin(x) / x + x**2))(x)
    expected = np.cos(x[x != 0.0]) / x[x != 0.0] - np.sin(x[x != 0.0]) / x[x != 0.0] ** 2 + 2.0 * x[x != 0.0]
    assert gradient[0, 0] == 0.0
    np.testing.assert_allclose(gradient[x != 0.0], expected, rtol=1e-15)
    np.testing.assert_allclose(value, 1.0 + np.sum(np.sin(x[x != 0.0]) / x[x != 0.0]) + np.sum(x**2), rtol=1e-15)


@pytest.mark.parametrize("x", [[0, 2], [0.0, 2.0], np.array([0.0, 2.0]), np.array([0.0, 2.0], np.float32)])
def test_inputs_of_all_types(x):
    value, gradient = value_and_grad(lambda x: np.sum(np.expm1(x) / x))(x)
    assert type(value) is float
    assert gradient.dtype == getattr(x, "dtype", np.float64)
    np.testing.assert_allclose(gradient, [0.5, (np.exp(2.0) * 2.0 - np.expm1(2.0)) / 4.0], rtol=3e-7)


def test_floats_stay_floats():
    (x, y), z = value_and_grad(lambda x, y: np.sin(x * y) / x, (0, 1))(0.0, 1.5)[1], value_and_grad(np.sqrt)(0.0)[1]
    assert [type(x), type(y), type(z)] == [float, float, float]


def test_float32_rounds_as_coarsely_as_it_is():
    x = np.array([1.0], np.float32)
    found = singularity(lambda x: np.sum(np.sin(x * np.float32(np.pi)) / (x - 1.0)))(x)
    assert found.kind == "removable"
    np.testing.assert_allclose(found.value, -np.pi, rtol=1e-6)


def test_a_large_program_is_left_alone():
    found = singularity(lambda x: np.sum(np.sin(x) / x))(np.zeros(100_000))
    assert found.kind == "unresolved"
    assert "100000" in found.reason or "numbers" in found.reason


def test_many_components():
    gradient = value_and_grad(lambda x: np.sqrt(np.sum(x * x)) + np.sum(np.sin(x) / x))(np.zeros(60))[1]
    np.testing.assert_array_equal(gradient, np.zeros(60))
