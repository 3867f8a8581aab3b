"""The plots of accuracy: their lines, bars and words are counted again here, from the records and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.report.plots import shares
from harness.report.plots.accuracy_profile import accuracy_profile
from harness.report.plots.attainable import EDGES, error_over_attainable
from harness.report.plots.error_against_n import error_against_n
from harness.verdict import WRONG

MAIN = ("engine.reverse", "manual", "numerical.central")
NAN, INF = np.nan, np.inf


def at(line: Any, x: float) -> float:
    """The height of a line of steps."""
    edges, heights = line.get_data()
    return float(heights[np.searchsorted(edges, x, side="right") - 1])


def steps(figure: Any, k: int, method: str) -> Any:
    """The line of a method in a panel; its markers are another one."""
    (line,) = (line for line in figure.axes[k].get_lines() if line.get_label() == method)
    assert line.get_drawstyle() == "steps-post"
    return line


def recorded(records: Any, metric: str, method: str, *points: str) -> list[float]:
    return [
        row["value"]
        for row in records.to_dict("records")
        if (row["metric"], row["method"]) == (metric, method) and row["point"].startswith(points)
    ]


# The accuracy profile.


def test_the_profile_has_the_share_of_the_samples_that_reach_a_target(pictures: Any, small_run: Any) -> None:
    records = small_run.run.records
    figure = accuracy_profile(records)
    for method in MAIN:
        errors = recorded(records, "normwise_error", method, "sample")
        assert len(errors) == 12
        for target in 10.0 ** np.arange(-16, 0) * 1.001:
            assert at(steps(figure, 0, method), target) == pytest.approx(sum(e <= target for e in errors) / 12)
    low, high = figure.axes[0].get_xlim()
    assert (low, high) == pytest.approx((1e-16, 1e-1))


def test_what_failed_reaches_no_target(pictures: Any) -> None:
    figure = accuracy_profile(
        pictures.errors(
            ("sphere", 2, "sample-0", "manual", 1e-12, 0.1, "correct"),
            ("sphere", 2, "sample-1", "manual", NAN, NAN, "crashed"),
            ("sphere", 2, "sample-2", "manual", NAN, NAN, "nonfinite"),
            ("sphere", 2, "sample-3", "manual", 0.2, 1e9, "wrong"),
            ("sphere", 2, "minimum-0", "manual", 1e-9, 0.1, "correct"),
            ("sphere", 2, "hard-trap-0", "manual", 1e-9, 0.1, "correct"),
            ("sphere", 2, "sample-0", "sympy", NAN, NAN, "not_installed"),
            *(("sphere", 2, f"sample-{k}", "numerical.central", 1e-9, NAN, "approximate") for k in range(4)),
        )
    )
    assert {"25.0 % manual", "0 % sympy", "100 % numerical.central"} <= set(pictures.words(figure))
    assert [at(steps(figure, 0, "manual"), x) for x in (9e-13, 1e-12, 1e-1)] == [0.0, 0.25, 0.25]
    assert at(steps(figure, 0, "sympy"), 1e-1) == 0.0


def test_a_gradient_of_zero_counts_for_no_method(pictures: Any) -> None:
    figure = accuracy_profile(
        pictures.errors(
            ("easom", 2, "sample-0", "manual", NAN, 1.0, "correct"),
            ("easom", 2, "sample-0", "sympy", NAN, NAN, "nonfinite"),
            ("easom", 2, "sample-1", "manual", 1e-15, 0.1, "correct"),
            ("easom", 2, "sample-1", "sympy", 1e-15, 0.1, "correct"),
        )
    )
    assert {"100 % manual", "100 % sympy"} <= set(pictures.words(figure))
    assert "Gradients of each method at random points: 1," in " ".join(pictures.words(figure))


@pytest.mark.parametrize(("error", "heights"), [(1e-15, (0.5, 1.0)), (NAN, (0.0, 0.5))])
def test_the_labels_of_lines_that_end_together_stay_beside_the_panel(
    pictures: Any, error: float, heights: tuple[float, float]
) -> None:
    outcome = "crashed" if np.isnan(error) else "correct"
    names = [f"method_{k}" for k in range(10)]
    figure = accuracy_profile(
        pictures.errors(
            *(("sphere", 2, "sample-0", name, error, 0.1, outcome) for name in names),
            ("sphere", 2, "sample-0", "manual", 1e-15, 0.1, "correct"),
        )
    )
    pictures.check_legible(figure)
    low, high = heights
    found = {text.get_text(): text.xy[1] for text in figure.axes[0].texts}
    assert all(low <= height <= high for text, height in found.items() if "method" in text)
    assert found["100 % manual"] > 0.99 - (error == 1e-15)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.5, "50.0 %"), (0.99999, "99.9 %"), (0.00087, "0.09 %"), (1e-7, "1e-05 %")],
)
def test_none_and_all_are_said_of_none_and_all_alone(share: float, text: str) -> None:
    assert shares.percent(share) == text


# Error/attainable.


def bars(figure: Any) -> list[tuple[str, float, float, float]]:
    """The kind of point, the edges and the height of each bar."""
    found = []
    for patch in figure.axes[0].patches:
        tops, edges, below = patch.get_data()
        kind = patch.get_label()
        found += [(kind, *bar) for bar in zip(edges[:-1], edges[1:], tops - below, strict=True)]
    return found


def ratios(pictures: Any, *found: tuple[float, str], point: str = "sample", method: str = "manual") -> Any:
    return pictures.errors(
        *(
            ("sphere", 2, f"{point}-{k}", method, NAN, value, outcome)
            for k, (value, outcome) in enumerate(found)
        )
    )  # fmt: skip


def test_the_bars_are_the_shares_of_samples_and_minima(pictures: Any, small_run: Any) -> None:
    records = small_run.run.records
    figure = error_over_attainable(records)
    values = {
        kind: [v for method in MAIN[:2] for v in recorded(records, "error_over_attainable", method, kind)]
        for kind in ("sample", "minimum")
    }
    total = sum(map(len, values.values()))
    assert total == 32
    for kind, low, high, height in bars(figure):
        if high < EDGES[0]:
            count = sum(v == 0.0 for v in values[kind])
        else:
            low, high = (low if low > EDGES[0] else 1e-300), (high if high < EDGES[-1] else INF)
            count = sum(low < v <= high for v in values[kind])
        assert height == pytest.approx(count / total), (kind, low, high)
    assert sum(bar[-1] for bar in bars(figure)) == pytest.approx(1.0)
    zeros = sum(v == 0.0 for found in values.values() for v in found)
    assert f"exactly 0: {100 * zeros / total:.1f} %" in pictures.words(figure)


@pytest.mark.parametrize("limit", [1.0, WRONG])
def test_what_is_on_a_limit_is_not_beyond_it(pictures: Any, limit: float) -> None:
    figure = error_over_attainable(ratios(pictures, (limit, "correct"), (np.nextafter(limit, INF), "cannot_tell")))
    (left,) = [bar for bar in bars(figure) if bar[2] == pytest.approx(limit) and bar[-1] > 0]
    (right,) = [bar for bar in bars(figure) if bar[1] == pytest.approx(limit) and bar[-1] > 0]
    assert left[-1] == right[-1] == 0.5
    line = steps(figure, 1, "manual")
    assert [at(line, x) for x in (0.9 * limit, limit, 1.1 * limit)] == [1.0, 0.5, 0.0]


def test_the_shares_beyond_the_limits_are_written_there(pictures: Any) -> None:
    found = [(0.0, "correct"), (0.1, "correct"), (1.0, "correct"), (2.0, "cannot_tell"), (9.0, "wrong")]
    figure = error_over_attainable(ratios(pictures, *found, (INF, "cannot_tell"), (1e-9, "correct"), (NAN, "crashed")))
    words = pictures.words(figure)
    assert "correct up to 1\n42.9 % beyond\n1 wrong\n2 cannot_tell" in words
    assert f"wrong beyond {WRONG:g}\n28.6 % beyond\n1 wrong\n1 cannot_tell" in words
    assert "exactly 0: 14.3 %" in words
    note = " ".join(words).replace("\n", " ")
    assert "Gradients of all methods with a verdict, at random points and minima: 7" in note
    assert "enclosed: 1." in note
    assert "without an error: 1." in note
    pictures.check_legible(figure)


def test_methods_without_a_verdict_and_points_that_are_chosen_are_not_in_the_distribution(pictures: Any) -> None:
    numerical = ratios(pictures, (1e9, "approximate"), method="numerical.central")
    hard = ratios(pictures, (1e9, "wrong"), point="hard-trap")
    worst = ratios(pictures, (1e9, "wrong"), point="worst")
    for one in (numerical, hard, worst):
        assert error_over_attainable(one) is None
    both = [numerical, hard, worst, ratios(pictures, (0.1, "correct"))]
    words = pictures.words(error_over_attainable(pd.concat(both)))
    assert f"wrong beyond {WRONG:g}\n0 % beyond" in words


# Error against n.


def drawn(axes: Any, method: str) -> tuple[list[float], list[float]]:
    """The medians and the worst errors of a method."""
    line = next(line for line in axes.get_lines() if line.get_label() == method)
    place = list(line.get_xdata())
    (ends,) = [
        [segment[1][1] for segment in group.get_segments()]
        for group in axes.collections
        if [segment[0][0] for segment in group.get_segments()] == pytest.approx(place)
    ]
    return list(line.get_ydata()), ends


def test_the_medians_and_the_worst_are_those_of_the_samples(pictures: Any, small_run: Any) -> None:
    records = small_run.run.records
    figure = error_against_n(records)
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["2", "10", "100"]
    sphere = records[records["problem"] == "sphere"]  # the other has one size
    for axes, metric, methods in zip(
        figure.axes, ("error_over_attainable", "normwise_error"), (MAIN[:2], MAIN), strict=True
    ):
        for method in methods:
            found = [recorded(sphere[sphere["n"] == n], metric, method, "sample") for n in (2, 10, 100)]
            floor = 1e-4 if metric == "error_over_attainable" else 1e-17
            medians, worst = drawn(axes, method)
            assert medians == pytest.approx([max(floor, np.median(values)) for values in found])
            assert worst == pytest.approx([max(floor, *values) for values in found])
    assert "numerical.central" not in [line.get_label() for line in figure.axes[0].get_lines()]


def test_problems_of_other_sizes_minima_and_hard_points_are_left_out(pictures: Any) -> None:
    def of(problem: str, point: str, sizes: tuple[int, ...], error: float) -> list[tuple[Any, ...]]:
        return [(problem, n, point, "manual", error, error, "correct") for n in sizes]

    figure = error_against_n(
        pictures.errors(
            *of("sphere", "sample-0", (2, 10), 1e-15),
            *of("ackley", "sample-0", (2, 10), 3e-15),
            *of("sphere", "minimum-0", (2, 10), 1.0),
            *of("sphere", "hard-trap-0", (2, 10), 1.0),
            *of("powell", "sample-0", (4, 12), 1.0),
            *of("beale", "sample-0", (2,), 1.0),
        )
    )
    medians, worst = drawn(figure.axes[1], "manual")
    assert medians == pytest.approx([2e-15] * 2)
    assert worst == pytest.approx([3e-15] * 2)
    assert "2 in all" in " ".join(pictures.words(figure)).replace("\n", " ")


def test_a_cross_says_where_a_method_failed(pictures: Any) -> None:
    figure = error_against_n(
        pictures.errors(
            ("sphere", 2, "sample-0", "manual", 1e-15, 0.1, "correct"),
            ("sphere", 10, "sample-0", "manual", 1e-15, 0.1, "correct"),
            ("sphere", 10, "sample-1", "manual", NAN, NAN, "nonfinite"),
            ("sphere", 2, "sample-0", "sympy", NAN, NAN, "not_installed"),
            ("sphere", 10, "sample-0", "sympy", NAN, NAN, "not_installed"),
        )
    )
    for axes in figure.axes:
        crosses = [x for line in axes.get_lines() if line.get_marker() == "x" for x in line.get_xdata()]
        assert np.round(sorted(crosses)).tolist() == [0.0, 1.0, 1.0]
        (line,) = (line for line in axes.get_lines() if line.get_label() == "manual")
        assert (line.get_ydata() > 0.0).all()


def test_one_size_is_no_plot(pictures: Any) -> None:
    found = [("sphere", 2, f"sample-{k}", "manual", 1e-15, 0.1, "correct") for k in range(3)]
    assert error_against_n(pictures.errors(*found)) is None
