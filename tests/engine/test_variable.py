"""Variable: what it holds, what it tells of itself, and how it may be used."""

import copy
import math
import pickle

import numpy as np
import pytest

from engine import Variable, grad, jvp


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (1.5, 1.5),
        (3, 3.0),
        (2**70, 2.0**70),
        (np.float32(1.5), 1.5),
        (np.float64(1.5), 1.5),
        (np.int8(3), 3.0),
        (np.array(1.5), 1.5),
        (np.array(3), 3.0),
        (np.array(1.5, np.float32), 1.5),
    ],
    ids=repr,
)
def test_a_scalar_is_a_float(data, expected):
    x = Variable(data)
    assert type(x.data) is float
    assert x.data == expected
    assert (x.shape, x.ndim, x.size, x.dtype) == ((), 0, 1, np.float64)


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        ([1.0, 2.0], np.float64),
        ([1, 2], np.float64),
        ((1, 2.5), np.float64),
        ([[1.0], [2.0]], np.float64),
        ([], np.float64),
        (np.ones(2, np.float32), np.float32),
        (np.ones((2, 3), np.float64), np.float64),
        (np.ones(2, np.int8), np.float64),
        (np.ones(2, np.uint64), np.float64),
        (np.ones((0, 3)), np.float64),
    ],
    ids=repr,
)
def test_an_array_is_of_float32_or_float64(data, dtype):
    x = Variable(data)
    assert type(x.data) is np.ndarray
    assert (x.dtype, x.data.dtype) == (dtype, dtype)
    assert (x.shape, x.ndim, x.size) == (np.shape(data), np.ndim(data), np.size(data))
    np.testing.assert_array_equal(x.data, np.asarray(data))


@pytest.mark.parametrize(
    "data",
    [True, "1.0", 1j, None, object(), [True], ["a"], [1j], [None], np.array(True), np.ones(2, object), {}, {1.0}],
    ids=repr,
)
def test_what_is_not_made_of_real_numbers_is_a_type_error(data):
    with pytest.raises(TypeError):
        Variable(data)
    x = Variable(1.0)
    with pytest.raises(TypeError):
        x.data = data
    assert x.data == 1.0


