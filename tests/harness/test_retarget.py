"""A function that is written with NumPy, on another library's arrays."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest

from harness.function import on_arrays
from harness.methods.peers.namespace import Namespace
from harness.names import find_problem
from harness.retarget import retarget

SOURCE = """\
import math
import numpy
import numpy as np
import numpy.linalg as la
from functools import wraps
from numpy import cos as cosine, sin
from numpy.linalg import norm

A = np.array([1.0, 2.0, 3.0])
FACTOR = 2.0

def by_module(x): return numpy.sum(np.exp(x)) + np.pi * np.linalg.norm(x) + la.norm(x)
def by_name(x): return sin(x[0]) * cosine(x[1]) + norm(x)
def with_data(x): return np.sum(A * x)
def of_helpers(x): return FACTOR * helper(x)
def helper(x): return other(x) + np.sum(x)
def other(x): return sin(x[0])
def nested(x): return sum([(lambda y: np.sin(y))(x[i]) for i in range(3)])
def default(x, function=np.sin, *, last=np.cos): return function(x[0]) + last(x[1])
def recursive(x, depth=3): return sin(x[0]) if depth == 0 else np.cos(recursive(x, depth - 1))

def made(function, factor):
    def inner(x): return factor * function(x)[0] + again(x, 2)
    def again(x, k): return np.sin(x[1]) if k == 0 else again(x, k - 1)
    return inner

closure = made(np.exp, 3.0)

def doubled(f):
    @wraps(f)
    def twice(x): return 2.0 * f(x)
    return twice

@doubled
def decorated(x): return np.sum(np.tanh(x))

def by_coordinates(x, y, scale=10.0): return np.sin(x) * scale * y
def of_any(*x): return np.sin(x[0]) * x[-1]
of_numpys = np.sum
def with_math(x): return math.sin(x[0]) * np.sum(x)
def with_missing(x): return np.kaiser(x)
"""

CALLS = {
    "by_module": {"sum", "exp", "pi", "linalg"},
    "by_name": {"sin", "cos", "linalg"},
    "with_data": {"sum", "asarray"},
    "of_helpers": {"sin", "sum"},
    "nested": {"sin"},
    "default": {"sin", "cos"},
    "recursive": {"sin", "cos"},
    "closure": {"exp", "sin"},
    "decorated": {"sum", "tanh"},
    "by_coordinates": {"sin"},
    "of_any": {"sin"},
    "of_numpys": {"sum"},
}
"""What each function looks up in the namespace."""

X = np.array([0.5, 2.0, -1.25])


def point(name: str) -> Any:
    return X[:2] if name == "by_coordinates" else X


class Watched:
    """NumPy, as another library that tells what is asked of it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        return getattr(np, name)


@pytest.mark.parametrize("name", CALLS)
def test_every_function_of_numpy_is_the_namespaces(file: Any, name: str) -> None:
    file(SOURCE)
    mine, xp = find_problem(f"mine.py:{name}"), Watched()
    assert on_arrays(mine, xp)(point(name)) == mine(point(name))
    assert xp.asked == CALLS[name]


@pytest.mark.parametrize("name", CALLS)
def test_the_users_own_is_not_touched(file: Any, name: str) -> None:
    file(SOURCE)
    function = find_problem(f"mine.py:{name}").function
    module = getattr(function, "__globals__", {})
    before = dict(module), getattr(function, "__defaults__", ())
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    retarget(function, Watched())
    assert all(module[key] is value for key, value in before[0].items())
    assert len(module) == len(before[0])
    assert getattr(function, "__defaults__", ()) is before[1]
    assert all(a is b.cell_contents for a, b in zip(cells, getattr(function, "__closure__", None) or (), strict=True))


def test_an_array_of_the_users_cannot_be_changed_through_the_copy(file: Any) -> None:
    file("import numpy as np\nA = np.zeros(3)\ndef f(x):\n    A[0] += 1.0\n    return np.sum(A * x)\n")
    mine = find_problem("mine.py:f")
    on_arrays(mine, Watched())(X)
    assert mine.function.__globals__["A"].tolist() == [0.0, 0.0, 0.0]


def test_what_a_copy_raises_names_the_users_line(file: Any) -> None:
    file("import numpy as np\n\ndef f(x):\n    return np.nothing(x)\n")
    f = on_arrays(find_problem("mine.py:f"), Watched())
    with pytest.raises(AttributeError) as error:
        f(X)
    assert ("mine.py", 4) in [(entry.path.name, entry.lineno + 1) for entry in error.traceback]


def test_what_a_namespace_lacks_it_says_itself(file: Any) -> None:
    file(SOURCE)
    with pytest.raises(Exception, match="toys has no kaiser"):
        on_arrays(find_problem("mine.py:with_missing"), Namespace("toys"))(X)


def test_arrays_stay_where_a_library_makes_none(file: Any) -> None:
    file(SOURCE)
    assert on_arrays(find_problem("mine.py:with_data"), Namespace("toys", sum=np.sum))(X) == 0.75


def test_a_problem_of_a_file_is_retargeted_too(file: Any, register: Any) -> None:
    file(
        "import numpy as np\nfrom problems import problem\n@problem(domain=(-1.0, 1.0), minima=[], source='')\n"
        "def declared(x, y): return np.sin(x) * y\n"
    )
    xp = Watched()
    assert on_arrays(find_problem("mine.py:declared"), xp)(X[:2]) == np.sin(0.5) * 2.0
    assert xp.asked == {"sin"}


def test_the_complex_step_gets_through_an_absolute_value(file: Any) -> None:
    from harness.methods import METHODS

    file("import numpy as np\nfrom numpy import absolute\ndef f(x): return np.abs(x[0]) * absolute(x[1])\n")
    _, gradient = METHODS["numerical.complex_step"].prepare(find_problem("mine.py:f"), 2)(np.array([-3.0, 2.0]))
    assert gradient.tolist() == [-2.0, 3.0]


def _autograd() -> Any:
    return importlib.import_module("autograd.numpy"), lambda f, x: importlib.import_module("autograd").grad(f)(x)


def _jax() -> Any:
    jax = importlib.import_module("jax")

    def gradient(f: Any, x: Any) -> Any:
        with jax.enable_x64(True):
            return jax.grad(f)(jax.numpy.asarray(x))

    return jax.numpy, gradient


def _torch() -> Any:
    torch = importlib.import_module("torch")

    def gradient(f: Any, x: Any) -> Any:
        tensor = torch.tensor(x, requires_grad=True)
        f(tensor).backward()
        return tensor.grad.numpy()

    return Namespace("torch", torch), gradient


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("library", [_autograd, _jax, _torch])
def test_other_libraries_differentiate_it(file: Any, library: Any, name: str) -> None:
    from engine import grad

    pytest.importorskip(library.__name__[1:])
    file(SOURCE)
    mine = find_problem(f"mine.py:{name}")
    xp, gradient = library()
    np.testing.assert_allclose(gradient(on_arrays(mine, xp), point(name)), grad(mine)(point(name)), rtol=1e-14)


def test_functions_of_math_are_left_and_fail_in_the_librarys_words(file: Any) -> None:
    pytest.importorskip("autograd")
    file(SOURCE)
    f = on_arrays(find_problem("mine.py:with_math"), _autograd()[0])
    assert f(X) == math.sin(0.5) * 1.25
    with pytest.raises(TypeError, match="ArrayBox"):
        _autograd()[1](f, X)
