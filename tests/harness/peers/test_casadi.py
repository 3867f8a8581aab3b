"""CasADi: its arrays against NumPy's on random programs, and the three methods."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, basic_indices, broadcastable_shapes

import problems
from harness.methods.base import UnsupportedError, failure
from harness.methods.peers import casadi as peer
from harness.methods.peers.casadi import CasADi
from harness.suites import accuracy
from problems import Problem, at_least

casadi = pytest.importorskip("casadi")
from harness.methods.peers.casadi_arrays import NAMESPACE, Array, matrix_of  # noqa: E402

WAYS = ("sx", "mx", "c")
ELEMENTS = st.sampled_from([-2.0, -1.0, -0.3, 0.0, 0.5, 1.0, 1.7])

Step = Callable[[Any, list[Any]], Any]
"""Of an array namespace and all that has been computed so far."""

ONE: dict[str, Callable[..., Any]] = {
    "negative": lambda xp, a: -a,
    "power": lambda xp, a: a**2 - a**3,
    "exponent": lambda xp, a: 2 ** xp.sin(a) - np.float64(3.0) ** xp.cos(a),
    "quotient": lambda xp, a: 1 / (2.0 + xp.cos(a)) + a / 4,
    "tan": lambda xp, a: xp.tan(xp.sin(a)),
    "exp": lambda xp, a: xp.exp(xp.sin(a)) - xp.expm1(xp.cos(a)),
    "log": lambda xp, a: xp.log(1.0 + xp.abs(a)) + xp.log1p(a**2) - xp.log10(2.0 + xp.absolute(a)),
    "sqrt": lambda xp, a: xp.sqrt(xp.abs(a)),
    "atan": lambda xp, a: xp.atan(a) - xp.arctan(2.0 * a),
    "inverses": lambda xp, a: xp.asin(xp.sin(a) / 2.0) + xp.acos(xp.sin(a) / 2.0) * xp.atanh(xp.sin(a) / 2.0),
    "hyperbolic": lambda xp, a: xp.tanh(a) + xp.sinh(xp.sin(a)) - xp.cosh(xp.sin(a)),
    "hyperbolic inverses": lambda xp, a: xp.asinh(a) - xp.acosh(1.0 + a**2),
    "like": lambda xp, a: xp.zeros_like(a) - a * xp.ones_like(a),
}

TWO: dict[str, Callable[..., Any]] = {
    "+": lambda xp, a, b: a + b,
    "-": lambda xp, a, b: a - b,
    "*": lambda xp, a, b: a * b,
    "/": lambda xp, a, b: a / (2.0 + xp.sin(b)),
    "**": lambda xp, a, b: (0.5 + xp.abs(xp.sin(a))) ** xp.sin(b),
    "hypot": lambda xp, a, b: xp.hypot(a, b),
    "atan2": lambda xp, a, b: xp.atan2(a, 5.0 + xp.sin(b)),
    "extremes": lambda xp, a, b: xp.maximum(a, b) - 2.0 * xp.minimum(b, a),
}

COMPARISONS: dict[str, Callable[..., Any]] = {
    "where": lambda xp, a, b: xp.where(a < b, a, b),
    "where number": lambda xp, a, b: xp.where(a > b, 3.0, a * b),
    "<": lambda xp, a, b: (a < b) + 2.0 * (a > b),
    "<=": lambda xp, a, b: (a <= b) + 2.0 * (a >= b),
    "==": lambda xp, a, b: (a == b) + 2.0 * (a != b),
}
"""What rounding turns over where both are as good as equal."""

WHOLE: dict[str, Callable[..., Any]] = {
    "concat": lambda xp, a: xp.concat([a, xp.ones_like(a), 2.0 * a]),
    "concat last": lambda xp, a: xp.concat([a, a], axis=-1),
    "cumprod": lambda xp, a: xp.cumprod(a, axis=0),
    "moveaxis": lambda xp, a: xp.moveaxis(a, 0, -1),
    "moveaxis nowhere": lambda xp, a: xp.moveaxis(a, -1, -1),
    "rows": lambda xp, a: sum(2.0 * row for row in a),
}


def _fit(*shapes: tuple[int, ...]) -> bool:
    try:
        return len(np.broadcast_shapes(*shapes)) <= 2
    except ValueError:
        return False


def _step(draw: Any, values: list[Any]) -> Step:
    i = draw(st.integers(0, len(values) - 1))
    shape = values[i].shape
    kind = draw(st.sampled_from(("one", "two", "two", "constant", "compared", "index", "reduced", "whole", "reshape")))
    if kind == "one":
        one = ONE[draw(st.sampled_from(sorted(ONE)))]
        return lambda xp, found: one(xp, found[i])
    if kind in ("two", "compared"):
        j = draw(st.sampled_from([j for j, value in enumerate(values) if _fit(shape, value.shape)]))
        if kind == "compared":
            assume((np.abs(values[i] - values[j]) > 1e-6).all())
        table = TWO if kind == "two" else COMPARISONS
        two = table[draw(st.sampled_from(sorted(table)))]
        return lambda xp, found: two(xp, found[i], found[j])
    if kind == "constant":
        two = TWO[draw(st.sampled_from(sorted(TWO)))]
        constant = draw(arrays(np.float64, broadcastable_shapes(shape, max_dims=2, max_side=4), elements=ELEMENTS))
        assume(_fit(shape, constant.shape))
        if draw(st.booleans()):
            return lambda xp, found: two(xp, constant, found[i])
        return lambda xp, found: two(xp, found[i], constant.tolist() if constant.ndim == 0 else constant)
    if kind == "reduced":
        name = draw(st.sampled_from(("sum", "prod", "max", "min")))
        axes = [None, *range(-len(shape), len(shape)), *([(0, 1)] if len(shape) == 2 else [])]
        axis = draw(st.sampled_from(axes))
        assume(values[i].size or name in ("sum", "prod"))
        return lambda xp, found: getattr(xp, name)(found[i], axis=axis)
    if kind == "reshape":
        assume(values[i].size)
        new = draw(st.sampled_from([-1, (-1,), (1, -1), (-1, 1), shape[::-1]]))
        return lambda xp, found: xp.reshape(found[i], new)
    if kind == "index":
        key = draw(basic_indices(shape, max_dims=2, allow_newaxis=True, allow_ellipsis=False))
        return lambda xp, found: found[i][key]
    assume(shape and shape[0])
    if len(shape) == 1 and draw(st.booleans()):
        return lambda xp, found: xp.stack([found[i], 2.0 * found[i], found[i]])
    whole = WHOLE[draw(st.sampled_from(sorted(WHOLE)))]
    return lambda xp, found: whole(xp, found[i])


@st.composite
def programs(draw: Any) -> tuple[list[Step], list[Any]]:
    """Steps, and NumPy's values of a point and of each of them."""
    steps: list[Step] = []
    values = [draw(arrays(np.float64, st.sampled_from([(1,), (3,), (4,), (2, 3), (3, 2), (1, 3)]), elements=ELEMENTS))]
    for _ in range(draw(st.integers(1, 6))):
        step = _step(draw, values)
        values.append(np.asarray(step(np, values), dtype=np.float64))
        steps.append(step)
    return steps, values


