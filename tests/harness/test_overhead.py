"""The overhead suite: what is compared with what, records of every case, and the goals beside them. No figure is held
to its goal here."""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import harness
import problems
from engine import value_and_grad
from harness import baseline, goals
from harness.environment import describe, open_recorder, write_environment
from harness.errors import NothingMeasuredError
from harness.goals import CALLS, CASES, CHAINS, GOALS, IMPORT, LARGE, NO_GC, SCALARS, VECTOR
from harness.plan import Plan
from harness.record import Case, Record, read_records, to_json
from harness.report import tables
from harness.runs import whole_run_of_this_code
from harness.suites import overhead

SMALL = [SCALARS, VECTOR, CALLS, replace(CHAINS[10_000], n=2_000), replace(NO_GC, n=2_000), IMPORT]
"""A case of each kind, quick to measure."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that has no records yet, of pairs as few as may be."""
    monkeypatch.setattr(overhead, "SECONDS", 0.0)
    write_environment(tmp_path, describe("a-run", Plan("engine"), ["overhead"]))
    return tmp_path


def measure(cases: list[Case], folder: Path) -> list[Record]:
    overhead.run(cases, open_recorder(folder))
    return list(read_records(folder / "records.jsonl"))


def test_every_goal_can_be_measured() -> None:
    for goal in GOALS:
        assert (goal.case.problem, goal.case.method) in overhead.MEASUREMENTS
        assert goal.metric in overhead.METRICS
    assert {"≤ 30", "≤ 4", "≤ 3", "≤ 8", "about 1"} <= {goal.goal for goal in GOALS}


def test_every_case_has_its_figures_the_primary_one_last(folder: Path) -> None:
    records = measure(SMALL, folder)
    metrics = {case: [record.metric for record in records if record.case == case] for case in SMALL}
    for case in SMALL:
        assert metrics[case][-1] == overhead.PRIMARY
        assert metrics[case].count(overhead.PRIMARY) == 1
        assert {"pairs", "base_time", "engine_time", "time_ratio_low", "time_ratio_high"} <= set(metrics[case])
    assert [case for case in SMALL if "memory_ratio" in metrics[case]] == [VECTOR]
    values = [record.value for record in records if record.metric != "time_difference_low"]
    assert np.isfinite(values).all()
    assert {(record.outcome, record.reason) for record in records} == {("", "")}


def test_the_figures_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhead, "interleave", lambda *_: np.array([[1.0, 2.0, 4.0], [3.0, 4.0, 8.0]]))
    figures = overhead.compare(lambda: 1.0, lambda: 1.0, 0)
    assert figures["pairs"] == 3
    assert figures["base_time"].tolist() == [1.0, 2.0, 4.0]
    assert figures["engine_time"].tolist() == [3.0, 4.0, 8.0]
    assert figures["time_difference"].tolist() == [2.0, 2.0, 4.0]
    assert figures["time_ratio"].tolist() == [3.0, 2.0, 2.0]


def test_the_median_and_the_quartiles_are_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = SCALARS.problem, SCALARS.method
    monkeypatch.setitem(overhead.MEASUREMENTS, kind, lambda *_: {"time_ratio": np.array([9.0, 1.0, 3.0, 2.0, 4.0])})
    found = {record.metric: (record.value, record.unit, record.timer) for record in measure([SCALARS], folder)}
    timed = ("1", "perf_counter")
    assert found == {"time_ratio_low": (2, *timed), "time_ratio_high": (4, *timed), "time_ratio": (3, *timed)}


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
def test_by_hand_is_right(n: int) -> None:
    rosenbrock = problems.get("rosenbrock")
    x = rosenbrock.points(n, 1, seed=4)[0]
    untouched = x.copy()
    value, gradient = overhead.rosenbrock_by_hand(x)
    assert value == pytest.approx(rosenbrock(x), rel=1e-13)
    assert gradient == pytest.approx(rosenbrock.gradient_at(x), rel=1e-13, abs=1e-13 * np.abs(gradient).max())
    assert x.tobytes() == untouched.tobytes()


