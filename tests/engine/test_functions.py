"""One function by its many names: NumPy's, the namespace's and the method; and all give NumPy's value."""

import numpy as np
import pytest

import engine.namespace as xp
from engine import Variable, jvp

X = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -4.0]])
Y = np.array([[1.0, 2.0], [-1.0, 0.5], [3.0, -2.0]])

SAME = [
    "np.sum(x) == xp.sum(x) == x.sum()",
    "np.sum(x, 1, keepdims=True) == xp.sum(x, 1, keepdims=True) == x.sum(-1, keepdims=True)",
    "np.add.reduce(x) == xp.sum(x, axis=0) == x.sum(axis=0)",
    "np.mean(x) == xp.mean(x) == x.mean()",
    "np.mean(x, axis=0) == xp.mean(x, axis=0) == x.mean(0)",
    "np.mean(x, (0, 1), keepdims=True) == xp.mean(x, (0, -1), keepdims=True) == x.mean((1, 0), keepdims=True)",
    "np.prod(x, axis=(0, 1)) == xp.prod(x) == x.prod()",
    "np.multiply.reduce(x) == xp.prod(x, axis=0) == x.prod(axis=0)",
    "np.max(x) == xp.max(x) == x.max()",
    "np.amax(x, 1) == xp.max(x, axis=1) == x.max(axis=-1)",
    "np.maximum.reduce(x, axis=None) == xp.max(x) == x.max()",
    "np.min(x, 1, keepdims=True) == xp.min(x, axis=1, keepdims=True) == x.min(1, keepdims=True)",
    "np.minimum.reduce(x, axis=1) == xp.min(x, axis=1) == x.min(1)",
    'np.linalg.norm(x) == xp.norm(x) == np.linalg.norm(x, "fro")',
    "np.linalg.norm(x, axis=1) == xp.norm(x, axis=1) == np.linalg.norm(x, 2, axis=-1)",
    "np.cumsum(x) == xp.cumulative_sum(x) == x.cumsum()",
    "np.cumsum(x, axis=1) == xp.cumsum(x, axis=1) == x.cumsum(1)",
    "np.cumprod(x) == xp.cumulative_prod(x) == x.cumprod()",
    "np.cumprod(x, 0) == xp.cumprod(x, 0) == x.cumprod(axis=0)",
    "np.matmul(x, Y) == xp.matmul(x, Y) == x @ Y",
    "np.matmul(Y, x) == xp.matmul(Y, x) == Y @ x",
    "np.dot(x, Y) == xp.dot(x, Y) == x.dot(Y)",
    "np.reshape(x, (3, 2)) == xp.reshape(x, (3, -1)) == x.reshape(3, 2)",
    "np.reshape(x, 6) == xp.reshape(x, (6,)) == x.reshape((6,))",
    "np.ravel(x) == xp.reshape(x, (-1,)) == x.ravel() == x.flatten()",
    "np.full_like(x, x[0, 0]) == xp.full_like(x, x[0, 0]) == xp.broadcast_to(x[0, 0], (2, 3))",
    "np.sum(a=x, axis=1) == np.sum(x, axis=1)",
    "np.clip(a=x, a_min=0.0, a_max=None) == np.clip(x, 0.0, None)",
    "np.transpose(x) == xp.permute_dims(x, (1, 0)) == x.T",
    "np.transpose(x, (-1, 0)) == xp.permute_dims(x, (1, 0)) == x.transpose(1, 0)",
    "np.swapaxes(x, 0, 1) == xp.moveaxis(x, 0, 1) == x.swapaxes(0, -1)",
    "np.flip(x) == xp.flip(x) == x[::-1, ::-1]",
    "np.expand_dims(x, 1) == xp.expand_dims(x, axis=1) == x[:, None]",
    "np.squeeze(x[None], 0) == xp.squeeze(x[None], axis=0) == x[None].squeeze()",
    "np.concatenate([x, X]) == xp.concat([x, X]) == np.vstack((x, X))",
    "np.concatenate([X, x], axis=1) == xp.concat([X, x], axis=1) == np.hstack([X, x])",
    "np.stack([x, X]) == xp.stack([x, X]) == xp.asarray([x, Variable(X)])",
    "np.stack([x[0, 0], 2.0, 1]) == xp.stack([x[0, 0], 2.0, 1]) == xp.asarray([x[0, 0], 2.0, 1])",
    "np.where(X > 0.0, x, 0.0) == xp.where(x > 0.0, x, 0.0) == x * (X > 0.0)",
    "np.clip(x, -1.0, 1.0) == xp.clip(x, -1.0, 1.0) == x.clip(-1.0, 1.0)",
    "np.clip(x, 0.0, None) == xp.clip(x, min=0.0) == x.clip(min=0.0)",
    "np.clip(x, max=0.0) == xp.clip(x, max=0.0) == np.minimum(x, 0.0)",
    "np.broadcast_to(x, (2, 2, 3)) == xp.broadcast_to(x, (2, 2, 3)) == np.stack([x, x])",
    "xp.astype(x, np.float32) == x.astype(np.float32)",
    "np.outer(x, X) == xp.multiply(xp.reshape(x, (-1, 1)), X.ravel()) == x.ravel()[:, None] * X.ravel()",
    "np.roll(x, 1, axis=1) == xp.concat([x[:, -1:], x[:, :-1]], 1) == x[:, [2, 0, 1]]",
    "np.tile(x, (1, 2)) == xp.concat([x, x], 1) == x[:, [0, 1, 2, 0, 1, 2]]",
    "np.repeat(x, 2, axis=0) == x.repeat(2, axis=0) == xp.repeat(x, 2, axis=0) == x[[0, 0, 1, 1]]",
    "np.diagonal(x) == x.diagonal() == xp.stack([x[0, 0], x[1, 1]]) == x[[0, 1], [0, 1]]",
    "np.trace(x, offset=1) == x.trace(1) == x[0, 1] + x[1, 2] == x[[0, 1], [1, 2]].sum()",
    "np.diff(x) == xp.subtract(x[:, 1:], x[:, :-1]) == x[:, 1:] - x[:, :-1]",
    "np.diff(x, axis=0) == xp.subtract(x[1:], x[:-1]) == x[1:] - x[:-1]",
    "np.atleast_1d(x[0, 0]) == xp.reshape(x[0, 0], (1,)) == x[0, :1]",
    "np.atleast_2d(x[0]) == xp.expand_dims(x[0], 0) == x[:1]",
    "np.var(x, axis=1) == xp.var(x, axis=1) == x.var(1) == np.std(x, 1) ** 2",
    "np.var(x) == xp.mean(xp.square(x - xp.mean(x))) == x.var()",
    "np.std(x, ddof=1) == xp.std(x, correction=1.0) == x.std(ddof=1) == np.sqrt(np.sum((x - x.mean()) ** 2) / 5)",
    "np.linalg.norm(x, 1, axis=1) == xp.sum(xp.abs(x), 1) == abs(x).sum(1)",
    "np.linalg.norm(x[0], np.inf) == xp.max(xp.abs(x[0])) == abs(x[0]).max()",
]


