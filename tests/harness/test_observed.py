"""What a function of somebody else's does wrong is found out and named."""

from __future__ import annotations

import itertools
import sys
import warnings
from typing import Any

import numpy as np
import pytest

from harness.errors import BadInputError
from harness.observed import observed, plain_point, same_shape

POINT = np.array([0.5, 2.0])


@pytest.mark.parametrize(
    ("x", "point"),
    [
        (0.5, 0.5),
        (3, 3.0),
        (np.array(0.5), 0.5),
        (np.float32(0.5), 0.5),
        ([1, 2], [1.0, 2.0]),
        ((1.0,), [1.0]),
        (np.ones((2, 3), dtype=np.int8), np.ones((2, 3))),
        (np.array([1, 2.5], dtype=object), [1.0, 2.5]),
    ],
    ids=repr,
)
def test_points(x: Any, point: Any) -> None:
    found = plain_point(x)
    assert type(found) is (float if np.ndim(point) == 0 else np.ndarray)
    assert np.array_equal(found, point)
    assert np.asarray(found).dtype == np.float64
    assert found is not x or type(x) is float


@pytest.mark.parametrize(
    "x",
    [
        *(None, "1.5", "abc", 1j, np.array([1.0 + 0j]), 10**400, [], [[1, 2], [3]], {1: 2}, np.nan, [1.0, -np.inf]),
        *([None, 1.0], ["1"], np.datetime64("2020"), np.zeros((0, 3))),
    ],
    ids=lambda x: repr(x)[:20],
)
def test_what_is_no_point(x: Any) -> None:
    with pytest.raises(BadInputError, match="point") as error:
        plain_point(x)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("result", "value"),
    [
        *((1.5, 1.5), (2, 2.0), (True, 1.0), (np.float32(0.5), 0.5), (np.array(3.0), 3.0), (np.nan, np.nan)),
        *(([1, 2], [1.0, 2.0]), ((1.0,), [1.0]), (np.ones((1, 2)), [[1.0, 1.0]])),
    ],
    ids=repr,
)
def test_what_is_returned(result: Any, value: Any) -> None:
    found = observed(lambda x: result, POINT, "f")
    assert type(found) is (float if np.ndim(value) == 0 else np.ndarray)
    assert np.array_equal(found, value, equal_nan=True)
    assert found is not result or type(result) is float


COUNT = itertools.count()


def into_itself(x: Any) -> Any:
    x[1] = 7.0
    return np.sum(x)


def fails(x: Any) -> Any:
    raise ValueError("two\nlines \x1b[31m" + 1000 * "é")


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: None, "f returns None, which is no number"),
        (lambda x: "3.0", "f returns '3.0', which is no number"),
        (lambda x: [1.0, None], "which is no number or array of them"),
        (lambda x: {}, "f returns {}"),
        (lambda x: [[1.0], [1.0, 2.0]], "which is no number or array of them"),
        (lambda x: 10**400, "which is no number or array of them"),
        (lambda x: x[0] + 1j, "f leaves the real numbers: it returns"),
        (lambda x: (x[0] - 8.0) ** (1 / 3) if False else (-8.0) ** (1 / 3), "f leaves the real numbers"),
        (lambda x: (y for y in x), "f returns <generator"),
        (lambda x: next(COUNT), "f is not deterministic: at one point it gave"),
        (lambda x: np.ones(1 + next(COUNT) % 2), "f is not deterministic"),
        (lambda x: np.random.default_rng().normal(), "f is not deterministic"),
        (into_itself, r"f changes its argument: element \[1\] was 2.0 and is 7.0 after; let it copy first"),
        (lambda x: 1 / 0, r"f raises an error at \[0.5, 2.0\]: ZeroDivisionError: division by zero"),
        (lambda x: sys.exit(3), r"f raises an error at \[0.5, 2.0\]: SystemExit: 3"),
        (lambda x, y: x, "f raises an error at .*: TypeError"),
        (fails, "ValueError: two lines "),
    ],
)
def test_what_is_named(f: Any, words: str) -> None:
    with pytest.raises(BadInputError, match=words) as error:
        observed(f, POINT, "f")
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 400


def test_ctrl_c_is_no_error_of_the_function() -> None:
    def stopped(x: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observed(stopped, POINT, "f")


def test_a_result_is_no_view_of_what_the_function_keeps() -> None:
    kept = np.zeros(2)
    found = observed(lambda x: kept, POINT, "g")
    kept += 1.0
    assert found.tolist() == [0.0, 0.0]


def test_warnings_are_neither_shown_nor_errors() -> None:
    def loud(x: Any) -> Any:
        warnings.warn("loud", stacklevel=1)
        return np.log(x[0] - x[0]) + np.exp(1000.0 * x[1])

    with np.errstate(all="raise"):
        assert np.isnan(observed(loud, POINT, "f"))


@pytest.mark.parametrize("gradient", [[1.0], 1.0, [[1.0, 2.0]], np.ones((2, 1)), np.ones(3), []], ids=repr)
def test_a_gradient_of_another_shape(gradient: Any) -> None:
    with pytest.raises(BadInputError, match=r"it is that of the point, \(2,\)"):
        same_shape(gradient, POINT)


@pytest.mark.parametrize("gradient", [["1", "2"], [None, 1.0], [1.0, 2j], np.ones(2) + 0j], ids=repr)
def test_a_gradient_of_something_else(gradient: Any) -> None:
    with pytest.raises(BadInputError, match="a gradient is made of numbers"):
        same_shape(gradient, POINT)
