"""Names of problems and methods: registered ones, those in a file of the user's, and those that a package offers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harness
import problems
from engine import grad
from harness import Method, names
from harness.function import on_arrays, plain
from harness.lists import list_methods
from harness.methods import METHODS
from harness.names import DOMAIN, find_method, find_problem
from harness.plan import Plan
from harness.report.cases import label
from harness.worst import WorstPoint

FUNCTIONS = """\
import numpy as np
from problems import problem

def vector(x):
    '''f(x) = sum x^2'''
    return np.sum(x**2)

def coordinates(x, y, scale=10.0): return x + scale * y
def standard(x, xp): return xp.sum(xp.sin(x))
def standard_coordinates(x, y, xp): return xp.sin(x) * y
def with_default(x, y, scale=10.0, xp=None): return x + scale * xp.sin(y)
def keyword(x, *, xp): return xp.sum(x)
def several(*x): return x[0] * x[-1]
plus = np.sum

@problem(domain=(1.0, 3.0), minima=[], source="made up", properties=("smooth",))
def in_a_file(x, y): return np.log(x) * y
"""

X = np.array([0.5, 2.0])


@pytest.fixture
def functions(file: Any, register: Any) -> Path:
    path: Path = file(FUNCTIONS)
    return path


def test_registered_names_are_found_as_ever() -> None:
    assert find_problem("banana") is problems.get("rosenbrock")
    assert find_method("manual") is METHODS["manual"]


@pytest.mark.parametrize(
    ("name", "value", "dimensions", "vector"),
    [
        ("vector", 4.25, "1 or more", True),
        ("coordinates", 20.5, "2", False),
        ("standard", np.sin(0.5) + np.sin(2.0), "1 or more", True),
        ("standard_coordinates", np.sin(0.5) * 2.0, "2", False),
        ("with_default", 0.5 + 10.0 * np.sin(2.0), "2", True),
        ("keyword", 2.5, "1 or more", True),
        ("several", 1.0, "1 or more", True),
        ("plus", 2.5, "1 or more", True),
        ("in_a_file", np.log(0.5) * 2.0, "2", False),
    ],
)
def test_a_function_of_a_file_is_a_problem(
    functions: Path, name: str, value: float, dimensions: str, vector: bool
) -> None:
    """However it is called: plainly, with the engine's numbers, with the arrays of a namespace."""
    problem = find_problem(f"mine.py:{name}")
    assert (problem.name, str(problem.dimensions), problem.takes_vector) == (f"mine.py:{name}", dimensions, vector)
    assert problem(X) == plain(problem)(X) == on_arrays(problem, np)(X) == pytest.approx(value, rel=1e-15)
    assert grad(problem)(X).shape == (2,)


def test_what_is_not_known_of_a_plain_function_is_not_made_up(functions: Path) -> None:
    problem = find_problem("mine.py:vector")
    assert problem.domain(3).tolist() == [list(DOMAIN)] * 3
    assert (problem.minima(3), problem.hard_points_in(3), problem.properties, problem.gradient) == ((), (), set(), None)
    assert (problem.source, problem.formula) == ("mine.py, line 4", "f(x) = sum x^2")


def test_a_problem_of_a_file_keeps_what_it_declares(functions: Path) -> None:
    problem = find_problem("mine.py:in_a_file")
    assert (problem.source, problem.domain(2).tolist()) == ("made up", [[1.0, 3.0], [1.0, 3.0]])
    assert [case.problem for case in Plan("search", problems=(problem.name,)).search_cases()] == [problem.name]


def test_a_name_is_always_the_same_problem_and_method(functions: Path, file: Any) -> None:
    """As what is known of one is cached, and what a method has prepared."""
    file(METHOD, "method.py")
    for name in ("mine.py:vector", "mine.py:in_a_file"):
        assert find_problem(name) is find_problem(name)
    assert find_method("method.py:Right") is find_method("method.py:Right")


