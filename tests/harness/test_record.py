"""Records: what is written is what is read, to the bit; damage is noticed."""

import json
import math
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.environment import describe, open_recorder, write_environment
from harness.errors import BadInputError, NothingMeasuredError
from harness.plan import Plan
from harness.record import COLUMNS, FAILURES, OUTCOMES, UNTIMED, Case, Recorder, read_records
from harness.report import tables

CASE = Case("sphere", 3, "sample-0", "manual")
CONTRACT = ["schema", "run", "problem", "variant", "n", "point", "method"]
CONTRACT += ["metric", "value", "unit", "outcome", "reason", "timer", "seed"]
EDGES = [math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -2.5e-310, 2.2250738585072014e-308, 1.7976931348623157e308]
EDGES += [0.1, 1 / 3, 1e22, 1e23, 9007199254740993.0, -1e-7]


def bits(value: float) -> bytes:
    """All of a double, NaN being one value."""
    return b"nan" if math.isnan(value) else struct.pack("<d", value)


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "records.jsonl", "a-run", seed=7)


def add(recorder: Recorder, value: float = 1.0, reason: str = "", case: Case = CASE) -> None:
    recorder.add(case, "normwise_error", value, "1", "correct", reason, "perf_counter")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats() | st.sampled_from(EDGES), min_size=1, max_size=30))
def test_every_double_survives_the_records_to_the_bit(values: list[float]) -> None:
    with TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "records.jsonl", "a-run", seed=0)
        for value in values:
            add(recorder, value)
        frame = harness.read(folder)
    assert frame["value"].dtype == "float64"
    assert [bits(value) for value in frame["value"]] == [bits(value) for value in values]


@pytest.mark.filterwarnings("ignore:The 'float_precision' argument")  # from pandas 3.1 on, exact without it
@settings(deadline=None, max_examples=8)
@given(st.lists(st.floats(), max_size=30))
def test_every_double_survives_the_csv_tables_to_the_bit(drawn: list[float]) -> None:
    values = [*EDGES, *drawn]
    with TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "records.jsonl", "a-run", seed=0)
        for k, value in enumerate(values):
            add(recorder, value, case=Case("sphere", 3, f"sample-{k}", "manual"))
        tables.full(harness.read(folder), ("normwise_error",)).to_csv(Path(folder) / "table.csv", index=False)
        frame = pd.read_csv(Path(folder) / "table.csv", float_precision="round_trip")
    assert [bits(value) for value in frame["normwise_error"]] == [bits(value) for value in values]


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_every_reason_survives(reason: str) -> None:
    with TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "records.jsonl", "a-run", seed=0)
        add(recorder, reason=reason)
        add(recorder, reason="the next")
        assert [record.reason for record in read_records(recorder.path)] == [reason, "the next"]


