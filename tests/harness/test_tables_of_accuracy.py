"""The short tables over all problems: verdicts, hard points and worst points, counted again from the records."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.record import OUTCOMES
from harness.report import tables
from harness.report.cases import METRICS, full, kind_of, named
from harness.report.hard_points import caption, hard_points
from harness.report.verdicts import verdicts
from harness.report.worst_points import worst_points

NAN, INF = np.nan, np.inf


def cases(records: pd.DataFrame) -> pd.DataFrame:
    return named(full(records, METRICS["accuracy"]))


@pytest.mark.parametrize(
    ("point", "kind"),
    [
        ("sample-12", "sample"),
        ("minimum-0", "minimum"),
        ("hard-0", "hard"),
        ("hard-kink-3", "kink"),
        ("hard-infinite_slope-10", "infinite slope"),
    ],
)
def test_the_kind_of_a_point_is_in_its_name(point: str, kind: str) -> None:
    assert kind_of(point) == kind


# Verdicts.


def test_the_verdicts_are_the_counts_of_the_records(small_run: Any) -> None:
    records = small_run.run.records
    rows = records[records["metric"] == "normwise_error"].to_dict("records")
    places = {"sample": "samples", "minimum": "minima"}
    expected = Counter((row["method"], places[row["point"].split("-")[0]], row["outcome"]) for row in rows)
    table = verdicts(cases(records))
    found = {(method, *column): text for column in table for method, text in table[column].items() if text}
    assert found == {key: str(count) for key, count in expected.items()}
    assert sum(expected.values()) == 48


def test_the_outcomes_that_there_are_have_columns_in_their_order(pictures: Any) -> None:
    made = pictures.errors(
        *(("sphere", 2, f"sample-{k}", "manual", NAN, NAN, outcome) for k, outcome in enumerate(OUTCOMES[::-1])),
        ("sphere", 2, "hard-trap-0", "sympy", NAN, NAN, "wrong"),
        ("sphere", 2, "hard-0", "sympy", NAN, NAN, "wrong"),
    )
    table = verdicts(cases(made))
    assert list(table.columns) == [*(("samples", outcome) for outcome in OUTCOMES), ("hard points", "wrong")]
    assert list(table.loc["manual"]) == ["1"] * len(OUTCOMES) + [""]
    assert table.loc["sympy", ("hard points", "wrong")] == "2"


def test_known_worst_points_are_no_hard_points(pictures: Any) -> None:
    made = pictures.errors(
        ("sphere", 2, "worst-0", "manual", 0.1, 1e-16, "correct"),
        ("sphere", 2, "hard-trap-0", "manual", NAN, NAN, "wrong"),
    )
    assert list(verdicts(cases(made)).columns) == [("worst points", "correct"), ("hard points", "wrong")]


# Hard points.

AT_HARD = [
    ("hard-trap-0", "manual", "correct"),
    ("hard-removable-1", "manual", "correct"),
    ("hard-removable-2", "manual", "nonfinite"),
    ("hard-removable-3", "manual", "nonfinite"),
    ("hard-removable-4", "manual", "wrong"),
    ("hard-infinite_slope-5", "manual", "undefined"),
    ("hard-oddity-6", "manual", "cannot_tell"),
    ("hard-removable-1", "sympy", "correct"),
    ("hard-removable-1", "numerical.central", "approximate"),
    ("sample-0", "manual", "wrong"),
    ("minimum-0", "manual", "wrong"),
]


def at_hard(pictures: Any, found: list[tuple[str, str, str]]) -> pd.DataFrame:
    return cases(
        pictures.errors(*(("sphere", 2, point, method, NAN, NAN, outcome) for point, method, outcome in found))
    )


def test_the_hard_points_are_right_of_all_and_what_else(pictures: Any) -> None:
    table = hard_points(at_hard(pictures, AT_HARD))
    assert list(table.index) == ["removable", "infinite slope", "trap", "oddity"]
    assert list(table["right / all", "manual"]) == ["1/4, 1 wrong, 2 nonfinite", "1/1", "1/1", "0/1, 1 cannot_tell"]
    assert list(table["right / all", "sympy"].fillna("")) == ["1/1", "", "", ""]
    assert len(table.columns) == 2  # differences get no verdict


def test_points_without_a_kind_have_a_row_and_no_points_no_table(pictures: Any) -> None:
    table = hard_points(at_hard(pictures, [("hard-0", "manual", "undefined"), ("hard-1", "manual", "crashed")]))
    assert table["right / all", "manual"].to_dict() == {"hard": "1/2, 1 crashed"}
    assert hard_points(at_hard(pictures, AT_HARD[-3:])).empty


def test_the_caption_counts_the_removable_points_of_the_first_method(pictures: Any) -> None:
    assert "manual gives it at 1 of 4." in caption(at_hard(pictures, AT_HARD))
    assert "sympy gives it at 1 of 1." in caption(at_hard(pictures, AT_HARD[7:]))
    assert caption(at_hard(pictures, AT_HARD)).endswith("this run does not measure that.")
    measured = caption(at_hard(pictures, [*AT_HARD, ("hard-removable-1", "jax", "nonfinite")]))
    assert measured.endswith("manual gives it at 1 of 4.")
    assert "Removable" not in caption(at_hard(pictures, [AT_HARD[0], AT_HARD[-1]]))


# Worst points.


def rows_of(table: pd.DataFrame, method: str) -> list[tuple[str, ...]]:
    """The rows of a method, which is named in the first of them."""
    names = pd.Series(list(table.index)).replace("", None).ffill()
    return [tuple(row) for name, row in zip(names, table.itertuples(index=False), strict=True) if name == method]


def test_the_worst_points_are_those_of_the_records(small_run: Any) -> None:
    records = small_run.run.records
    table = worst_points(cases(records))
    for method, metric, worst in (
        ("engine.reverse", "error_over_attainable", max),
        ("manual", "error_over_attainable", max),
        ("numerical.central", "digits", min),
    ):
        rows = records[(records["method"] == method) & (records["metric"] == metric)].dropna(subset="value")
        expected = {}
        for problem in ("sphere", "goldstein_price"):
            own = rows[rows["problem"] == problem].to_dict("records")
            value = worst(row["value"] for row in own)
            expected[problem] = (value, {(str(row["n"]), row["point"]) for row in own if row["value"] == value})
        order = sorted(expected, key=lambda problem: expected[problem][0], reverse=worst is max)
        found = rows_of(table, method)
        assert [row[0] for row in found] == order
        for problem, n, point, ratio, digits, _ in found:
            value, places = expected[problem]
            assert (n, point) in places
            assert (f"{value:.2g}" if worst is max else f"{value:.1f}") == (ratio if worst is max else digits)


def test_no_number_is_worse_than_any_and_what_gave_no_gradient_is_not_there(pictures: Any) -> None:
    found = [
        ("a", 2, "sample-0", "manual", 0.1, 3.0, "cannot_tell"),
        ("a", 2, "sample-1", "manual", 0.1, 2.0, "cannot_tell"),  # its problem is there already
        ("b", 2, "sample-0", "manual", 0.1, INF, "cannot_tell"),
        ("c", 2, "minimum-0", "manual", 0.1, 0.5, "wrong"),
        ("d", 2, "sample-0", "manual", NAN, NAN, "nonfinite"),
        ("e", 2, "sample-0", "manual", NAN, NAN, "crashed"),
        ("f", 2, "hard-trap-0", "manual", 0.1, 1e9, "wrong"),
        ("g", 2, "sample-0", "manual", NAN, NAN, "cannot_tell"),
    ]
    table = worst_points(cases(pictures.errors(*found)))
    assert rows_of(table, "manual") == [
        ("d", "2", "sample-0", "", "", "nonfinite"),
        ("c", "2", "minimum-0", "0.5", "", "wrong"),
        ("b", "2", "sample-0", "inf", "", "cannot_tell"),
    ]
    assert rows_of(worst_points(cases(pictures.errors(*found[:2]))), "manual") == [
        ("a", "2", "sample-0", "3", "", "cannot_tell")
    ]
    assert worst_points(cases(pictures.errors(*found[5:]))).empty


@pytest.mark.parametrize(("methods", "rows"), [(1, 3), (3, 9), (4, 8), (10, 10)])
def test_the_table_is_short_whatever_the_number_of_methods(pictures: Any, methods: int, rows: int) -> None:
    made = pictures.errors(
        *(
            (problem, 2, "sample-0", f"method_{k}", 0.1, 0.3, "correct")
            for problem in "abcde"
            for k in range(methods)
        )
    )  # fmt: skip
    assert len(worst_points(cases(made))) == rows


def test_the_tables_over_all_problems_come_last_and_say_so_in_a_few_lines(pictures: Any) -> None:
    methods = ("engine.reverse", "manual", "numerical.central")
    points = ("sample-0", "minimum-0", *(f"hard-{kind}-{k}" for k, kind in enumerate(("removable", "kink", "trap"))))
    made = pictures.errors(
        *((problem, 2, point, method, 0.1, 0.3, "correct") for problem in "abcde" for point in points
          for method in methods)
    )  # fmt: skip
    one = made[made["metric"] == "normwise_error"]
    made = pd.concat(
        [made, *(one.assign(metric=metric, value=5.0) for metric in ("digits", "difference_from_central"))]
    )
    page = list(tables.as_page(made))
    assert [text.split()[0] for text, _ in page] == ["Accuracy:", "Hard", "Worst", "Verdicts:", "Overview:"]
    assert [len(text.splitlines()) for _, text in page[1:]] == [5, 10, 5, 5]