def test_another_directory_has_another_file_of_that_name(
    functions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = find_problem("mine.py:vector")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.py").write_text("def vector(x): return x[0]")
    monkeypatch.chdir(tmp_path / "other")
    assert (here(X), find_problem("mine.py:vector")(X)) == (4.25, 0.5)


METHOD = """\
import numpy as np
from harness import Method, UnsupportedError

class Right(Method):
    '''It works.'''
    isolated = False
    def prepare(self, problem, n):
        return lambda x: (problem(x), np.array([problem(x + h).imag for h in 1e-30j * np.eye(n)]) * 1e30)

class Scaled(Right):
    kind = "numerical"
    def __init__(self, scale):
        self.scale = scale

instance = Scaled(3.0)
class Alien:
    def prepare(self, problem, n): return None
class Unprepared(Method): pass
class NotCalled(Method):
    prepare = None
class Narrow(Method):
    def prepare(self, problem): return None
class Odd(Right):
    kind = "magic"
class Broken(Right):
    def __init__(self): raise RuntimeError("no licence")
def function(x): return x
"""


@pytest.mark.parametrize(("name", "kind"), [("Right", "automatic"), ("instance", "numerical")])
def test_a_method_of_a_file(file: Any, name: str, kind: str) -> None:
    """A class, or one that was made; it runs in a process of its own whatever it says."""
    file(METHOD)
    method = find_method(f"mine.py:{name}")
    assert (method.id, method.kind, method.isolated) == (f"mine.py:{name}", kind, True)
    value, gradient = method.prepare(problems.get("sphere"), 2)(X)
    assert (value, gradient.tolist()) == (4.25, [1.0, 4.0])


def test_two_names_of_one_instance_are_two_methods(file: Any) -> None:
    file(METHOD)
    methods = [find_method(name) for name in ("mine.py:instance", "./mine.py:instance")]
    assert [method.id for method in methods] == ["mine.py:instance", "./mine.py:instance"]


WRONG = {
    "nowhere.py:M": "there is no file 'nowhere.py'",
    "mine.py:Rigth": "mine.py has no 'Rigth': did you mean Right",
    "mine.py": "'mine.py' is a file: name its function or class too, FILE.py:NAME: it has Right, Scaled",
    "mine.py:function": "mine.py:function is no method: it has to be a class that inherits from harness.Method",
    "mine.py:Alien": "mine.py:Alien is no method: ",
    "mine.py:Unprepared": "mine.py:Unprepared has no prepare(self, problem, n)",
    "mine.py:NotCalled": "mine.py:NotCalled has no prepare(self, problem, n)",
    "mine.py:Narrow": "prepare of mine.py:Narrow is called with (problem, n); it takes (problem)",
    "mine.py:Scaled": "mine.py:Scaled cannot be made, without arguments: TypeError: Scaled.__init__() missing",
    "mine.py:Broken": "without arguments: RuntimeError: no licence (mine.py, line 26)",
    "mine.py:Odd": "mine.py:Odd is of kind 'magic': the kinds are automatic, symbolic, numerical",
    "does_not_import.py:M": "does_not_import.py does not import: ModuleNotFoundError: No module named 'nowhere_at_all'",
}


@pytest.mark.parametrize(("name", "words"), WRONG.items(), ids=list(WRONG))
def test_what_is_no_method_is_bad_input(file: Any, gradmark: Any, name: str, words: str) -> None:
    file(METHOD)
    file("import nowhere_at_all", "does_not_import.py")
    error = gradmark("run", "--method", name, code=2).stderr.strip()
    assert error.startswith("Error: ")
    assert words in error
    assert "\n" not in error
    assert not Path("results").exists()


OFFERED = {
    "pack.right": "pack:Right",
    "pack.instance": "pack:instance",
    "pack.missing": "pack:Gone",
    "pack.broken": "pack_broken:Right",
    "pack.alien": "pack:Alien",
    "manual": "pack_broken:Right",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package that is installed, and offers methods."""
    folder = tmp_path / "site"
    metadata = folder / "pack-1.5.dist-info"
    metadata.mkdir(parents=True)
    (folder / "pack.py").write_text(METHOD)
    (folder / "pack_broken.py").write_text("raise OSError('a library is missing')")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pack\nVersion: 1.5\n")
    lines = (f"{name} = {value}\n" for name, value in OFFERED.items())
    (metadata / "entry_points.txt").write_text(f"[gradmark.methods]\n{''.join(lines)}")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(names, "_method_of_package", names._method_of_package.__wrapped__)
    yield
    for name in ("pack", "pack_broken"):
        sys.modules.pop(name, None)


def test_a_method_that_a_package_offers(package: None) -> None:
    method = find_method("pack.right")
    assert (method.id, method.isolated, find_method("pack.right").kind) == ("pack.right", True, "automatic")
    assert find_method("pack.instance").kind == "numerical"


def test_a_package_is_loaded_only_for_its_methods(package: None) -> None:
    find_method("engine.reverse")
    with pytest.raises(LookupError, match=r"unknown method 'pack.rigth': did you mean pack.right"):
        find_method("pack.rigth")
    assert "pack" not in sys.modules


def test_ours_are_not_replaced(package: None) -> None:
    assert find_method("manual") is METHODS["manual"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pack.missing", "the method pack.missing of pack 1.5 does not load: AttributeError: module 'pack' has no"),
        ("pack.broken", "the method pack.broken of pack 1.5 does not load: OSError: a library is missing"),
        ("pack.alien", "pack.alien is no method: "),
    ],
)
def test_an_offer_that_is_broken(package: None, gradmark: Any, name: str, words: str) -> None:
    error = gradmark("run", "--method", name, code=2).stderr.strip()
    assert words in error
    assert "\n" not in error


def test_the_list_of_methods_has_what_packages_offer(package: None, tmp_path: Path) -> None:
    rows = {row["method"]: row for row in list_methods(tmp_path)}
    assert list(rows) == [*METHODS, *(name for name in OFFERED if name not in METHODS)]
    assert rows["pack.right"] == {
        "method": "pack.right", "kind": "automatic", "from": "pack 1.5", "installed": "yes", "what": "It works.",
    }  # fmt: skip
    assert (rows["pack.broken"]["installed"], rows["manual"]["from"]) == ("broken", "gradmark")
    assert "a library is missing" in rows["pack.broken"]["what"]


@pytest.mark.parametrize("there", [True, False])
def test_the_list_of_methods_tells_what_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """It looks for the package, and does not import it."""
    (tmp_path / "slow_library").mkdir()
    (tmp_path / "slow_library" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)

    class Slow(Method):
        id = "slow"
        package = "slow_library" if there else "no_such_library"

        def prepare(self, problem: Any, n: int) -> Any:
            raise NotImplementedError

    monkeypatch.setitem(METHODS, "slow", Slow())
    row = list_methods(tmp_path)[-1]
    assert (row["from"], row["installed"]) == (Slow.package, "yes" if there else "no")


def test_a_worst_point_may_be_one_of_a_file(file: Any, register: Any) -> None:
    file(FUNCTIONS, "my file.py")
    point = WorstPoint("my file.py:coordinates", (0.5, 2.0))
    assert WorstPoint.from_text(point.as_text()) == point
    with pytest.raises(ValueError, match=r"there is no file 'gone.py'"):
        WorstPoint("gone.py:f", (0.5, 2.0))


def test_what_an_author_needs_is_in_the_package() -> None:
    from harness.methods import UnsupportedError

    assert (harness.Method, harness.UnsupportedError) == (Method, UnsupportedError)


def test_a_method_of_ones_own_is_told_by_its_whole_name() -> None:
    """As another one may end as it does."""
    names = ("engine.reverse", "mine.py:reverse", "pack.reverse")
    assert [label(name) for name in names] == ["reverse", "mine.py:reverse", "pack.reverse"]
