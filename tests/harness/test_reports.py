"""The reports: numbers that follow from the records, plots with words on them, whatever a run contains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness import methods, report
from harness.plan import Plan
from harness.record import Case
from harness.report import cases, plots, tables
from harness.report.overview import overview

METHODS = ("engine.reverse", "manual", "numerical.central")
SIZES = [("sphere", 2), ("sphere", 100), ("goldstein_price", 2)]
EACH_SIZE = pytest.mark.parametrize(("problem", "n"), SIZES)


def blocks(records: pd.DataFrame) -> list[list[pd.DataFrame]]:
    """The short tables of a run, each as one table for each of its headings, all text."""
    short = [table for _, table in tables.short_tables(records)]
    return [[table[heading] for heading in table.columns.get_level_values(0).unique()] for table in short]


@pytest.fixture(scope="session")
def values(small_run: Any) -> Any:
    """All values of a metric, from the records and nothing else."""
    rows = small_run.run.records.to_dict("records")

    def look_up(metric: str, problem: str, n: int, method: str) -> list[float]:
        key = (metric, problem, n, method)
        return [r["value"] for r in rows if (r["metric"], r["problem"], r["n"], r["method"]) == key]

    return look_up


@pytest.fixture(scope="session")
def short_tables(small_run: Any) -> list[list[pd.DataFrame]]:
    return blocks(small_run.run.records)


def label(method: str) -> str:
    return "f" if method == "function" else method.rpartition(".")[2]


@pytest.mark.parametrize(("problem", "sizes"), [("sphere", (2, 10, 100)), ("goldstein_price", (2,))])
def test_the_short_table_of_accuracy_has_the_worst_of_the_points(
    short_tables: Any, values: Any, problem: str, sizes: tuple[int, ...]
) -> None:
    row = (problem, "–".join(dict.fromkeys(map(str, (min(sizes), max(sizes))))))
    digits, errors, differences = (block.loc[row] for block in short_tables[0])

    def of(metric: str, method: str) -> list[float]:
        return [value for n in sizes for value in values(metric, problem, n, method)]

    for method in METHODS:
        found = of("digits", method)
        assert len(found) == 4 * len(sizes)
        assert digits[label(method)] == f"{np.nanmin(found):.1f}"
    for method in METHODS[:2]:
        assert errors[label(method)] == f"{max(of('error_over_attainable', method)):.2g}"
        found = of("difference_from_central", method)
        assert differences[label(method)] == f"{np.nanmax(found):.0e}"


@EACH_SIZE
def test_the_short_table_of_runtime_has_medians_and_ratios(
    short_tables: Any, values: Any, problem: str, n: int
) -> None:
    times, ratios = (block.loc[(problem, n)] for block in short_tables[1])
    (own,) = values("time", problem, n, "function")
    assert float(times["f"]) == pytest.approx(own * 1e6, rel=6e-3)
    for method in METHODS:
        (time,) = values("time", problem, n, method)
        assert float(times[label(method)]) == pytest.approx(time * 1e6, rel=6e-3)
        assert float(ratios[label(method)]) == pytest.approx(time / own, rel=6e-3)


@EACH_SIZE
def test_the_short_table_of_memory_has_kib_and_nodes(short_tables: Any, values: Any, problem: str, n: int) -> None:
    if (problem, n) == ("sphere", 2):
        assert (problem, n) not in short_tables[2][0].index  # the largest size alone
        return
    memory, ways, nodes = (block.loc[(problem, n)] for block in short_tables[2])
    for way, metric in (("kept", "retained_memory_backward"), ("no_grad", "peak_memory_no_grad")):
        assert float(ways[way]) == pytest.approx(values(metric, problem, n, "engine.reverse")[0] / 1024, rel=6e-3)
    for method in ("function", *METHODS):
        (peak,) = values("peak_memory", problem, n, method)
        assert float(memory[label(method)]) == pytest.approx(peak / 1024, rel=6e-3)
    (count,) = values("nodes", problem, n, "engine.reverse")
    assert dict(nodes) == {"reverse": f"{count:.0f}"}


@pytest.mark.filterwarnings("ignore:The 'float_precision' argument")  # from pandas 3.1 on, exact without it
@pytest.mark.parametrize("suite", ["accuracy", "runtime", "memory", "steps"])
def test_the_full_tables_are_the_records_to_the_bit(small_run: Any, suite: str) -> None:
    metrics = cases.METRICS[suite]
    records = small_run.run.records.query("metric in @metrics and value == value")
    frame = pd.read_csv(
        small_run.run.folder / "tables" / f"{suite}.csv",
        float_precision="round_trip",
        keep_default_na=False,
        na_values={metric: [""] for metric in metrics},
    )
    found = frame.melt(cases.CASE, [metric for metric in metrics if metric in frame], "metric").dropna(subset="value")
    columns = [*cases.CASE, "metric", "value"]
    assert set(found[columns].itertuples(index=False, name=None)) == set(
        records[columns].itertuples(index=False, name=None)
    )


def test_a_label_is_short_unless_two_methods_would_share_it() -> None:
    labels = {method: cases.label(method) for method in ("function", *methods.METHODS)}
    assert len(set(labels.values())) == len(labels)
    assert labels["numerical.central"] == "central"
    assert labels["engine.forward"] == "engine.forward"


def test_the_summary_is_the_short_tables(small_run: Any) -> None:
    page = (small_run.run.folder / "tables" / "summary.md").read_text(encoding="utf-8")
    for caption, text in tables.as_page(small_run.run.records):
        assert caption in page
        assert text in page


def test_the_overview_has_a_row_a_method(small_run: Any, values: Any) -> None:
    table = overview(small_run.run.records)
    assert list(table.index) == list(METHODS)
    digits = [value for problem, n in (*SIZES, ("sphere", 10)) for value in values("digits", problem, n, METHODS[0])]
    assert table.loc[METHODS[0], ("correct digits", "median")] == f"{np.nanmedian(digits):.1f}"
    assert table.loc[METHODS[0], ("correct digits", "worst")].startswith(f"{np.nanmin(digits):.1f} ")
    ratios = [
        values("time", problem, n, "manual")[0] / values("time", problem, n, "function")[0]
        for problem, n in (*SIZES, ("sphere", 10))
    ]
    assert float(table.loc["manual", ("cost / f, median", "time")]) == pytest.approx(np.median(ratios), rel=6e-3)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_tables_fit_the_width_wherever_one_column_does(small_run: Any, width: int) -> None:
    for caption, text in tables.as_page(small_run.run.records, width):
        blocks = text.split("\n\n")
        assert max(map(len, caption.splitlines())) <= width
        for block in blocks:
            assert max(map(len, block.splitlines())) <= max(width, 48)  # the widest of a single column
    assert len(list(tables.as_page(small_run.run.records, width))) == 7


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-0.07123, "-0.0712"),
        (0.07123, "0.0712"),
        (7.126, "7.13"),
        (71.26, "71.3"),
        (712.6, "713"),
        (71234.0, "71234"),
        (0.0, "0"),
    ],
)
def test_three_digits(value: float, expected: str) -> None:
    assert cases.three_digits(value) == expected


# Runs that are made up. Warnings are errors here.

PLAN = Plan("quick", problems=("matyas", "sphere"), dimensions=(2, 10, 100))
ONE = Plan("quick", problems=("matyas",))
SPHERE = Case("sphere", 10, "sample-0", "engine.reverse")
MANUAL = Case("sphere", 10, "sample-0", "manual")


def failed(plan: Plan, methods: tuple[str, ...], outcome: str) -> dict[Any, Any]:
    """All cases of some methods end in `outcome`."""
    accuracy = [case for case in plan.accuracy_cases() if case.method in methods]
    cost = [case for case in plan.cost_cases() if case.method in methods]
    return {
        **{(case, "outcome"): outcome for case in accuracy},
        **{(case, "normwise_error"): np.nan for case in accuracy},
        **{(case, metric): np.nan for case in cost for metric in ("time", "peak_memory")},
        **{(case, "nodes"): None for case in cost},
    }


ALONE = {method: Plan("quick", problems=("sphere",), methods=(method,)) for method in ("manual", "numerical.central")}
KINDS: dict[str, dict[str, Any]] = {
    "accuracy alone": {"suites": ("accuracy",)},
    "runtime alone": {"suites": ("runtime",)},
    "memory alone": {"suites": ("memory",)},
    "numerical.central alone": {"plan": ALONE["numerical.central"]},
    "a case crashed": {"planted": {(SPHERE, "outcome"): "crashed", (SPHERE, "normwise_error"): np.nan}},
    "a case has no time": {"planted": {(SPHERE, "time"): np.nan, (SPHERE, "peak_memory"): np.nan}},
    "a case is nonfinite": {"planted": {(SPHERE, "outcome"): "nonfinite", (SPHERE, "digits"): np.nan}},
    "a method crashed": {"planted": failed(PLAN, ("engine.reverse",), "crashed")},
    "the only method is unsupported": {
        "plan": ALONE["manual"],
        "planted": failed(ALONE["manual"], ("manual",), "unsupported"),
    },
    "all methods crashed": {"plan": ONE, "planted": failed(ONE, METHODS, "crashed")},
    "the function has no time": {"plan": ONE, "planted": {(Case("matyas", 2, "sample-0", "function"), "time"): np.nan}},
    "an endless error": {"planted": {(SPHERE, "outcome"): "wrong", (SPHERE, "error_over_attainable"): np.inf}},
    "a hard point": {"plan": Plan("quick", problems=("rosenbrock",), dimensions=(2,))},
}


@pytest.mark.usefixtures("short_profile")
@pytest.mark.parametrize("kind", KINDS)
def test_tables_and_plots_of_any_run(make_run: Any, kind: str) -> None:
    records = make_run(**{"plan": PLAN, **KINDS[kind]}).records
    for _, table in tables.short_tables(records):
        assert tables.as_text(table)
    for plot in plots.PLOTS.values():
        plot(records)


@pytest.mark.usefixtures("short_profile")
@pytest.mark.parametrize("outcome", ["nonfinite", "crashed", "error"])
def test_a_failure_at_one_point_is_not_hidden_by_the_others(make_run: Any, outcome: str) -> None:
    """NaN is the worst, so the worst over the points is not what the other points have."""
    case = Case("sphere", 10, "sample-0", "manual")
    records = make_run({(case, "outcome"): outcome, (case, "digits"): np.nan}, plan=PLAN).records
    digits = blocks(records)[0][0]
    assert digits.loc[("sphere", "2–100"), "reverse"] == "15.0"
    assert digits.loc[("sphere", "2–100"), "manual"] == outcome


@pytest.mark.usefixtures("short_profile")
def test_columns_and_rows_have_an_order_of_their_own(make_run: Any) -> None:
    """What a run records first is what is not worth a time."""
    records = make_run(failed(PLAN, ("manual",), "unsupported"), plan=PLAN).records
    first = records["method"] == "manual"
    records = pd.concat([records[first][::-1], records[~first][::-1]])
    times = blocks(records)[1][0]
    assert times.columns.tolist() == ["f", "reverse", "manual", "central"]
    assert times.index.tolist() == [("matyas", 2), ("sphere", 2), ("sphere", 100)]


@pytest.mark.parametrize("width", [60, 80])
def test_a_heading_too_wide_for_a_line_is_repeated(width: int) -> None:
    columns = pd.MultiIndex.from_product([["time"], [f"method_{k}" for k in range(20)]])
    text = tables.as_text(pd.DataFrame([range(20)], index=["sphere"], columns=columns), width)
    assert max(map(len, text.splitlines())) <= width
    assert [word for word in text.split() if word.startswith("method")] == [f"method_{k}" for k in range(20)]
    assert text.split().count("time") == len(text.split("\n\n")) > 1


def test_a_report_is_written_made_again_and_the_same(make_run: Any, gradmark: Any) -> None:
    run = make_run(failed(ONE, ("manual",), "crashed"), plan=ONE, suites=("accuracy",))
    gradmark("report", run.folder)
    files = {path: path.read_bytes() for path in run.folder.glob("*/*")}
    plots = ("digits", "accuracy_profile", "error_over_attainable", "contours")
    drawn = {f"{plot}.{form}" for plot in plots for form in ("png", "svg")}
    assert {path.name for path in files} == {
        *(f"{table}.{form}" for table in ("accuracy", "reasons") for form in ("csv", "md")),
        "summary.md",
        *drawn,
    }
    assert "crashed" in (run.folder / "tables" / "accuracy.md").read_text(encoding="utf-8")
    report.write(run.folder)
    assert {path: path.read_bytes() for path in run.folder.glob("*/*")} == files


@pytest.mark.usefixtures("short_profile")
def test_the_last_record_of_a_case_counts(make_run: Any) -> None:
    records = make_run(plan=ONE).records
    again = records[records["metric"] == "digits"].assign(value=3.0)
    full = cases.full(pd.concat([records, again]), ("normwise_error", "digits"))
    assert set(full["digits"]) == {3.0}
    assert len(full) == len(ONE.accuracy_cases())


@pytest.mark.usefixtures("short_profile")
def test_variants_have_rows_of_their_own(make_run: Any) -> None:
    records = make_run(plan=ONE).records
    other = records.assign(variant="shifted", value=records["value"] / 10)
    short = blocks(pd.concat([records, other], ignore_index=True))[:3]
    assert [len(block) for table in short for block in table] == [2] * 8


def test_hard_points_are_not_in_the_figures_of_a_problem(make_run: Any) -> None:
    plan = Plan("quick", problems=("rosenbrock",), dimensions=(2,))
    (point,) = {case.point for case in plan.accuracy_cases() if case.point.startswith("hard")}
    hard = Case("rosenbrock", 2, point, "manual")
    records = make_run({(hard, "digits"): 1.0, (hard, "outcome"): "wrong"}, plan=plan).records
    assert list(blocks(records)[0][0]["manual"]) == ["15.0"]
    assert overview(records).loc["manual", ("correct digits", "worst")] == "15.0 rosenbrock"


def test_what_decides_over_a_run() -> None:
    rows = pd.DataFrame(
        [
            ("sample-0", "manual", "correct"),
            ("sample-0", "numerical.central", "nonfinite"),
            ("hard-kink-0", "manual", "wrong"),
            ("minimum-0", "manual", "cannot_tell"),
        ],
        columns=["point", "method", "outcome"],
    )
    assert cases.decisive(rows) == {"correct"}
    for point, method, outcome in (
        ("sample-0", "manual", "cannot_tell"),
        ("minimum-0", "engine.reverse", "nonfinite"),
        ("minimum-0", "sympy", "wrong"),
    ):
        rows.loc[len(rows)] = (point, method, outcome)
        assert outcome in cases.decisive(rows)


def test_a_numerical_method_of_any_name_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame([("sample-0", "differences", "wrong")], columns=["point", "method", "outcome"])
    assert cases.decisive(rows) == {"wrong"}
    monkeypatch.setitem(methods.METHODS, "differences", methods.get("numerical.central"))
    assert cases.decisive(rows) == set()