@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [v, v], lambda v: np.array([v], dtype=object)])
def test_a_variable_holds_no_variable(wrap):
    with pytest.raises(TypeError):
        Variable(wrap(Variable(1.0)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_array_of_floats_is_not_copied(dtype):
    array = np.ones(3, dtype)
    x = Variable(array)
    assert x.data is array
    other = np.zeros(2, dtype)
    x.data = other
    assert x.data is other


def test_data_may_be_assigned_by_the_rules_of_the_constructor():
    x = Variable(1.0)
    x.data = 3
    assert (type(x.data), x.data) == (float, 3.0)
    x.data = [1, 2]
    assert (x.dtype, x.shape) == (np.float64, (2,))


def test_a_step_down_the_gradient_in_place():
    x, w = Variable(3.0), Variable([1.0, 2.0])
    np.sum(x * w).backward()
    x.data -= 0.5 * x.grad
    w.data -= 0.5 * w.grad
    assert (type(x.data), x.data) == (float, 1.5)
    assert w.data.tolist() == [-0.5, 0.5]


def constants(dtypes):
    return [constant for dtype in dtypes for constant in (np.ones(2, dtype), np.ones(2, dtype)[0])]


each_operand = pytest.mark.parametrize(
    "data", [1.5, np.ones(2), np.ones(2, np.float32)], ids=["scalar", "float64", "float32"]
)


@pytest.mark.parametrize("constant", constants("?bBhHiIlLqQfd"), ids=lambda c: f"{c.dtype}-{c.ndim}")
@each_operand
def test_results_are_floats_or_arrays_of_float32_or_float64(data, constant):
    for result in (Variable(data) * constant, constant * Variable(data)):
        assert isinstance(result, Variable)
        assert type(result.data) in (float, np.ndarray)
        assert result.dtype in (np.float32, np.float64)
        result.backward()


@pytest.mark.parametrize("constant", constants("egFDGSU"), ids=lambda c: f"{type(c).__name__}-{np.ndim(c)}")
@each_operand
def test_constants_are_held_to_the_same_dtypes(data, constant):
    for combine in (lambda: Variable(data) * constant, lambda: constant * Variable(data)):
        with pytest.raises(TypeError):
            combine()


def test_name_and_repr():
    assert Variable(1.0).name is None
    assert Variable(1.0, "x").name == "x"
    assert repr(Variable(1.0)) == "Variable(1.0)"
    assert repr(Variable(1.0, name="x")) == "Variable(1.0, name='x')"
    assert repr(Variable([1, 2])) == "Variable(array([1., 2.]))"


def test_item():
    assert Variable(2.5).item() == 2.5
    item = Variable(np.array([[2.5]], np.float32)).item()
    assert (type(item), item) == (float, 2.5)
    with pytest.raises(ValueError, match="size 1"):
        Variable([1.0, 2.0]).item()


def test_length_and_iteration(gradients):
    x = Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert len(x) == 3
    assert [row.data.tolist() for row in x] == x.data.tolist()
    assert gradients(lambda x: sum(i * v for i, v in enumerate(x)), [1.0, 1.0, 1.0])[0].tolist() == [0.0, 1.0, 2.0]


def test_unpacking(gradients):
    def f(v):
        x, y = v
        return x * y

    assert gradients(f, [2.0, 3.0])[0].tolist() == [3.0, 2.0]


COMPARISONS = {
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


@pytest.mark.parametrize("compare", COMPARISONS.values(), ids=COMPARISONS)
@pytest.mark.parametrize("y", [1.0, 2.0, 3, np.float64(2.0), np.array([1.0, 2.0, 3.0])], ids=repr)
@pytest.mark.parametrize("x", [2.0, [1.0, 2.0, 2.0]], ids=repr)
def test_comparison_is_that_of_the_data(compare, x, y):
    expected = compare(Variable(x).data, y)
    for got in (compare(Variable(x), y), compare(Variable(x), Variable(y))):
        assert not isinstance(got, Variable)
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(compare(y, Variable(x)), compare(y, Variable(x).data))


def test_hash_is_by_identity():
    x, y = Variable(1.0), Variable(1.0)
    assert x == y
    assert len({x, y, x}) == 2


def test_truth_is_that_of_the_data():
    assert Variable(2.0)
    assert not Variable(0.0)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Variable([1.0, 2.0]))


CONVERSIONS = {
    "float": float,
    "int": int,
    "complex": complex,
    "round": round,
    "math.sin": math.sin,
    "math.floor": math.floor,
    "math.fsum": lambda x: math.fsum([x, x]),
    "%f": lambda x: "%f" % x,  # noqa: UP031
}


@pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
@pytest.mark.parametrize("data", [2.5, [2.5]], ids=["scalar", "array"])
def test_a_variable_does_not_turn_into_a_number(convert, data):
    for x in (Variable(data), Variable(data) * 2.0):
        with pytest.raises(TypeError, match=r"its gradient would be lost: take np\.sin.*\.data"):
            convert(x)
    with pytest.raises(TypeError, match=r"gradient would be lost"):
        jvp(convert)(2.5, 1.0)


@pytest.mark.parametrize("use", [lambda x: [1, 2][x], range, lambda x: x // 2, lambda x: x % 2, lambda x: divmod(x, 2)])
def test_what_a_variable_cannot_do_is_a_type_error_that_names_it(use):
    with pytest.raises(TypeError, match=r"Variable|Scalar"):
        use(Variable(1.0))


def test_a_variable_has_no_items_to_assign_and_no_attributes_to_add():
    x = Variable([1.0, 2.0])
    with pytest.raises(TypeError, match="item assignment"):
        x[0] = 3.0
    for name in ("other", "shape", "dtype", "T"):
        with pytest.raises(AttributeError):
            setattr(x, name, 1)
    assert x.data.tolist() == [1.0, 2.0]


def test_format_is_that_of_the_data():
    x = Variable(2.0, "x") * 1.5
    assert f"{x:.2f}|{x:8.1e}|{x}" == f"3.00| 3.0e+00|{x!r}"
    with pytest.raises(TypeError, match="ndarray"):
        f"{Variable([1.0]):.2f}"


def test_a_dual_shows_its_tangent():
    shown = []
    jvp(lambda x: [shown.append(f"{x}; {x:.1f}"), x][1])(3.0, 2.0)
    assert shown == ["Dual(3.0, 2.0); 3.0"]


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda x: pickle.loads(pickle.dumps(x))}


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("data", [2.5, np.array([1.0, 2.0], np.float32)], ids=["scalar", "array"])
def test_a_leaf_is_copied_and_pickled(again, data):
    x = Variable(data, "weight")
    np.sum(x * x).backward()
    y = again(x)
    assert y is not x
    assert (type(y), y.name, y.dtype) == (type(x), "weight", x.dtype)
    np.testing.assert_array_equal(y.data, x.data)
    np.testing.assert_array_equal(y.grad, x.grad)
    y.cleargrad()
    np.sum(y * 3.0).backward()
    np.testing.assert_array_equal(y.grad, np.full_like(data, 3.0))
    np.testing.assert_array_equal(x.grad, 2.0 * x.data)


def test_deep_copies_share_no_array_and_a_leaf_that_is_there_twice_is_copied_once():
    x = Variable([1.0, 2.0])
    first, second = copy.deepcopy([x, x])
    assert first is second
    first.data[0] = 5.0
    assert x.data.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
def test_what_was_computed_is_not_copied_or_pickled(again):
    x = Variable(2.0)
    for result in (x * x, np.exp(x), np.stack([x, x])):
        with pytest.raises(TypeError, match=r"take its \.data"):
            again(result)
    for derivative in (grad(again), lambda y: jvp(again)(y, 1.0), grad(grad(again))):
        with pytest.raises(TypeError, match=r"take its \.data"):
            derivative(2.0)


def test_transposing_reversing_and_slicing(gradients):
    assert Variable(2.0).T.data == 2.0
    assert Variable(np.ones((2, 3))).T.shape == (3, 2)
    assert [v.data for v in reversed(Variable([1.0, 2.0]))] == [2.0, 1.0]
    assert gradients(lambda x: x.T[1] @ [10.0, 1.0], np.ones((2, 3)))[0].tolist() == [[0, 10, 0], [0, 1, 0]]
    x = Variable([1.0, 2.0, 3.0])
    for index in (
        0,
        -1,
        slice(1, None),
        slice(None, None, -2),
        [0, 0],
        np.array([True, False, True]),
        None,
        ...,
        x.data > 1.5,
        x > 1.5,
    ):
        np.testing.assert_array_equal(x[index].data, x.data[index])
    for index in (3, "a", (0, 0), 1.0):
        with pytest.raises(IndexError):
            x[index]


@pytest.mark.parametrize("use", [len, iter, lambda x: x[0], list])
def test_a_scalar_has_no_items(use):
    with pytest.raises((TypeError, IndexError), match=r"scalar Variable|too many indices"):
        use(Variable(1.0))
