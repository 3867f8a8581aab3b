"""The short tables with a row a method, for where there are too many of them to stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.report import by_method, tables
from harness.report.cases import METRICS, SIDE_BY_SIDE, full, named
from harness.report.hard_points import hard_points

NAN = np.nan
MANY = tuple(f"method_{k}" for k in range(SIDE_BY_SIDE + 1))


def cases(records: pd.DataFrame, suite: str) -> pd.DataFrame:
    return named(full(records, METRICS[suite]))


@pytest.mark.parametrize(("methods", "shown"), [(MANY, "Costs:"), (MANY[1:], "Runtime:")], ids=["many", "few"])
def test_more_methods_than_stand_side_by_side_have_a_row_each(
    pictures: Any, methods: tuple[str, ...], shown: str
) -> None:
    made = pictures.catalogue("two", methods)
    pages = dict(tables.as_page(made))
    texts = {caption.split()[0]: text for caption, text in pages.items()}
    assert shown in texts
    assert len({"Costs:", "Runtime:"} & set(texts)) == 1
    first_words = {line.split()[0] for line in texts["Accuracy:"].splitlines() if line}
    assert (set(methods) <= first_words) == (shown == "Costs:")
    assert (set(methods) <= {line.split()[0] for line in texts["Memory:"].splitlines() if line}) == (shown == "Costs:")
    for text in pages.values():
        assert max(map(len, text.splitlines())) <= tables.LINE


def test_a_page_of_many_methods_is_as_long_for_two_problems_as_for_seventy(pictures: Any) -> None:
    lengths = [
        sum(len(text.splitlines()) for _, text in tables.as_page(pictures.catalogue(names, MANY, (2, 10))))
        for names in ("two", "seventy")
    ]
    assert lengths[0] - 10 < lengths[1] < lengths[0] + 60  # more outcomes, and more kinds of hard points


def test_accuracy_has_medians_and_the_worst_over_the_problems_by_size(pictures: Any) -> None:
    def measured(problem: str, n: int, method: str, digits: float, ratio: float) -> list[tuple[Any, ...]]:
        outcome = "approximate" if method.startswith("numerical") else "correct"
        return [
            (problem, n, "sample-0", method, metric, value, outcome)
            for metric, value in (("digits", digits), ("error_over_attainable", ratio), ("normwise_error", 1e-16))
        ]

    made = pictures.made(
        *measured("a", 2, "manual", 15.0, 0.5),
        *measured("b", 3, "manual", 12.0, 0.25),
        *measured("c", 2, "manual", 14.0, 0.75),
        *measured("a", 10, "manual", 13.0, 0.125),
        *measured("a", 2, "numerical.central", 9.0, 1e6),
        ("c", 2, "hard-kink-0", "manual", "digits", 0.0, "correct"),
        ("b", 3, "sample-0", "jax", "normwise_error", NAN, "unsupported"),
    )
    table = by_method.accuracy(cases(made, "accuracy"))
    assert list(table.index) == ["manual", "numerical.central"]
    assert table.loc["manual", "correct digits, median"].to_dict() == {"2–3": "14.0", "10": "13.0"}
    assert table.loc["manual", "correct digits, worst"].to_dict() == {"2–3": "12.0", "10": "13.0"}
    assert table.loc["manual", "error/attainable, worst"].to_dict() == {"2–3": "0.75", "10": "0.12"}
    assert table.loc["numerical.central", ("correct digits, median", "2–3")] == "9.0"
    assert table.loc["numerical.central", "error/attainable, worst"].isna().all()


GROWN = [
    ("a", 2, "sample-0", "jax", "resident_memory", 40 * 2**20),
    ("b", 2, "sample-0", "jax", "resident_memory", 60 * 2**20),
    ("a", 2, "sample-0", "torch", "resident_memory", 7.9 * 2**20),
    *(("a", 2, "sample-0", method, "peak_memory", 2048.0) for method in ("function", "jax", "torch", "manual")),
]


def test_memory_has_what_processes_grow_by_and_no_noise(pictures: Any) -> None:
    table = by_method.memory(cases(pictures.made(*GROWN), "memory"))
    assert list(table.index) == ["f", "manual", "jax", "torch"]
    assert set(table["peak memory (KiB)", "2"]) == {"2.00"}
    assert table["resident memory (MiB)", "2"].dropna().to_dict() == {"jax": "50.0", "torch": "< 8"}


def test_few_methods_have_their_growth_side_by_side(pictures: Any) -> None:
    (table,) = [table for caption, table in tables.short_tables(pictures.made(*GROWN)) if caption.startswith("Memory")]
    assert table.loc[("a", 2), "resident memory (MiB)"].to_dict() == {"jax": "40.0", "torch": "< 8"}


def test_nothing_is_said_of_growth_that_was_not_measured(pictures: Any) -> None:
    found = [tables.short_tables(pictures.made(*rows)) for rows in (GROWN, GROWN[3:])]
    (caption, _), (without, table) = [shown for tables in found for shown in tables if shown[0].startswith("Memory")]
    assert caption == f"{without} Resident: what a process of the method's own grows by in one call."
    assert "resident memory (MiB)" not in table


def test_hard_points_of_many_methods_have_a_row_a_method_and_what_the_others_are(pictures: Any) -> None:
    found = {
        method: [("hard-kink-0", "correct"), ("hard-kink-1", "nonfinite"), ("hard-trap-2", "correct")]
        for method in MANY
    }
    found[MANY[0]] = [("hard-kink-0", "correct"), ("hard-trap-1", "wrong"), ("hard-trap-2", "nonfinite")]
    rows = [("sphere", 2, point, method, NAN, NAN, outcome) for method in found for point, outcome in found[method]]
    table = hard_points(cases(pictures.errors(*rows), "accuracy"))
    assert list(table.index) == list(MANY)
    assert table.loc[MANY[0], "right / all"].to_dict() == {"kink": "1/1", "trap": "0/2"}
    assert table.loc[MANY[1], "right / all"].to_dict() == {"kink": "1/2", "trap": "1/1"}
    assert list(table["the others", ""].iloc[:2]) == ["1 wrong, 1 nonfinite", "1 nonfinite"]


def test_tables_of_the_costs_and_of_the_reasons_are_on_the_page(pictures: Any) -> None:
    rows = [
        ("sphere", 2, "sample-0", method, metric, 1.0)
        for method in ("jax", "sympy")
        for metric in ("time", "preparation_time", "first_call_time", "time_without_conversion")
    ]
    page = [text for text, _ in tables.as_page(pictures.made(*rows))]
    assert [text.split()[0] for text in page] == ["Runtime:", "Conversion", "Break-even:"]
    page = [text for text, _ in tables.as_page(pictures.made(("sphere", 2, "sample-0", "jax", "time", NAN, "crashed")))]
    assert [text.split()[0] for text in page] == ["Runtime:", "Reasons:"]


def test_the_full_tables_of_costs_and_reasons_are_files(pictures: Any, tmp_path: Any) -> None:
    made = pictures.made(
        ("sphere", 2, "sample-0", "function", "time", 1.0),
        ("sphere", 2, "sample-0", "jax", "time", 3.0),
        ("sphere", 2, "sample-0", "dezero", "time", NAN, "not_installed"),
    )
    tables.write(made.assign(reason=np.where(made["outcome"] == "not_installed", "pip install dezero", "")), tmp_path)
    written = pd.read_csv(tmp_path / "costs.csv").set_index("method")
    assert written["time_over_f"].dropna().to_dict() == {"function": 1.0, "jax": 3.0}
    assert written.loc["dezero", "outcome"] == "not_installed"
    assert list(pd.read_csv(tmp_path / "reasons.csv")["reason"]) == ["pip install dezero"]
    assert "time_over_f" in (tmp_path / "costs.md").read_text(encoding="utf-8")
