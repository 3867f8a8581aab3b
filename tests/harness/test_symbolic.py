"""The method sympy: formulas that are exactly those of the source, code judged as its own, and what it refuses."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harness
import problems
from harness import methods
from harness.environment import versions
from harness.methods import NotInstalledError, UnsupportedError
from harness.record import Case, Recorder, read, read_records
from harness.suites import accuracy
from harness.symbols import Expression, Gradient
from problems import Problem, at_least


def judged(problem: Problem, x: Any) -> accuracy.Accuracy:
    x = np.array(x, dtype=np.float64)
    method = methods.get("sympy")
    return accuracy.judge(problem, method, x, method.prepare(problem, x.size)(x)[1], seed=0)


FORMULAS = {
    "a quotient by no power of two": lambda x, y: x**3 / 4000.0 - x * y / 3.0,
    "floats that multiply": lambda x, y: 0.1 * (0.3 * x) ** 2 * (0.7 * y),
    "a power that is no fraction": lambda x, y: x**0.1 * y**1.5,
    "tiny and huge floats": lambda x, y: 1e-200 * x * y + 1e200 * x**2 + 0.1 * (1e-250 * x),
    "functions": lambda x, y: np.exp(0.1 * x) * np.sin(y) + np.log(x) * np.sqrt(y) - np.cos(x * y),
    "integers": lambda x, y: 3 * x**2 - y / 7 + 2**x,
    "numbers that are no fractions": lambda x, y: 3**x * 2 + 7**y,
    "constant": lambda x, y: 2.0 + 0 * x,
    "one of them alone": lambda x, y: x * 2.0,
}


@pytest.mark.parametrize("definition", FORMULAS.values(), ids=FORMULAS)
def test_its_code_in_exact_arithmetic_is_the_derivative(register: Any, definition: Any) -> None:
    """Were a float of the source or a product of two rounded, the verdict would be wrong."""
    accuracy = judged(register(definition), [0.7, 1.3])
    assert (accuracy.outcome, accuracy.reason) == ("correct", "")


def test_code_that_is_not_the_derivative_is_wrong(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = register(lambda x, y: x**3 / 3.0 + y)
    own = methods.get("sympy").own_code
    monkeypatch.setattr(
        type(methods.get("sympy")),
        "own_code",
        lambda self, problem, n: lambda x: [1e-12 + g for g in own(problem, n)(x)],
    )
    assert judged(problem, [0.7, 1.3]).outcome == "wrong"


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("tan", 0.3), ("arcsin", 0.3), ("arccos", 0.3), ("arctan", 0.3), ("sinh", 0.3), ("cosh", 0.3), ("tanh", 0.3),
        ("expm1", 0.3), ("log1p", 0.3), ("log2", 0.3), ("log10", 0.3), ("cbrt", 0.3), ("abs", -0.3), ("exp", 0.3),
    ],
)  # fmt: skip
def test_functions_by_numpys_names(register: Any, name: str, x: float) -> None:
    problem = register(lambda x, y: getattr(np, name)(x) * y)
    value, gradient = methods.get("sympy").prepare(problem, 2)(np.array([x, 1.5]))
    expected = methods.get("numerical.richardson").prepare(problem, 2)(np.array([x, 1.5]))
    assert value == pytest.approx(expected[0], rel=1e-14)
    assert gradient == pytest.approx(expected[1], rel=1e-11)


def test_code_is_shared_by_value_and_gradient() -> None:
    source = Gradient(problems.get("goldstein_price"), 2).on_floats.__doc__
    assert source is not None
    assert "x0_" not in source
    assert source.count("**2") < 20


def test_the_formulas_are_made_once_for_all_points(monkeypatch: pytest.MonkeyPatch) -> None:
    method, problem = methods.get("sympy"), problems.get("matyas")
    method.prepare(problem, 2)
    monkeypatch.setattr("harness.symbols.Gradient", None)
    method.prepare(problem, 2)


REFUSED = {
    "a comparison": (lambda x, xp: xp.maximum(x[0], x[1]), "a comparison of symbols"),
    "a condition": (lambda x, xp: x[0] if x[0] > 0.0 else x[1], "a comparison of symbols"),
    "an unknown function": (lambda x, xp: xp.arctan2(x[0], x[1]), "arctan2"),
    "a complex number": (lambda x, xp: 1j * x[0], "a symbol combines with floats, integers and symbols, not complex"),
    "a vector": (lambda x, xp: x, "can only convert an array of size 1"),
}


@pytest.mark.parametrize(("definition", "words"), REFUSED.values(), ids=REFUSED)
def test_what_it_cannot_do_is_unsupported_with_the_reason(register: Any, definition: Any, words: str) -> None:
    problem = register(definition, dimensions=at_least(2))
    with pytest.raises(UnsupportedError, match=f"SymPy cannot evaluate made_up on symbols: .*{words}"):
        methods.get("sympy").prepare(problem, 2)


def test_too_many_coordinates_are_unsupported() -> None:
    with pytest.raises(UnsupportedError, match="formulas for 101 coordinates are too long: SymPy is given 100"):
        methods.get("sympy").prepare(problems.get("sphere"), 101)


def test_an_expression_is_no_sequence_and_shows_its_formula() -> None:
    import sympy

    x = Expression(sympy.Symbol("x"))
    assert np.asarray(x).shape == ()
    assert repr(-x + 0.5) == "Expression(1/2 - x)"
    with pytest.raises(TypeError, match="comparison"):
        bool(x)


@pytest.fixture
def no_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if SymPy were not installed."""
    monkeypatch.delattr(harness, "symbols", raising=False)
    monkeypatch.delitem(sys.modules, "harness.symbols", raising=False)
    monkeypatch.setitem(sys.modules, "sympy", None)


