"""The plots that compare many methods: who is the fastest, the front, break-even, slopes, and names that stay apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from harness.report.plots import accuracy_against_cost, labels, rows, scaling, style
from harness.report.plots.break_even import break_even
from harness.report.plots.cost import cost
from harness.report.plots.error_against_n import error_against_n
from harness.report.plots.fastest import fastest
from harness.report.plots.slopes import slopes
from harness.slopes import exponent

MANY = tuple(f"method_{k:02}" for k in range(style.MOST + 1))

# Who is the fastest.

RACE = [
    ("beale", 2, {"engine.reverse": 3.0, "jax": 2.0, "sympy": 8.0, "manual": 0.5, "numerical.central": 1.0}),
    ("colville", 4, {"engine.reverse": 1.0, "jax": 1.06}),
    ("sphere", 2, {"engine.reverse": 30.0, "sympy": 2.0, "jax": np.nan}),
    ("sphere", 100, {"engine.reverse": 3.0, "jax": 6.0}),
    ("sphere", 1000, {"engine.reverse": 3.0, "manual": 1.0}),
]


def race(pictures: Any, found: Any = RACE) -> Any:
    return pictures.costs(*((problem, n, method, t) for problem, n, own in found for method, t in own.items()))


def written(axes: Any, pictures: Any) -> dict[tuple[str, str], str]:
    """What is in each cell, by the labels of its row and column."""
    heads, names = [text.get_text() for text in axes.get_xticklabels()], pictures.row_labels(axes)
    return {
        (names[round(y)], heads[round(x)]): text.get_text() for text in axes.texts for x, y in [text.get_position()]
    }


def test_the_fastest_of_those_that_race_and_how_much_slower_the_next_are(pictures: Any) -> None:
    figure = fastest(race(pictures))
    one, several = figure.axes
    assert written(one, pictures) == {
        ("beale", "fastest"): "jax 1.5",
        ("beale", "second"): "reverse 1.5",
        ("beale", "third"): "sympy 4.0",
        ("colville, n = 4", "fastest"): "reverse 1.06",
        ("colville, n = 4", "second"): "jax 1.06",
    }
    assert written(several, pictures) == {("sphere", "n = 2–4"): "sympy 15", ("sphere", "n = 100"): "reverse 2.0"}
    assert {"jax: 1", "engine.reverse: 2", "sympy: 1"} <= set(pictures.words(figure))
    text = " ".join(pictures.words(figure)).replace("\n", " ")
    assert "in how many of 4 cells" in text
    assert "but for manual, which a human derives" in text


def test_a_cell_has_the_colour_of_the_fastest_and_those_behind_have_none(pictures: Any) -> None:
    figure = fastest(race(pictures))
    looks = style.looks(["jax", "engine.reverse", "sympy"])
    patches = [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, Rectangle)]
    found = {(patch.axes is figure.axes[0], patch.get_y() + 0.5, patch.get_x() + 0.5): patch for patch in patches}
    colours = {place: to_hex(patch.get_facecolor()) for place, patch in found.items()}
    assert colours == {
        (True, 0.0, 0.0): style.fill(looks["jax"]).lower(),
        (True, 1.0, 0.0): style.fill(looks["engine.reverse"]).lower(),
        (False, 0.0, 0.0): style.fill(looks["sympy"]).lower(),
        (False, 0.0, 1.0): style.fill(looks["engine.reverse"]).lower(),
    }


def test_of_sizes_in_one_column_the_largest_is_shown(pictures: Any) -> None:
    found = [("sphere", n, {"jax": float(n), "engine.reverse": 6.0}) for n in (8, 2, 100)]
    (axes,) = fastest(race(pictures, found)).axes
    assert written(axes, pictures) == {("sphere", "n = 2–8"): "reverse 1.3", ("sphere", "n = 100"): "reverse 17"}


def test_who_is_the_fastest_at_many_problems_is_a_page(pictures: Any) -> None:
    random = np.random.default_rng(0)
    found = [
        (name, n, dict(zip(("jax", "engine.forward", "torch_compile", *MANY), random.random(14), strict=True)))
        for k, name in enumerate(pictures.NAMES["seventy"])
        for n in (2, 10, 100, 1000, 10000)[: 1 if k % 3 else 5]
    ]
    pictures.check_page(fastest(race(pictures, found)))


def test_nobody_wins_a_race_alone(pictures: Any) -> None:
    assert fastest(race(pictures, RACE[-1:])) is None
    assert fastest(race(pictures, [("beale", 2, {"jax": 1.0, "engine.reverse": np.nan, "manual": 2.0})])) is None


# Accuracy against cost.


def test_the_front_has_those_with_half_the_error_of_all_that_cost_less() -> None:
    points = pd.DataFrame(
        {"cost": [1.0, 2.0, 3.0, 4.0, 5.0], "error": [1e-8, 2e-8, 6e-9, 1e-16, 0.9e-16]}, index=list("abcde")
    )
    assert list(accuracy_against_cost.front(points.sample(frac=1, random_state=0)).index) == ["a", "d"]


def test_a_point_has_the_medians_of_error_and_cost_over_the_problems(pictures: Any) -> None:
    found = {
        "a": {"engine.reverse": (8.0, 1e-16), "numerical.central": (4.0, 1e-10), "manual": (2.0, 1e-16)},
        "b": {"engine.reverse": (9.0, 3e-16), "numerical.central": (5.0, 2e-10)},
        "c": {"engine.reverse": (20.0, 0.0), "numerical.central": (6.0, 4e-10), "sympy": (30.0, 0.0)},
    }
    rows = [(name, 2, "sample-0", "function", "time", 2.0) for name in found]
    for name, methods in found.items():
        for method, (ratio, error) in methods.items():
            rows.append((name, 2, "sample-0", method, "time", 2.0 * ratio))
            rows.extend(
                (name, 2, f"sample-{k}", method, "normwise_error", error * factor)
                for k, factor in enumerate((0.1, 1.0, 10.0))
            )
    rows.extend(("c", 2, f"hard-kink-{k}", "engine.reverse", "normwise_error", 1.0) for k in range(9))
    figure = accuracy_against_cost.accuracy_against_cost(pictures.made(*rows))
    (axes,) = figure.axes
    drawn = pictures.lines(axes)
    points = {method: tuple(drawn[method].get_xydata()[0]) for method in (*found["a"], "sympy")}
    assert points == {
        "engine.reverse": pytest.approx((9.0, 1e-16), abs=0),
        "numerical.central": pytest.approx((5.0, 2e-10), abs=0),
        "manual": pytest.approx((2.0, 1e-16), abs=0),
        "sympy": pytest.approx((30.0, 1e-17), abs=0),
    }
    front = drawn["front"].get_xydata()
    assert front.tolist() == [list(points[m]) for m in ("numerical.central", "engine.reverse", "sympy")]  # not manual
    bold = {text.get_text() for text in axes.texts if text.get_weight() == "bold"}
    assert bold == {"central", "reverse", "sympy (33 %)"}
    assert "manual (33 %)" in pictures.words(figure)
    assert axes.get_title(loc="left") == "n = 2: 3 problems"


# Break-even.


def test_what_calls_take_in_all_and_who_is_ahead(pictures: Any) -> None:
    figure = break_even(
        pictures.costs(
            ("sphere", 2, "engine.reverse", 1e-2, 0.0, 2e-2),
            ("sphere", 2, "jax", 1e-3, 9e-1, 1e-1),
            ("sphere", 2, "autograd", 1e-1, 0.0, 1e-1),
            ("sphere", 2, "manual", 1e-6, 0.0, 1e-6),
            ("sphere", 2, "sympy", 1.0, 0.0, 0.0),  # no time to draw
            ("matyas", 2, "engine.reverse", 1.0, 1.0, 1.0),
            ("matyas", 2, "jax", 2.0, 3.0, 2.0),
            ("matyas", 2, "autograd", 2.0, 3.0, 2.0),
        )
    )
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "sphere, n = 2"  # where more than one is ahead
    drawn = {name: line for name, line in pictures.lines(axes).items() if name in ("engine.reverse", "jax", "least")}
    calls = drawn["jax"].get_xdata()
    assert drawn["jax"].get_ydata() == pytest.approx(1.0 + 1e-3 * (calls - 1))
    assert drawn["engine.reverse"].get_ydata() == pytest.approx(2e-2 + 1e-2 * (calls - 1))
    assert drawn["least"].get_ydata() == pytest.approx(np.minimum(1.0 + 1e-3 * (calls - 1), 2e-2 + 1e-2 * (calls - 1)))
    assert calls[0] == 1.0
    assert calls[-1] > 110  # from then on jax is ahead
    bold = {text.get_text(): text.get_weight() == "bold" for text in axes.texts}
    assert bold == {"reverse": True, "jax": True, "autograd": False}


# Slopes.


def test_the_exponent_is_that_of_the_upper_half_or_of_the_last_two() -> None:
    n = np.array([2.0, 10.0, 100.0, 1000.0])
    assert exponent(n, np.array([5.0, 5.0, 1e2, 1e4])) == pytest.approx(2.0)
    assert exponent(n[:3], np.array([5.0, 1.0, 1e1])) == pytest.approx(1.0)
    assert np.isnan(exponent(n[:1], n[:1]))


def laws(powers: dict[str, list[float]], metric: str = "time") -> list[tuple[Any, ...]]:
    return [
        (f"problem_{k}", n, "sample-0", method, metric, 1e-5 * n**power)
        for method, own in powers.items()
        for k, power in enumerate(own)
        for n in (10, 100, 1000)
    ]


def test_the_slopes_are_those_of_all_problems_with_the_median_beside_them(pictures: Any) -> None:
    figure = slopes(
        pictures.made(
            *laws({"function": [1.0, 1.0, 1.0], "manual": [0.5, 1.0, 2.5], "numerical.central": [2.0, 2.0, 2.0]}),
            *laws({"manual": [1.0, 1.0, 1.0]}, "peak_memory"),
            *(("other", n, "sample-0", "manual", "time", 1.0 * n) for n in (10, 100)),
        )
    )
    assert {"time", "peak memory", "symbolic, and by hand", "numerical"} <= set(pictures.words(figure))
    by_hand, memory, central, nothing = figure.axes
    assert pictures.row_labels(by_hand) == ["manual"]
    assert pictures.lines(by_hand)["manual"].get_xdata().tolist() == [pytest.approx(1.0)]
    (thin, thick) = by_hand.collections
    assert thin.get_segments()[0][:, 0].tolist() == pytest.approx([0.5, 2.5])
    assert thick.get_segments()[0][:, 0].tolist() == pytest.approx([0.75, 1.75])
    assert [text.get_text() for text in by_hand.texts] == ["1.00"]
    assert [text.get_text() for text in memory.texts] == ["1.00"]
    assert [text.get_text() for text in central.texts] == ["2.00"]
    assert not nothing.texts
    dashed = [line for line in central.lines if line.get_linestyle() == "--"]
    assert [list(line.get_xdata()) for line in dashed] == [pytest.approx([1.0, 1.0])]  # f itself


# Costs and growth of many methods.


def test_the_costs_of_many_methods_have_a_row_each_and_a_panel_a_size(pictures: Any) -> None:
    ratios = {"engine.reverse": [4.0, 6.0, 20.0], **{method: [7.0, 7.0, 7.0] for method in MANY}}
    figure = cost(
        pictures.costs(
            *((name, n, "function", 2.0) for name in "abc" for n in (2, 100)),
            *((name, 2, method, 2.0 * r) for method, own in ratios.items() for name, r in zip("abc", own, strict=True)),
            ("a", 100, "engine.reverse", 6.0),
        )
    )
    small, large = figure.axes
    assert {"n = 2", "n = 100"} <= set(pictures.words(figure))
    assert pictures.row_labels(small) == ["engine.reverse", *MANY]
    assert pictures.lines(small)["engine.reverse"].get_xdata().tolist() == [6.0]
    assert pictures.lines(large)["engine.reverse"].get_xdata().tolist() == [3.0]
    assert small.texts[0].get_text() == "6.00"
    assert any(set(line.get_xdata()) == {5} for line in small.get_lines())


def test_the_growth_of_many_methods_is_the_median_over_problems_of_the_same_sizes(pictures: Any) -> None:
    powers = {"function": [0.5] * 3, **{method: [1.0, 1.5, 2.0] for method in MANY}, "sympy": [1.0] * 3}
    rows = [row for row in laws(powers) if not (row[3] == "sympy" and row[0] == "problem_0" and row[1] == 1000)]
    other = [("other", n, "sample-0", MANY[0], "time", 1.0) for n in (10, 20, 30, 40)]
    figure = scaling.runtime_against_n(pictures.made(*rows, *other))
    automatic, symbolic = figure.axes
    assert automatic.get_title(loc="left").startswith("automatic")
    line = pictures.lines(automatic)[MANY[0]]
    assert dict(zip(line.get_xdata(), line.get_ydata(), strict=True)) == pytest.approx(
        {n: 1e6 * 1e-5 * n**1.5 for n in (10, 100, 1000)}
    )
    assert set(pictures.lines(symbolic)) >= {"function", "sympy"}
    assert pictures.lines(symbolic)["sympy"].get_xdata().tolist() == [10, 100]  # of the last, too few problems are left
    assert {f"1.50  {MANY[0]}", "0.50  f itself", "1.00  sympy"} <= set(pictures.words(figure))
    assert "Medians over the 3 problems" in " ".join(pictures.words(figure))


def test_wide_panels_stand_one_below_the_other(pictures: Any) -> None:
    def panels(methods: int) -> list[Any]:
        sizes, names = (2, 10, 100, 1000), [f"method_{k}" for k in range(methods)]
        found = [("sphere", n, "sample-0", name, 1e-16, 0.5, "correct") for name in names for n in sizes]
        return [axes.get_position() for axes in error_against_n(pictures.errors(*found)).axes]

    left, right = panels(3)
    assert left.x1 < right.x0
    upper, lower = panels(20)
    assert lower.y1 < upper.y0


def test_rows_of_wide_panels_flow_into_fewer_columns() -> None:
    table = pd.DataFrame({"x": range(120)}, index=[f"row {k}" for k in range(120)])
    places = [
        rows.Rows(title="", note="", parts={"": table}, width=width, above=0.1, below=0.1).page()[1]
        for width in (2.0, 10.0)
    ]
    assert [len(found) for found in places] == [3, 2]
    assert [sum(len(block.table) for _, block in found) for found in places] == [120, 120]


# Names.


def test_names_in_a_crowd_lie_on_no_other_name_and_on_no_point(pictures: Any) -> None:
    page = style.Page(6.0, 4.0, "A crowd", "")
    axes = page.panel(0.5, 0.1, 4.6, 3.6)
    style.decades(axes, "x", 1, 1e3)
    style.decades(axes, "y", 1e-17, 1e-7)
    points = [(10.0 ** (1.0 + k / 12), 1e-16) for k in range(24)]
    for point in points:
        axes.plot(*point, "o", markersize=4)
    labels.name_points(axes, points, [f"a_method_{k}" for k in range(24)], [k % 3 == 0 for k in range(24)])
    pictures.check_legible(page.figure)
    pictures.check_within(axes, axes.texts)
    leads = [line for line in axes.get_lines() if line.get_marker() == "None"]
    assert 5 < len(leads) < 24  # those that are not near their points
    starts = {round(float(line.get_xdata()[0]), 6) for line in leads}
    assert starts <= {round(x, 6) for x, _ in points}


def test_a_name_that_is_longer_than_the_panel_is_above_its_point() -> None:
    axes = style.Page(6.0, 3.0, "A long name", "").panel(0.5, 0.1, 3.0, 2.5)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    labels.name_points(axes, [(0.5, 0.5)], ["x" * 99], [False])
    (text,) = axes.texts
    assert text.xyann[0] == 0
    assert text.xyann[1] > 0


def test_names_beside_ends_are_in_the_order_of_the_ends_and_within_the_panel(pictures: Any) -> None:
    page = style.Page(6.0, 3.0, "Ends", "")
    axes = page.panel(0.5, 0.1, 3.0, 2.5)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    ends = {f"method_{k}": height for k, height in enumerate([0.0, 0.01, 0.02, 0.02, 0.5, 0.99, 1.0])}
    labels.name_ends(axes, ends, {name: name.upper() for name in ends}, style.looks(ends), bold=["method_4"])
    heights = [text.xy[1] for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == [name.upper() for name in ends]
    assert all(after - before > 0.04 for before, after in pairwise(heights))
    assert 0.0 <= heights[0] <= heights[-1] <= 1.0
    assert heights[4] == pytest.approx(0.5)
    assert [text.get_weight() for text in axes.texts].index("bold") == 4
    pictures.check_legible(page.figure)
