"""`import engine` needs NumPy alone, and two copies of it live side by side."""

import ast
import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import engine

PACKAGE = Path(engine.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

NEW_MODULES = """
import sys, numpy
before = set(sys.modules)
import engine
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names)))
"""


def test_importing_it_brings_no_module_that_is_not_its_own():
    found = subprocess.run([sys.executable, "-c", NEW_MODULES], cwd=PACKAGE.parent, capture_output=True, text=True)
    assert found.stderr == ""
    assert found.stdout.split() == ["engine"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_imports_of_its_own_are_relative_and_others_numpys(path):
    allowed = {*sys.stdlib_module_names, "numpy"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert node.module.partition(".")[0] in allowed


def test_all_that_it_exports_is_there():
    assert all(hasattr(engine, name) for name in engine.__all__)
    assert set(engine.__all__) >= {"Variable", "grad", "no_grad", "numerical_gradient", "using_config"}


@pytest.fixture
def other(tmp_path, monkeypatch):
    """A copy of the package under another name."""
    shutil.copytree(PACKAGE, tmp_path / "engine_beside", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("engine_beside")
    for name in [name for name in sys.modules if name.partition(".")[0] == "engine_beside"]:
        del sys.modules[name]


def test_a_copy_is_a_package_of_its_own(other):
    assert other.Variable is not engine.Variable
    assert not any(getattr(other, name) is getattr(engine, name) for name in engine.__all__)


def cube(x):
    return x**3


def test_both_work(other):
    for one in (engine, other):
        x = one.Variable([1.0, 2.0])
        cube(x).backward()
        assert x.grad.tolist() == [3.0, 12.0]
        assert one.grad(one.grad(cube))(2.0) == 12.0


def test_their_modes_are_separate(other):
    x = other.Variable(2.0)
    with engine.no_grad():
        y = cube(x)
    y.backward()
    assert x.grad == 12.0


def test_their_variables_do_not_mix(other):
    for x, y in ((engine.Variable(2.0), other.Variable(3.0)), (engine.Variable([2.0]), other.Variable([3.0]))):
        for left, right in ((x, y), (y, x)):
            with pytest.raises(TypeError):
                left * right
    with pytest.raises(TypeError):
        other.Variable(engine.Variable(1.0))