@pytest.mark.parametrize("graph", ["SX", "MX"])
@settings(max_examples=300, deadline=None)
@given(program=programs())
def test_a_program_has_numpys_values_and_shapes(graph: str, program: tuple[list[Step], list[Any]]) -> None:
    steps, (x, *values) = program
    point = getattr(casadi, graph).sym("x", x.size)
    found = [NAMESPACE.reshape(Array(point, (x.size,)), x.shape)]
    for step in steps:
        found.append(step(NAMESPACE, found))
    matrices = [casadi.densify(matrix_of(array)) for array in found[1:]]
    results = casadi.Function("f", [point], matrices)(x.ravel())
    for array, expected, result in zip(found[1:], values, results if len(values) > 1 else [results], strict=True):
        assert np.shape(array) == expected.shape
        assert np.array(result).reshape(expected.shape) == pytest.approx(expected, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("graph", ["SX", "MX"])
def test_every_slice_is_numpys(graph: str) -> None:
    bounds, x = (None, *range(-5, 6)), np.arange(4.0)
    slices = [slice(*ends, step) for ends in itertools.product(bounds, bounds) for step in (-3, -2, -1, None, 2, 3)]
    point = getattr(casadi, graph).sym("x", 4)
    taken = [Array(point, (4,))[key] for key in slices]
    values = casadi.Function("f", [point], [casadi.vertcat(*(array.matrix for array in taken))])(x)
    assert [array.shape for array in taken] == [x[key].shape for key in slices]
    assert np.array(values).ravel().tolist() == np.concatenate([x[key] for key in slices]).tolist()


@pytest.mark.parametrize("graph", ["SX", "MX"])
@pytest.mark.parametrize("name", ["sign", "floor", "ceil", *COMPARISONS])
def test_what_jumps_has_numpys_values_at_the_jump(graph: str, name: str) -> None:
    x = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    point = getattr(casadi, graph).sym("x", 5)

    def value(xp: Any, x: Any) -> Any:
        return COMPARISONS[name](xp, x, 0.0) if name in COMPARISONS else getattr(xp, name)(x)

    result = casadi.Function("f", [point], [value(NAMESPACE, Array(point, (5,))).matrix])(x)
    assert np.array(result).ravel().tolist() == value(np, x).astype(float).tolist()


@pytest.mark.parametrize("graph", ["SX", "MX"])
def test_what_is_empty_is_like_numpys(graph: str) -> None:
    x = Array(getattr(casadi, graph).sym("x", 3), (3,))
    assert (x[3:] * np.ones((2, 1))).shape == (2, 0)
    assert (x[:0, None] + np.ones((1, 2))).shape == (0, 2)
    for axis, shape in ((0, (2,)), (None, ())):
        product = NAMESPACE.prod(x[:0, None] + np.ones((1, 2)), axis=axis)
        assert product.shape == shape
        assert np.array(casadi.DM(product.matrix)).ravel().tolist() == [1.0] * (2 if shape else 1)


def test_constants_are_numpys() -> None:
    assert type(NAMESPACE.exp(NAMESPACE.asarray((0.0, 1.0)))) is np.ndarray
    assert type(NAMESPACE.concat([np.ones(2), np.ones(1)])) is np.ndarray


@pytest.fixture
def column() -> Array:
    return Array(casadi.SX.sym("x", 3), (3,))


REFUSED: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "three dimensions": (lambda x: x[:, None, None], UnsupportedError, "CasADi has no arrays of 3 dimensions"),
    "a condition": (lambda x: x[0] if x[0] > 0.0 else x[1], UnsupportedError, "a condition on symbols"),
    "a function": (lambda x: NAMESPACE.cbrt(x), UnsupportedError, "CasADi has no cbrt"),
    "beyond the end": (lambda x: x[3], IndexError, "range object index out of range"),
    "too many indices": (lambda x: x[0, 0], IndexError, "tuple index out of range"),
    "a mask": (lambda x: x[x > 0.0], TypeError, "range indices must be integers or slices, not Array"),
    "shapes": (lambda x: x + np.ones(2), ValueError, "shape mismatch"),
    "a number": (lambda x: float(x[0]), TypeError, "not 'Array'"),
}


