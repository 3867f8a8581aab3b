"""The plots against a step and against n: medians, floors, slopes, and the lines of the records."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.report import plots
from harness.report.plots import scaling, steps

MAIN = ("engine.reverse", "manual", "numerical.central")

# Error against the step.


def step_records(scheme: str, error: Any, problem: str = "sphere") -> list[tuple[Any, ...]]:
    return [
        (problem, 2, "sample-0", scheme, f"error_at_step_{h:.0e}", error(h), "approximate")
        for h in (10.0**-k for k in range(17))
    ]


def floor(problem: str, error: float) -> tuple[Any, ...]:
    return problem, 2, "sample-0", "engine.reverse", "normwise_error", error, "correct"


def test_the_steps_have_a_panel_a_scheme_with_the_median_of_the_problems(pictures: Any) -> None:
    figure = steps.error_against_step(
        pictures.made(
            *step_records("numerical.central", lambda h: 1e-3, "sphere"),
            *step_records("numerical.central", lambda h: 1e-5, "matyas"),
            *step_records("numerical.central", lambda h: 1e-6 if h > 1e-9 else np.nan, "beale"),
            *step_records("numerical.forward", lambda h: 1e-2),
        )
    )
    assert [axes.get_title(loc="left").partition(":")[0] for axes in figure.axes] == [
        "numerical.forward",
        "numerical.central",
    ]
    central = figure.axes[1]
    median = pictures.lines(central)["median"]
    assert dict(zip(median.get_xdata(), median.get_ydata(), strict=True)) == pytest.approx(
        {10.0**-k: 1e-5 if k < 9 else (1e-3 + 1e-5) / 2 for k in range(17)}
    )
    thin = [line for line in central.get_lines() if line.get_linewidth() < 1]
    assert sorted(line.get_ydata()[-1] for line in thin) == [1e-6, 1e-5, 1e-3]
    assert (central.get_xscale(), central.get_yscale()) == ("log", "log")


def test_the_engine_is_a_line_at_its_median_and_a_band_from_least_to_largest(pictures: Any) -> None:
    figure = steps.error_against_step(
        pictures.made(
            *(row for name in ("sphere", "matyas", "beale") for row in step_records("numerical.central", abs, name)),
            floor("sphere", 0.0),
            floor("matyas", 2e-16),
            floor("beale", 3e-14),
            floor("branin", 1.0),  # its steps were not measured
            ("beale", 10, "sample-0", "engine.reverse", "normwise_error", 1.0, "correct"),
        )
    )
    (axes,) = figure.axes
    assert set(pictures.lines(axes)["engine.reverse"].get_ydata()) == {2e-16}
    (band,) = axes.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((1e-17, 3e-14), rel=1e-12, abs=0)
    assert "10⁻¹⁷" in " ".join(pictures.words(figure))


def test_an_error_of_zero_is_drawn_at_the_floor_and_one_out_of_sight_is_not_drawn(pictures: Any) -> None:
    figure = steps.error_against_step(
        pictures.made(*step_records("numerical.central", lambda h: {1.0: 1e9, 0.1: np.inf}.get(h, 0.0)))
    )
    data = pictures.lines(figure.axes[0])["median"].get_ydata()
    assert np.isnan(data[-2:]).all()
    assert set(data[:-2]) == {1e-17}
    assert figure.axes[0].get_ylim()[0] < 1e-17


@pytest.mark.parametrize(("scheme", "power"), [("forward", 1), ("central", 2), ("five_point", 4), ("complex_step", 2)])
def test_theory_is_parallel_to_the_median(pictures: Any, scheme: str, power: int) -> None:
    rounding = 0.0 if scheme == "complex_step" else 1e-16
    figure = steps.error_against_step(
        pictures.made(*step_records(f"numerical.{scheme}", lambda h: h**power + rounding / h + 1e-16))
    )
    theory = pictures.lines(figure.axes[0])["theory"]
    found = [
        np.diff(np.log(line.get_ydata())) / np.diff(np.log(line.get_xdata()))
        for line in (theory if isinstance(theory, list) else [theory])
    ]
    expected = [power] if scheme == "complex_step" else [power, -1]
    assert [slopes.mean() for slopes in found] == pytest.approx(expected)
    assert {f"∝ h{'¹²³⁴'[power - 1] if power > 1 else ''}"} <= set(pictures.words(figure))
    assert ("∝ 1/h" in pictures.words(figure)) == (scheme != "complex_step")


def test_the_best_step_is_in_the_title(pictures: Any) -> None:
    figure = steps.error_against_step(pictures.made(*step_records("numerical.central", lambda h: max(h**2, 3e-17 / h))))
    assert pictures.panel(figure, "numerical.central: at best 3·10⁻¹¹ at h = 10⁻⁶")


@pytest.mark.parametrize(
    ("slopes", "text"),
    [
        ({"truncation_slope": 1.996, "rounding_slope": -0.98}, "slopes fitted: −0.98 and +2.00"),
        ({"truncation_slope": 1.996, "rounding_slope": np.nan}, "slope fitted: +2.00"),
    ],
)
def test_the_fitted_slopes_are_in_the_panel(pictures: Any, slopes: dict[str, float], text: str) -> None:
    fitted = [
        (problem, 2, "sample-0", "numerical.central", metric, value + off, "approximate")
        for metric, value in slopes.items()
        for problem, off in (("sphere", 0.0), ("matyas", -0.5), ("beale", 0.5))
    ]
    figure = steps.error_against_step(pictures.made(*step_records("numerical.central", lambda h: h**2), *fitted))
    assert text in pictures.words(figure)
    pictures.check_legible(figure)


# Time and memory against n.


def power_laws(laws: dict[str, float], metric: str = "time") -> list[tuple[Any, ...]]:
    """Costs that are flat at first, and then grow as a power of n."""
    return [
        ("sphere", n, "sample-0", method, metric, 1e-3 * max(1.0, (n / 30) ** power))
        for method, power in laws.items()
        for n in (1, 10, 30, 100, 1000)
    ]


@pytest.mark.parametrize("plot", ["runtime_against_n", "memory_against_n"])
def test_the_slope_of_a_power_law_is_its_power(pictures: Any, plot: str) -> None:
    laws = {"function": 0.5, "engine.reverse": 1.0, "manual": 1.25, "numerical.central": 2.0}
    figure = plots.PLOTS[plot](pictures.made(*power_laws(laws, "time" if plot.startswith("run") else "peak_memory")))
    axes = pictures.panel(figure, "sphere")
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert set(heights) == {"0.50", "1.00", "1.25", "2.00"}
    assert sorted(heights, key=heights.__getitem__) == ["0.50", "1.00", "1.25", "2.00"]
    colours = {text.get_text(): text.get_color() for text in axes.texts}
    assert colours["1.00"] == pictures.lines(axes)["engine.reverse"].get_color()


def test_the_slope_is_that_of_the_upper_half() -> None:
    n = np.array([1, 10, 100, 1000])
    assert scaling.slope(n, np.array([7.0, 7.0, 1e2, 1e3])) == "1.00"
    assert scaling.slope(n[:1], np.array([7.0])) == ""


@pytest.mark.parametrize("heights", [[0.5], [0.1, 0.9], [0.5, 0.5, 0.5], [0.3, 0.2, 0.9, 0.21], [0.0, 1.0, 0.99, 0.98]])
def test_labels_are_parted_no_more_than_needed(heights: list[float]) -> None:
    moved = scaling.parted(heights, 0.1)
    assert np.argsort(moved, kind="stable").tolist() == np.argsort(heights, kind="stable").tolist()
    assert all(b - a >= 0.1 - 1e-12 for a, b in pairwise(sorted(moved)))
    assert np.mean(moved) == pytest.approx(np.mean(heights))
    if all(b - a >= 0.1 for a, b in pairwise(sorted(heights))):
        assert moved == pytest.approx(heights)


def test_the_lines_are_the_records(pictures: Any, small_run: Any) -> None:
    records = small_run.run.records
    figure = scaling.runtime_against_n(records)
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "sphere"  # the other has one size
    found = pictures.lines(axes)
    assert set(found) == {"function", *MAIN}
    times = records[(records["metric"] == "time") & (records["problem"] == "sphere")]
    for method, line in found.items():
        expected = times[times["method"] == method]
        assert dict(zip(line.get_xdata(), line.get_ydata(), strict=True)) == pytest.approx(
            dict(zip(expected["n"], expected["value"] * 1e6, strict=True))
        )
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert {"f itself", *MAIN} <= set(pictures.words(figure))


def test_a_panel_needs_three_sizes_with_figures(pictures: Any) -> None:
    laws = pictures.made(*power_laws({"manual": 1.0}))
    two = laws[laws["n"].isin((10, 100))].assign(problem="matyas")
    failed = laws.assign(problem="beale", value=laws["value"].where(laws["n"] < 20))
    figure = scaling.runtime_against_n(pd.concat([laws, two, failed]))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["sphere"]
    assert scaling.runtime_against_n(two) is None
