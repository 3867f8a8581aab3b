"""The plots: what is on them follows from the records, and can be read whether there are two problems or seventy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from harness.methods import METHODS
from harness.plan import Plan
from harness.record import OUTCOMES
from harness.report import plots
from harness.report.plots import cost, digits, memory, rows, style

MAIN = ("engine.reverse", "manual", "numerical.central")
OWN = tuple(method for method in METHODS if method.partition(".")[0] in ("engine", "manual", "sympy", "numerical"))
EACH_PLOT = pytest.mark.parametrize("plot", plots.PLOTS.values(), ids=plots.PLOTS)
RACES = (plots.PLOTS["fastest"], plots.PLOTS["break_even"])
"""What is drawn where several automatic or symbolic methods were measured."""

# What is true of every plot.


@EACH_PLOT
@pytest.mark.parametrize(
    ("names", "methods"), [("two", MAIN), ("two", OWN), ("seventy", OWN)], ids=["2 x 3", "2 x 10", "70 x 10"]
)
def test_every_plot_is_legible_and_a_page(pictures: Any, plot: Any, names: str, methods: tuple[str, ...]) -> None:
    figure = plot(pictures.catalogue(names, methods))
    if plot in RACES and methods == MAIN:
        assert figure is None
    else:
        pictures.check_page(figure)


@EACH_PLOT
def test_every_plot_is_legible_of_many_methods(pictures: Any, plot: Any) -> None:
    pictures.check_page(plot(pictures.catalogue("two", (*OWN, *pictures.PEERS))))


AXES = {
    "digits": ["decimal digits"],
    "accuracy_profile": ["target: a normwise relative error of at most", "share of gradients"],
    "error_over_attainable": ["error / attainable", "share of gradients", "share beyond it"],
    "error_against_n": ["coordinates n", "normwise relative error"],
    "error_against_step": ["normwise relative error", "step h (in the unit of x)"],
    "runtime_against_n": ["coordinates n", "time of one call (µs)"],
    "memory_against_n": ["coordinates n", "peak memory (KiB)"],
    "fastest": ["fastest", "n = 2"],
    "accuracy_against_cost": ["time of value and gradient / time of f", "normwise relative error"],
    "break_even": ["calls", "time in all (s)"],
    "slopes": ["p of n to the power of p"],
    "memory_of_engine": ["memory / size of x (1 = 8 n bytes)"],
    "cost": ["time of value and gradient / time of f"],
    "contours": ["−5", "10"],
}


@pytest.mark.parametrize("name", plots.PLOTS)
def test_every_plot_has_a_title_and_says_what_its_axes_are(pictures: Any, small_run: Any, name: str) -> None:
    others = ("contours", "fastest", "break_even")
    figure = plots.PLOTS[name](small_run.run.records if name not in others else pictures.catalogue("two", OWN))
    assert len(figure.get_suptitle()) > 10
    assert [word for word in AXES[name] if word not in pictures.words(figure)] == []


@EACH_PLOT
def test_no_records_are_no_plot(pictures: Any, plot: Any) -> None:
    assert plot(pictures.made()) is None
    assert plot(pictures.made(("sphere", 10, "sample-0", "engine.reverse", "time_ratio", 2.0))) is None


@EACH_PLOT
def test_gaps_and_zeros_are_no_matter(pictures: Any, plot: Any) -> None:
    records = pictures.catalogue("two", OWN).copy()
    gaps = np.random.default_rng(0).random(len(records))
    records["value"] = records["value"].mask(gaps < 0.2).mask(gaps > 0.8, 0.0)
    plot(records).draw_without_rendering()
    plot(records.assign(value=records["value"].where(records["method"] != "manual"))).draw_without_rendering()


@EACH_PLOT
def test_where_all_failed_there_is_nothing_or_a_word(pictures: Any, plot: Any) -> None:
    records = pictures.catalogue("two").assign(value=np.nan)
    figure = plot(records)
    if plot in (plots.PLOTS["digits"], plots.PLOTS["contours"]):
        figure.draw_without_rendering()
    else:
        assert figure is None


def test_plots_are_written_as_png_and_svg_the_same_each_time(pictures: Any, tmp_path: Path) -> None:
    records = pictures.catalogue("two", (*MAIN, "sympy"))
    for name in ("first", "second"):
        plots.write(records, tmp_path / name)
    files = sorted((tmp_path / "first").iterdir())
    assert {file.name for file in files} == {f"{name}.{form}" for name in plots.PLOTS for form in ("png", "svg")}
    for file in files:
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()
        assert file.read_bytes().startswith(b"\x89PNG" if file.suffix == ".png" else b"<?xml")


def test_matplotlib_waits_for_the_plots() -> None:
    code = "import sys, harness.report, harness.cli; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_each_method_looks_like_itself_everywhere(pictures: Any) -> None:
    methods = [*OWN, *pictures.PEERS]
    looks = style.looks(["function", *methods])
    seen = [(look["color"], look["marker"], look.get("markerfacecolor")) for look in looks.values()]
    assert len(set(seen)) == len(seen) == 1 + len(methods)
    assert len({(colour, face) for colour, _, face in seen}) == len(seen)
    assert len({(look["color"], look.get("linestyle", "-")) for look in looks.values()}) == len(seen)
    assert len({style.fill(look) for look in looks.values()}) == len(seen)
    assert style.looks(["numerical.central", "someone.else"])["numerical.central"] == looks["numerical.central"]
    assert list(style.looks(["manual", "function", "engine.reverse"])) == ["function", "engine.reverse", "manual"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(1.0, 1000.0, ["10⁰", "10¹", "10²", "10³"]), (2e-3, 3e-3, ["10⁻³", "10⁻²"]), (1.0, 1.0, ["10⁰", "10¹"])],
)
def test_ticks_are_whole_powers_of_ten(pictures: Any, low: float, high: float, expected: list[str]) -> None:
    axes = Figure().subplots()
    style.decades(axes, "y", low, high)
    axes.figure.draw_without_rendering()
    assert pictures.row_labels(axes) == expected
    assert axes.get_ylim()[0] <= low <= high <= axes.get_ylim()[1]
    assert len(axes.get_yticks(minor=True)) == 0


def test_many_decades_have_few_ticks() -> None:
    axes = Figure().subplots()
    style.decades(axes, "x", 1e-16, 1.0, most=7)
    assert list(np.diff(np.log10(axes.get_xticks()))) == pytest.approx([3.0] * 5)


# Rows in columns.


@pytest.mark.parametrize(
    "sizes", [(1,), (3, 1), (55,), (56,), (65, 26), (54, 1, 1), (70, 70, 70), (57, 2, 53), (39, 41)]
)
def test_rows_flow_into_columns_in_order_and_none_stands_alone(sizes: tuple[int, ...]) -> None:
    parts = {f"part {i}": pd.DataFrame({"row": range(size)}) for i, size in enumerate(sizes)}
    columns = rows.flow(parts)
    for title, table in parts.items():
        blocks = [block for column in columns for block in column if block.title == title]
        assert [row for block in blocks for row in block.table["row"]] == list(table["row"])
        assert min(len(block.table) for block in blocks) >= min(rows.FEWEST, len(table))
    heights = [sum(len(block.table) for block in column) for column in columns]
    assert max(heights) < rows.MOST + rows.FEWEST
    assert len(columns) <= sum(sizes) // rows.MOST + 1


# Digits.


def test_the_heat_map_has_the_worst_of_the_sizes_and_points(pictures: Any) -> None:
    figure = digits.digits(
        pictures.accuracy(
            ("sphere", 2, "sample-0", "manual", 15.0, "correct"),
            ("sphere", 10, "sample-1", "manual", 4.24, "correct"),
            ("sphere", 10, "minimum-0", "manual", 1.0, "correct"),
            ("sphere", 10, "hard-trap-0", "manual", 0.5, "correct"),
            ("matyas", 2, "sample-0", "sympy", 16.0, "correct"),
            ("matyas", 2, "minimum-0", "sympy", 0.0, "correct"),
            ("matyas", 2, "sample-0", "manual", 16.0, "correct"),
            ("matyas", 2, "minimum-0", "manual", np.nan, "wrong"),
        )
    )
    assert pictures.cell(figure, "matyas", "manual") == "wrong"
    assert pictures.cell(figure, "sphere", "manual") == "4.2"
    assert pictures.cell(figure, "sphere", "manual", "hard points") == "0.5"
    assert pictures.cell(figure, "sphere", "sympy") is None
    assert pictures.cell(figure, "matyas", "sympy") == "16.0"
    image = figure.axes[0].images[0]
    assert np.ma.filled(image.get_array(), -1.0).tolist() == [[-1.0, 16.0], [4.24, -1.0]]
    assert (image.norm.vmin, image.norm.vmax) == (0, 16)


@pytest.mark.parametrize(("outcome", "word"), [(outcome, word) for outcome, (word, _) in digits.SHORT.items()][:8])
def test_a_failure_at_one_point_hides_the_digits_of_the_others(pictures: Any, outcome: str, word: str) -> None:
    figure = digits.digits(
        pictures.accuracy(
            ("sphere", 2, "sample-0", "manual", 15.0, "correct"),
            ("sphere", 2, "sample-1", "manual", np.nan, outcome),
        )
    )
    assert pictures.cell(figure, "sphere", "manual") == word
    assert any(f"{word}: {digits.SHORT[outcome][1]}" in text.replace("\n", " ") for text in pictures.words(figure))
    (patch,) = figure.axes[0].patches
    vermilion = patch.get_facecolor()[:3] == pytest.approx(to_rgb("#D55E00"))
    assert vermilion == (outcome in ("wrong", "nonfinite", "crashed", "error"))


@pytest.mark.parametrize(
    ("other", "outcome", "shown"),
    [
        (15.0, "cannot_tell", "15.0"),
        (np.nan, "cannot_tell", "?"),
        (np.nan, "undefined", "none"),
        (np.nan, "correct", "–"),
    ],
)
def test_what_nobody_can_tell_hides_nothing(pictures: Any, other: float, outcome: str, shown: str) -> None:
    figure = digits.digits(
        pictures.accuracy(
            ("sphere", 2, "sample-0", "manual", other, "correct"),
            ("sphere", 2, "sample-1", "manual", np.nan, outcome),
        )
    )
    assert pictures.cell(figure, "sphere", "manual") == shown


def test_every_outcome_but_the_good_ones_has_a_word() -> None:
    assert set(digits.SHORT) - {digits.UNCOUNTED} == set(OUTCOMES) - {"correct", "approximate"}


@pytest.mark.usefixtures("short_profile")
def test_variants_have_rows_of_their_own(pictures: Any, make_run: Any) -> None:
    records = make_run(plan=Plan("quick", problems=("matyas",))).records
    both = pd.concat([records, records.assign(variant="shifted")], ignore_index=True)
    assert pictures.row_labels(digits.digits(both).axes[0]) == ["matyas", "matyas@shifted"]
    assert pictures.row_labels(cost.cost(both).axes[0]) == ["matyas", "matyas@shifted"]


# Cost.


def times(problem: str, n: int, of_f: float, **methods: float) -> list[tuple[Any, ...]]:
    found = {"function": of_f, **{method.replace("_", "."): of_f * ratio for method, ratio in methods.items()}}
    return [(problem, n, "sample-0", method, "time", value) for method, value in found.items()]


def test_the_costs_are_ratios_to_the_function_at_the_smallest_and_the_largest_n(pictures: Any) -> None:
    figure = cost.cost(
        pictures.made(
            *times("sphere", 100, 2e-6, engine_reverse=6.0),
            *times("sphere", 2, 1e-6, engine_reverse=7.0, manual=2.0),
            *times("sphere", 10, 1e-6, engine_reverse=99.0),
            *times("powell", 4, 1e-6, engine_reverse=8.0),
            *times("powell", 100, 1e-6, engine_reverse=9.0),
            *times("colville", 4, 1e-6, engine_reverse=11.0),
            *times("beale", 2, 1e-6, engine_reverse=12.0),
            *times("adjiman", 2, 1e-6, engine_reverse=np.nan),
            *times("branin", 2, 1e-6, engine_reverse=13.0),
        )
    )
    assert [pictures.row_labels(axes) for axes in figure.axes] == [
        ["beale", "branin", "colville, n = 4"],
        ["powell, n = 4", "sphere"],
        ["powell", "sphere"],
    ]
    assert [pictures.lines(axes)["engine.reverse"].get_xdata().tolist() for axes in figure.axes] == [
        pytest.approx([12.0, 13.0, 11.0]),
        pytest.approx([8.0, 7.0]),
        pytest.approx([9.0, 6.0]),
    ]
    assert pictures.lines(figure.axes[1])["manual"].get_xdata().tolist() == pytest.approx([np.nan, 2.0], nan_ok=True)
    assert {
        "measured at one n: n = 2 unless given",
        "at the smallest n: n = 2 unless given",
        "at the largest n: n = 100",
    } <= set(pictures.words(figure))
    assert "5: cheap-gradient bound" in pictures.words(figure)
    assert any(set(line.get_xdata()) == {5} for line in figure.axes[0].get_lines())


def test_there_is_no_cost_without_the_function(pictures: Any) -> None:
    found = pictures.made(*times("sphere", 2, 1e-6, engine_reverse=6.0))
    assert cost.cost(found[found["method"] != "function"]) is None
    assert cost.cost(found[found["method"] == "function"]) is None


# Memory of the engine.


def test_the_memory_of_the_engine_is_in_sizes_of_x_at_the_largest_n(pictures: Any) -> None:
    def measured(problem: str, n: int, sizes: float) -> list[tuple[Any, ...]]:
        metrics = ("peak_memory", *memory.PASSES)
        return [
            (problem, n, "sample-0", "function", "peak_memory", 8 * n),
            *(
                (problem, n, "sample-0", "engine.reverse", metric, 8 * n * (sizes + k))
                for k, metric in enumerate(metrics)
            ),
        ]

    found = [*measured("sphere", 1000, 3.0), *measured("sphere", 100, 50.0), *measured("beale", 2, 99.0)]
    figure = memory.memory_of_engine(pictures.made(*found, *measured("brown", 100, 4.0)))
    (axes,) = figure.axes
    assert pictures.row_labels(axes) == ["brown, n = 100", "sphere"]
    drawn = pictures.lines(axes)
    assert drawn[memory.OF_F].get_xdata().tolist() == [1.0, 1.0]
    for k, metric in enumerate(("peak_memory", *memory.PASSES)):
        assert drawn[metric].get_xdata().tolist() == [4.0 + k, 3.0 + k]
    assert memory.memory_of_engine(pictures.made(*measured("beale", 2, 99.0))) is None
    without = pictures.made(*measured("sphere", 1000, 3.0))
    assert memory.memory_of_engine(without[without["metric"] == "peak_memory"]) is None
