"""NumPy's functions and operators on Variables: a Variable again, or an error that names the function."""

import operator

import numpy as np
import pytest

import engine.namespace
from engine import Variable
from engine.table import ELEMENTWISE

UNARY = [primitive.name for primitive in ELEMENTWISE if len(primitive.partials) == 1]
BINARY = [primitive.name for primitive in ELEMENTWISE if len(primitive.partials) == 2]


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("data", [0.3, [0.3, 0.6]], ids=["scalar", "array"])
def test_unary_ufuncs(name, data):
    ufunc = getattr(np, name)
    result = ufunc(Variable(data))
    assert isinstance(result, Variable)
    np.testing.assert_allclose(result.data, ufunc(data), rtol=1e-15)


def plain(x):
    return np.asarray(x.data if isinstance(x, Variable) else x, dtype=np.float64)


OTHERS = [2, 2.0, np.float64(2.0), np.float32(2.0), np.int64(2), np.array(2.0), np.array([2.0, 3.0]), [2.0, 3.0]]


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("data", [0.3, [0.3, 0.6]], ids=["scalar", "array"])
@pytest.mark.parametrize("other", OTHERS, ids=lambda other: f"{type(other).__name__}-{np.ndim(other)}")
def test_binary_ufuncs_on_either_side(name, data, other):
    ufunc = getattr(np, name)
    for arguments in ((Variable(data), other), (other, Variable(data)), (Variable(other), Variable(data))):
        result = ufunc(*arguments)
        assert isinstance(result, Variable)
        np.testing.assert_allclose(result.data, ufunc(*map(plain, arguments)), rtol=1e-15)


OPERATORS = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("data", [0.3, [0.3, 0.6]], ids=["scalar", "array"])
@pytest.mark.parametrize("other", OTHERS, ids=lambda other: f"{type(other).__name__}-{np.ndim(other)}")
def test_operators_with_anything_on_either_side(name, data, other):
    f = OPERATORS[name]
    x = Variable(data)
    for left, right in ((x, other), (other, x)):
        result = f(left, right)
        assert isinstance(result, Variable)
        np.testing.assert_allclose(result.data, f(plain(left), plain(right)), rtol=1e-15)
        result.backward()
    assert np.shape(x.grad) == x.shape


def test_in_place_operators_rebind():
    x = y = Variable([1.0, 2.0])
    y += 1.0
    y *= 3.0
    y -= x
    y /= 2.0
    y **= 2
    assert y is not x
    assert x.data.tolist() == [1.0, 2.0]
    assert y.data.tolist() == [6.25, 12.25]
    y.backward()
    assert x.grad.tolist() == [5.0, 7.0]


IN_PLACE = {
    "add": operator.iadd,
    "subtract": operator.isub,
    "multiply": operator.imul,
    "divide": operator.itruediv,
    "pow": operator.ipow,
}


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("data", [0.3, [0.3, 0.6]], ids=["scalar", "array"])
@pytest.mark.parametrize(
    "other", [*OTHERS, Variable(2.0)], ids=lambda other: f"{type(other).__name__}-{np.ndim(other)}"
)
def test_in_place_operators_with_anything_on_the_right(name, data, other):
    x = Variable(data)
    result = IN_PLACE[name](x, other)
    assert isinstance(result, Variable)
    assert result is not x
    assert x.data == data if type(data) is float else x.data.tolist() == data
    np.testing.assert_array_equal(result.data, OPERATORS[name](x, other).data)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("data", [0.3, [0.3, 0.6]], ids=["scalar", "array"])
def test_an_array_in_place_by_a_variable_is_an_error_that_says_what_to_write(name, data):
    array = np.array([1.0, 2.0])
    with pytest.raises(TypeError, match=r"write a = a \+ v"):
        IN_PLACE[name](array, Variable(data))
    assert array.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("number", [2.0, 2, np.float64(2.0), np.float32(2.0)], ids=repr)
@pytest.mark.parametrize("name", OPERATORS)
def test_a_number_in_place_by_a_variable_becomes_one(name, number):
    result = IN_PLACE[name](number, Variable(3.0))
    assert isinstance(result, Variable)
    assert result.data == OPERATORS[name](2.0, 3.0)


@pytest.mark.parametrize(
    ("f", "slope"), [(operator.neg, -1.0), (abs, -1.0), (np.negative, -1.0), (np.absolute, -1.0), (operator.pos, 1.0)]
)
@pytest.mark.parametrize("data", [-0.3, [-0.3, -0.6]], ids=["scalar", "array"])
def test_sign_operators(f, slope, data):
    x = Variable(data)
    result = f(x)
    assert isinstance(result, Variable)
    np.testing.assert_array_equal(result.data, f(np.asarray(data)))
    result.backward()
    np.testing.assert_array_equal(x.grad, np.full(np.shape(data), slope))


LONG_NAMES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "power": "pow", "absolute": "abs",
    "true_divide": "divide",
}  # fmt: skip


