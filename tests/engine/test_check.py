"""gradient_check: right gradients pass by every scheme, and planted errors do not."""

import dataclasses
import math

import numpy as np
import pytest

from engine import Variable, gradient_check, primitive
from engine.numerical import SCHEMES

each_scheme = pytest.mark.parametrize("scheme", SCHEMES)
VECTOR = np.array([0.3, 1.2, -0.7])
MATRIX = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])


def softmax(x):
    e = np.exp(x)
    return e / np.sum(e)


RIGHT = {
    "a scalar": (lambda x: np.exp(x) * np.sin(x), (0.7,)),
    "an array": (lambda x: np.tanh(x) / (1.0 + x**2), (VECTOR,)),
    "a list and an integer": (lambda x, n: np.sin(x) * n, ([0.5, 1.0], 2)),
    "broadcasting": (lambda x, y: x * y + x, (MATRIX, VECTOR)),
    "several results": (lambda x, y: (x * y, np.sum(x**2), y), (VECTOR, 2.0)),
    "softmax": (softmax, (VECTOR,)),
    "a product of matrices": (lambda a, b: a @ b, (MATRIX, MATRIX.T * 0.5)),
    "reductions": (lambda x: (np.sum(x, axis=0), np.prod(x, axis=1), np.mean(x)), (MATRIX,)),
    "structure": (lambda x: np.stack([x[0, ::-1], np.reshape(x, (6,))[1:4]]), (MATRIX,)),
    "roots and logs": (lambda x: np.sqrt(x) * np.log(x), (np.abs(VECTOR),)),
    "zero everywhere": (lambda x: x - x, (VECTOR,)),
    "nothing at all": (lambda x: x * 2.0, (np.ones((0, 2)),)),
}


@each_scheme
@pytest.mark.parametrize(("f", "args"), RIGHT.values(), ids=RIGHT)
def test_a_right_gradient_passes(f, args, scheme):
    result = gradient_check(f, *args, scheme=scheme)
    assert result
    assert (result.scheme, result.off, result.components) == (scheme, 0, sum(map(np.size, args)))


@each_scheme
@pytest.mark.parametrize(("f", "args"), RIGHT.values(), ids=RIGHT)
def test_a_right_gradient_passes_in_float32_whatever_the_weights(f, args, scheme):
    for seed in range(5):
        assert gradient_check(f, *(np.asarray(x, np.float32) for x in args), scheme=scheme, seed=seed)


@pytest.mark.parametrize("seed", range(20))
def test_a_right_gradient_passes_whatever_the_weights(seed):
    assert gradient_check(lambda x, y: (softmax(x * y), np.log(1.0 + x * x)), VECTOR, 1.5, seed=seed)


def test_maxima_pass_away_from_their_kinks():
    assert gradient_check(lambda x: np.maximum(x, 0.1) * np.abs(x) + np.max(x), VECTOR)


def test_a_right_gradient_passes_at_a_minimum():
    assert gradient_check(lambda x: 3.0 + np.sum((x - 1.0) ** 2), np.ones(3))


def wrong(value, rule):
    return primitive(rule)(value)


