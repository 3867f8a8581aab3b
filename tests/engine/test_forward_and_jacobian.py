"""jvp, vjp, jacobian, hessian, hvp: values and shapes, arguments and results of every form, memory, errors."""

import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine import Variable, grad, hessian, hvp, jacobian, jvp, no_grad, vjp
from engine.record import plain

MATRIX = np.arange(1.0, 7.0).reshape(2, 3)
UNIT, ONES = np.array([[0.0, 1.0], [0.0, 0.0]]), np.ones((2, 2))
FUNCTIONS = {  # name: the function, its argument's shape, and its Jacobian, of the value's shape and the argument's
    "scalar to scalar": (lambda x: x * x * x, (), lambda x: 3 * x**2),
    "scalar to vector": (lambda x: np.stack([x, x * x]), (), lambda x: [1.0, 2 * x]),
    "scalar to matrix": (lambda x: x * MATRIX * x, (), lambda x: 2 * x * MATRIX),
    "vector to scalar": (lambda x: np.sum(x**3), (3,), lambda x: 3 * x**2),
    "vector to vector": (lambda x: x[1:] * x[:-1], (3,), lambda x: [[x[1], x[0], 0], [0, x[2], x[1]]]),
    "vector to matrix": (
        lambda x: x * x[:, None],
        (2,),
        lambda x: [[[2 * x[0], 0], x[::-1]], [x[::-1], [0, 2 * x[1]]]],
    ),
    "matrix to scalar": (lambda x: np.sum(x) * x[0, 1], (2, 2), lambda x: x[0, 1] + np.sum(x) * UNIT),
    "matrix to vector": (lambda x: x @ [1.0, 2.0, 3.0], (2, 3), lambda x: np.eye(2)[:, :, None] * [1.0, 2.0, 3.0]),
    "matrix to matrix": (lambda x: x.T * 2.0, (2, 3), lambda x: 2 * np.einsum("il,jk->ijkl", np.eye(3), np.eye(2))),
    "identity": (lambda x: x, (2,), lambda x: np.eye(2)),
    "a number": (lambda x: 7.0, (2,), lambda x: np.zeros(2)),
    "an array": (lambda x: MATRIX, (2,), lambda x: np.zeros((2, 3, 2))),
    "a Variable": (lambda x: Variable(MATRIX) * 1.0, (), lambda x: np.zeros((2, 3))),
    "nothing": (lambda x: x[:0], (3,), lambda x: np.zeros((0, 3))),
    "of nothing": (lambda x: np.sum(x) * 2.0, (0, 2), lambda x: np.zeros((0, 2))),
}
each_function = pytest.mark.parametrize(("f", "shape", "slope"), FUNCTIONS.values(), ids=FUNCTIONS)


def whole(shape):
    """Whole numbers of this shape, as floats or arrays."""
    return hnp.arrays(np.float64, shape, elements=st.integers(-4, 4)).map(lambda a: a if a.shape else float(a))


def same(got, expected):
    """Plain data, of the same shape and equal."""
    assert type(got) is (np.ndarray if np.shape(expected) else float)
    assert np.shape(got) == np.shape(expected)
    np.testing.assert_array_equal(got, expected)


@each_function
@given(data=st.data())
def test_jvp_vjp_and_jacobian(f, shape, slope, data):
    x, v = data.draw(whole(shape)), data.draw(whole(shape))
    expected, matrix = np.asarray(plain(f(x)))[()], np.asarray(slope(x))
    w = data.draw(whole(expected.shape))
    along = np.tensordot(matrix, v, np.ndim(v))
    back = np.tensordot(w, matrix, np.ndim(w))
    value, tangent = jvp(f)(x, v)
    same(plain(value), expected)
    same(tangent, along)
    value, pullback = vjp(f)(x)
    same(plain(value), expected)
    for times in (1.0, 2.0):  # a pullback may be called again
        same(pullback(times * w), times * back)
    same(jacobian(f)(x), matrix)
    with no_grad():
        for got, wanted in zip(
            (*jvp(f)(x, v), jacobian(f)(x), vjp(f)(x)[1](w)), (expected, along, matrix, back), strict=True
        ):
            same(got, wanted)