@pytest.mark.parametrize("n", [2, 3, 1_000])
def test_the_calls_of_numpy_are_those_of_the_engine(n: int) -> None:
    rosenbrock = problems.get("rosenbrock")
    x = rosenbrock.points(n, 1, seed=4)[0]
    value, gradient = overhead.rosenbrock_by_calls(x)
    by_engine = value_and_grad(rosenbrock)(x)
    assert value == by_engine[0]
    np.testing.assert_array_equal(gradient, by_engine[1])


@pytest.mark.parametrize("wrong", ["value", "gradient", "nan"])
def test_what_disagrees_by_hand_is_not_timed(folder: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    right = overhead.rosenbrock_by_hand

    def by_hand(x: Any) -> Any:
        value, gradient = right(x)
        if wrong == "value":
            return value * (1 + 1e-9), gradient
        gradient[7] = np.nan if wrong == "nan" else gradient[7] + 1e-9 * np.abs(gradient).max()
        return value, gradient

    monkeypatch.setattr(overhead, "rosenbrock_by_hand", by_hand)
    failed, *others = measure([VECTOR, SCALARS], folder)
    assert (failed.case, failed.metric, failed.outcome) == (VECTOR, overhead.PRIMARY, "error")
    assert "by hand" in failed.reason
    assert {(record.case, record.outcome) for record in others} == {(SCALARS, "")}


def test_memory_is_in_units_of_x(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhead, "peak_and_retained", lambda f, x: (5 * 8 * x.size, 0))
    (held,) = (record.value for record in measure([VECTOR], folder) if record.metric == "memory_ratio")
    assert held == 5.0


class Counted:
    """Stands in for a Variable, and counts what is done."""

    operations = sweeps = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def _operation(self, other: float) -> Counted:
        Counted.operations += 1
        return self

    __rmul__ = __rsub__ = _operation

    def backward(self) -> None:
        Counted.sweeps += 1


@pytest.mark.parametrize(("count", "operations"), [(1, 1000), (3, 10)])
def test_chains_have_as_many_operations(monkeypatch: pytest.MonkeyPatch, count: int, operations: int) -> None:
    monkeypatch.setattr(overhead, "Variable", Counted)
    monkeypatch.setattr(Counted, "operations", 0)
    monkeypatch.setattr(Counted, "sweeps", 0)
    overhead.chains(count, operations)
    assert (Counted.operations, Counted.sweeps) == (count * operations, count)


@pytest.mark.parametrize("measurement", [overhead.chain, overhead.chain_without_gc])
def test_chains_of_either_length_do_the_same_work(monkeypatch: pytest.MonkeyPatch, measurement: Any) -> None:
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(overhead, "chains", lambda *call: calls.append(call))
    monkeypatch.setattr(overhead, "calling", lambda f: f)
    monkeypatch.setattr(overhead, "compare", lambda base, engine, seed: (base(), engine()))
    measurement(CHAINS[100_000], 0)
    assert calls == [(100, 1_000), (1, 100_000)]


def test_without_gc_is_without_it_for_the_sample_alone() -> None:
    assert overhead.without_gc(lambda: float(gc.isenabled()))() == 0.0
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        overhead.without_gc(lambda: 1 / 0)()
    assert gc.isenabled()


def test_an_import_that_fails_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = overhead.importing
    monkeypatch.setattr(overhead, "importing", lambda module: right(f"no_{module}"))
    (record,) = measure([IMPORT], folder)
    assert record.outcome == "error"


def test_an_import_is_of_a_fresh_interpreter() -> None:
    assert overhead.importing("problems")() > 1e-3  # loads NumPy; again here it would take a microsecond


# The table.


def made_up(*figures: tuple[Case, str, float, Any]) -> pd.DataFrame:
    rows = []
    for case, metric, value, outcome in figures:
        name, _, variant = case.problem.partition("@")
        record = Record("r", name, variant, case.n, case.point, case.method, metric, value, "1", outcome)
        rows.append(json.loads(to_json(record)))
    return pd.DataFrame(rows).astype({"value": float})


def with_quartiles(case: Case, metric: str, *values: float) -> list[tuple[Case, str, float, str]]:
    names = (f"{metric}_low", metric, f"{metric}_high")
    return [(case, name, value, "") for name, value in zip(names, values, strict=True)]


def test_the_table_has_medians_spread_and_goals() -> None:
    records = made_up(
        *with_quartiles(SCALARS, "time_ratio", 27.96, 28.04, 31.0),
        *with_quartiles(IMPORT, "time_difference", -0.001, 0.0123, 0.5),
        *with_quartiles(IMPORT, "time_ratio", 7.0, 7.0, 7.0),
        *with_quartiles(NO_GC, "time_ratio", 1.0, 1.5, 2.0),
        *with_quartiles(CHAINS[1_000_000], "time_ratio", 3.0, 3.5, 4.0),
        (LARGE, "memory_ratio", 8.5, ""),
        *with_quartiles(LARGE, "time_ratio", 3.0, 4.0, 5.0),
    )
    ((_, table),) = tables.short_tables(records)
    found = {what.partition(":")[0]: tuple(row) for what, row in zip(table.index, table.to_numpy(), strict=True)}
    assert list(table.columns) == ["median", "middle half", "goal"]
    assert found["Goldstein-Price, scalars"] == ("28.0", "28.0 to 31.0", "≤ 30")
    assert [row for row in table.to_numpy().tolist() if row[0] == "8.50"] == [["8.50", "", "≤ 8"]]
    assert found["import engine, above import numpy (ms)"] == ("12.3", "-1.00 to 500", "≤ 30")
    assert found["chain of 1,000,000"] == ("3.50", "3.00 to 4.00", "about 1")
    assert found["chain of 1,000,000, without garbage collection"] == ("1.50", "1.00 to 2.00", "")
    assert "chain of 10,000" not in found


@pytest.mark.parametrize("outcome", ["crashed", "error", "timeout"])
def test_what_failed_is_in_the_table_by_its_outcome(outcome: str) -> None:
    records = made_up((LARGE, "time_ratio", np.nan, outcome), *with_quartiles(SCALARS, "time_ratio", 1.0, 2.0, 3.0))
    (_, table), (caption, reasons) = tables.short_tables(records)
    assert caption.startswith("Reasons")
    assert list(reasons["outcome"]) == [outcome]
    assert table["median"].tolist() == ["2.00", outcome, outcome]
    assert table["middle half"].tolist() == ["1.00 to 3.00", "", ""]
    assert "nan" not in tables.as_text(table)


def test_goals_are_listed_once() -> None:
    assert len({(goal.case, goal.metric) for goal in GOALS}) == len({goal.what for goal in GOALS}) == len(GOALS)
    assert set(CASES) == {goal.case for goal in goals.GOALS}


# A real run.


@pytest.fixture(scope="module")
def engine_run(tmp_path_factory: pytest.TempPathFactory) -> harness.Run:
    return harness.run("engine", problems=["goldstein_price"], out=tmp_path_factory.mktemp("engine"))


def test_a_run_of_the_profile_measures_its_suite_alone(engine_run: harness.Run) -> None:
    records = engine_run.records
    assert set(records["problem"]) == {"goldstein_price"}
    assert engine_run.environment["suites"] == ["overhead"]
    (ratio,) = records.query("metric == 'time_ratio'")["value"]
    assert ratio > 2.0
    assert {path.name for path in (engine_run.folder / "tables").iterdir()} == {
        "overhead.csv",
        "overhead.md",
        "summary.md",
    }


def test_a_run_of_the_profile_is_reported(engine_run: harness.Run, gradmark: Any) -> None:
    output = gradmark("report", engine_run.folder).stdout
    assert "Goldstein-Price, scalars: value and gradient / formula on floats" in output
    assert "≤ 30" in output
    assert "Outcomes" not in output
    assert max(map(len, output.splitlines())) < 160


def test_a_run_of_the_profile_is_nothing_to_check_or_keep(engine_run: harness.Run) -> None:
    assert whole_run_of_this_code(engine_run.folder.parent.parent) is None
    with pytest.raises(NothingMeasuredError, match="no figures to compare"):
        baseline.metrics(engine_run)


def test_what_has_no_goal_is_nothing_measured(gradmark: Any, tmp_path: Path) -> None:
    error = gradmark("run", "engine", "--problem", "matyas", "--out", tmp_path, code=4).stderr
    assert "has no records" in error