FAULTS = {
    "sign": wrong(np.sin, lambda g, z, x: -g * np.cos(x)),
    "zero": wrong(np.sin, lambda g, z, x: 0.0 * g),
    "a factor of 1 + 1e-6": wrong(np.sin, lambda g, z, x: g * np.cos(x) * (1.0 + 1e-6)),
    "nan": wrong(np.sin, lambda g, z, x: g * math.nan),
    "infinite": wrong(np.sin, lambda g, z, x: g * math.inf),
    "another function's": wrong(np.sin, lambda g, z, x: g * np.sin(x)),
    "reversed": wrong(np.sin, lambda g, z, x: (g * np.cos(x))[::-1]),
    "the mean of them": wrong(np.sin, lambda g, z, x: np.mean(g * np.cos(x)) + 0.0 * x),
    "one element": wrong(np.sin, lambda g, z, x: g * np.cos(x) * (1.0 + (np.arange(x.size) == 1))),
    "no cotangent": wrong(np.sin, lambda g, z, x: np.cos(x)),
    "softmax passes nothing back": wrong(softmax, lambda g, z, x: 0.0 * x),
    "softmax without the sum": wrong(softmax, lambda g, z, x: g * z),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_planted_error_is_caught(fault):
    assert not gradient_check(fault, VECTOR)


@pytest.mark.parametrize("scheme", sorted(SCHEMES.keys() - {"complex_step"}))
@pytest.mark.parametrize("name", ["sign", "zero", "one element", "softmax passes nothing back"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_coarse_error_is_caught_by_every_scheme(name, scheme, dtype):
    assert not gradient_check(FAULTS[name], VECTOR.astype(dtype), scheme=scheme)


def test_the_complex_step_catches_a_fine_error_but_primitives_of_ones_own_refuse_complex_numbers():
    def different(x):
        return x * x * (1.0 + 1e-10 * isinstance(x, Variable))

    assert not gradient_check(different, VECTOR, scheme="complex_step")
    assert gradient_check(different, VECTOR)
    with pytest.raises(TypeError, match="complex128"):
        gradient_check(FAULTS["sign"], VECTOR, scheme="complex_step")


def test_a_softmax_that_passes_nothing_back_is_right_for_equal_weights_which_is_why_they_are_random():
    x = Variable(VECTOR)
    np.sum(softmax(x)).backward()
    np.testing.assert_allclose(x.grad, 0.0, atol=1e-16)
    assert gradient_check(lambda x: np.sum(FAULTS["softmax passes nothing back"](x)), VECTOR)


def test_a_transposed_matrix_is_caught():
    def swapped(g, z, a, b):
        return a.T @ g

    faulty = primitive(lambda g, z, a, b: b.T @ g, swapped)(lambda a, b: a @ b)
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    result = gradient_check(faulty, square, square + 1.0)
    assert not result
    assert (result.components, result.off, result.worst.argument) == (8, 4, 0)


def test_an_error_in_a_small_argument_is_not_hidden_by_a_large_one():
    faulty = primitive(lambda g, z, x, y: g * 1e12, lambda g, z, x, y: g * 1.001)(lambda x, y: 1e12 * x + y)
    assert gradient_check(faulty, 1.0, 0.0, scheme="forward", step=2.0**-10, rtol=1e-6).worst.argument == 1


def test_where_values_are_nan_nothing_passes():
    with np.errstate(all="ignore"):
        assert not gradient_check(np.log, -1.0)
        result = gradient_check(np.sqrt, np.array([1.0, 4.0, 0.0, 9.0]))
    assert (result.off, result.worst.index) == (1, (2,))


def test_the_report_says_where_and_by_how_much():
    result = gradient_check(lambda x, y: x + FAULTS["one element"](y), VECTOR, VECTOR)
    assert (result.off, result.components, result.worst.argument, result.worst.index) == (1, 6, 1, (1,))
    assert result.worst.automatic == pytest.approx(2.0 * result.worst.numerical, rel=1e-8)
    for part in (
        "1 of 6 components off",
        "argument 1 at [1]",
        f"engine {result.worst.automatic:.17g}",
        f"numerical {result.worst.numerical:.17g}",
        f"allowed {result.worst.allowed:.3g}",
    ):
        assert part in str(result)
    assert str(result) == repr(result)
    assert len(str(result)) < 240
    assert "\n" not in str(result)


def test_the_report_of_a_right_gradient():
    assert str(gradient_check(lambda x: x * x, 3.0)).startswith(
        "gradient check by richardson: 1 components right; the worst is argument 0: engine "
    )
    assert str(gradient_check(lambda x: x, np.ones(0))) == "gradient check by richardson: 0 components right"


def test_an_assertion_prints_it():
    with pytest.raises(AssertionError, match="3 of 3 components off"):
        assert gradient_check(FAULTS["sign"], VECTOR)


def test_the_verdict_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        gradient_check(lambda x: x, 1.0).off = 1


def test_the_weights_are_those_of_the_seed():
    first, again, other = (gradient_check(softmax, VECTOR, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.worst.automatic != other.worst.automatic


def test_a_tolerance_of_ones_own():
    assert gradient_check(FAULTS["a factor of 1 + 1e-6"], VECTOR, rtol=1e-5)
    assert not gradient_check(np.sin, VECTOR, rtol=math.nan)


def test_the_function_is_run_with_variables_and_with_plain_data_and_the_arguments_stay():
    seen = set()
    x = VECTOR.copy()
    gradient_check(lambda v: seen.add(type(v)) or v * 2.0, x)
    assert {one for one in seen if not issubclass(one, Variable)} == {np.ndarray}
    assert len(seen) == 2
    np.testing.assert_array_equal(x, VECTOR)


@pytest.mark.parametrize(
    ("call", "kind", "part"),
    [
        (lambda: gradient_check(np.sin), TypeError, "needs an argument"),
        (lambda: gradient_check(np.sin, 1.0, scheme="secant"), ValueError, "unknown scheme 'secant'"),
        (lambda: gradient_check(np.sin, 1.0, step=-1.0), ValueError, "step is a positive number, not -1.0"),
        (lambda: gradient_check(np.sin, "one"), TypeError, "'one'"),
        (lambda: gradient_check(lambda x: "text", 1.0), TypeError, "'text'"),
        (lambda: gradient_check(abs, 1.0, scheme="complex_step"), TypeError, "analytic"),
    ],
)
def test_errors(call, kind, part):
    with pytest.raises(kind) as caught:
        call()
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
