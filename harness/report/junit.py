"""A run as JUnit XML, which systems that build and test read: a gradient that gets a verdict is a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from ..record import UNTIMED
from .cases import HARD, METRICS, full, judged, named

SKIPPED = {"unsupported", "not_installed", "cannot_tell"}
"""Outcomes that say nothing of the gradient."""
FAILED = UNTIMED - SKIPPED

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(records: pd.DataFrame, path: Path) -> None:
    """Write the accuracy of `records` to a file.

    A test suite a method, a test a problem, size and point. Numerical methods, which get no verdict, are left out. A
    test's time is that of a value and gradient, where it was measured.
    """
    cases = named(judged(full(records, METRICS["accuracy"])))
    cases = cases[cases["outcome"] != "approximate"]
    seconds = named(full(records, ("time",))).set_index(["problem", "n", "point", "method"])["time"].dropna()
    root = ElementTree.Element("testsuites", name="gradmark")
    for method, rows in cases.groupby("method", sort=False):
        suite = ElementTree.SubElement(root, "testsuite", name=_text(method))
        for case in rows.itertuples():
            time = seconds.get((case.problem, case.n, case.point, method))
            suite.append(_test(case, method, time))
        _count(suite)
    _count(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _test(case: Any, method: Any, seconds: float | None) -> ElementTree.Element:
    test = ElementTree.Element("testcase", classname=_text(f"{method}.{case.problem}"), name=f"n={case.n} {case.point}")
    if seconds is not None:
        test.set("time", f"{seconds:.9f}")
    said = _text(f"{case.outcome}: {case.reason}" if case.reason else case.outcome)
    if case.outcome in SKIPPED or (case.outcome in FAILED and case.point.startswith(HARD)):
        ElementTree.SubElement(test, "skipped", message=said)  # hard points decide nothing
    elif case.outcome in FAILED:
        ElementTree.SubElement(test, "failure", type=case.outcome, message=said)
    return test


def _count(parent: ElementTree.Element) -> None:
    """Say how many tests there are below, and what became of them."""
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        parent.set(name, str(sum(1 for _ in parent.iter(tag))))


def _text(value: Any) -> str:
    """What XML can hold of a text."""
    return NOT_IN_XML.sub("\ufffd", str(value))