def ways(names):
    """The functions of `x` that the sides of an equation are."""
    known = {"np": np, "xp": xp, "X": X, "Y": Y, "Variable": Variable}
    return [eval(f"lambda x: {name}", known) for name in names.split(" == ")]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names.partition(" == ")[0])
def test_every_name_of_a_function_gives_the_same(names):
    expected = ways(names)[0](X)
    seed = np.cos(np.arange(1.0, 1.0 + np.size(expected))).reshape(np.shape(expected))
    gradients, tangents = [], []
    for f in ways(names):
        x = Variable(X)
        y = f(x)
        assert isinstance(y, Variable)
        np.testing.assert_allclose(y.data, expected, rtol=1e-15, atol=1e-15)
        assert np.shape(y.data) == np.shape(expected)
        y.backward(seed[()])
        gradients.append(x.grad)
        value, tangent = jvp(f)(X, np.sin(X))
        assert np.shape(value) == np.shape(tangent) == np.shape(expected)
        tangents.append(tangent)
        rounding = 1e-6 if y.dtype == np.float32 else 1e-14
        assert np.sum(seed * tangent) == pytest.approx(np.sum(x.grad * np.sin(X)), rel=rounding, abs=rounding)
    for got in (gradients, tangents):
        for other in got[1:]:
            np.testing.assert_allclose(other, got[0], rtol=1e-14, atol=1e-15)


