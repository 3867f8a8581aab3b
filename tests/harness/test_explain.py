"""`gradmark explain`: where a gradient stops being finite, or whose rule is wrong; and no false alarms."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.namespace as xp
from engine import grad, primitive, sweep, value_and_grad
from engine.table import ELEMENTWISE, PRIMITIVES
from harness import explain, rules
from harness.rules import checks

SOURCE = """\
import numpy as np
from engine import primitive

def right(x, y):
    return np.exp(x) * np.sin(y) + x**2

def cone(x):
    r = np.sqrt(x[0] ** 2 + x[1] ** 2)
    return 2.0 * r

@primitive(lambda g, z, x: g * np.sin(x))
def sine(x):
    return np.sin(x)

@primitive(lambda g, z, x: g * 2.1)
def doubled(x):
    return np.asarray(x, dtype=float) * 2.0

@primitive(lambda g, z, x: (g[0] + g[1]) / x)
def both(x):
    return np.log(x), 3.0 * np.log(x)

def of_sine(x):
    return np.sum(x * np.exp(sine(x)))

def of_doubled(x):
    return np.sum(x * doubled(x))

def of_both(x):
    return sum(both(x[0])) * x[1]

def kink(x):
    return abs(x[0]) + x[1]

def error(x):
    return x[7]

def tanh(x):
    return np.tanh(x)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the file mine.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "mine.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("reference", "at", "code", "lines"),
    [
        ("mine.py:right", "0.3,-1.1", 0, [r"nothing is wrong: the gradient at .*; every component certified"]),
        ("sphere", "1,2,3", 0, ["nothing is wrong: "]),
        ("mine.py:tanh", "0.5", 0, ["nothing is wrong: "]),
        (
            "mine.py:cone", "0,0", 3,
            [
                r"not finite by the rules: sqrt\(0.0\) = 0.0: its derivative is inf, its cotangent 2.0",
                r"  mine.py, line 8, in cone",
                r"    r = np.sqrt\(x\[0\] \*\* 2 \+ x\[1\] \*\* 2\)",
                r"        \^{30}$",
                r"the second pass gives \[0., 0.\]; kink: ",
            ],
        ),
        (
            "mine.py:of_sine", "0.3,-1.1", 1,
            [
                r"wrong: the gradient at .* its slope is .* by Richardson's extrapolation",
                r"the rule of sine\(.*\) = .* at \[1\] is wrong: it gives [\d.]+, of random cotangents, and -[\d.]+ is",
                r"  mine.py, line 24, in of_sine",
                r"    return np.sum\(x \* np.exp\(sine\(x\)\)\)",
                r"                             \^{7}$",
            ],
        ),
        (
            "mine.py:of_doubled", "0.3,-1.1", 1,
            ["wrong: ", r"the rule of doubled\(.* is wrong: along a .* \(no proof, ", "  mine.py, line 27, in of_d"],
        ),
        ("mine.py:of_both", "0.5,2", 1, ["wrong: ", r"the rule of both\(0.5\) = .* is wrong: it gives .* certified"]),
        (
            "mine.py:kink", "0,1", 3,
            ["cannot tell: ", r"the rule of abs\(0.0\) = 0.0 cannot be judged there: ", "  mine.py, line 33, in kink"],
        ),
        ("ackley", "0,0", 3, [r"not finite by.*: sqrt\(0.0\)", r"  .*kinked.py, line \d+, in ackley", r".*xp.sqrt\("]),
        ("drop_wave", "0,0", 3, ["not finite by the rules: ", ".*in drop_wave", "", r" *\^+$", ".*; removable: "]),
        ("gulf", "0,20,1.5", 1, ["not finite by the rules: ", ".*in gulf", "", r" *\^+$", ".* gives .nan, nan, nan."]),
    ],
)  # fmt: skip
def test_answers(gradmark: Any, folder: Path, reference: str, at: str, code: int, lines: list[str]) -> None:
    output = gradmark("explain", reference, "--at", at, code=code).stdout.splitlines()
    assert len(output) >= len(lines)
    for line, pattern in zip(output, lines, strict=False):
        assert re.match(pattern, line), line
    found = json.loads(
        gradmark("explain", reference, "--at", at, "--json", code=code).stdout,
        parse_constant=lambda word: pytest.fail(f"{word} is not JSON"),
    )
    assert found["outcome"] == {0: "correct", 1: "nonfinite" if "cause" in found else "wrong", 3: "cannot_tell"}[code]
    place = found.get("cause") or found.get("rule") or {"line": ""}
    assert str(place["line"]) in "\n".join(output)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mine.py:error", "--at", "1,2"), r"IndexError: index 7 .* \(mine.py, line 36\)$"),
        (("mine.py:right", "--at", "1"), "right takes 2 coordinates, not 1"),
        (("mine.py:kink", "--at", "1,x"), "a point is numbers"),
        (("mine.py:nothing", "--at", "1"), "mine.py has no 'nothing'"),
        (("mine.py:sine", "--at", "1,2"), "returns a scalar, not one of shape"),
        (("nowhere.py:f", "--at", "1"), "no file 'nowhere.py'"),
        (("mine.py:kink",), "Missing option '--at'"),
    ],
    ids=str,
)
def test_bad_input(gradmark: Any, folder: Path, arguments: tuple[str, ...], words: str) -> None:
    assert re.search(words, gradmark("explain", *arguments, code=2).stderr.strip().splitlines()[-1])


