"""`gradmark gradcheck`: exit codes, one line for what a user can mend, and JSON that is JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOURCE = """\
import math, sys, time, warnings
import numpy as np
print("at import")

def f(x):
    print("called")
    warnings.warn("loud")
    return np.sum(x**2)

def right(x): return 2.0 * x
def wrong(x): return 2.0 * x * (1.0 + 1e-9)
def nan(x): return np.nan * x
def xy(x, y): return x * y**2
def right_xy(x, y): return y**2, 2.0 * x * y
def wrong_xy(x, y): return y**2, x * y
def scalar(x): return x**2
def sinus(x): return math.sin(x)
def root(x): return np.sqrt(x[0])
def vector(x): return x
def none(x): pass
def mutates(x): x[0] = 5.0; return np.sum(x)
def random(x): return np.random.default_rng().normal()
def leaves(x): sys.exit(5)
def deep(x): return deep(x)
def stops(x): raise KeyboardInterrupt
def slow(x): time.sleep(30.0)
def keyword(x, *, scale): return x
def nothing(): return 1.0
def odd(x): raise ValueError("two\\nlines \\x1b[31m \\udcff")
class Called:
    def __call__(self, x): return np.sum(x**2)
called = Called()
NUMBER = 3.0
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes a file of the user's, in the directory where the command line is called."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "mine.py").write_text(SOURCE, encoding="utf-8")

    def write(name: str, source: bytes) -> None:
        (tmp_path / name).write_bytes(source)

    return write


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("mine.py:f --at 1,2", 0, "correct: 2 of 2 components correct, 16.0 digits\nf(1, 2) = 5.0\n"),
        ("mine.py:f --n 3 --gradient mine.py:right", 0, "point 5  correct"),
        ("mine.py:f --n 3 --gradient mine.py:wrong", 1, "the formula of component"),
        ("mine.py:f --at 1,2 --gradient mine.py:nan", 1, "nonfinite"),
        ("mine.py:xy", 0, "point 5  correct"),
        ("mine.py:xy --gradient mine.py:right_xy", 0, "point 5  correct"),
        ("mine.py:xy --gradient mine.py:wrong_xy", 1, "1 of 2 components correct"),
        ("mine.py:xy --at -1,-2", 0, "x[1]  4"),
        ("mine.py:scalar --at 0.5", 0, "x  1 "),
        ("mine.py:root --at 1,", 0, "x[0]  0.5"),
        ("mine.py:root --at -1,", 3, "undefined; f is nan there"),
        ("mine.py:sinus --at 1 --gradient mine.py:scalar", 1, "the functions of math take only floats"),
        ("mine.py:sinus --at 1", 3, "unsupported"),
        ("mine.py:root --at 1,2 --at -1,2", 3, "point 2  undefined"),
        ("mine.py:root --at 1,2 --at -1,2 --gradient mine.py:wrong", 1, "point 2  undefined"),
        ("mine.py:called --at 1,2", 0, "correct"),
        ("rosenbrock", 0, "point 5  correct"),
        ("rosenbrock --gradient rosenbrock --n 3", 0, "point 5  correct"),
        ("sphere --gradient matyas", 1, "wrong: 0 of 2 components correct"),
    ],
)
@pytest.mark.usefixtures("file")
def test_verdicts(gradmark: Any, arguments: str, code: int, words: str) -> None:
    result = gradmark("gradcheck", *arguments.split(), code=code)
    assert words in result.stdout
    assert "called\n" not in result.stdout
    assert "at import" not in result.stdout
    lines = gradmark("gradcheck", *arguments.split(), "--json", code=code).stdout.splitlines()
    rows = [json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON")) for line in lines]
    assert len(rows) == (arguments.count("--at") or 5)
    assert all(set(row) == {"point", "outcome", "reason", "value", "digits", "components", "checks"} for row in rows)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("mine.py:f", "say where: --at 0.3,-1.1, or how many coordinates a random point has: --n 10"),
        ("mine.py:f --n 0", "it takes 1 or more coordinates, not 0"),
        ("mine.py:f --n -1", "it takes 1 or more coordinates, not -1"),
        ("mine.py:f --n 10000000", "--n 10000000 is too many: at most 1000000"),
        ("mine.py:f --n 99999999999999999999", "is too many"),
        ("mine.py:xy --n 3", "it takes 2 coordinates, not 3"),
        ("mine.py:xy --at 1,2,3", "takes 2 coordinates, not 3"),
        ("mine.py:f --at 1,2 --n 3", "--n 3 asks for that many coordinates"),
        *((f"mine.py:f --at {text}", "point") for text in ("a,b", "1;2", "[1,2]", "1e999,2", ",", "nan", "1,,2", "é")),
        ("mine.py:vector --at 1,2", "f returns an array of shape (2,)"),
        ("mine.py:none --at 1,2", "f returns None"),
        ("mine.py:mutates --at 1,2", "f changes its argument: element [0] was 1.0 and is 5.0 after"),
        ("mine.py:random --at 1,2", "f is not deterministic"),
        ("mine.py:leaves --at 1,2", "SystemExit: 5"),
        ("mine.py:deep --at 1,2", "RecursionError"),
        ("mine.py:odd --at 1,2", "ValueError: two lines"),
        ("mine.py:keyword --at 1", "keyword needs scale="),
        ("mine.py:nothing --at 1", "nothing takes no argument"),
        ("mine.py:NUMBER --at 1", "NUMBER of mine.py is no function"),
        ("mine.py --at 1", "'mine.py' is a file: name its function or class too"),
        ("mine.py: --at 1", "mine.py has no ''"),
        ("mine.py:ff --at 1", "did you mean f?"),
        (":f --at 1", "there is no file ''"),
        ("other.py:f --at 1", "there is no file 'other.py'"),
        ("folder.py:f --at 1", "there is no file 'folder.py'"),
        ("mine.py:f --n 2 --gradient other.py:g", "there is no file 'other.py'"),
        ("mine.py:f --n 2 --gradient mine.py:f", "the gradient has shape (); it is that of the point, (2,)"),
        ("spher", "unknown problem 'spher': did you mean sphere"),
        ("exits.py:f", "exits.py does not import: SystemExit: 7"),
        ("bytes.py:f", "bytes.py does not import: SyntaxError"),
        ("nul.py:f", "nul.py does not import: SyntaxError"),
        ("notes.txt:f", "'notes.txt' is no Python file"),
    ],
)
def test_bad_input_is_one_line(gradmark: Any, file: Any, arguments: str, words: str) -> None:
    file("exits.py", b"import sys; sys.exit(7)")
    file("bytes.py", b"\xff\xfe bad")
    file("nul.py", b"def f(x):\0 return x")
    file("notes.txt", b"")
    Path("folder.py").mkdir()
    for more in ((), ("--json",)):
        result = gradmark("gradcheck", *arguments.split(), *more, code=2)
        assert result.stdout == ""
        lines = [line for line in result.stderr.splitlines() if line not in ("at import", "called")]
        assert len(lines) == 1
        assert lines[0].startswith("Error: ")
        assert words in lines[0]
        assert len(lines[0]) < 400


@pytest.mark.usefixtures("file")
def test_what_takes_too_long_is_stopped(gradmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.gradcheck.SECONDS", 0.2)
    error = gradmark("gradcheck", "mine.py:slow", "--at", "1", code=2).stderr
    assert "Error: certifying mine.py:slow took more than 0.2 s" in error


@pytest.mark.usefixtures("file")
def test_an_interrupt_in_the_function(gradmark: Any) -> None:
    assert "Error: interrupted" in gradmark("gradcheck", "mine.py:stops", "--at", "1", code=130).stderr


def test_ctrl_c(file: Any, tmp_path: Path) -> None:
    file("long.py", b"import time\ndef f(x):\n    print('ready', flush=True)\n    time.sleep(60)\n")
    command = [sys.executable, "-m", "harness", "gradcheck", "long.py:f", "--at", "1"]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ, **pipes) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        output, error = process.communicate(timeout=30)
    assert (process.returncode, output, error) == (130, "", "Error: interrupted\n")


def test_random_points_are_those_of_the_seed(gradmark: Any) -> None:
    first, again, other = (
        gradmark("gradcheck", "sphere", "--n", "3", "--seed", str(seed), "--json").stdout for seed in (1, 1, 2)
    )
    assert first == again != other
