"""The baseline: what is compared, with how much slack, and what may become one."""

from __future__ import annotations

import itertools
import json
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harness import baseline
from harness.environment import write_environment
from harness.errors import BadInputError, NothingMeasuredError
from harness.plan import Plan
from harness.record import FAILURES, Case
from harness.report.cases import apart

REVERSE = Case("rosenbrock", 10, "sample-0", "engine.reverse")
MANUAL = Case("rosenbrock", 10, "sample-0", "manual")
CENTRAL = Case("rosenbrock", 10, "sample-0", "numerical.central")
SAME = "nothing is worse"

pytestmark = pytest.mark.usefixtures("short_profile")


@pytest.fixture
def check(make_run: Any, gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`gradmark check` of a run with `head` planted against a baseline with `base` planted."""
    monkeypatch.chdir(tmp_path)

    def run_it(base: Any = None, head: Any = None, code: int = 0) -> str:
        baseline.write(make_run(base, name="20200101-000000-quick"), Path("results/baseline/metrics.csv"))
        make_run(head, name="20200102-000000-quick")
        output: str = gradmark("check", code=code).stdout
        return output

    return run_it


def moved(make_run: Any, base: Any = None, head: Any = None) -> pd.DataFrame:
    old, new = (baseline.metrics(make_run(planted, name=name)) for planted, name in ((base, "a"), (head, "b")))
    return baseline.compare(old, new)


def test_the_baseline_is_read_as_it_was_written(make_run: Any, tmp_path: Path) -> None:
    run = make_run({(REVERSE, "error_over_attainable"): 0.0, (MANUAL, "outcome"): "cannot_tell"})
    baseline.write(run, tmp_path / "a" / "metrics.csv")
    read, written = baseline.read(tmp_path / "a" / "metrics.csv"), baseline.metrics(run)
    assert read.rows.to_dict("list") == written.rows.to_dict("list")
    assert (read.versions, read.plan) == (written.versions, written.plan)
    baseline.write(run, tmp_path / "metrics.csv")
    assert (tmp_path / "metrics.csv").read_bytes() == (tmp_path / "a" / "metrics.csv").read_bytes()


def test_it_holds_outcomes_errors_nodes_and_bytes_of_every_case(make_run: Any) -> None:
    rows = baseline.metrics(make_run()).rows
    plan = Plan("quick")
    count = rows["metric"].value_counts()
    assert count["outcome"] == len(plan.accuracy_cases())
    assert count["peak_memory"] == len(plan.cost_cases())
    assert count["error_bin"] == sum(case.method != "numerical.central" for case in plan.accuracy_cases())
    assert count["nodes"] == sum(case.method == "engine.reverse" for case in plan.cost_cases())
    assert set(count.index) == {"outcome", "error_bin", "nodes", *baseline.BYTES}
    assert not rows.duplicated(baseline.KEY).any()


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(0.0, "-5"), (1e-9, "-5"), (0.3, "-1"), (0.5, "-1"), (0.51, "0"), (1.0, "0"), (1.01, "1"), (8.0, "3")],
)
def test_errors_are_binned_in_powers_of_two(ratio: float, expected: str) -> None:
    assert baseline.error_bin(ratio) == expected


def test_an_endless_error_has_a_bin_too() -> None:
    assert baseline.error_bin(float("nan")) == "nan"
    assert baseline.error_bin(float("inf")) not in {"nan", "-10", "0"}


def test_a_run_is_no_worse_than_itself(check: Any) -> None:
    output = check()
    assert output == f"20200102-000000-quick against results/baseline/metrics.csv: {SAME}\n"


WORSE: dict[str, Any] = {
    "outcome, to cannot tell": ((REVERSE, "outcome"), "cannot_tell"),
    "outcome, to wrong": ((REVERSE, "outcome"), "wrong"),
    "outcome, to nonfinite": ((REVERSE, "outcome"), "nonfinite"),
    "outcome, to crashed": ((REVERSE, "outcome"), "crashed"),
    "outcome, of a numerical method": ((CENTRAL, "outcome"), "error"),
    "error, by two powers": ((REVERSE, "error_over_attainable"), 1.01),
    "error, to nan": ((REVERSE, "error_over_attainable"), float("nan")),
    "nodes, by one": ((REVERSE, "nodes"), 8),
    "bytes, beyond a KiB": ((REVERSE, "peak_memory"), 100_000 + 1025),
    "bytes, to nothing": ((REVERSE, "peak_memory"), float("nan")),
    "outcome, gone": ((REVERSE, "outcome"), None),
    "nodes, gone": ((REVERSE, "nodes"), None),
    "bytes, gone": ((MANUAL, "peak_memory"), None),
}


@pytest.mark.parametrize(("key", "value"), WORSE.values(), ids=WORSE)
def test_what_is_worse_is_named(make_run: Any, key: Any, value: Any) -> None:
    found = moved(make_run, head={key: value})
    assert set(found["status"]) <= {"worse", "missing"}
    assert {(row.problem, row.n, row.point, row.method) for row in found.itertuples()} == {astuple(key[0])}


@pytest.mark.parametrize("kind", ["outcome, to wrong", "nodes, by one", "bytes, gone"])
def test_what_is_worse_ends_with_exit_code_1(check: Any, kind: str) -> None:
    key, value = WORSE[kind]
    output = check(head={key: value}, code=1)
    assert f" {key[0].method} " in output
    assert "1 figure is worse" in output


@pytest.mark.parametrize("error", [1e-300, 1.0])
def test_a_run_whose_error_is_endless_is_compared(make_run: Any, error: float) -> None:
    planted = {(REVERSE, "outcome"): "wrong", (REVERSE, "error_over_attainable"): error / 5e-324}
    found = moved(make_run, head=planted)
    assert set(found["metric"]) == {"outcome", "error_bin"}
    assert set(found["status"]) == {"worse"}


BETTER: dict[str, Any] = {
    "outcome": ((REVERSE, "outcome"), "cannot_tell", "correct"),
    "error": ((REVERSE, "error_over_attainable"), 1.01, 0.3),
    "error, from nan": ((REVERSE, "error_over_attainable"), float("nan"), 0.3),
    "nodes": ((REVERSE, "nodes"), 8, 7),
    "bytes": ((REVERSE, "peak_memory"), 101_025, 100_000),
    "bytes that are kept": ((REVERSE, "retained_memory"), 12_000, 10_000),
}


@pytest.mark.parametrize(("key", "base", "head"), BETTER.values(), ids=BETTER)
def test_what_is_better_is_found(make_run: Any, key: Any, base: Any, head: Any) -> None:
    assert list(moved(make_run, {key: base}, {key: head})["status"]) == ["better"]


def test_what_is_better_is_told(check: Any) -> None:
    output = check({(REVERSE, "nodes"): 8}, {(REVERSE, "nodes"): 7})
    assert "1 figure is better" in output
    assert SAME in output


WITHIN = {
    "error, by one power": ((REVERSE, "error_over_attainable"), 0.51),
    "error, by one power down": ((REVERSE, "error_over_attainable"), 0.2),
    "bytes, by a KiB": ((REVERSE, "peak_memory"), 100_000 + 1024),
    "bytes, by a KiB down": ((REVERSE, "peak_memory"), 100_000 - 1024),
    "time": ((REVERSE, "time"), 1.0),
    "digits": ((REVERSE, "digits"), 1.0),
    "digits of a numerical method": ((CENTRAL, "error_over_attainable"), 1e6),
}


@pytest.mark.parametrize(("key", "value"), WITHIN.values(), ids=WITHIN)
def test_what_is_within_the_slack_or_not_compared_is_the_same(make_run: Any, key: Any, value: Any) -> None:
    assert moved(make_run, head={key: value}).empty


@pytest.mark.parametrize(("head", "status"), [(10_100_000, []), (10_100_001, ["worse"]), (9_899_999, ["better"])])
def test_many_bytes_have_one_percent(make_run: Any, head: int, status: list[str]) -> None:
    found = moved(make_run, {(REVERSE, "peak_memory"): 10_000_000}, {(REVERSE, "peak_memory"): head})
    assert list(found["status"]) == status


def test_the_worst_comes_first(check: Any) -> None:
    base = {(MANUAL, "error_over_attainable"): 1.01}
    head = {(REVERSE, "nodes"): 9, (MANUAL, "peak_memory"): None}
    lines = check(base, head, code=1).splitlines()
    assert [line.split()[-1] for line in lines[1:4]] == ["missing", "worse", "better"]
    assert lines[-1].endswith("2 figures are worse")


def test_the_outcomes_from_best_to_worst(make_run: Any) -> None:
    order = ["correct", "approximate", "cannot_tell", "wrong"]
    for k, (base, head) in enumerate(itertools.pairwise(order)):
        old, new = ({(REVERSE, "outcome"): outcome} for outcome in (base, head))
        runs = [make_run(planted, name=f"{name}{k}") for planted, name in ((old, "a"), (new, "b"))]
        there, here = map(baseline.metrics, runs)
        assert "worse" in set(baseline.compare(there, here).query("metric == 'outcome'")["status"])
        assert "better" in set(baseline.compare(here, there).query("metric == 'outcome'")["status"])


def test_what_is_new_is_counted_and_no_worse(check: Any) -> None:
    output = check(base={(MANUAL, "peak_memory"): None, (REVERSE, "nodes"): None})
    assert "2 figures are new" in output
    assert SAME in output


def test_a_new_case_that_is_wrong_is_no_pass(check: Any) -> None:
    check(base={(REVERSE, "outcome"): None}, head={(REVERSE, "outcome"): "wrong"}, code=1)


def test_a_problem_that_is_gone_is_missed(make_run: Any) -> None:
    old = baseline.metrics(make_run(name="a"))
    gone = old.rows[old.rows["problem"] == "matyas"].assign(problem="a_problem_that_was")
    more = replace(old, rows=pd.concat([old.rows, gone], ignore_index=True))
    assert set(baseline.compare(more, old)["status"]) == {"missing"}


def test_a_variant_is_compared_like_any_problem(make_run: Any, register: Any) -> None:
    register(lambda x, y: x * y, name="matyas@shifted")
    base = baseline.metrics(make_run(name="a"))
    assert {"", "shifted"} == set(base.rows.query("problem == 'matyas'")["variant"])
    key = Case("matyas@shifted", 2, "sample-0", "engine.reverse")
    head = make_run({(key, "nodes"): 8}, name="b")
    found = baseline.compare(base, baseline.metrics(head))
    assert found[["problem", "variant", "status"]].to_numpy().tolist() == [["matyas", "shifted", "worse"]]


@pytest.mark.parametrize("package", ["numpy", "python"])
def test_bytes_of_another_version_are_not_comparable_and_it_says_so(
    make_run: Any, gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.chdir(tmp_path)
    old = make_run({(REVERSE, "peak_memory"): 1, (REVERSE, "nodes"): 8}, name="20200101-000000-quick")
    environment = old.environment
    (environment if package == "python" else environment["packages"])[package] = "2.1.7"
    write_environment(old.folder, environment)
    baseline.write(old, Path("results/baseline/metrics.csv"))
    make_run(name="20200102-000000-quick")
    output = gradmark("check").stdout
    assert f"{2 * len(Plan('quick').cost_cases())} figures are not comparable: memory was recorded with" in output
    assert f"{package} 2.1\n" in output or f"{package} 2.1," in output
    assert "1 figure is better" in output  # nodes still are


def test_another_patch_release_is_comparable(make_run: Any) -> None:
    old = make_run({(REVERSE, "peak_memory"): 1}, name="a")
    environment = old.environment
    environment["packages"]["numpy"] = ".".join(environment["packages"]["numpy"].split(".")[:2]) + ".99"
    write_environment(old.folder, environment)
    found = baseline.compare(baseline.metrics(old), baseline.metrics(make_run(name="b")))
    assert list(found["status"]) == ["worse"]


RED = sorted({"wrong", "nonfinite", *FAILURES} - {"unsupported", "not_installed", "timeout"})


@pytest.mark.parametrize("outcome", RED)
def test_a_red_run_does_not_become_the_baseline(
    make_run: Any, gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make_run({(REVERSE, "outcome"): outcome})
    error = gradmark("baseline", code=2).stderr
    assert f"outcomes {outcome}" in error
    assert not Path("results/baseline").exists()


@pytest.mark.parametrize("outcome", ["cannot_tell", "unsupported", "not_installed"])
def test_a_run_that_is_not_red_becomes_the_baseline(
    make_run: Any, gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make_run({(REVERSE, "outcome"): outcome})
    assert gradmark("baseline").stdout.startswith("results/baseline/metrics.csv: the figures of 20200101")
    assert SAME in gradmark("check").stdout


@pytest.mark.parametrize(
    "part", [{"problems": ("sphere",)}, {"methods": ("manual",)}, {"dimensions": (2,)}, {"seed": 1}], ids=str
)
def test_a_part_does_not_become_the_baseline(make_run: Any, tmp_path: Path, part: Any) -> None:
    run = make_run(plan=Plan("quick", **part))
    with pytest.raises(BadInputError, match="only part of quick"):
        baseline.write(run, tmp_path / "metrics.csv")
    assert not (tmp_path / "metrics.csv").exists()


@pytest.mark.parametrize("suites", [("accuracy",), ("memory",)], ids=str)
def test_one_suite_does_not_become_the_baseline(make_run: Any, tmp_path: Path, suites: Any) -> None:
    with pytest.raises(BadInputError):
        baseline.write(make_run(suites=suites), tmp_path / "metrics.csv")


def test_a_run_of_times_alone_has_nothing_to_compare(make_run: Any) -> None:
    with pytest.raises(NothingMeasuredError, match="no figures to compare"):
        baseline.metrics(make_run(suites=("runtime",)))


def test_a_refused_run_leaves_the_baseline_as_it_was(make_run: Any, tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    baseline.write(make_run(name="a"), path)
    before = path.read_bytes()
    with pytest.raises(BadInputError):
        baseline.write(make_run({(REVERSE, "outcome"): "wrong"}, name="b"), path)
    assert path.read_bytes() == before


HEAD = f"# {json.dumps({'python': '3.11', 'numpy': '2.4', 'plan': Plan('quick').as_json()})}\n"
COLUMNS = "problem,variant,n,point,method,metric,value\n"
DAMAGED = {
    "empty": "",
    "no head": COLUMNS,
    "conflict": "<<<<<<< HEAD\n" + HEAD + COLUMNS,
    "conflict below": HEAD + COLUMNS + "=======\n",
    "no columns": HEAD,
    "a column short": HEAD + COLUMNS.replace(",value", ""),
    "head is a number": "# 17\n" + COLUMNS,
    "head is a list": "# []\n" + COLUMNS,
    "head is a text": '# "3.11"\n' + COLUMNS,
    "no plan": '# {"python": "3.11"}\n' + COLUMNS,
    "plan is a list": '# {"plan": []}\n' + COLUMNS,
    "unknown profile": '# {"plan": {"profile": "slow"}}\n' + COLUMNS,
    "n is no number": HEAD + COLUMNS + "sphere,,two,sample-0,manual,nodes,7\n",
    "value is no number": HEAD + COLUMNS + "rosenbrock,,10,sample-0,engine.reverse,nodes,many\n",
    "not UTF-8": HEAD + COLUMNS + "\udcff\n",
}


@pytest.fixture
def check_against(make_run: Any, gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`gradmark check` against a baseline of this text."""
    monkeypatch.chdir(tmp_path)
    make_run()
    path = Path("results/baseline/metrics.csv")
    path.parent.mkdir()

    def run_it(text: str, code: int) -> Any:
        path.write_bytes(text.encode(errors="surrogateescape"))
        return gradmark("check", code=code)

    return run_it


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_baseline_is_bad_input(check_against: Any, text: str) -> None:
    (line,) = check_against(text, code=2).stderr.strip().splitlines()
    assert line.startswith("Error: ")


@pytest.mark.parametrize("row", ["", "rosenbrock,,10,sample-0,engine.reverse,nodes,7\n"])
def test_a_baseline_of_few_figures_is_not_damaged(check_against: Any, row: str) -> None:
    assert SAME in check_against(HEAD + COLUMNS + row, code=0).stdout


@pytest.mark.usefixtures("elsewhere")
def test_check_against_another_run(make_run: Any, gradmark: Any, tmp_path: Path) -> None:
    make_run(name="20200101-000000-quick")
    make_run({(REVERSE, "nodes"): 8}, name="20200102-000000-quick")
    out = tmp_path / "results"
    output = gradmark("check", "--against", "20200101-000000-quick", "--out", out, code=1).stdout
    assert "20200102-000000-quick against 20200101-000000-quick: 1 figure is worse" in output
    assert SAME in gradmark("check", "--against", out / "runs" / "20200102-000000-quick", "--out", out).stdout


@pytest.mark.parametrize("what", ["part", "unfinished", "other source"])
def test_check_measures_if_there_is_no_run_of_this_code(
    make_run: Any, gradmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    baseline.write(make_run(name="a"), Path("results/baseline/metrics.csv"))
    write_environment(Path("results/runs/a"), {**make_run(name="a2").environment, "finished": None})
    run = make_run(name="b", plan=Plan("quick", problems=("sphere",)) if what == "part" else None)
    planted = {"unfinished": {"finished": None}, "other source": {"source": "0"}}.get(what, {})
    write_environment(run.folder, {**run.environment, **planted})
    write_environment(Path("results/runs/a2"), {**run.environment, "finished": None})
    measured = make_run({(REVERSE, "nodes"): 8}, name="measured-now", out=tmp_path / "elsewhere")
    monkeypatch.setattr("harness.runner.run", lambda *_, **__: measured)
    result = gradmark("check", code=1)
    assert "no run of the code as it stands" in result.stderr
    assert "measured-now against" in result.stdout


def test_the_tracked_baseline_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # its points are those of the whole catalogue
    path = Path(baseline.__file__).parent.parent / "results" / "baseline" / "metrics.csv"
    tracked = baseline.read(path)
    assert tracked.plan.whole
    assert set(tracked.rows["metric"]) == {"outcome", "error_bin", "nodes", *baseline.BYTES}
    plain, hard = (set(part.loc[part["metric"] == "outcome", "value"]) for part in apart(tracked.rows))
    assert plain <= {"correct", "approximate", "cannot_tell"}
    assert hard <= {*plain, "undefined", "nonfinite"}


@pytest.mark.usefixtures("short_profile", "no_report", "elsewhere")
def test_a_run_of_another_plan_is_nothing_to_compare_with(gradmark: Any, make_run: Any) -> None:
    part = make_run(plan=Plan("quick", problems=("matyas",)), name="20200101-000000-quick")
    out = make_run(name="20200102-000000-quick").folder.parent.parent
    error = gradmark("check", "--against", part.folder.name, "--out", out, code=2).stderr
    assert f"{part.folder.name} has measured something else than 20200102-000000-quick" in error