NAMESPACE_ON_ARRAYS = [
    "sum", "mean", "prod", "max", "min", "cumsum", "cumprod", "flip", "squeeze", "concat", "stack",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMESPACE_ON_ARRAYS)
def test_the_namespace_on_plain_arrays_is_numpy(name):
    result = getattr(xp, name)(X)
    assert not isinstance(result, Variable)
    np.testing.assert_array_equal(result, getattr(np, name)(X))


def test_the_mean_of_none_is_nan(gradients):
    assert np.isnan(np.mean(Variable(np.zeros(0))).data)
    assert np.isnan(xp.mean(np.zeros(0)))
    assert np.isnan(np.var(Variable(np.zeros(0))).data)
    assert np.mean(Variable(np.zeros((2, 0))), axis=0).shape == (0,)
    assert gradients(np.mean, np.zeros(0))[0].shape == (0,)


UNKNOWN = {
    "np.einsum": lambda x: np.einsum("ij->i", x),
    "np.split": lambda x: np.split(x, 2),
    "np.sort": lambda x: np.sort(x),
    "np.median": lambda x: np.median(x),
    "np.ptp": lambda x: np.ptp(x),
    "np.tensordot": lambda x: np.tensordot(x, x),
    "np.kron": lambda x: np.kron(x, x),
    "np.cross": lambda x: np.cross(x, x),
    "np.convolve": lambda x: np.convolve(x[0], x[0]),
    "np.interp": lambda x: np.interp(x[0], x[0], x[0]),
    "np.linalg.det": lambda x: np.linalg.det(x),
    "np.linalg.inv": lambda x: np.linalg.inv(x),
    "np.linalg.solve": lambda x: np.linalg.solve(x, x),
    "np.triu": lambda x: np.triu(x),
    "np.take": lambda x: np.take(x, 0),
    "np.multiply.accumulate": lambda x: np.multiply.accumulate(x),
}


@pytest.mark.parametrize(("name", "f"), UNKNOWN.items(), ids=UNKNOWN)
def test_what_has_no_rule_is_an_error_that_says_so(name, f):
    with pytest.raises(TypeError, match=rf"^{name} has no derivative rule"):
        f(Variable([[1.0, 2.0], [3.0, 4.0]]))


REFUSED = {
    "dtype": lambda x: np.sum(x, dtype=np.float32),
    "out": lambda x: np.mean(x, out=np.zeros(())),
    "initial": lambda x: np.max(x, initial=0.0),
    "where": lambda x: np.sum(x, where=X > 0.0),
    "order": lambda x: np.ravel(x, order="F"),
    "prepend": lambda x: np.diff(x, prepend=0.0),
    "mode": lambda x: np.repeat(x, 2, mode="clip"),
    "correction": lambda x: np.var(x, correction=1),
}


@pytest.mark.parametrize(("keyword", "f"), REFUSED.items(), ids=REFUSED)
def test_a_keyword_that_a_rule_lacks_is_an_error_that_names_it(keyword, f):
    with pytest.raises(TypeError, match=keyword):
        f(Variable(X))


WRONG = {
    "reshape": (lambda x: np.reshape(x, (4, 2)), ValueError),
    "squeeze": (lambda x: np.squeeze(x, 0), ValueError),
    "transpose": (lambda x: np.transpose(x, (0, 0)), ValueError),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 2), ValueError),
    "moveaxis": (lambda x: np.moveaxis(x, (0, 1), 0), ValueError),
    "concatenate": (lambda x: np.concatenate([x, x[0]]), ValueError),
    "scalars": (lambda x: np.concatenate([x[0, 0], x[0, 0]]), ValueError),
    "stack": (lambda x: np.stack([x, x[:1]]), ValueError),
    "sum": (lambda x: np.sum(x, axis=2), ValueError),
    "index": (lambda x: x[2], IndexError),
    "diagonal": (lambda x: np.diagonal(x[0]), ValueError),
}


@pytest.mark.parametrize(("f", "error"), WRONG.values(), ids=WRONG)
def test_wrong_arguments_are_the_errors_of_numpy(f, error):
    for x in (X, Variable(X)):
        with pytest.raises(error):
            f(x)
