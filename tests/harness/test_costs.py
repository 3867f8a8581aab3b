"""Costs beside f, the fastest and the gradient by hand; break-even, and what is said of methods that failed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.report import costs, kinds, reasons, tables
from harness.report.cases import METRICS, full, label, named

INF = np.inf

CELL = (
    ("sphere", 2, "function", 1.0),
    ("sphere", 2, "engine.reverse", 10.0, 0.0, 10.0),
    ("sphere", 2, "engine.forward", 10.0, 1.0, 10.0),
    ("sphere", 2, "jax", 5.0, 30.0, 5.0),
    ("sphere", 2, "sympy", 4.0, 100.0, 4.0),
    ("sphere", 2, "manual", 2.0, 0.0, 2.0),
    ("sphere", 2, "numerical.central", 3.0, 0.0, 3.0),
)
"""What each takes: a call, the preparation, and the first call."""


def by_id(table: pd.DataFrame, column: str) -> dict[str, float]:
    return dict(zip(table["method"], table[column], strict=True))


def test_each_time_is_beside_that_of_f_of_the_fastest_and_of_the_method_by_hand(pictures: Any) -> None:
    table = costs.costs(pictures.costs(*CELL, ("matyas", 2, "jax", 7.0, 1.0, 7.0)))
    assert by_id(table.iloc[:7], "time_over_f") == dict(
        zip(by_id(table.iloc[:7], "time"), [1.0, 10.0, 10.0, 5.0, 4.0, 2.0, 3.0], strict=True)
    )
    # The fastest that races is sympy: neither the one by hand, nor differences.
    assert list(table["time_over_fastest"]) == [0.25, 2.5, 2.5, 1.25, 1.0, 0.5, 0.75, 1.0]
    assert list(table["time_over_manual"].dropna()) == [0.5, 5.0, 5.0, 2.5, 2.0, 1.0, 1.5]
    assert table["problem"].iloc[7] == "matyas"
    assert np.isnan(table["time_over_f"].iloc[7])


def test_a_table_of_costs_has_no_empty_columns_and_none_without_times(pictures: Any) -> None:
    table = costs.costs(pictures.made(("sphere", 2, "sample-0", "jax", "time", 1.0)))
    assert "time_without_conversion" not in table
    assert "ahead_from_call" not in table
    assert costs.costs(pictures.made(("sphere", 2, "sample-0", "jax", "time", np.nan, "timeout"))).empty


def test_a_method_is_ahead_from_the_call_at_which_it_has_taken_less_in_all(pictures: Any) -> None:
    ahead = by_id(costs.costs(pictures.costs(*CELL)), "ahead_from_call")
    # 10 k for engine.reverse; 30 + 5 k for jax, less from 7 on; 100 + 4 k for sympy, less from 17 on.
    assert (ahead["engine.reverse"], ahead["jax"], ahead["sympy"], ahead["engine.forward"]) == (1.0, 7.0, 17.0, INF)
    assert np.isnan([ahead[method] for method in ("function", "manual", "numerical.central")]).all()


def test_the_call_is_the_first_at_which_the_sum_is_less(pictures: Any) -> None:
    random = np.random.default_rng(0)
    calls = np.arange(1, 2000)
    for _ in range(10):
        time, preparation, first = random.integers(1, 30, (3, 4)).astype(float)
        methods = ("engine.reverse", "engine.forward", "jax", "sympy")
        rows = [("sphere", 2, *row) for row in zip(methods, time, preparation, first, strict=True)]
        totals = (preparation + first)[:, None] + time[:, None] * (calls - 1)
        starts = preparation + first
        soonest = totals[starts == starts.min()].min(axis=0)
        found = by_id(costs.costs(pictures.costs(*rows)), "ahead_from_call")
        for method, own, start in zip(methods, totals, starts, strict=True):
            less = calls[own < soonest]
            assert found[method] == (1.0 if start == starts.min() else less[0] if len(less) else INF)


def cells(*found: tuple[str, int, dict[str, float]]) -> list[tuple[Any, ...]]:
    return [(problem, n, method, time) for problem, n, times in found for method, time in times.items()]


def test_the_short_table_has_medians_over_problems_by_size_and_who_is_the_fastest(pictures: Any) -> None:
    records = pictures.costs(
        *cells(
            ("a", 2, {"function": 1.0, "engine.reverse": 10.0, "jax": 5.0, "manual": 2.0}),
            ("b", 3, {"function": 2.0, "engine.reverse": 10.0, "jax": 40.0, "manual": 10.0}),
            ("c", 2, {"function": 1.0, "engine.reverse": 30.0, "jax": 10.0, "manual": 1.0}),
            ("d", 2, {"function": 1.0, "engine.reverse": 20.0, "jax": np.nan, "manual": 2.0}),
            ("a", 100, {"function": 10.0, "engine.reverse": 20.0, "jax": 16.0, "manual": 8.0}),
        )
    )
    table = costs.short_costs(named(full(records, METRICS["runtime"])))
    assert list(table.index) == ["manual", "jax", "engine.reverse"]  # by medians of 2, 7.5 and 10
    assert table.loc["engine.reverse", "time / f"].to_dict() == {"2–3": "15.0", "100": "2.00"}  # of 10, 5, 30 and 20
    assert table.loc["jax", "time / f"].to_dict() == {"2–3": "10.0", "100": "1.60"}  # of 5, 20 and 10
    assert table.loc["jax", "time / fastest"].to_dict() == {"2–3": "1.00", "100": "1.00"}  # of 1, 4 and 1
    assert table.loc["engine.reverse", "time / by hand"].to_dict() == {"2–3": "7.50", "100": "2.50"}  # 5, 1, 30, 10
    won = table["fastest, % of problems"]
    assert won.loc["jax"].to_dict() == {"2–3": "67", "100": "100"}  # a and c, of a, b and c: alone, nobody races
    assert won.loc["engine.reverse"].to_dict() == {"2–3": "33", "100": "0"}
    assert won.loc["manual"].isna().all()
    assert table["timed", "of 5"].to_dict() == {"manual": "5", "jax": "4", "engine.reverse": "5"}


def test_break_even_is_a_median_over_the_cells_and_may_be_never(pictures: Any) -> None:
    other = [("matyas", *row[1:]) for row in CELL if row[2] != "jax"]
    worse = ("matyas", 2, "jax", 11.0, 30.0, 11.0)
    table = costs.break_even(costs.costs(pictures.costs(*CELL, *other, worse)))
    assert list(table.index) == ["engine.reverse", "engine.forward", "jax", "sympy"]
    assert table["first gradient (ms)", "2"].to_dict() == {
        "engine.reverse": "10000", "engine.forward": "11000", "jax": "38000", "sympy": "104000",
    }  # fmt: skip
    assert table["ahead from call", "2"].to_dict() == {
        "engine.reverse": "1", "engine.forward": "never", "jax": "never", "sympy": "17",
    }  # fmt: skip


def test_there_is_no_break_even_of_one_method_or_without_a_first_call(pictures: Any) -> None:
    alone = [row for row in CELL if row[2] in ("function", "engine.reverse", "manual", "numerical.central")]
    assert costs.break_even(costs.costs(pictures.costs(*alone))).empty
    assert costs.break_even(costs.costs(pictures.costs(*(row[:5] for row in CELL)))).empty


def test_conversion_and_threads_are_told_over_the_time_of_those_that_have_them(pictures: Any) -> None:
    figures = {
        "jax": {"time": 4.0, "time_without_conversion": 1.0, "time_default_threads": 6.0},
        "casadi_mx": {"time": 4.0, "time_without_conversion": 3.0},
        "autograd": {"time": 4.0},
    }
    rows = [("sphere", 2, "sample-0", method, *row) for method, own in figures.items() for row in own.items()]
    table = costs.conversion(costs.costs(pictures.made(*rows)))
    assert table["without conversion / time", "2"].to_dict() == {"casadi_mx": "0.750", "jax": "0.250"}
    assert table["with threads / time", "2"].dropna().to_dict() == {"jax": "1.50"}
    assert costs.conversion(costs.costs(pictures.made(*rows[-1:]))).empty


@pytest.mark.parametrize(
    ("method", "kind", "group", "races"),
    [
        ("engine.reverse", "automatic", "automatic", True),
        ("sympy", "symbolic", "symbolic", True),
        ("manual", "symbolic", "symbolic", False),
        ("numerical.central", "numerical", "numerical", False),
        ("numerical.that_is_no_more", "numerical", "numerical", False),
        ("my.py:Secant", "automatic", "automatic", True),
        ("torch_compile", "automatic", "built", True),
    ],
)
def test_what_kind_a_method_is_and_whether_it_races(method: str, kind: str, group: str, races: bool) -> None:
    assert (kinds.kind(method), kinds.group(method), kinds.races(method)) == (kind, group, races)


def test_captions_say_who_does_not_race() -> None:
    assert (
        kinds.racers(["manual", "jax"]) == "the automatic and symbolic methods, but for manual, which a human derives"
    )
    assert kinds.racers(["jax"]) == "the automatic and symbolic methods"
    assert not kinds.races("function")
    assert label("my.py:Secant") == "Secant"


# Why methods gave no gradient.


def failures(pictures: Any, *found: tuple[str, int, str, str, str]) -> pd.DataFrame:
    """Records of (problem, n, method, outcome, reason), at two points each and in two suites."""
    rows = [
        ((problem, n, point, method, metric, np.nan, outcome), reason)
        for problem, n, method, outcome, reason in found
        for point, metric in (("sample-0", "normwise_error"), ("sample-1", "normwise_error"), ("sample-0", "time"))
    ]
    made: pd.DataFrame = pictures.made(*(row for row, _ in rows))
    return made.assign(reason=[reason for _, reason in rows])


FAILED = (
    ("sphere", 2, "jax", "unsupported", "sphere has no floor for 2 coordinates"),
    ("sphere", 10, "jax", "unsupported", "sphere has no floor for 10 coordinates"),
    ("matyas", 2, "jax", "unsupported", "matyas has no floor for 2 coordinates"),
    ("branin", 2, "jax", "timeout", "preparation took more than 10 s"),
    ("beale", 2, "manual", "unsupported", "beale has no gradient derived by hand"),
)


def test_reasons_are_counted_by_problem_and_size_whatever_the_problem_is_called(pictures: Any) -> None:
    records = pd.concat(
        [failures(pictures, *FAILED[::-1]), pictures.errors(("a", 2, "sample-0", "jax", 0.1, 0.1, "wrong"))]
    )
    table = reasons.reasons(records)
    assert table.to_dict("split")["data"] == [
        ["manual", "unsupported", 1, "… has no gradient derived by hand", "beale", 2],
        ["jax", "unsupported", 3, "… has no floor for n coordinates", "matyas", 2],
        ["jax", "timeout", 1, "preparation took more than 10 s", "branin", 2],
    ]


def test_the_short_table_of_reasons_has_the_most_frequent_ones(pictures: Any) -> None:
    rare = [(f"p{k}", 2, "jax", "error", f"ValueError: {'x' * k}") for k in range(4)]
    long = ("sphere", 2, "sympy", "error", "word " * 40)
    table = reasons.short_reasons(reasons.reasons(failures(pictures, *rare, *FAILED, long)))
    rows = [(name, *(cell.strip() for cell in row)) for name, row in zip(table.index, table.to_numpy(), strict=True)]
    assert [row[:3] for row in rows] == [
        ("manual", "unsupported", "1"),
        ("sympy", "error", "1"),
        ("jax", "unsupported", "3"),
        ("", "error", "1"),
        ("", "error", "1"),
        ("", "", "3"),
    ]
    assert rows[1][3].endswith("word …")
    assert rows[-1][3] == "3 other reasons"
    text = tables.as_text(table)
    assert max(map(len, text.splitlines())) <= tables.LINE
    assert "\n\n" not in text
    assert reasons.short_reasons(reasons.reasons(pictures.costs(*CELL))).empty