@pytest.mark.parametrize("name", ["scalar to scalar", "vector to scalar", "matrix to scalar", "a number", "of nothing"])
@given(data=st.data())
def test_hessian_and_hvp(name, data):
    f, shape, _ = FUNCTIONS[name]
    x, v = data.draw(whole(shape)), data.draw(whole(shape))
    seconds = {
        "scalar to scalar": lambda: 6 * x,
        "vector to scalar": lambda: np.diag(6 * x),
        "matrix to scalar": lambda: np.multiply.outer(UNIT, ONES) + np.multiply.outer(ONES, UNIT),
    }
    matrix = seconds[name]() if name in seconds else np.zeros(shape * 2)
    same(hessian(f)(x), matrix)
    same(hvp(f)(x, v), np.tensordot(matrix, v, np.ndim(v)))


def three(x, y, *, scale=1.0):
    """A scalar, a vector and a matrix, of a number and a vector."""
    return scale * x * np.sum(y), scale * x * x * y, np.stack([y, x * y])


X, Y = 3.0, np.array([1.0, 2.0])
BLOCKS = [  # of three at X, Y: by each argument
    [3.0, [3.0, 3.0]],
    [[6.0, 12.0], [[9.0, 0.0], [0.0, 9.0]]],
    [[[0.0, 0.0], [1.0, 2.0]], [[[1.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 3.0]]]],
]


@pytest.mark.parametrize(
    ("argnums", "places"),
    [(0, 0), (1, 1), (-1, 1), ((0,), (0,)), ((0, 1), (0, 1)), ((1, 0), (1, 0)), ((-1, 0), (1, 0))],
)
def test_several_arguments_and_results(argnums, places):
    for got, row in zip(jacobian(three, argnums)(X, Y), BLOCKS, strict=True):
        if isinstance(places, int):
            same(got, row[places])
        else:
            assert isinstance(got, tuple)
            for block, place in zip(got, places, strict=True):
                same(block, row[place])
    directions = (2.0, np.array([1.0, -1.0]))
    cotangents = (1.0, np.array([2.0, 0.0]), np.array([[1.0, 1.0], [0.0, 2.0]]))
    order = (places,) if isinstance(places, int) else places
    values, tangents = jvp(three, argnums)(
        X, Y, directions[places] if isinstance(places, int) else tuple(directions[i] for i in places)
    )
    for value, tangent, expected, row in zip(values, tangents, three(X, Y), BLOCKS, strict=True):
        same(value, expected)
        same(tangent, sum(np.tensordot(row[i], directions[i], np.ndim(directions[i])) for i in order))
    values, pullback = vjp(three, argnums)(X, Y)
    pulled = pullback(cotangents)
    assert isinstance(pulled, tuple) == isinstance(argnums, tuple)
    for got, i in zip(pulled if isinstance(argnums, tuple) else (pulled,), order, strict=True):
        same(got, sum(np.tensordot(w, row[i], np.ndim(w)) for w, row in zip(cotangents, BLOCKS, strict=True)))


def test_keyword_arguments_are_passed_on():
    f = lambda x, y, *, scale: scale * x * x * y  # noqa: E731
    assert jvp(f)(3.0, 2.0, 1.0, scale=10.0) == (180.0, 120.0)
    assert vjp(f)(3.0, 2.0, scale=10.0)[1](1.0) == 120.0
    assert jacobian(f)(3.0, 2.0, scale=10.0) == 120.0
    assert hessian(f)(3.0, 2.0, scale=10.0) == 40.0
    assert hvp(f)(3.0, 2.0, 2.0, scale=10.0) == 80.0
    assert {g.__name__ for g in (jvp(f), vjp(f), jacobian(f), hessian(f), hvp(f))} == {"<lambda>"}


def test_hessian_and_hvp_of_several_arguments():
    f = lambda x, y: np.sum(y * y) * x * x  # noqa: E731
    (xx, xy), (yx, yy) = hessian(f, argnums=(0, 1))(X, Y)
    for got, expected in ((xx, 10.0), (xy, 12.0 * Y), (yx, 12.0 * Y), (yy, 18.0 * np.eye(2))):
        same(got, expected)
    same(hessian(f, argnums=-1)(X, Y), 18.0 * np.eye(2))
    along_x, along_y = hvp(f, argnums=(0, 1))(X, Y, (1.0, np.array([1.0, 0.0])))
    same(along_x, 10.0 + 12.0)
    same(along_y, 12.0 * Y + [18.0, 0.0])
    same(hvp(f, argnums=1)(X, Y, [1, 0]), [18.0, 0.0])