def test_without_sympy_the_error_is_the_command_that_installs_it(no_sympy: None) -> None:
    with pytest.raises(NotInstalledError, match=r"SymPy is not installed: pip install 'gradmark\[sympy\]'"):
        methods.get("sympy").prepare(problems.get("matyas"), 2)


def test_without_sympy_the_outcome_is_not_installed(no_sympy: None, tmp_path: Path) -> None:
    case = Case("matyas", 2, "sample-0", "sympy")
    accuracy.run([case], Recorder(tmp_path / "records.jsonl", "run", seed=0))
    (record,) = read_records(tmp_path / "records.jsonl")
    assert (record.outcome, record.metric) == ("not_installed", accuracy.PRIMARY)
    assert "pip install" in record.reason


@pytest.mark.parametrize(("there", "outcome"), [(True, "correct"), (False, "not_installed")], ids=["with", "without"])
def test_a_run_of_it(tmp_path: Path, there: bool, outcome: str) -> None:
    """Not to be installed is no failure of the run."""
    environment = dict(os.environ)
    if not there:
        (tmp_path / "shadow").mkdir()
        (tmp_path / "shadow" / "sympy.py").write_text("raise ModuleNotFoundError('no sympy')")
        environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path / "shadow"), environment["PYTHONPATH"]])
    command = [
        sys.executable,
        "-m",
        "harness",
        "run",
        "quick",
        "--method",
        "sympy",
        "--problem",
        "rosenbrock",
        "--n",
        "2",
    ]
    process = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=False
    )
    assert process.returncode == 0, process.stderr
    rows = read(next(tmp_path.glob("results/runs/*"))).query("metric == 'normwise_error'")
    assert rows["outcome"].tolist() == [outcome] * 5


def test_the_environment_names_sympy_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "sympy" in versions()["packages"]
    installed = importlib.metadata.version

    def version(package: str) -> str:
        if package == "sympy":
            raise importlib.metadata.PackageNotFoundError(package)
        return installed(package)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert "numpy" in versions()["packages"]
    assert "sympy" not in versions()["packages"]


def test_listing_methods_does_not_import_sympy() -> None:
    code = "import sys; from harness.methods import METHODS; assert 'sympy' in METHODS; print('sympy' in sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert process.stdout == "False\n"


def test_where_python_s_floats_have_no_answer_numpy_s_do() -> None:
    value_and_gradient = methods.get("sympy").prepare(problems.get("price_1"), 2)
    with np.errstate(all="ignore"):
        pole = methods.get("sympy").prepare(problems.get("wolfe"), 3)(np.zeros(3))[1]
    assert pole.shape == (3,)
    assert np.isfinite(value_and_gradient(np.array([1.0, 2.0]))[1]).all()