def wrong(by: float) -> Callable[..., Any]:
    return lambda rule: lambda i, g, z, *operands, **parameters: rule(i, g, z, *operands, **parameters) * (1.0 + by)


X = np.array([0.3, 0.9, 0.7])
PLANTED: dict[str, Callable[[Any], Any]] = {
    "sin": lambda x: np.sum(np.exp(np.sin(x) * x[0])),
    "multiply": lambda x: np.sum(np.exp(x) * np.cos(x[1:2])),
    "divide": lambda x: np.sum(x[:, None] / (x + 1.0)),
    "prod": lambda x: np.log(np.prod(x + 1.0)),
    "norm": lambda x: np.exp(np.linalg.norm(x - 2.0)),
    "cumsum": lambda x: np.sum(np.cumsum(x) ** 3),
    "cumprod": lambda x: np.sum(np.cumprod(x) ** 3),
    "matmul": lambda x: np.sum(np.outer(x, x) @ np.exp(x)),
    "max": lambda x: np.max(x) * x[0],
    "where": lambda x: np.sum(np.where(x > 0.5, x**2, np.sin(x))),
    "concat": lambda x: np.sum(np.concatenate([x, x**2]) ** 2),
}


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("by", [0.5, 1e-12])
def test_a_wrong_rule_is_named(monkeypatch: pytest.MonkeyPatch, name: str, by: float) -> None:
    f = PLANTED[name]
    outcomes = {check.outcome for check in checks(f, X)}
    assert not outcomes & {"wrong", "nonfinite"}
    monkeypatch.setattr(PRIMITIVES[name], "vjp", wrong(by)(PRIMITIVES[name].vjp))
    found = [check for check in checks(f, X) if check.outcome == "wrong"]
    assert {check.primitive for check in found} == {name}
    assert all(check.is_certified for check in found)
    assert all(check.place is not None and check.place.file == __file__ for check in found)


def test_the_partial_derivatives_of_scalars_are_checked_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> Any:
        y = np.sin(x) * x**2
        if hasattr(y, "_dleft"):
            y._dleft *= 1.1
        return np.exp(y)

    found = [check for check in checks(f, 0.5) if check.outcome == "wrong"]
    assert [(check.primitive, check.operand) for check in found] == [("multiply", 0)]
    assert found[0].got == pytest.approx(0.275)
    assert found[0].true == pytest.approx(0.25)


def test_a_derivative_of_an_element_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PRIMITIVES["sin"], "vjp", lambda i, g, z, x: g * np.where(x > 0.8, 3.0, np.cos(x)))
    (found,) = (check for check in checks(PLANTED["sin"], X) if check.outcome == "wrong")
    assert (found.index, found.operands, found.value) == ((1,), (0.9,), np.sin(0.9))
    assert found.got == pytest.approx(3.0, rel=1e-14)
    assert found.true == pytest.approx(np.cos(0.9), rel=1e-14)