def test_a_tuple_of_one_and_of_none():
    assert jvp(lambda x: (x * x,))(3.0, 1.0) == ((9.0,), (6.0,))
    assert vjp(lambda x: (x * x,))(3.0)[1]((1.0,)) == 6.0
    assert jacobian(lambda x: (x * x,))(3.0) == (6.0,)
    assert jvp(lambda x: ())(3.0, 1.0) == ((), ())
    assert vjp(lambda x: ())(3.0)[1](()) == 0.0
    assert jacobian(lambda x: ())(3.0) == ()


@pytest.mark.parametrize("x", [3, [1, 2], np.float32(3.0), np.array([1, 2])], ids=repr)
def test_whole_numbers_and_lists_will_do(x):
    ones = np.ones(np.shape(x))
    expected = 2.0 * np.asarray(x, float)
    same(jvp(lambda x: x * x)(x, ones.astype(int).tolist())[1], expected)
    same(vjp(lambda x: x * x)(x)[1](ones.tolist()), expected)
    same(hvp(lambda x: np.sum(x * x))(x, ones.tolist()), 2.0 * ones)


@pytest.mark.parametrize("v", [np.ones(2), np.ones(2, np.float32), [1, 1]], ids=["float64", "float32", "whole"])
@pytest.mark.parametrize("f", [lambda x: x, lambda x: x * x, lambda x: np.prod(x) * x, lambda x: np.exp(x[::-1])])
def test_derivatives_have_the_dtype_of_the_argument(f, v):
    x = np.ones(2, np.float32)
    value, tangent = jvp(f)(x, v)
    found = [value, tangent, vjp(f)(x)[1](v), jacobian(f)(x), hessian(lambda x: np.sum(f(x) ** 2))(x)]
    assert [array.dtype for array in found] == [np.float32] * 5
    assert jacobian(f)(x.astype(float)).dtype == np.float64


def test_tangents_are_of_the_dtype_of_their_values_on_the_way():
    seen = []

    def f(x):
        results = [x * 2.0, np.sin(x), np.sum(x, axis=0, keepdims=True), x @ np.eye(2, dtype=np.float32), np.cumprod(x)]
        seen.extend((y._data.dtype, y._tangent.dtype, y._data.shape == y._tangent.shape) for y in results)
        return x

    jvp(f)(np.ones(2, np.float32), np.ones(2))
    assert seen == [(np.float32, np.float32, True)] * 5


def test_derivatives_are_the_callers_to_change():
    x, v = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    for f in (lambda x: x, lambda x: x + 0.0, lambda x: np.sum(x) * np.ones(2), lambda x: np.broadcast_to(x[0], (2,))):
        for found in (jvp(f)(x, v)[1], vjp(f)(x)[1](v), jacobian(f)(x)):
            found += 1.0
    assert (x.tolist(), v.tolist()) == ([1.0, 2.0], [1.0, 0.0])


def test_a_pullback_serves_after_others_and_in_no_grad():
    _, first = vjp(lambda x: (x * x, x * x * x))(2.0)
    _, second = vjp(lambda x: x * 10.0)(2.0)
    assert (first((1.0, 0.0)), second(1.0), first((0.0, 1.0)), first((1.0, 1.0))) == (4.0, 10.0, 12.0, 16.0)
    with no_grad():
        assert first((1.0, 1.0)) == 16.0
    _, failing = vjp(np.sqrt)([0.0, 1.0])
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        failing([1.0, 1.0])
    with np.errstate(divide="ignore"):
        assert failing([1.0, 1.0]).tolist() == [np.inf, 0.5]


def test_what_is_pulled_back_may_be_differentiated():
    w = Variable(5.0)
    _, pullback = vjp(lambda x: x * x * w)(3.0)
    found = pullback(w)
    found.backward()
    assert (found.data, w.grad) == (6.0 * 25.0, 6.0 * 10.0)
    assert grad(lambda g: vjp(lambda x: x**3)(2.0)[1](g * g))(3.0) == 72.0


