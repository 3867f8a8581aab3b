"""Limits on time and memory: what is beyond them costs its case, and no more than the limit."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harness
from harness import methods, prepare
from harness.limits import TimeLimitError, within
from harness.methods import KnownFailureError, Method
from harness.record import Case

# Time, of a block of Python code.


@pytest.fixture(autouse=True)
def _nothing_rings_afterwards() -> Iterator[None]:
    before = signal.getsignal(signal.SIGALRM)
    yield
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def hang() -> None:
    time.sleep(100)


def hang_in_python() -> None:
    while True:
        pass


def swallow_three() -> None:
    for _ in range(3):
        with suppress(TimeLimitError):
            hang()


def swallow_one() -> None:
    with suppress(Exception):
        hang()


def make_another_error_of_it() -> None:
    try:
        hang()
    except Exception as error:
        raise ValueError("it did not converge") from error


def make_an_exit_of_it() -> None:
    try:
        hang()
    finally:
        sys.exit(3)


SLOW = [hang, hang_in_python, swallow_three, swallow_one, make_another_error_of_it, make_an_exit_of_it]


@pytest.mark.parametrize("slow", SLOW, ids=lambda slow: slow.__name__)
def test_what_takes_too_long_is_interrupted(slow: Any) -> None:
    with pytest.raises(TimeLimitError, match=r"^a nap took more than 0\.05 s$"), within(0.05, "a nap"):
        slow()


def test_what_is_in_time_is_let_be() -> None:
    with within(100.0, "nothing"):
        result = 2
    assert result == 2


@pytest.mark.parametrize(
    "error", [ValueError("its own"), StopIteration(2), SystemExit(3), TimeLimitError("an inner one")]
)
def test_another_error_is_let_through(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, within(100.0, "nothing"):
        raise error
    assert caught.value is error


def test_the_alarm_of_others_is_theirs_again() -> None:
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: rang.append(number))
    try:
        with within(100.0, "nothing"):
            pass
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert rang == [signal.SIGALRM]


# Preparation, once for all points.


class Counting(Method):
    id = "counting"
    kind = "symbolic"
    isolated = False

    def __init__(self, does: Any) -> None:
        self.does, self.count = does, 0

    def prepare(self, problem: Any, n: int) -> Any:
        self.count += 1
        return self.does()


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Registers a method that does so in its preparation."""
    prepare._made.cache_clear()

    def register(does: Any) -> Counting:
        method = Counting(does)
        monkeypatch.setitem(methods.METHODS, method.id, method)
        return method

    yield register
    prepare._made.cache_clear()


CASES = [Case("sphere", 2, f"sample-{k}", "counting") for k in range(3)]


def test_preparation_is_made_once_for_all_points(counting: Any) -> None:
    method = counting(lambda: "a function")
    results = [prepare.prepare(case) for case in CASES]
    assert [result for result, _ in results] == ["a function"] * 3
    assert len({seconds for _, seconds in results}) == method.count == 1
    prepare.prepare(Case("sphere", 3, "sample-0", "counting"))
    assert method.count == 2


