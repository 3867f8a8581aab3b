"""The suite steps: the slopes of the error where it truncates and where it rounds, and the step with the least."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import harness
from harness.report import short
from harness.report.cases import METRICS, full, named
from harness.report.tables import short_tables
from harness.slopes import slope
from harness.suites.steps import STEPS, slopes

ORDERS = {"forward": 1.0, "central": 2.0, "five_point": 4.0, "complex_step": 2.0}


def errors(error: Callable[[float], float]) -> list[float]:
    return [error(step) for step in STEPS]


@pytest.mark.parametrize("power", [1, 2, 4])
def test_the_slopes_are_the_powers_of_both_branches(power: int) -> None:
    random = np.random.default_rng(0)
    found = slopes(errors(lambda h: h**power + random.uniform(0.3, 1.0) * 1e-16 / h))
    assert found == pytest.approx((power, -1.0), abs=0.15)


def test_an_error_without_a_branch_has_no_slope() -> None:
    truncation, rounding = slopes(errors(lambda h: 1e-16 / h))  # of a polynomial whose difference is exact
    assert np.isnan(truncation)
    assert rounding == pytest.approx(-1.0)
    truncation, rounding = slopes(errors(lambda h: h**2 + 1e-17))
    assert truncation == pytest.approx(2.0, abs=0.05)
    assert np.isnan(rounding)
    assert np.isnan(slopes(errors(lambda h: 0.0))).all()


def test_steps_that_do_not_move_x_and_errors_that_say_nothing_are_left_out() -> None:
    found = slopes(errors(lambda h: np.nan if h < 1e-14 else 1.0 if h < 1e-12 or h > 0.05 else h + 1e-16 / h))
    assert found == pytest.approx((1.0, -1.0), abs=0.05)


def test_a_slope_is_not_led_astray_by_one_point() -> None:
    steps = 10.0 ** -np.arange(8)
    outlying = np.where(np.arange(8) == 3, 1.0, 5.0 * steps**2)
    assert slope(steps, outlying) == pytest.approx(2.0)
    assert np.isnan(slope(steps[:1], steps[:1]))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    run = harness.run(
        "quick", problems=["beale", "sphere"], suites=["steps"], dimensions=[2], out=tmp_path_factory.mktemp("results")
    )
    return run.records


def test_every_scheme_has_its_slopes(records: pd.DataFrame) -> None:
    table = full(records, METRICS["steps"]).set_index(["problem", "method"])
    for scheme, order in ORDERS.items():
        row = table.loc[("beale", f"numerical.{scheme}")]
        assert row["truncation_slope"] == pytest.approx(order, abs=0.1)
        assert np.isnan(row["rounding_slope"]) if scheme == "complex_step" else -1.3 < row["rounding_slope"] < -0.7
        assert row["best_step"] in STEPS
    assert np.isnan(table.loc[("sphere", "numerical.central"), "truncation_slope"])


def test_the_short_table_has_a_row_a_scheme(records: pd.DataFrame) -> None:
    ((caption, table),) = [one for one in short_tables(records) if one[0].startswith("Steps: ")]
    assert list(table.index) == ["numerical.forward", "central", "five_point", "complex_step"]
    assert "medians" in caption
    assert table.loc["five_point", ("power of h", "truncation")] in ("+4.00", "+3.99", "+4.01")
    assert pd.isna(table.loc["complex_step", ("power of h", "rounding")])


def test_the_short_table_is_of_medians() -> None:
    metrics = ("best_step", "truncation_slope", "rounding_slope", "error_at_step_1e-05")
    of_problems = {"a": (1e-5, 2.0, -1.0, 1e-10), "b": (1e-6, 2.2, np.nan, 3e-10), "c": (1e-5, 1.9, -0.8, 2e-9)}
    case = {"variant": "", "n": 2, "point": "sample-0", "method": "numerical.central", "outcome": "approximate"}
    made = [
        {"problem": name, "metric": metric, "value": value, "reason": "", **case}
        for name, values in of_problems.items()
        for metric, value in zip(metrics, values, strict=True)
    ]
    table = short.steps(named(full(pd.DataFrame(made), METRICS["steps"])))
    assert table.loc["central"].to_list() == ["1e-05", "3e-10", "+2.00", "-0.90"]
