"""A run: every case once, the files of the contract, figures that make sense."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

import harness
from harness.environment import source_digest
from harness.errors import BadInputError
from harness.footprint import peak_and_retained
from harness.function import FUNCTION
from harness.plan import Plan
from harness.profiles import PROFILES
from harness.record import OUTCOMES
from harness.report.cases import METRICS, full
from harness.runs import find_run, runs
from harness.suites import SUITES

EACH_SUITE = pytest.mark.parametrize("suite", [SUITES[name] for name in PROFILES["quick"].suites], ids=lambda s: s.name)


@EACH_SUITE
def test_every_case_has_one_primary_record(small_run: Any, suite: Any) -> None:
    counts = Counter(record_case(row) for row in rows(small_run) if row["metric"] == suite.primary)
    assert counts == Counter((c.problem, c.n, c.point, c.method) for c in suite.cases(small_run.plan))


@EACH_SUITE
def test_the_primary_record_is_the_last_of_its_case(small_run: Any, suite: Any) -> None:
    """A case that has it is taken for finished: whatever is killed before must be measured again."""
    metrics = METRICS[suite.name]
    last = {record_case(row): row["metric"] for row in rows(small_run) if row["metric"] in metrics}
    assert set(last.values()) == {suite.primary}


def rows(small_run: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = small_run.run.records.to_dict("records")
    return found


def record_case(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["problem"], row["n"], row["point"], row["method"]


@pytest.mark.parametrize(
    "file",
    [
        "records.jsonl",
        "environment.json",
        *(f"tables/{name}.{kind}" for name in ("accuracy", "runtime", "memory") for kind in ("csv", "md")),
    ],
)
def test_the_files_of_the_contract_are_there(small_run: Any, file: str) -> None:
    assert (small_run.run.folder / file).stat().st_size > 100


def test_latest_is_a_link_to_the_run(small_run: Any) -> None:
    latest = small_run.out / "latest"
    assert latest.is_symlink()
    assert not latest.readlink().is_absolute()
    assert latest.resolve() == small_run.run.folder
    assert [small_run.run.folder] == runs(small_run.out)
    assert find_run(None, small_run.out).folder == find_run(small_run.run.folder.name, small_run.out).folder


def test_nothing_else_is_left_in_the_working_directory(small_run: Any) -> None:
    assert {path.name for path in small_run.out.iterdir()} == {"runs", "latest"}


def test_there_are_at_least_three_plots_with_something_on_them(small_run: Any) -> None:
    plots = small_run.run.folder / "plots"
    pictures = sorted(plots.glob("*.png"))
    assert len(pictures) >= 3
    for picture in pictures:
        pixels = matplotlib.image.imread(picture)
        assert min(pixels.shape[:2]) > 200
        assert pixels.std() > 0.01
    drawings = sorted(plots.glob("*.svg"))
    assert [drawing.stem for drawing in drawings] == [picture.stem for picture in pictures]
    assert all("<path" in drawing.read_text(encoding="utf-8") for drawing in drawings)


def test_the_environment_says_what_was_measured_with_what(small_run: Any) -> None:
    environment = small_run.run.environment
    assert environment["run"] == small_run.run.folder.name
    assert environment["source"] == source_digest()
    assert environment["commit"] is None or re.fullmatch("[0-9a-f]{40}", environment["commit"])
    assert isinstance(environment["dirty"], bool)
    assert re.match(r"3\.\d+\.", environment["python"])
    assert {"numpy", "pandas", "python-flint", "pytest-benchmark"} <= set(environment["packages"])
    assert environment["started"] <= environment["finished"]
    assert Plan.from_json(environment["plan"]) == small_run.plan
    assert {"cpu", "cores", "platform"} <= set(environment)


@pytest.mark.parametrize("file", ["environment.json", "records.jsonl"])
def test_no_path_of_the_machine_is_kept(small_run: Any, file: str) -> None:
    text = (small_run.run.folder / file).read_text(encoding="utf-8")
    places = {small_run.out, Path.home(), Path.cwd(), Path(harness.__path__[0]).parent}
    assert not [place for place in places if str(place) != "/" and str(place) in text]


def test_records_are_well_formed(small_run: Any) -> None:
    records = small_run.run.records
    assert set(records["run"]) == {small_run.run.folder.name}
    assert set(records["schema"]) == {1}
    assert set(records["seed"]) == {0}
    assert set(records["outcome"]) <= {*OUTCOMES, ""}
    assert set(records["unit"]) == {"1", "digits", "ulp", "s", "B"}


def test_verdicts_are_for_methods_that_are_no_approximation(small_run: Any) -> None:
    records = small_run.run.records
    outcomes = records[records["metric"] == "normwise_error"].groupby("method")["outcome"].unique().map(set)
    assert outcomes.to_dict() == {
        "engine.reverse": {"correct"},
        "manual": {"correct"},
        "numerical.central": {"approximate"},
    }


def test_digits_are_those_of_the_error(small_run: Any) -> None:
    wide = full(small_run.run.records, ("normwise_error", "digits")).dropna()
    digits = -np.log10(np.maximum(wide["normwise_error"], 1e-16))
    assert wide["digits"].tolist() == pytest.approx(digits.tolist())
    least = wide.groupby("method")["digits"].min()
    assert least["engine.reverse"] > 13.0
    assert 7.0 < least["numerical.central"] < 10.0


def test_the_gradient_is_compared_with_central_differences(small_run: Any) -> None:
    records = small_run.run.records
    compared = records[records["metric"] == "difference_from_central"]
    assert set(compared["method"]) == {"engine.reverse", "manual"}
    at_minima = compared["point"].str.startswith("minimum")
    assert compared.loc[at_minima, "value"].isna().all()
    assert compared.loc[~at_minima, "value"].between(1e-14, 1e-6).all()


def test_times_are_wall_times_and_positive(small_run: Any) -> None:
    records = small_run.run.records
    times = records[records["unit"] == "s"]
    assert set(times["timer"]) == {"perf_counter"}
    wide = times.pivot_table(index=["problem", "n", "method"], columns="metric", values="value")
    assert (wide["time_min"] > 0.0).all()
    assert (wide["time"] >= wide["time_min"]).all()
    assert (wide["time_iqr"] >= 0.0).all()
    assert (wide["time"] < 0.1).all()
    rounds = records[records["metric"] == "time_rounds"]["value"]
    assert rounds.between(5, 1000).all()


def test_a_gradient_takes_longer_than_the_function(small_run: Any) -> None:
    records = small_run.run.records
    times = records[records["metric"] == "time"].set_index(["problem", "n", "method"])["value"].unstack("method")
    for method in ("engine.reverse", "numerical.central"):
        assert (times[method] > times[FUNCTION]).all()
    central = times.loc["sphere", "numerical.central"]
    assert central[100] / central[10] > 3.0


def test_memory_repeats_to_the_byte(small_run: Any, tmp_path: Path, no_report: None) -> None:
    """But for no_grad, which sets a context variable: what that takes depends on its address."""
    plan = small_run.plan
    again = harness.run("quick", problems=plan.problems, dimensions=plan.dimensions, suites=["memory"], out=tmp_path)
    first, second = (_memory(one.records.query("metric != 'peak_memory_no_grad'")) for one in (small_run.run, again))
    assert first.to_dict() == second.to_dict()
    assert (first["peak_memory"] > 0.0).all()
    # No method of the profile has a process of its own.
    assert set(again.records["metric"]) == set(METRICS["memory"]) - {"resident_memory"}


def test_a_gradient_keeps_a_graph_and_more_with_retain_grad(small_run: Any) -> None:
    memory = _memory(small_run.run.records).unstack("metric").xs("engine.reverse", level="method")
    assert (memory["retained_memory_no_grad"] < memory["retained_memory_backward"]).all()
    assert (memory["retained_memory"] < memory["retained_memory_backward"]).all()
    assert (memory["retained_memory_backward"] <= memory["retained_memory_retain_grad"]).all()
    sphere = memory.loc["sphere"]
    assert (sphere["retained_memory_backward"] < sphere["retained_memory_retain_grad"]).all()
    assert (memory["retained_memory"] <= memory["peak_memory"]).all()
    assert memory.loc[("sphere", 100), "retained_memory"] >= 100 * 8


def _memory(records: pd.DataFrame) -> pd.Series[float]:
    memory = records[records["metric"].isin(METRICS["memory"])]
    return memory.set_index(["metric", "problem", "n", "method"])["value"]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.zeros(1000),
        lambda x: np.zeros(1000)[0] + x[0],
        lambda x: [np.zeros(500), np.zeros(500)],
        lambda x: [np.zeros(1000).sum() for _ in range(3)],
    ],
    ids=["a result", "let go at once", "two together", "one after another"],
)
def test_the_peak_is_what_is_held_at_once(f: Any) -> None:
    assert 8000 <= peak_and_retained(f, np.ones(2))[0] < 12000


def test_what_is_made_once_and_for_all_is_not_in_the_peak() -> None:
    made: list[Any] = []

    def f(x: Any) -> None:
        if not made:
            made.append(np.zeros(1000))

    assert peak_and_retained(f, np.ones(2))[0] < 500
    assert not tracemalloc.is_tracing()


def test_numpy_s_buffers_are_counted(small_run: Any) -> None:
    memory = _memory(small_run.run.records)["peak_memory"]["sphere"]
    assert memory[100]["engine.reverse"] - memory[10]["engine.reverse"] >= 90 * 8


@pytest.mark.usefixtures("elsewhere")
def test_progress_is_told_from_nothing_to_all(tmp_path: Path, no_report: None) -> None:
    told: list[tuple[str, int, int]] = []
    harness.run(
        "quick",
        problems=["sphere"],
        methods=["manual"],
        dimensions=[2],
        suites=["accuracy"],
        out=tmp_path,
        progress=lambda *news: told.append(news),
    )
    assert told[-1] == ("accuracy", 4, 4)
    assert told == sorted(told)


@pytest.mark.parametrize("in_the_way", ["results", "results/runs"])
def test_a_file_in_the_way_is_bad_input(in_the_way: str, tmp_path: Path) -> None:
    file = tmp_path / in_the_way
    file.parent.mkdir(exist_ok=True)
    file.write_text("not a folder", encoding="utf-8")
    with pytest.raises(BadInputError, match="cannot write results to"):
        harness.run("quick", out=tmp_path / "results")


def test_runs_of_one_second_get_folders_of_their_own(tmp_path: Path, no_report: None) -> None:
    names = [harness.run("quick", suites=[], out=tmp_path).folder.name for _ in range(3)]
    assert len(set(names)) == 3
    assert [folder.name for folder in runs(tmp_path)] == sorted(names)
    assert (tmp_path / "latest").resolve().name == names[-1]


def test_the_environment_is_strict_json(small_run: Any) -> None:
    text = (small_run.run.folder / "environment.json").read_text(encoding="utf-8")
    json.loads(text, parse_constant=pytest.fail)


def test_a_suite_that_there_is_not_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="unknown suite 'acuracy': the suites are accuracy, comparison"):
        harness.run("quick", suites=["acuracy"], out=tmp_path / "results")
    assert not list(tmp_path.iterdir())