@pytest.mark.parametrize(("use", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_an_array_cannot_do(column: Array, use: Callable[[Any], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        use(column)


def judged(problem: Problem, way: str, x: Any) -> accuracy.Accuracy:
    method = CasADi(way)
    value, gradient = method.prepare(problem, x.size)(x)
    assert type(value) is float
    assert value == pytest.approx(problem(x), rel=1e-12, abs=1e-12)
    return accuracy.judge(problem, method, x, gradient, seed=0)


def _size(problem: Problem) -> int:
    return problem.dimensions.next(3) or problem.dimensions.low


@pytest.mark.parametrize("way", ["sx", "mx"])
@pytest.mark.parametrize("name", problems.names())
def test_every_problem_is_correct(name: str, way: str) -> None:
    problem = problems.get(name)
    assert judged(problem, way, problem.points(_size(problem), 1)[0]).outcome == "correct"


@pytest.mark.parametrize("name", ["goldstein_price", "hartmann_6", "helical_valley", "brown", "csendes", "griewank"])
def test_the_code_has_the_results_of_the_virtual_machine(name: str) -> None:
    problem = problems.get(name)
    x = problem.points(_size(problem), 1)[0]
    code, machine = (CasADi(way).prepare(problem, x.size)(x) for way in ("c", "sx"))
    assert code[0] == machine[0]
    assert code[1].tolist() == machine[1].tolist()
    assert judged(problem, "c", x).outcome == "correct"


@pytest.mark.parametrize("way", WAYS)
def test_results_stay_what_they_are(way: str) -> None:
    problem = problems.get("sphere")
    function = CasADi(way).prepare(problem, 3)
    x = np.array([1.0, 2.0, -3.0])
    first = function(x)
    second = function(np.array([5.0, 5.0, 5.0, 7.0, 7.0, 7.0])[::2])
    assert (first[0], first[1].tolist()) == (14.0, [2.0, 4.0, -6.0])
    assert (second[0], second[1].tolist()) == (99.0, [10.0, 10.0, 14.0])
    first[1][:] = x[:] = 7.0
    assert second[1].tolist() == [10.0, 10.0, 14.0]
    assert function(x)[1].tolist() == [14.0, 14.0, 14.0]


@pytest.mark.parametrize("way", ["sx", "mx"])
def test_zeros_of_the_graph_are_zeros_of_the_gradient(register: Any, way: str) -> None:
    one = register(lambda x, xp: xp.sum(x[1:2] ** 2, axis=0), dimensions=at_least(2))
    assert CasADi(way).prepare(one, 3)(np.array([1.0, 2.0, 3.0]))[1].tolist() == [0.0, 4.0, 0.0]
    none = register(lambda x, xp: 3.0, name="none", dimensions=at_least(2))
    value, gradient = CasADi(way).prepare(none, 3)(np.array([1.0, 2.0, 3.0]))
    assert (value, gradient.tolist()) == (3.0, [0.0, 0.0, 0.0])


def test_a_graph_of_vectors_is_as_long_for_more_coordinates() -> None:
    lengths = {peer._of_vectors(problems.get("rosenbrock"), n).n_instructions() for n in (10, 1000)}
    assert len(lengths) == 1


def test_a_graph_of_numbers_has_a_largest_size() -> None:
    with pytest.raises(UnsupportedError, match="a graph of 10001 numbers takes too long to make: 10000 at the most"):
        CasADi("sx").prepare(problems.get("sphere"), 10_001)


@pytest.mark.parametrize("n", [50, 20_000], ids=["too long", "too many"])
def test_code_that_would_be_too_long_has_loops(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    made: list[int] = []
    compiled = peer._compiled
    monkeypatch.setattr(peer, "_compiled", lambda f: made.append(f.n_instructions()) or compiled(f))
    problem = problems.get("whitley" if n == 50 else "rosenbrock")
    x = problem.points(n, 1)[0]
    code, machine = (CasADi(way).prepare(problem, n)(x) for way in ("c", "mx"))
    assert len(made) == 1
    assert made[0] < 300
    assert code[1].tolist() == machine[1].tolist()


def test_without_a_compiler_the_code_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    method = CasADi("c")
    with pytest.raises(UnsupportedError) as raised:
        method.prepare(problems.get("sphere"), 2)
    assert failure(raised.value, method.unable) == (
        "unsupported",
        "there is no C compiler (cc, gcc, clang): install one, such as gcc",
    )


def test_what_the_compiler_says_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "FLAGS", ("-no-such-flag",))
    with pytest.raises(UnsupportedError, match=r"does not compile CasADi's code: .*no-such-flag"):
        CasADi("c").prepare(problems.get("sphere"), 2)


def test_the_compilers_files_are_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    used: list[Any] = []
    external = casadi.external
    monkeypatch.setattr(casadi, "external", lambda name, path: used.append(path) or external(name, path))
    function = CasADi("c").prepare(problems.get("sphere"), 2)
    assert Path(used[0]).is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert function(np.ones(2))[0] == 2.0
