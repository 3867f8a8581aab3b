"""The pytest fixture `assert_gradient`, in tests of somebody else's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.errors import BadInputError

TESTS = """\
import numpy as np
import pytest

def f(x):
    return np.sum(np.sin(x) * x)

def gradient(x):
    return np.cos(x) * x + np.sin(x)

X = np.array([0.3, -1.1])

def test_by_the_engine(assert_gradient):
    assert_gradient(f, X)

@pytest.mark.parametrize("x", [0.5, [0.5], np.ones((2, 3))])
def test_code(assert_gradient, x):
    assert_gradient(f, x, gradient)

def test_numbers(assert_gradient):
    assert_gradient(f, X, gradient(X))

def test_wrong(assert_gradient):
    assert_gradient(f, X, lambda x: gradient(x) * (1.0 + 1e-10))

def test_cannot_tell(assert_gradient):
    assert_gradient(lambda x: np.logaddexp(x[0], x[1]), X, gradient)

def test_bad(assert_gradient):
    assert_gradient(f, X, gradient=lambda x: 1.0)
"""


def test_it_is_installed_with_the_package() -> None:
    (found,) = [point for point in entry_points(group="pytest11") if point.name == "gradmark"]
    assert found.value == "harness.pytest_plugin"


def test_in_tests_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-W", "error", "-p", "no:cacheprovider", "test_mine.py"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    output = process.stdout
    assert process.returncode == 1, output + process.stderr
    assert "3 failed, 5 passed" in output
    assert "the gradient is not certified\nwrong: 0 of 2 components correct, 10.0 digits" in output
    assert "x[0]  " in output
    assert "cannot_tell; f does what the reference does not know: ufunc 'logaddexp'" in output
    assert "BadInputError: the gradient has shape (); it is that of the point, (2,)" in output
    assert "pytest_plugin.py" not in output.split("test_bad")[0]


def test_it_passes_and_fails_here(assert_gradient: Callable[..., None]) -> None:
    x = np.array([1.0, 2.0])
    assert_gradient(lambda v: np.sum(v**2), x)
    assert_gradient(lambda v: np.sum(v**2), x, [2.0, 4.0])
    for gradient in ([2.0, 4.1], [2.0, np.nan], lambda v: -v):
        with pytest.raises(pytest.fail.Exception, match=r"^the gradient is not certified\n(wrong|nonfinite)"):
            assert_gradient(lambda v: np.sum(v**2), x, gradient)
    with pytest.raises(BadInputError, match="shape"):
        assert_gradient(lambda v: v, x)


def test_a_kink_is_no_pass(assert_gradient: Any) -> None:
    with pytest.raises(pytest.fail.Exception, match="cannot_tell"):
        assert_gradient(abs, 0.0, 0.0)