def test_directions_may_be_differentiated():
    v = Variable([1.0, 2.0])
    _, tangent = jvp(lambda x: x[0] * x[1])([3.0, 4.0], v)
    tangent.backward()
    assert (tangent.data, v.grad.tolist()) == (10.0, [4.0, 3.0])
    assert grad(lambda t: hvp(lambda x: x**3)(2.0, t * t))(5.0) == 120.0


def test_a_variable_of_outside_that_plays_no_part_leaves_plain_data():
    w = Variable(5.0)
    for found in (
        *jvp(lambda x: [w * x, x * x][1])(3.0, 1.0),
        vjp(lambda x: [w * x, x * x][1])(3.0)[1](1.0),
        jacobian(lambda x: [w * x, x * x][1])(3.0),
        hvp(lambda x: [w * x, x * x][1])(3.0, 1.0),
    ):
        assert type(found) is float


def test_a_pair_that_depends_on_a_variable_of_outside_in_part():
    w = Variable(5.0)
    values, tangents = jvp(lambda x: (w * x, x * x))(3.0, 1.0)
    assert (values[1], tangents[1], type(tangents[1])) == (9.0, 6.0, float)
    tangents[0].backward()
    assert w.grad == 1.0
    assert jacobian(lambda x: (w, x * x))(3.0)[1] == 6.0


def test_backward_of_what_does_not_move_works_under_jvp():
    w = Variable(2.0)

    def f(x):
        (w * w).backward()
        return x * w.grad

    assert jvp(f)(3.0, 1.0) == (12.0, 4.0)


def test_branches_and_comparisons_look_at_the_value():
    def f(x):
        while x < 100.0:
            x = x * x
        return x if x > 0.0 else -x

    assert jvp(f)(3.0, 1.0) == (6561.0, 8 * 3.0**7)
    assert jvp(lambda x: x if x else -x)(0.0, 1.0)[1] == -1.0


ERRORS = {
    "direction shape": (lambda: jvp(np.sin)([1.0, 2.0], 1.0), ValueError, r"direction .* shape, \(2,\), not \(\)"),
    "direction of hvp": (lambda: hvp(np.sum)([1.0, 2.0], [1.0]), ValueError, r"direction .* shape, \(2,\), not \(1,\)"),
    "direction no tuple": (lambda: jvp(np.hypot, (0, 1))(1.0, 2.0, 1.0), ValueError, "tuple of 2, .* not 1.0"),
    "direction too short": (
        lambda: jvp(np.hypot, (0, 1))(1.0, 2.0, (1.0,)),
        ValueError,
        r"tuple of 2, .* not \(1.0,\)",
    ),
    "direction missing": (lambda: jvp(np.sin)(), TypeError, "direction comes last"),
    "direction no number": (lambda: jvp(np.sin)(1.0, "a"), TypeError, "'a'"),
    "argument no number": (lambda: jvp(np.sin)("a", 1.0), TypeError, "'a'"),
    "cotangent shape": (lambda: vjp(np.sin)([1.0, 2.0])[1](1.0), ValueError, r"value's shape, \(2,\), not \(\)"),
    "cotangent no tuple": (
        lambda: vjp(lambda x: (x, x))(1.0)[1](np.zeros((40, 40))),
        ValueError,
        "tuple of 2, .* not arr",
    ),
    "cotangent too short": (lambda: vjp(lambda x: (x, x))(1.0)[1]((1.0,)), ValueError, "tuple of 2"),
    "cotangent no number": (lambda: vjp(np.sin)(1.0)[1]("a"), TypeError, "'a'"),
    "backward of a Dual": (lambda: jvp(lambda x: (x * x).backward())(1.0, 1.0), TypeError, "under jvp"),
    "a list": (lambda: vjp(lambda x: [x, x])(1.0), TypeError, r"a tuple of them, not \[Variable"),
    "a nested tuple": (lambda: jacobian(lambda x: (x, (x, x)))(1.0), TypeError, "a tuple of them, not"),
    "None": (lambda: jvp(lambda x: None)(1.0, 1.0), TypeError, "None"),
    "a gradient of a vector": (lambda: grad(np.sin)([1.0, 2.0]), TypeError, r"scalar, not one of shape \(2,\)"),
    "a gradient of a pair": (lambda: grad(lambda x: (x, x))(1.0), TypeError, "not"),
    "a Hessian of a vector": (lambda: hessian(np.sin)([1.0, 2.0]), TypeError, r"scalar, not one of shape \(2,\)"),
    "a product of a vector": (lambda: hvp(np.sin)([1.0, 2.0], [1.0, 1.0]), TypeError, r"scalar, not one of shape"),
    "no such argument": (lambda: jvp(np.sin, argnums=1)(1.0, 1.0), TypeError, "argnums has 1, .* 1 positional"),
    "argnums a list": (lambda: jacobian(np.sin, argnums=[0])(1.0), TypeError, r"int or a tuple of them, not \[0\]"),
    "argnums a name": (lambda: vjp(np.sin, argnums="x")(1.0), TypeError, "int or a tuple of them, not 'x'"),
    "an argument twice": (lambda: hvp(np.hypot, (0, 0))(1.0, 2.0, (1.0, 1.0)), TypeError, "twice"),
}


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_are_a_clear_line(call, kind, message):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


