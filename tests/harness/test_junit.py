"""JUnit XML: a test a gradient that gets a verdict."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from harness.plan import Plan
from harness.record import OUTCOMES, Case, Record
from harness.report import junit

PRIMARY = "normwise_error"
BAD = {"wrong", "nonfinite", "error", "crashed", "timeout", "out_of_memory"}
SILENT = {"unsupported", "not_installed", "cannot_tell"}


def written(records: pd.DataFrame, path: Path) -> ElementTree.Element:
    junit.write(records, path)
    return ElementTree.parse(path).getroot()


def what(test: ElementTree.Element) -> str:
    return test[0].tag if len(test) else "passed"


def made_up(outcome: str, reason: str = "", point: str = "sample-0", method: str = "M", problem: str = "f") -> Record:
    return Record("run", problem, "", 2, point, method, PRIMARY, 0.0, "1", outcome, reason)


def one(tmp_path: Path, record: Record) -> ElementTree.Element:
    (test,) = written(pd.DataFrame([vars(record)]), tmp_path / "junit.xml").iter("testcase")
    return test


def test_the_counts_are_those_of_the_records(faulty_run: Any, tmp_path: Path) -> None:
    """Of a real run with methods that fail, each in its way."""
    records = faulty_run.records
    primary = records[records["metric"] == PRIMARY]
    root = written(records, tmp_path / "junit.xml")
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == set(primary["method"])
    for method, rows in primary.groupby("method"):
        suite, outcomes = suites[method], rows["outcome"]
        assert int(suite.get("tests")) == len(rows) == len(suite)
        assert int(suite.get("failures")) == outcomes.isin(BAD).sum() == len(list(suite.iter("failure")))
        assert int(suite.get("skipped")) == outcomes.isin(SILENT).sum() == len(list(suite.iter("skipped")))
    assert int(root.get("failures")) == primary["outcome"].isin(BAD).sum() > 3
    assert int(root.get("skipped")) >= 1
    assert int(root.get("tests")) == len(primary)


def test_the_times_are_those_of_the_records(faulty_run: Any, tmp_path: Path) -> None:
    records = faulty_run.records
    times = records[(records["metric"] == "time") & records["value"].notna() & (records["method"] != "function")]
    tests = written(records, tmp_path / "junit.xml").iter("testcase")
    found = {test.get("classname"): float(test.get("time")) for test in tests if test.get("time")}
    assert found.keys() == {f"{row.method}.{row.problem}" for row in times.itertuples()} != set()
    for row in times.itertuples():
        assert found[f"{row.method}.{row.problem}"] == pytest.approx(row.value, abs=1e-9)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_its_place(tmp_path: Path, outcome: str) -> None:
    if outcome == "approximate":  # gets no verdict
        with pytest.raises(ValueError, match="not enough values"):
            one(tmp_path, made_up(outcome))
        return
    test = one(tmp_path, made_up(outcome, "because"))
    assert what(test) == ("failure" if outcome in BAD else "skipped" if outcome in SILENT else "passed")
    assert [part.get("message") for part in test] == [f"{outcome}: because"] * len(test)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_hard_points_decide_nothing(tmp_path: Path, outcome: str) -> None:
    if outcome != "approximate":
        test = one(tmp_path, made_up(outcome, "kink: |x|", point="hard-kink-0"))
        assert what(test) == ("skipped" if outcome in BAD | SILENT else "passed")


def test_numerical_methods_are_left_out(make_run: Any, tmp_path: Path) -> None:
    run = make_run(plan=Plan("quick", problems=("matyas",)))
    root = written(run.records, tmp_path / "junit.xml")
    assert [suite.get("name") for suite in root] == ["engine.reverse", "manual"]
    assert Counter(map(what, root.iter("testcase"))) == {"passed": len(list(root.iter("testcase")))}
    failed = pd.DataFrame([vars(made_up("error", method="numerical.central"))])
    assert len(written(failed, tmp_path / "junit.xml")) == 0


NASTY = "\x00\x1b[31m <&\"'> ]]> \ud800 \ufffe \n\ttwo"


def test_text_that_xml_cannot_hold(tmp_path: Path) -> None:
    test = one(tmp_path, made_up("wrong", NASTY, method=NASTY, problem=NASTY))
    message = test[0].get("message")
    assert message.startswith("wrong: \ufffd\ufffd[31m <&\"'> ]]> \ufffd \ufffd ")
    assert message.endswith("two")


@pytest.mark.parametrize("metric", ["time", "nothing"])
def test_a_run_without_verdicts_has_no_tests(tmp_path: Path, metric: str) -> None:
    records = pd.DataFrame([vars(made_up("")) | {"metric": metric}])
    root = written(records, tmp_path / "junit.xml")
    assert (root.tag, root.attrib, len(root)) == (
        "testsuites",
        {"name": "gradmark", "tests": "0", "failures": "0", "skipped": "0"},
        0,
    )


def test_a_folder_is_made_for_it(tmp_path: Path) -> None:
    one(tmp_path / "a" / "b", made_up("correct"))
    assert (tmp_path / "a" / "b" / "junit.xml").exists()


@pytest.mark.usefixtures("no_report")
def test_a_report_writes_it(gradmark: Any, make_run: Any, tmp_path: Path) -> None:
    case = Case("matyas", 2, "sample-0", "manual")
    run = make_run({(case, "outcome"): "crashed"}, plan=Plan("quick", problems=("matyas",)))
    gradmark("report", run.folder, "--junit", tmp_path / "junit.xml")
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert (root.get("failures"), next(root.iter("failure")).get("type")) == ("1", "crashed")


def test_a_folder_in_its_place_is_bad_usage(gradmark: Any, tmp_path: Path) -> None:
    assert "is a directory" in gradmark("report", "--junit", tmp_path, code=2).stderr
