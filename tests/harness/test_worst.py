"""The worst points that are kept: their file, and what becomes of them in a plan, a run and a check."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness
import problems
from harness import baseline, methods, worst
from harness.environment import read_environment, read_plan, write_environment
from harness.errors import BadInputError, NothingMeasuredError
from harness.plan import Plan, locate
from harness.record import Case, Recorder, read_records
from harness.runs import whole_run_of_this_code
from harness.suites.accuracy import judge
from harness.worst import KEPT, RATIO, WorstPoint, as_reason, from_reason, from_text, to_text

POINT = WorstPoint("matyas", (0.1, 1.0 / 3.0))
OTHER = WorstPoint("matyas", (0.1, np.nextafter(1.0 / 3.0, 1.0).item()))
FAR = WorstPoint("rosenbrock", (1e-300, -0.0, 2.0**52 + 1.0))
HEAD = "# {}\nproblem,variant,n,point,error_over_attainable\n"
TRACKED = Path(worst.__file__).parent.parent / KEPT


def keep(*points: WorstPoint) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    rows = [f'{point.problem},,{point.n},"{to_text(point.point)}",0.5\n' for point in points]
    KEPT.write_text(HEAD + "".join(rows), encoding="utf-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_a_point_goes_through_text_and_a_reason_to_the_bit(coordinates: list[float]) -> None:
    point = tuple(coordinates)
    for text in (to_text(point), from_reason(as_reason(point)), from_reason(as_reason(point, "off: by 1"))):
        assert np.array(from_text(text)).tobytes() == np.array(point).tobytes()


# The file.


def record(run: Any, name: str, point: tuple[float, ...], ratio: float, outcome: str) -> None:
    recorder = Recorder(run.folder / "records.jsonl", "run", seed=0)
    recorder.add(Case(name, len(point), "worst-0", "engine.reverse"), RATIO, ratio, "1", outcome, as_reason(point))  # type: ignore[arg-type]


def test_right_points_are_kept_to_the_bit_and_others_are_named(gradmark: Any, make_run: Any, here: Path) -> None:
    run = make_run(suites=(), plan=Plan("search"), name="20200101-000000-search")
    write_environment(run.folder, {**run.environment, "suites": ["search"]})
    record(run, "matyas", POINT.point, 0.3, "correct")
    record(run, "leon@jamil_yang", (0.1, 0.7), 0.0, "correct")
    record(run, "booth", (1.0, 3.0), 9.5, "wrong")
    record(run, "branin", (1.0, 3.0), 1.5, "cannot_tell")
    printed = gradmark("baseline", "--points").stdout
    assert f"{KEPT}: 2 points of 20200101-000000-search" in printed
    assert "not kept: booth, n = 2: wrong, at 1.0,3.0" in printed
    assert "not kept: branin, n = 2: cannot_tell" in printed
    assert worst.read() == (POINT, WorstPoint("leon@jamil_yang", (0.1, 0.7)))
    assert {"python", "numpy", "python-flint"} <= set(json.loads(KEPT.read_text().splitlines()[0][2:]))
    before = KEPT.read_bytes()
    gradmark("baseline", "--points")
    assert KEPT.read_bytes() == before


def test_no_search_keeps_nothing(make_run: Any, tmp_path: Path) -> None:
    with pytest.raises(NothingMeasuredError, match="is no search for the worst points"):
        worst.write(make_run(plan=Plan("quick", problems=("matyas",))), tmp_path / "worst.csv")
    assert not (tmp_path / "worst.csv").exists()


def test_where_there_is_no_file_there_are_no_points(tmp_path: Path) -> None:
    assert worst.read(tmp_path / "worst.csv") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not keep worst points"),
        ("problem,n\n", "does not keep worst points"),
        (HEAD + "mathias,,2,\"0.1,0.2\",0.5\n", "line 3: unknown problem 'mathias'"),
        (HEAD + "matyas,,2,0.1,0.5\n", "line 3: matyas takes 2 coordinates, not 1"),
        (HEAD + "sphere,,3,\"0.1,0.2\",0.5\n", "line 3: n is 3, and the point has 2 coordinates"),
        (HEAD + "matyas,,2,\"0.1,nan\",0.5\n", "line 3: the coordinates of a point are finite"),
        (HEAD + "matyas,,2,\"0.1,x\",0.5\n", "line 3: could not convert"),
        (HEAD + "matyas,,2\n", "line 3: not enough values"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_bad_input(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "worst.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=words):
        worst.read(path)


def test_the_tracked_points_are_right() -> None:
    kept = worst.read(TRACKED)
    assert len({(one.problem, one.n) for one in kept}) == len(kept) > 90
    for one in kept:
        problem, x = problems.get(one.problem), np.array(one.point)
        low, high = problem.domain(one.n).T
        assert ((low <= x) & (x <= high)).all()
        for method in map(methods.get, ("engine.reverse", "manual")):
            if method.id != "manual" or problem.gradient is not None:
                accuracy = judge(problem, method, x, method.prepare(problem, one.n)(x)[1], seed=0)
                assert accuracy.outcome == "correct", (one.as_text(), method.id, accuracy.reason)


# In the plan.


def test_a_plan_takes_up_the_points_that_it_measures() -> None:
    plan = Plan("quick", problems=("matyas", "rosenbrock"), dimensions=(2,), methods=("manual",))
    plan = plan.with_worst((POINT, FAR, WorstPoint("booth", (1.0, 2.0))))
    assert plan.worst == (POINT,)
    assert Case("matyas", 2, "worst-0", "manual") in plan.accuracy_cases()
    assert [case.problem for case in plan.accuracy_cases() if case.point.startswith("worst")] == ["matyas"]
    assert not any(case.point.startswith("worst") for case in (*plan.cost_cases(), *plan.step_cases()))
    assert plan.whole is Plan("quick", problems=("matyas",)).whole


def test_it_goes_through_json_to_the_bit() -> None:
    plan = Plan("quick", worst=(POINT, FAR))
    again = Plan.from_json(json.loads(json.dumps(plan.as_json())))
    assert again == plan
    assert np.array(again.worst[1].point).tobytes() == np.array(FAR.point).tobytes()
    assert again != Plan("quick", worst=(OTHER, FAR))


@pytest.mark.parametrize("kept", [["matyas"], ["matyas 1.0"], ["gone 1.0,2.0"], [3], 3])
def test_a_plan_of_no_points_is_refused(kept: Any) -> None:
    with pytest.raises(BadInputError, match="not the plan of a run"):
        Plan.from_json({**Plan("quick").as_json(), "worst": kept})


def test_the_search_is_for_smooth_problems_and_methods_with_a_verdict() -> None:
    cases = Plan("search", methods=("engine.reverse", "numerical.central")).search_cases()
    assert {case.method for case in cases} == {"engine.reverse"}
    assert {case.problem for case in cases} == {problem.name for problem in problems.select("smooth")}
    assert [case.n for case in cases if case.problem == "rosenbrock"] == [2, 10]


def test_a_point_is_located_by_its_name() -> None:
    point = locate(problems.get("matyas"), 2, "worst-0", seed=5, worst=(FAR, POINT))
    assert tuple(point.tolist()) == POINT.point


# In a run.


@pytest.mark.usefixtures("no_report")
def test_what_a_search_finds_is_measured_in_the_next_run(gradmark: Any, here: Path) -> None:
    searched = harness.run("search", problems=["matyas"], out=here / "results")
    kept, _ = worst.write(searched)
    assert kept == 1
    run = harness.run("quick", problems=["matyas"], suites=["accuracy"], out=here / "results")
    found = run.records.query("point == 'worst-0' and metric == 'error_over_attainable'").set_index("method")
    assert set(found.index) == {"engine.reverse", "manual", "numerical.central"}
    (ratio,) = (record.value for record in read_records(searched.folder / "records.jsonl") if record.metric == RATIO)
    assert found.loc["engine.reverse", "value"] == ratio > 0.0


@pytest.mark.usefixtures("no_report")
def test_a_run_that_is_gone_on_with_has_the_points_it_began_with(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.environment._git", lambda *_: "")
    keep(POINT)
    run = harness.run("quick", problems=["matyas"], suites=["accuracy"], out=here / "results")
    path = run.folder / "records.jsonl"
    before = path.read_bytes()
    path.write_bytes(b"".join(before.splitlines(keepends=True)[:5]))
    write_environment(run.folder, {**run.environment, "finished": None})
    keep(OTHER)
    assert harness.resume(out=here / "results").folder == run.folder
    assert path.read_bytes() == before
    assert read_plan(run.folder).worst == (POINT,)


@pytest.mark.usefixtures("no_report")
def test_a_damaged_file_hinders_no_search(here: Path) -> None:
    keep()
    KEPT.write_text("nothing", encoding="utf-8")
    with pytest.raises(BadInputError, match="does not keep worst points"):
        harness.run("quick", problems=["matyas"], out=here / "results")
    assert not (here / "results" / "runs").exists()
    assert whole_run_of_this_code(here / "results", suites=["search"]) is None
    assert harness.run("search", problems=["matyas"], out=here / "results").environment["finished"]


# In a check.


@pytest.fixture
def with_points(make_run: Any, here: Path) -> Any:
    """Makes a run up that has measured these points, beside all else."""

    def make(*points: WorstPoint, name: str, planted: Any = None) -> Any:
        return make_run(planted, plan=Plan("quick").with_worst(points), name=name)

    return make


WORST = Case("matyas", 2, "worst-0", "engine.reverse")
pytestmark_short = pytest.mark.usefixtures("short_profile")


@pytestmark_short
def test_a_point_that_gets_worse_is_seen(with_points: Any) -> None:
    base = with_points(POINT, name="a")
    head = with_points(POINT, name="b", planted={(WORST, "error_over_attainable"): 5.0})
    found = baseline.compare(baseline.metrics(base), baseline.metrics(head))
    assert found[["point", "metric", "status"]].to_numpy().tolist() == [["worst-0", "error_bin", "worse"]]


@pytestmark_short
@pytest.mark.parametrize(("outcome", "status"), [("cannot_tell", {"new"}), ("wrong", {"new", "worse"})])
def test_the_figures_of_another_point_are_new(with_points: Any, outcome: str, status: set[str]) -> None:
    """But those of a wrong gradient are worse wherever they are."""
    base = with_points(POINT, name="a")
    head = with_points(OTHER, name="b", planted={(WORST, "outcome"): outcome})
    found = baseline.compare(baseline.metrics(base), baseline.metrics(head))
    assert set(found["point"]) == {"worst-0"}
    assert set(found["status"]) == status


@pytestmark_short
def test_a_point_that_is_kept_no_more_is_missing(with_points: Any) -> None:
    base, head = with_points(POINT, name="a"), with_points(name="b")
    found = baseline.compare(baseline.metrics(base), baseline.metrics(head))
    assert set(found["status"]) == {"missing"}


@pytestmark_short
def test_the_baseline_has_the_points(with_points: Any) -> None:
    run = with_points(POINT, name="a")
    baseline.write(run, Path("metrics.csv"))
    assert baseline.read(Path("metrics.csv")).plan.worst == (POINT,)


@pytestmark_short
def test_a_run_with_other_points_is_nothing_to_compare_with(gradmark: Any, with_points: Any) -> None:
    keep(POINT)
    with_points(POINT, name="20200102-000000-quick")
    other = with_points(OTHER, name="20200101-000000-quick").folder.name
    assert "its plan is another" in gradmark("check", "--against", other, code=2).stderr


@pytestmark_short
def test_a_run_with_other_points_than_are_kept_is_not_of_the_code_as_it_stands(with_points: Any) -> None:
    keep(POINT)
    run = with_points(POINT, name="20200101-000000-quick")
    with_points(OTHER, name="20200102-000000-quick")
    with_points(name="20200103-000000-quick")
    found = whole_run_of_this_code()
    assert found is not None
    assert found.folder == run.folder.resolve()
    shutil.rmtree(KEPT.parent)
    found = whole_run_of_this_code()
    assert found is not None
    assert found.folder.name == "20200103-000000-quick"
    assert replace(Plan.from_json(read_environment(run.folder)["plan"]), worst=()) == Plan("quick")
