"""`import problems` needs NumPy alone, and knows nothing of the engine or the harness."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import problems

PACKAGE = Path(problems.__file__).parent

NEW_MODULES = """
import sys, numpy
before = set(sys.modules)
import problems
problems.get("rosenbrock")([0.0, 2.0])
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names)))
"""


def test_importing_it_brings_no_module_that_is_not_its_own():
    found = subprocess.run([sys.executable, "-c", NEW_MODULES], cwd=PACKAGE.parent, capture_output=True, text=True)
    assert found.stderr == ""
    assert found.stdout.split() == ["problems"]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_only_the_table_needs_more_than_numpy(path):
    allowed = {*sys.stdlib_module_names, "numpy"} | ({"pandas"} if path.name == "registry.py" else set())
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert node.module.partition(".")[0] in allowed
