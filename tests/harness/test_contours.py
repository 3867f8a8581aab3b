"""The pictures of problems: levels, arrows and marks where they belong, for a page of problems and for one alone."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest

import problems
from harness.report.plots import contours, landscape
from problems import HardPoint, Minimum
from problems.problem import at_least

# Contours.


def test_the_contours_are_of_the_problems_in_two_coordinates_that_there_are(pictures: Any) -> None:
    records = pd.concat(
        [
            pictures.measured_at_two("sphere", "goldstein_price", "gone"),
            pictures.measured_at_two("rosenbrock").assign(n=10),
        ]
    )
    figure = contours.contours(records)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["goldstein_price", "sphere"]
    assert contours.contours(pictures.measured_at_two("gone", "colville")) is None  # that has four
    assert contours.contours(pictures.measured_at_two("sphere").assign(n=10)) is None


def test_minima_are_stars_hard_points_crosses_and_the_axes_the_domain(pictures: Any) -> None:
    axes = pictures.panel(contours.contours(pictures.measured_at_two("rosenbrock", "sphere")), "rosenbrock")
    problem = problems.get("rosenbrock")
    assert pictures.marks(axes, landscape.STAR) == [(1.0, 1.0)]
    assert pictures.marks(axes, landscape.CROSS) == [hard.point for hard in problem.hard_points_in(2)]
    assert [*axes.get_xlim(), *axes.get_ylim()] == problem.domain(2).ravel().tolist()
    assert [*axes.get_xticks(), *axes.get_yticks()] == problem.domain(2).ravel().tolist()
    pictures.check_within(axes, axes.get_xticklabels())


def test_the_arrows_point_downhill_in_unit_length(pictures: Any, register: Any) -> None:
    register(lambda x, y: x**2 + 100.0 * y, domain=((-1.0, 1.0), (0.0, 50.0)), minima=[], name="tilted")
    (axes,) = contours.contours(pictures.measured_at_two("tilted")).axes
    places, directions = pictures.arrows(axes)
    assert len(places) == 81
    downhill = -np.stack([2.0 * places[:, 0], np.full(81, 100.0)], axis=-1) / [2.0, 50.0]  # on the page
    expected = downhill / np.hypot(*downhill.T)[:, None]
    assert directions == pytest.approx(expected)


def test_the_image_is_dark_where_the_value_is_low(pictures: Any, register: Any) -> None:
    register(lambda x, y: np.exp(20.0 * x) + 0.0 * y, domain=(-1.0, 1.0), minima=[], name="steep")
    (axes,) = contours.contours(pictures.measured_at_two("steep")).axes
    image = axes.images[0].get_array()
    colours, counts = np.unique(image[0], axis=0, return_counts=True)
    assert len(colours) == landscape.LEVELS  # though the values span 17 powers of ten
    assert counts.max() <= counts.min() + 2
    light = image[0, :, :3].astype(float).sum(axis=1)
    assert light[0] == light.min() and light[-1] > 2 * light[0]
    assert axes.images[0].origin == "lower"
    assert list(axes.images[0].get_extent()) == [-1.0, 1.0, -1.0, 1.0]


def test_what_is_not_finite_is_left_out(pictures: Any, register: Any) -> None:
    register(lambda x, y, xp: xp.log(x + y - 0.01), domain=(-1.0, 1.0), minima=[], name="half")
    (axes,) = contours.contours(pictures.measured_at_two("half")).axes
    image = axes.images[0].get_array()
    assert image[5, 5, 3] == 0 and image[-5, -5, 3] == 255
    places, _ = pictures.arrows(axes)
    assert len(places) == 36
    assert (places.sum(axis=1) > 0).all()


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, y: 0.0 * x + 3.0,
        lambda x, y: 0.0 * x + np.nan,
        lambda x, y: 1e300 * (x + y) * 1e300,
        lambda x, y: np.sign(np.asarray(x)) if not hasattr(x, "backward") else 1.0 / 0.0,
    ],
    ids=["constant", "nan", "infinite", "not for the engine"],
)
def test_odd_problems_do_not_stop_the_page(pictures: Any, register: Any, formula: Any) -> None:
    register(formula, domain=(-1.0, 1.0), minima=[], name="odd")
    figure = contours.contours(pictures.measured_at_two("odd", "sphere"))
    figure.draw_without_rendering()
    places, _ = pictures.arrows(pictures.panel(figure, "odd"))
    assert len(places) == 0
    assert len(pictures.arrows(pictures.panel(figure, "sphere"))[0]) == 80  # none at the minimum
    contours.draw(problems.get("odd"), 2).draw_without_rendering()


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(0.0, 1.0, 1000),
        np.exp(np.linspace(-30.0, 300.0, 1000)),
        -np.exp(-(np.linspace(-50.0, 50.0, 1001) ** 2)),  # a needle in a haystack
        np.repeat([0.0, 1.0, 2.0], [10, 900, 90]),
        np.array([1.0, np.nextafter(1.0, 2.0)]),
        np.array([-5.0]),
    ],
)
def test_levels_rise_and_hold_all_values(values: np.ndarray[Any, Any]) -> None:
    levels = landscape.spaced(values)
    assert (np.diff(levels) > 0).all()
    assert levels[0] <= values.min() and levels[-1] >= values.max()
    assert 2 <= len(levels) <= landscape.LEVELS + 1


def test_levels_share_the_values_unless_most_are_the_same() -> None:
    values = np.exp(np.linspace(-3.0, 30.0, 1400))
    assert np.histogram(values, landscape.spaced(values))[0] == pytest.approx([100] * 14, abs=2)
    needle = landscape.spaced(-np.exp(-(np.linspace(-50.0, 50.0, 1001) ** 2)))
    assert np.diff(needle) == pytest.approx([1 / 14] * 14)


# One problem alone.


def test_two_coordinates_are_drawn_large(pictures: Any) -> None:
    figure = contours.draw(problems.get("goldstein_price"), 2)
    axes, bar = figure.axes
    assert figure.get_suptitle() == "goldstein_price, n = 2"
    assert (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()) == ("x₁", "x₂", "f(x)")
    assert pictures.marks(axes, landscape.STAR) == [(0.0, -1.0)]
    assert {"(0, −1)", "minimum"} <= set(pictures.words(figure))
    assert "hard point" not in pictures.words(figure)  # it has none
    labels = pictures.row_labels(bar)
    assert len(set(labels)) == len(labels) == landscape.LEVELS + 1
    assert [float(label) for label in labels] == pytest.approx(bar.get_yticks(), rel=1e-3)
    pictures.check_legible(figure)


def test_a_hard_point_says_its_kind(pictures: Any, register: Any) -> None:
    problem = register(
        lambda x, y: abs(x) + y**2,
        domain=(-1.0, 1.0),
        minima=[Minimum((0.0, 0.0), 0.0)],
        hard_points=(
            HardPoint((0.0, 0.5), "kink", "", ((-1.0, 1.0), (1.0, 1.0))),
            HardPoint((-1.0, 1.0), "trap", "", ((-1.0, -1.0), (2.0, 2.0))),
            HardPoint((0.95, -1.0), "infinite slope", "", ((1.0, 1.0), (-2.0, -2.0))),
        ),
    )
    figure = contours.draw(problem, 2)
    assert {"kink", "trap", "infinite slope", "(0, 0)", "hard point"} <= set(pictures.words(figure))
    pictures.check_within(figure.axes[0], figure.axes[0].texts)
    pictures.check_legible(figure)


def test_more_coordinates_are_sliced_through_a_minimum(pictures: Any, register: Any) -> None:
    centre = np.array([0.1, 0.2, 0.3, 0.4])

    def shifted(x: Any, xp: Any) -> Any:
        return xp.sum((x - centre.reshape(4, *[1] * (len(x.shape) - 1))) ** 2, axis=0)

    details: dict[str, Any] = {"dimensions": at_least(4), "domain": (-1.0, 2.0)}
    known = register(shifted, minima=[Minimum(tuple(centre), 0.0)], name="known", **details)
    unknown = register(shifted, minima=lambda n: (), name="unknown", **details)
    for problem, others, where in ((known, centre[2:], "a minimum"), (unknown, [0.5, 0.5], "the centre of the domain")):
        figure = contours.draw(problem, 4)
        assert figure.get_suptitle() == f"{problem.name}, n = 4: the slice along x₁ and x₂ through {where}"
        least = figure.axes[1].get_yticks()[0]
        assert least == pytest.approx(((np.asarray(others) - centre[2:]) ** 2).sum(), abs=1e-4)
    assert pictures.marks(contours.draw(known, 4).axes[0], landscape.STAR) == [(0.1, 0.2)]


def test_marks_beside_the_slice_are_not_drawn(pictures: Any, register: Any) -> None:
    problem = register(
        lambda x, xp: xp.sum((x**2 - 1.0) ** 2, axis=0),
        dimensions=at_least(2),
        domain=(-2.0, 2.0),
        minima=[Minimum(point, 0.0) for point in product((-1.0, 1.0), repeat=3)],
    )
    assert len(pictures.marks(contours.draw(problem, 3).axes[0], landscape.STAR)) == 4


def test_marks_beyond_the_domain_are_not_drawn(pictures: Any, register: Any) -> None:
    inside, outside = (HardPoint((x, 0.0), "kink", "", ((1.0, 1.0), (1.0, 1.0))) for x in (1.0, 1.1))
    problem = register(lambda x, y: abs(x) + y, domain=(-1.0, 1.0), minima=[], hard_points=(inside, outside))
    assert pictures.marks(contours.draw(problem, 2).axes[0], landscape.CROSS) == [(1.0, 0.0)]


def test_variants_have_panels_of_their_own(pictures: Any, register: Any) -> None:
    for name in ("odd", "odd@shifted"):
        register(lambda x, y: x * y, domain=(-1.0, 1.0), minima=[], name=name)
    records = pd.concat(
        [pictures.measured_at_two("odd").assign(variant=variant) for variant in ("", "shifted", "gone")]
    )
    assert [axes.get_title(loc="left") for axes in contours.contours(records).axes] == ["odd", "odd@shifted"]


@pytest.mark.parametrize("count", [3, 9, 30])
def test_many_marks_are_small_and_have_no_names(pictures: Any, register: Any, count: int) -> None:
    minima = [Minimum((k / 40, k / 40), 0.0) for k in range(count)]
    problem = register(lambda x, y: x * y, domain=(-1.0, 1.0), minima=minima)
    figure = contours.draw(problem, 2)
    assert ("(0, 0)" in pictures.words(figure)) == (count == 3)
    sizes = {line.get_markersize() for line in figure.axes[0].get_lines()}
    assert sizes == {landscape.STAR["markersize"] / (2 if count == 30 else 1)}


def test_a_slice_of_a_thousand_coordinates_is_soon_drawn() -> None:
    plane = landscape.Plane(problems.get("sphere"), np.zeros(1000))
    figure = contours.draw(problems.get("sphere"), 1000)
    count = figure.axes[0].images[0].get_array().shape[0]
    assert count >= 50 and count**2 * 1000 <= contours.NUMBERS
    assert plane.values(3)[0, 0] == pytest.approx(2 * (2 / 3 * 5.12) ** 2)


def test_one_coordinate_is_a_curve_with_its_derivative(pictures: Any) -> None:
    figure = contours.draw(problems.get("sphere"), 1)
    value, derivative = figure.axes
    x = value.get_lines()[0].get_xdata()
    assert value.get_lines()[0].get_ydata() == pytest.approx(x**2)
    assert derivative.get_lines()[0].get_ydata() == pytest.approx(2.0 * x)
    assert value.get_xlim() == derivative.get_xlim() == (-5.12, 5.12)
    assert (value.get_ylabel(), derivative.get_ylabel(), derivative.get_xlabel()) == ("f(x)", "f′(x)", "x")
    assert pictures.marks(value, landscape.STAR) == [(0.0, 0.0)]
    pictures.check_legible(figure)


def test_a_picture_has_the_resolution_of_the_plots(tmp_path: Path) -> None:
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        figure = contours.draw(problems.get("sphere"), 2)
        figure.savefig(tmp_path / "sphere.png")
    pixels = matplotlib.image.imread(tmp_path / "sphere.png").shape
    assert pixels[1] == pytest.approx(150 * figure.get_size_inches()[0], abs=1)