@pytest.mark.parametrize(("value", "written"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")])
def test_nonfinite_values_are_strings_in_strict_json(recorder: Recorder, value: float, written: str) -> None:
    add(recorder, value)

    def forbidden(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    row = json.loads(recorder.path.read_text(encoding="utf-8"), parse_constant=forbidden)
    assert row["value"] == written


def test_columns_are_those_of_the_contract(recorder: Recorder) -> None:
    add(recorder)
    assert list(COLUMNS) == CONTRACT
    assert list(json.loads(recorder.path.read_text(encoding="utf-8"))) == CONTRACT
    assert list(harness.read(recorder.path).columns) == CONTRACT


def test_a_record_holds_what_was_measured(recorder: Recorder) -> None:
    add(recorder, 0.5, "because: “ü”\n,", Case("ackley@tilted", 2, "hard-kink-1", "engine.reverse"))
    (row,) = harness.read(recorder.path).to_dict("records")
    expected = (
        1,
        "a-run",
        "ackley",
        "tilted",
        2,
        "hard-kink-1",
        "engine.reverse",
        "normwise_error",
        0.5,
        "1",
        "correct",
    )
    assert tuple(row.values()) == (*expected, "because: “ü”\n,", "perf_counter", 7)
    (record,) = read_records(recorder.path)
    assert record.case == Case("ackley@tilted", 2, "hard-kink-1", "engine.reverse")


def test_outcomes_are_those_of_the_contract() -> None:
    judged = ["correct", "wrong", "cannot_tell", "approximate", "nonfinite", "undefined"]
    failed = ["unsupported", "not_installed", "timeout", "out_of_memory", "crashed", "error"]
    assert list(OUTCOMES) == [*judged, *failed]
    assert set(failed) == FAILURES
    assert {"wrong", "nonfinite", *FAILURES} == UNTIMED


def test_each_record_is_flushed(recorder: Recorder) -> None:
    recorder.path.touch()
    with recorder.path.open(encoding="utf-8") as other:
        for k in range(3):
            add(recorder, float(k))
            assert json.loads(other.read())["value"] == k


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_cut_last_line_is_dropped(recorder: Recorder, cut: int) -> None:
    add(recorder, 1.0)
    add(recorder, 2.0)
    recorder.path.write_bytes(recorder.path.read_bytes()[:-cut])
    assert list(harness.read(recorder.path)["value"]) == [1.0]


def test_records_go_on_after_a_cut_line(recorder: Recorder) -> None:
    add(recorder, 1.0)
    add(recorder, 2.0)
    recorder.path.write_bytes(recorder.path.read_bytes()[:-40])
    write_environment(recorder.path.parent, describe("a-run", Plan("quick", seed=7), []))
    add(open_recorder(recorder.path.parent), 3.0)
    assert list(harness.read(recorder.path)["value"]) == [1.0, 3.0]


def test_a_case_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    """What ends a case is its last record; those after it are of one that is measured again."""
    write_environment(tmp_path, describe("a-run", Plan("quick"), []))
    recorder = open_recorder(tmp_path)
    for metric in ("digits", "normwise_error", "time_min", "time", "digits", "max_ulp_error"):
        recorder.add(CASE, metric, 1.0, "1", "correct")
    open_recorder(tmp_path)
    assert list(harness.read(tmp_path)["metric"]) == ["digits", "normwise_error", "time_min", "time"]


@pytest.mark.parametrize(
    "damage",
    [b"{", b"", b"[]", b"null", b"17", b"\xff\xfe", b'{"schema": 1}', b'{"schema": "new"}', b'{"value": 1.0}'],
)
def test_damage_in_the_middle_names_the_line(recorder: Recorder, damage: bytes) -> None:
    add(recorder)
    with recorder.path.open("ab") as file:
        file.write(damage + b"\n")
    add(recorder)
    with pytest.raises(BadInputError, match=r"records\.jsonl, line 2"):
        harness.read(recorder.path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("value", "three"), ("value", None), ("colour", "red"), ("n", "two"), ("reason", None), ("seed", 1.5)],
)
def test_a_damaged_field_names_the_line(recorder: Recorder, field: str, value: object) -> None:
    add(recorder)
    row = json.loads(recorder.path.read_text(encoding="utf-8"))
    with recorder.path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**row, field: value}) + "\n")
    with pytest.raises(BadInputError, match=r"records\.jsonl, line 2"):
        harness.read(recorder.path)


def test_a_newer_schema_is_refused(recorder: Recorder) -> None:
    add(recorder)
    row = json.loads(recorder.path.read_text(encoding="utf-8"))
    recorder.path.write_text(json.dumps({**row, "schema": 2, "colour": "red"}) + "\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="line 1: schema 2 is newer than 1"):
        harness.read(recorder.path)


def test_reading_takes_every_run_below_a_folder(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        add(Recorder(tmp_path / "runs" / name / "records.jsonl", name, seed=0))
    assert list(harness.read(tmp_path)["run"]) == ["a", "b"]
    assert list(harness.read(tmp_path / "runs" / "b")["run"]) == ["b"]


def test_reading_where_there_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(NothingMeasuredError, match="no run in"):
        harness.read(tmp_path)


def test_a_run_without_records_has_the_columns(recorder: Recorder) -> None:
    recorder.path.touch()
    frame = harness.read(recorder.path)
    assert frame.empty
    assert list(frame.columns) == CONTRACT