def test_preparation_that_takes_too_long_is_tried_once(counting: Any) -> None:
    method = counting(hang)
    method.preparation_seconds = 0.05
    for case in CASES:
        with pytest.raises(KnownFailureError) as caught:
            prepare.prepare(case)
        assert methods.failure(caught.value) == ("timeout", "preparation took more than 0.05 s")
    assert method.count == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (methods.UnsupportedError("not this one"), ("unsupported", "not this one")),
        (methods.NotInstalledError("pip install it"), ("not_installed", "pip install it")),
        (MemoryError("Unable to allocate"), ("out_of_memory", "MemoryError: Unable to allocate")),
        (SystemExit(3), ("error", "SystemExit: 3")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_preparation_that_fails_is_tried_once(counting: Any, error: BaseException, outcome: Any) -> None:
    def fail() -> None:
        raise error

    method = counting(fail)
    for case in CASES:
        with pytest.raises(KnownFailureError) as caught:
            prepare.prepare(case)
        assert methods.failure(caught.value) == outcome
    assert method.count == 1


def test_a_preparation_that_failed_holds_nothing(counting: Any) -> None:
    class Formula:
        count = 0

        def __init__(self) -> None:
            Formula.count += 1

        def __del__(self) -> None:
            Formula.count -= 1

    def fail() -> None:
        formula = Formula()
        raise MemoryError(formula)

    counting(fail)
    for case in CASES:
        with pytest.raises(KnownFailureError):
            prepare.prepare(case)
    assert Formula.count == 0


# Memory, of a process.

NEEDS_A_LIMIT = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no limit on a process's memory")


@NEEDS_A_LIMIT
@pytest.mark.parametrize(("hard", "size"), [("-1", 2**30), (2**31, 2**30), (2**30, 2**40)])
def test_beyond_its_memory_a_process_gets_no_more(hard: object, size: int) -> None:
    """What the user allows, if that is less."""
    code = "import resource\nfrom harness.limits import limit_memory\n"
    code += f"resource.setrlimit(resource.RLIMIT_AS, (2**30, {hard}))\nlimit_memory({size})\nbytearray(2**27)\n"
    code += "try: bytearray(2**31)\nexcept MemoryError: print('no more')"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (process.stdout, process.stderr) == ("no more\n", "")


# All of it in a run.

SUITE = pytest.mark.parametrize(
    ("suite", "metric", "right"), [("accuracy", "normwise_error", "correct"), ("runtime", "time", "")]
)


def outcomes(run: Any, metric: str) -> dict[tuple[str, str], tuple[str, str]]:
    rows = run.records[run.records["metric"] == metric].to_dict("records")
    return {(row["method"], row["point"]): (row["outcome"], row["reason"]) for row in rows}


@NEEDS_A_LIMIT
@SUITE
@pytest.mark.usefixtures("faulty", "no_report")
def test_memory_that_a_method_keeps_is_not_missed_by_another(
    tmp_path: Path, suite: str, metric: str, right: str
) -> None:
    names = ["limits.allocates", "limits.hoards", "limits.preparation_hoards", "limits.wants", "manual"]
    run = harness.run("limits", problems=["sphere"], methods=names, suites=[suite], out=tmp_path)
    found = {method: outcome for (method, point), (outcome, _) in outcomes(run, metric).items() if point == "sample-0"}
    found.pop("function", None)
    assert found == {**dict.fromkeys(names[:3], "out_of_memory"), **dict.fromkeys(names[3:], right)}


@pytest.mark.usefixtures("faulty", "no_report", "elsewhere")
def test_what_hangs_costs_its_case_and_the_other_points(tmp_path: Path) -> None:
    names = ["limits.hangs", "limits.preparation_hangs", "limits.preparation_exits", "manual"]
    run = harness.run("limits", problems=["sphere"], methods=names, out=tmp_path)
    expected = {
        "limits.hangs": ("timeout", "no result within 3 s"),
        "limits.preparation_hangs": ("timeout", "preparation took more than 1 s"),
        "limits.preparation_exits": ("error", "SystemExit: not today"),
        "manual": ("correct", ""),
    }
    both = ("sample-0", "minimum-0")
    assert outcomes(run, "normwise_error") == {(name, point): expected[name] for name in names for point in both}
    assert (run.folder / "logs" / "accuracy.log").read_text(encoding="utf-8").count("preparing") == 1


@pytest.mark.usefixtures("faulty", "no_report")
def test_a_call_that_takes_too_long_is_not_timed(tmp_path: Path) -> None:
    names = ["limits.two_seconds", "limits.preparation_hangs", "manual"]
    run = harness.run("limits", problems=["sphere"], methods=names, suites=["runtime"], out=tmp_path)
    found = outcomes(run, "time")
    assert found["limits.two_seconds", "sample-0"] == ("timeout", "one call took more than 1 s")
    assert found["limits.preparation_hangs", "sample-0"] == ("timeout", "preparation took more than 1 s")
    times = run.records.query("metric == 'time'").set_index("method")["value"]
    assert np.isfinite(times).to_dict() == {"function": True, **dict.fromkeys(names[:2], False), "manual": True}