def test_large_operations_are_compared_along_a_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_CERTIFIED", 2)
    assert {check.outcome for check in checks(PLANTED["sin"], X)} == {"correct"}
    monkeypatch.setattr(PRIMITIVES["sin"], "vjp", wrong(1e-6)(PRIMITIVES["sin"].vjp))
    found = [check for check in checks(PLANTED["sin"], X) if check.outcome == "wrong"]
    assert [(check.primitive, check.is_certified, check.got) for check in found] == [("sin", False, None)]


def test_where_every_rule_is_right_the_sum_of_them_is_said_to_be_wrong(
    gradmark: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sliced.py").write_text("import numpy as np\ndef f(x): return np.sum(x[1:] ** 2 * x[:-1])")
    monkeypatch.setattr(sweep, "add_at", lambda whole, index, g: None)
    (line,) = gradmark("explain", "sliced.py:f", "--at", "1,2,3", code=1).stdout.splitlines()
    assert "component 1 is off by" in line
    assert "no single rule is at fault" in line


def test_a_rule_that_gives_no_number_is_named_as_the_cause(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PRIMITIVES["exp"], "vjp", lambda i, g, z, x: g * np.inf)
    (folder / "f.py").write_text("import numpy as np\ndef f(x): return np.sum(np.exp(x) * np.sin(x))")
    answer = explain.explain("f.py:f", X)
    assert answer.explanation is not None
    assert answer.explanation.expression == "np.exp(x)"


def test_a_constant_function_is_right(folder: Path) -> None:
    (folder / "c.py").write_text("def f(x): return 3.0")
    assert explain.explain("c.py:f", X).outcome == "correct"


def test_of_a_derivative_the_rules_inside_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    f = lambda x: grad(lambda y: np.sum(np.sin(y) * y))(x)[0]  # noqa: E731
    monkeypatch.setattr(PRIMITIVES["cos"], "vjp", wrong(0.1)(PRIMITIVES["cos"].vjp))
    found = [check for check in checks(f, X) if check.outcome == "wrong"]
    assert {check.primitive for check in found} == {"cos"}


NUMBERS = st.floats(0.05, 0.95)
ARRAYS = st.lists(NUMBERS, min_size=3, max_size=3).map(np.array)


@settings(max_examples=3, deadline=None, derandomize=True, database=None)
@pytest.mark.parametrize("name", [one.name for one in ELEMENTWISE])
@given(x=ARRAYS, y=ARRAYS)
def test_right_rules_are_not_called_wrong(name: str, x: Any, y: Any) -> None:
    function = getattr(xp, name)
    two = len(PRIMITIVES[name].partials) == 2
    f = (lambda v: np.sum(function(v[:3], v[3:]))) if two else (lambda v: np.sum(function(v[:3])))
    scalars = (lambda v: function(v[0], v[3])) if two else (lambda v: function(v[0]))
    for one in (f, scalars):
        found = list(checks(one, np.concatenate([x, y])))
        assert {check.outcome for check in found} <= {"correct", "cannot_tell"}, found
        assert any(check.primitive in (name, "square") for check in found)


def test_of_float32_the_rule_is_checked_in_double_precision() -> None:
    x = X.astype(np.float32)
    assert {check.outcome for check in checks(lambda v: np.sum(np.exp(v) * v.astype(np.float64)), x)} == {"correct"}


def test_a_primitive_of_the_users_with_a_right_rule() -> None:
    @primitive(lambda g, z, x: g / (1.0 + np.exp(-x)))
    def softplus(x: Any) -> Any:
        return np.log(1.0 + np.exp(x))

    found = [check for check in checks(lambda x: np.sum(softplus(x) * x), X) if check.primitive == "softplus"]
    assert [(check.outcome, check.is_certified) for check in found] == [("correct", True)]
    assert value_and_grad(softplus)(0.0) == (np.log(2.0), 0.5)