@pytest.mark.parametrize("name", LONG_NAMES)
def test_numpys_other_names(name):
    arguments = [Variable([0.3, 0.6])] * (1 + (LONG_NAMES[name] in BINARY))
    result = getattr(np, name)(*arguments)
    assert isinstance(result, Variable)
    np.testing.assert_array_equal(result.data, getattr(np, LONG_NAMES[name])(*arguments).data)


STRUCTURAL = [
    (np.sum, lambda x: np.sum(x)),
    (np.sum, lambda x: np.sum(x, axis=0)),
    (np.sum, lambda x: np.sum(x, -1, keepdims=True)),
    (np.sum, lambda x: np.sum(x, axis=(0, 1))),
    (np.add.reduce, lambda x: np.add.reduce(x)),
    (np.add.reduce, lambda x: np.add.reduce(x, axis=1)),
    (np.stack, lambda x: np.stack([x, x])),
    (np.stack, lambda x: np.stack((x, np.ones((2, 3))), axis=-1)),
    (np.broadcast_to, lambda x: np.broadcast_to(x, (4, 2, 3))),
    (np.moveaxis, lambda x: np.moveaxis(x, 0, -1)),
    (np.moveaxis, lambda x: np.moveaxis(x, (0, 1), (1, 0))),
]


@pytest.mark.parametrize(("function", "f"), STRUCTURAL)
def test_other_functions(function, f):
    data = np.arange(6.0).reshape(2, 3)
    result = f(Variable(data))
    assert isinstance(result, Variable)
    np.testing.assert_array_equal(result.data, f(data))


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: np.logaddexp(x, x), "np.logaddexp"),
        (lambda x: np.ceil(x), "np.ceil"),
        (lambda x: np.nextafter(x, 1.0), "np.nextafter"),
        (lambda x: np.gcd(x, 1), "np.gcd"),
        (lambda x: np.modf(x), "np.modf"),
        (lambda x: np.median(x), "np.median"),
        (lambda x: np.sort(x), "np.sort"),
        (lambda x: np.fft.fft(x), "fft"),
        (lambda x: np.linalg.qr(x), "qr"),
        (lambda x: np.add.accumulate(x), "np.add.accumulate"),
        (lambda x: np.multiply.outer(x, x), "np.multiply.outer"),
        (lambda x: np.subtract.reduce(x), "np.subtract.reduce"),
    ],
)
def test_a_function_without_a_rule_is_an_error_that_names_it(f, name):
    with pytest.raises(TypeError, match=rf"{name}\b.*no derivative rule") as caught:
        f(Variable([[1.0, 2.0], [3.0, 4.0]]))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, out: np.exp(x, out=out),
        lambda x, out: np.add(x, out, where=out > 0),
        lambda x, out: np.add(out, x, out=out),
        lambda x, out: out.__iadd__(x),
        lambda x, out: out.__setitem__(0, x),
        lambda x, out: np.exp(out, out=x),
        lambda x, out: np.sum(x, out=out),
        lambda x, out: np.sum(x, dtype=np.float32),
        lambda x, out: np.sum(out, out=x),
    ],
)
def test_what_would_lose_the_gradient_is_an_error(f):
    out = np.ones(2)
    with pytest.raises((TypeError, ValueError)):
        f(Variable([1.0, 2.0]), out)
    assert out.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("convert", [np.asarray, np.array, lambda x: np.array([x]), lambda x: np.asarray([[x, 1.0]])])
@pytest.mark.parametrize("data", [1.0, [1.0, 2.0]], ids=["scalar", "array"])
def test_a_variable_never_turns_into_an_array(convert, data):
    with pytest.raises(TypeError, match=r"\.data"):
        convert(Variable(data))


def test_the_namespace_is_that_of_variables():
    assert Variable(1.0).__array_namespace__() is engine.namespace
    assert Variable(1.0).__array_namespace__(api_version="2023.12") is engine.namespace


@pytest.mark.parametrize("name", [*UNARY, *BINARY])
@pytest.mark.parametrize("data", [0.3, 1, np.array([0.3, 0.6])], ids=repr)
def test_the_namespace_on_plain_numbers_is_numpy(name, data):
    arguments = [data] * (1 + (name in BINARY))
    result = getattr(engine.namespace, name)(*arguments)
    assert type(result) is (np.ndarray if np.ndim(data) else float)
    np.testing.assert_allclose(result, getattr(np, name)(*arguments), rtol=1e-15)


def test_one_source_for_floats_arrays_and_variables():
    def f(x, xp):
        rows = xp.stack([xp.exp(x), xp.sin(x)])
        return xp.sum(xp.multiply(rows, xp.broadcast_to(x, rows.shape)), axis=0) + xp.pi

    x = np.array([0.5, 1.0])
    assert engine.namespace.pi == np.pi
    np.testing.assert_allclose(f(x, engine.namespace), f(x, np), rtol=1e-15)
    np.testing.assert_allclose(f(Variable(x), engine.namespace).data, f(x, np), rtol=1e-15)


def test_all_of_the_namespace_is_there():
    assert all(hasattr(engine.namespace, name) for name in engine.namespace.__all__)
    assert {primitive.name for primitive in ELEMENTWISE} <= set(engine.namespace.__all__)
