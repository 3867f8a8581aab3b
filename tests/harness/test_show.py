"""`gradmark show`: what is known of a problem, its contours, and its gradient at a point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib.image
import pytest

import problems
from harness import show


@pytest.mark.parametrize("name", problems.names())
def test_every_problem_can_be_described_on_lines_that_fit(name: str) -> None:
    problem, n = show.find(name)
    lines = list(show.as_text(show.describe(problem, n)))
    assert lines[0].startswith(name)
    assert max(map(len, lines[5 + problem.formula.count("\n") :])) <= show.WIDTH


def test_what_is_printed(gradmark: Any, tmp_path: Path) -> None:
    output = gradmark("show", "banana", "--out", tmp_path).stdout
    problem = problems.get("rosenbrock")
    for words in (
        problem.formula,
        problem.source[:40],
        "[-5, 10] for each coordinate",
        "0.0 at (1, 1)",
        "cancellation",
    ):
        assert words in output
    picture = tmp_path / "problems" / "rosenbrock.png"
    assert str(picture) in output
    assert matplotlib.image.imread(picture).std() > 0.05


@pytest.mark.parametrize(("name", "n"), [("forrester", None), ("hartmann_6", None), ("sphere", 5)])
def test_problems_of_other_dimensions_are_drawn(gradmark: Any, tmp_path: Path, name: str, n: int | None) -> None:
    known = json.loads(gradmark("show", name, *(["--n", n] if n else []), "--out", tmp_path, "--json").stdout)
    assert known["n"] == (n or problems.get(name).dimensions.low)
    assert len(known["domain"]) == known["n"]
    assert Path(known["contours"]).stat().st_size > 10_000


def test_the_gradient_at_a_point_is_certified(gradmark: Any, tmp_path: Path) -> None:
    output = gradmark("show", "beale", "--at", "1.0,2.0", "--out", tmp_path).stdout
    assert "(1, 2): f = 126.4531249" in output or "(1, 2): f = 126.453125" in output
    assert ": correct, 16.0 digits" in output
    at = json.loads(gradmark("show", "schwefel_2_20", "--at", "0,0", "--out", tmp_path, "--json").stdout)["at"]
    assert (at["outcome"], at["digits"]) == ("undefined", None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("spher",), "did you mean sphere"),
        (("beale", "--n", "3"), "beale takes 2 coordinates, not 3"),
        (("sphere", "--n", "100000000"), "1000000 at the most"),
        (("sphere", "--n", "0"), "sphere takes 1 or more coordinates, not 0"),
        (("beale", "--at", "1,2,3"), "beale takes 2 coordinates; '1,2,3' has 3"),
        (("beale", "--at", "1,nan"), "finite numbers"),
        (("beale", "--at", "1,inf"), "finite numbers"),
        (("beale", "--at", "1;2"), "numbers with commas between"),
        (("beale", "--at", ""), "numbers with commas between"),
        (("sphere", "--n", "3", "--at", "1,2"), "a point of 3 coordinates was asked for; '1,2' has 2"),
    ],
    ids=str,
)
def test_bad_input_is_one_line(gradmark: Any, tmp_path: Path, arguments: Any, words: str) -> None:
    error = gradmark("show", *arguments, "--out", tmp_path, code=2).stderr.strip()
    assert error.startswith("Error: ")
    assert words in error
    assert "\n" not in error
    assert not list(tmp_path.iterdir())


def test_hard_points_are_shown_with_their_kind_and_slopes(gradmark: Any, tmp_path: Path) -> None:
    for name, words in (
        ("bukin_6", "(-10, 0): kink, slopes (-10.01, -9.99), -50; 0.01 |x + 10|"),
        ("problem_13", "(1): infinite slope, slopes (inf, –); "),
        ("problem_07", "(0): pole, no slopes; the logarithm of 0"),
    ):
        assert words in gradmark("show", name, "--out", tmp_path).stdout
    known = json.loads(gradmark("show", "problem_13", "--out", tmp_path, "--json").stdout)
    assert [hard["slopes"] for hard in known["hard points"][:2]] == [[["nan", "-inf"]], [["inf", "nan"]]]
