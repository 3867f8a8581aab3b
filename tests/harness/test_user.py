"""Functions of the user's own: found by `FILE.py:NAME`, called with a point, and errors in them told in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
import problems
from engine import Variable
from harness.errors import BadInputError
from harness.user import as_function, load, point_of, users_code

SOURCE = """\
import numpy as np
print("a line that the file prints")

def booth(x, y):
    return (x + 2.0 * y - 7.0) ** 2 + (2.0 * x + y - 5.0) ** 2

def both(x): return np.sum(x)
CONSTANT = 3.0
"""


def test_a_function_of_a_file(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    booth = load(f"{file(SOURCE)}:booth")
    assert booth(1.0, 3.0) == 0.0
    assert load("mine.py:booth") is booth  # the file is run once
    assert capsys.readouterr() == ("", "a line that the file prints\n")


def test_a_problem_by_its_name() -> None:
    assert load("sphere") is problems.get("sphere")


def test_a_problem_of_a_file_is_registered_once(file: Any, register: Any) -> None:
    file(
        "from problems import problem\n@problem(domain=(-1.0, 1.0), minima=[], source='')\n"
        "def in_a_file(x, y):\n    return x * y\n"
    )
    found = load("mine.py:in_a_file")
    assert load("mine.py:in_a_file") is found
    assert as_function(found)(np.array([2.0, 3.0])) == 6.0


def test_a_file_beside_it_is_found_and_shadows_no_package(file: Any) -> None:
    file("raise RuntimeError('the wrong package')", "pandas.py")
    file("def one(x): return x", "beside.py")
    file("import pandas\nfrom beside import one")
    assert load("mine.py:one")(2.0) == 2.0


@pytest.mark.parametrize(
    ("source", "reference", "words"),
    [
        (SOURCE, "other.py:f", "there is no file 'other.py'"),
        (SOURCE, "mine.py:boot", "mine.py has no 'boot': did you mean booth or both?"),
        (SOURCE, "mine.py:zzz", "mine.py has no 'zzz': it has booth, both"),
        (SOURCE, "mine.py", "'mine.py' is a file: name its function or class too, FILE.py:NAME: it has booth, both"),
        (SOURCE, "mine.py:CONSTANT", "CONSTANT of mine.py is no function, but of type float"),
        ("x = 1\ny = 1 / 0", "mine.py:f", "does not import: ZeroDivisionError: division by zero (mine.py, line 2)"),
        ("x = 1\n\ndef f(:", "mine.py:f", "mine.py does not import: SyntaxError: invalid syntax (mine.py, line 3)"),
        ("import nowhere_at_all", "mine.py:f", "No module named 'nowhere_at_all' (mine.py, line 1)"),
        ("import json\njson.loads('{')", "mine.py:f", "(mine.py, line 2)"),
        ("import sys\nsys.exit()", "mine.py:f", "mine.py does not import: SystemExit (mine.py, line 2)"),
        ("", "other.txt:f", "there is no file 'other.txt'"),
        ("", "spher", "; a function of your own is FILE.py:NAME"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_loaded(file: Any, source: str, reference: str, words: str) -> None:
    file(source)
    with pytest.raises(BadInputError) as error:
        load(reference)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_an_error_in_the_users_code_names_its_line(file: Any) -> None:
    file("import math\n\ndef f(x):\n    return math.sin(x)\n")
    f = as_function(load("mine.py:f"))
    with pytest.raises(BadInputError, match=r"TypeError: a Variable does not .* \(mine.py, line 4\)$"), users_code():
        f(Variable(1.0))


@pytest.mark.parametrize(
    ("text", "point"), [("0.5", 0.5), ("0.3,-1.1", [0.3, -1.1]), ("0.5,", [0.5]), ("-1e3, 2", [-1e3, 2.0])]
)
def test_points(text: str, point: Any) -> None:
    found = point_of(text)
    assert type(found) is (np.ndarray if isinstance(point, list) else float)
    assert np.array_equal(found, point)


@pytest.mark.parametrize("text", ["", ",", "a", "1,,2", "nan", "1,inf"])
def test_what_is_no_point(text: str) -> None:
    with pytest.raises(BadInputError, match="point"):
        point_of(text)


POINT = np.array([2.0, 5.0])


@pytest.mark.parametrize(
    ("f", "point", "value"),
    [
        (lambda x: x, 0.5, 0.5),
        (lambda x: x[0] + 10.0 * x[1], POINT, 52.0),
        (lambda x, y: x + 10.0 * y, POINT, 52.0),
        (lambda x, y, scale=10.0: x + scale * y, POINT, 52.0),
        (lambda *x: len(x) + 10.0 * x[1], POINT, 52.0),
        (lambda x=1.0: x, 0.5, 0.5),
        (lambda x, xp: xp.sum(x), POINT, 7.0),
        (lambda x, y, xp: xp.hypot(x, y) ** 2, np.array([3.0, 4.0]), 25.0),
        (lambda x, scale=2.0, xp=None: scale * xp.sum(x), POINT, 14.0),
        (lambda *x, xp: xp.hypot(*x), np.array([3.0, 4.0]), 5.0),
        (np.sum, POINT, 7.0),
        (np.exp, 0.0, 1.0),
        (lambda x, y: x * y, np.array([3.0, 4.0]), 12.0),
        (problems.get("sphere"), POINT, 29.0),
        (problems.get("sphere"), 2.0, 4.0),
    ],
    ids=str,
)
def test_how_functions_are_called(f: Any, point: Any, value: float) -> None:
    function = as_function(f)
    assert function(point) == value
    assert function(Variable(point)).data == pytest.approx(value, rel=1e-15)


def test_the_namespace_is_the_points() -> None:
    function = as_function(lambda x, xp: (xp,))
    assert [function(x)[0] for x in (0.5, POINT, Variable(0.5))] == [np, np, engine.namespace]


@pytest.mark.parametrize(
    ("f", "point", "words"),
    [
        (lambda x, y: x, 0.5, "takes 2 coordinates, not 1"),
        (lambda x, y: x, np.ones(3), "takes 2 coordinates, not 3"),
        (lambda x, *y: x, np.ones(0), "takes 1 or more coordinates, not 0"),
        (lambda: 1.0, 0.5, "takes no argument"),
        (lambda xp: 1.0, 0.5, "takes no argument"),
        (lambda x, *, scale: x, 0.5, "needs scale="),
        (problems.get("matyas"), np.ones(3), "matyas takes 2 coordinates, not 3"),
    ],
    ids=str,
)
def test_what_cannot_be_called(f: Any, point: Any, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        as_function(f)(point)