STEPS = {
    "elementwise": lambda x: np.sin(x) * x + 1.0,
    "linear": lambda x: np.concatenate([x[1:], x[:1]]) + np.cumsum(x) * 0.1,
    "reduction": lambda x: x * np.max(x) + np.linalg.norm(x),
    "cumprod": lambda x: x + np.cumprod(x),
    "prod": lambda x: x + np.prod(x),
    "matmul": lambda x: x * np.matmul(x, x * 1e-4),
}


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_the_memory_of_jvp_does_not_grow_with_length(peak, step):
    def repeated(n):
        def f(x):
            for _ in range(n):
                x = step(x) * 1e-3
            return x

        return f

    x = np.ones(10_000)
    assert peak(lambda: jvp(repeated(60))(x, x)) < 1.5 * peak(lambda: jvp(repeated(6))(x, x))


@pytest.mark.usefixtures("no_collector")
def test_all_that_transforms_make_is_freed_without_the_collector():
    freed = []

    def watched(x):
        y = np.sum(np.stack([x, x * x]) @ [1.0, 2.0]) * np.prod(x * [1.0, 2.0])
        freed.append(weakref.ref(y))
        return y

    def deep(x):
        assert freed[-1]() is None if freed else True
        return jvp(watched)(x, 1.0)[1] * x

    for derivative in (
        lambda: jvp(watched)(2.0, 1.0),
        lambda: jacobian(watched)(2.0),
        lambda: hessian(watched)(2.0),
        lambda: hvp(watched)(2.0, 1.0),
        lambda: jvp(deep)(2.0, 1.0),
        lambda: grad(deep)(2.0),
        lambda: vjp(deep)(2.0)[1](1.0),
        lambda: hessian(deep)(2.0),
    ):
        derivative()
    _, pullback = vjp(watched)(2.0)
    assert freed[-1]() is not None
    pullback(1.0)
    assert freed[-1]() is not None
    del pullback
    assert [ref() for ref in freed] == [None] * len(freed)


@pytest.mark.usefixtures("no_collector")
def test_under_jvp_what_is_no_longer_needed_is_freed():
    def f(x):
        y = x * x
        first = weakref.ref(y)
        y = np.exp(y)
        assert first() is None
        return y

    jvp(f)(2.0, 1.0)
    jvp(f)([2.0, 1.0], [1.0, 0.0])
    jvp(lambda x: jvp(f)(x, 1.0)[1])(2.0, 1.0)


def test_transforms_in_threads():
    def task(k):
        x = np.array([float(k), 1.0])
        return [
            jvp(lambda x: np.prod(x) * x)(x, x)[1].tolist(),
            hessian(lambda x: np.sum(x**3))(x).tolist(),
            hvp(lambda x: np.sum(x**3))(x, x).tolist(),
            vjp(lambda x: x * x)(x)[1](x).tolist(),
        ]

    with ThreadPoolExecutor(4) as pool:
        for k, found in enumerate(pool.map(task, range(20))):
            assert found == [
                [3.0 * k * k, 3.0 * k],
                [[6.0 * k, 0.0], [0.0, 6.0]],
                [6.0 * k * k, 6.0],
                [2.0 * k * k, 2.0],
            ]
