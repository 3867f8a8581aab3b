"""The search for the worst point: it finds what samples miss, repeats, and is not led astray by a ratio of nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import problems
from harness import methods
from harness.methods import Method
from harness.prepare import _made
from harness.record import Case, Record, Recorder, read_records
from harness.suites import search
from harness.suites.search import EVALUATIONS, SAMPLES, judge_point, moved
from harness.verdict import WRONG
from harness.worst import RATIO, from_reason, from_text
from problems import Problem

REVERSE = methods.get("engine.reverse")
MATYAS = problems.get("matyas")
NARROW = np.array([3.3, -7.1])


class Planted(Method):
    """The engine, but for what becomes of the gradient at a point."""

    id, kind, isolated = "planted", "automatic", False

    def __init__(self, change: Any = lambda x, gradient: gradient) -> None:
        self.change = change

    def prepare(self, problem: Problem, n: int) -> Any:
        right = REVERSE.prepare(problem, n)

        def value_and_gradient(x: Any) -> Any:
            value, gradient = right(x)
            return value, self.change(x, np.asarray(gradient))

        return value_and_gradient


def narrowly(x: Any, gradient: Any) -> Any:
    """Worse by up to 1e-11 of it, and by what rounding may do where it is some units of x away."""
    return gradient * (1.0 + 1e-11 / (1.0 + ((x - NARROW) ** 2).sum() / 1e-4))


def searched(method: Method, problem: Problem = MATYAS, n: int = 2, seed: int = 0) -> list[Any]:
    value_and_gradient = method.prepare(problem, n)
    return search.search(problem, n, lambda x: judge_point(problem, method, value_and_gradient, x, seed), seed)


def recorded(monkeypatch: pytest.MonkeyPatch, folder: Path, method: Method) -> dict[str, Record]:
    monkeypatch.setitem(methods.METHODS, method.id, method)
    _made.cache_clear()  # of another test's
    path = folder / "records.jsonl"
    search.run([Case("matyas", 2, "worst-0", method.id)], Recorder(path, "run", seed=0))
    return {record.metric: record for record in read_records(path)}


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_a_rule_that_is_wrong_in_a_narrow_region_is_found_where_samples_miss_it(seed: int) -> None:
    found = searched(Planted(narrowly), seed=seed)
    assert max(one.ratio for one in found[:SAMPLES]) < WRONG
    worst = max(found, key=lambda one: one.ratio)
    assert worst.outcome == "wrong"
    assert worst.ratio > 100.0 * WRONG
    assert np.abs(np.array(worst.point) - NARROW).max() < 0.1
    assert max(one.ratio for one in searched(REVERSE, seed=seed)) <= 1.0


def test_it_is_the_same_for_the_same_seed() -> None:
    found = searched(REVERSE, seed=3)
    assert found == searched(REVERSE, seed=3)
    assert found != searched(REVERSE, seed=4)


@pytest.mark.parametrize("name", ["mccormick", "branin"])
def test_it_starts_with_the_samples_and_keeps_to_the_domain_and_the_budget(name: str) -> None:
    problem = problems.get(name)
    points = np.array([one.point for one in searched(REVERSE, problem)])
    assert len(points) == EVALUATIONS
    assert np.array_equal(points[:SAMPLES], problem.points(2, SAMPLES, 0))
    low, high = problem.domain(2).T
    assert ((low <= points) & (points <= high)).all()


def test_moves_are_of_every_size_and_some_end_in_few_bits() -> None:
    random, x, width = np.random.default_rng(0), np.array([0.3, -0.7]), np.array([4.0, 4.0])
    others = [moved(x, width, random) for _ in range(1000)]
    assert all((other != x).any() for other in others[:10])
    steps = np.array([np.abs(other - x).max() for other in others])
    assert steps[steps > 0.0].min() <= 2.0 * np.spacing(0.7)
    assert 0.5 < steps.max() < 20.0
    assert np.histogram(np.log2(steps[steps > 0.0]), bins=4, range=(-20, 0))[0].min() > 50
    assert any((other * 2.0**8 == np.round(other * 2.0**8)).all() for other in others)


def test_the_record_has_the_worst_point_exactly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = recorded(monkeypatch, tmp_path, Planted())
    worst = max(searched(Planted()), key=lambda one: one.ratio)
    record = found[RATIO]
    assert list(found)[-1] == RATIO
    assert from_text(from_reason(record.reason)) == worst.point
    assert (record.value, record.outcome) == (worst.ratio, "correct")
    assert found["sampled_error_over_attainable"].value <= record.value
    assert found["points_left_out"].value == 0.0


def test_a_wrong_point_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    record = recorded(monkeypatch, tmp_path, Planted(narrowly))[RATIO]
    assert record.outcome == "wrong"
    assert "is off by" in record.reason
    assert len(from_text(from_reason(record.reason))) == 2


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_is_worse_than_any_ratio(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: float
) -> None:
    record = recorded(monkeypatch, tmp_path, Planted(lambda x, g: np.where(x[0] > 9.0, value, 2.0 * g)))[RATIO]
    assert (record.value, record.outcome) == (np.inf, "nonfinite")
    assert from_text(from_reason(record.reason))[0] > 9.0
    assert f"component 0 is {value}" in record.reason


def test_a_method_that_raises_has_its_outcome(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(x: Any, gradient: Any) -> Any:
        raise ZeroDivisionError("planted")

    record = recorded(monkeypatch, tmp_path, Planted(fail))[RATIO]
    assert (record.outcome, record.reason) == ("error", "ZeroDivisionError: planted")
    assert from_reason(record.reason) == ""


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("rosenbrock", problems.get("rosenbrock").hard_points[0].point),
        ("branin", problems.get("branin").minima(2)[0].point),  # rounding leaves nothing of the gradient
    ],
    ids=["hard", "minimum"],
)
def test_where_the_ratio_means_nothing_a_point_does_not_count(name: str, point: tuple[float, ...]) -> None:
    problem = problems.get(name)
    assert judge_point(problem, REVERSE, REVERSE.prepare(problem, 2), np.array(point), 0) is None


@pytest.mark.parametrize("point", [(-90.0, 40.0), (30.0, 10.0)], ids=["zero", "subnormal"])
def test_a_gradient_that_underflows_is_as_right_as_it_can_be(point: tuple[float, ...]) -> None:
    problem = problems.get("easom")
    found = judge_point(problem, REVERSE, REVERSE.prepare(problem, 2), np.array(point), 0)
    assert found is not None
    assert found.outcome == "correct"
    assert found.ratio <= 1.0


def test_an_error_beyond_what_rounding_may_do_counts_where_that_could_do_anything() -> None:
    problem, x = problems.get("branin"), np.array(problems.get("branin").minima(2)[0].point)
    worse = Planted(lambda x, gradient: gradient + 1e-12).prepare(problem, 2)
    found = judge_point(problem, Planted(), worse, x, 0)
    assert found is not None
    assert found.ratio > 1.0


def test_what_balls_do_not_know_does_not_count(register: Any) -> None:
    problem = register(lambda x, y: np.logaddexp(x, y), name="unknown", domain=(1.0, 2.0))
    unknown = Planted()
    unknown.prepare = lambda problem, n: lambda x: (0.0, np.ones(2))  # type: ignore[method-assign]
    assert judge_point(problem, unknown, unknown.prepare(problem, 2), np.array([1.5, 1.5]), 0) is None


def test_the_tables_show_the_worst_first(gradmark: Any, make_run: Any) -> None:
    run = make_run(suites=())
    figures = {"matyas": 0.25, "booth": 0.5, "rosenbrock": 9.0}
    lines = []
    for name, ratio in figures.items():
        verdict, point = ("wrong", "at 0.1,0.2: it is off") if ratio > 1.0 else ("correct", "at 0.1,0.2")
        for metric, value in (("points_left_out", 3.0), ("sampled_error_over_attainable", 0.125), (RATIO, ratio)):
            row = {"schema": 1, "run": "a", "problem": name, "variant": "", "n": 2, "point": "worst-0", "unit": "1"}
            row |= {"method": "engine.reverse", "metric": metric, "value": value, "outcome": verdict, "reason": point}
            lines.append(json.dumps(row))
    (run.folder / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    page = gradmark("report", run.folder).stdout
    assert "The largest of 3: 9, rosenbrock at n = 2; the median: 0.5." in page.replace("\n", " ")
    rows = [line.split() for line in page.splitlines() if "(0.1, 0.2)" in line]
    assert rows[0] == ["rosenbrock", "2", "reverse", "9", "0.125", "wrong", "(0.1,", "0.2)"]
    assert [row[0] for row in rows] == ["rosenbrock", "booth", "matyas"]
    assert "0.1,0.2: it is off" in (run.folder / "tables" / "search.csv").read_text(encoding="utf-8")
