"""The methods: what each gives, for every problem."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import problems
from engine.numerical import SCHEMES
from harness import methods
from harness.function import plain
from harness.methods import METHODS, UnsupportedError
from harness.plan import locate
from harness.record import Case, Record, Recorder, read_records
from harness.suites import accuracy
from problems import Problem, at_least
from problems.problem import Dimensions

KINDS = {"automatic", "symbolic", "numerical", "manual"}
SIZES = [(problem, n) for problem in map(problems.get, problems.names()) for n in (2, 10) if n in problem.dimensions]
SLOW = {("sympy", "chebyquad", 10), ("sympy", "watson", 10), ("sympy", "whitley", 10)}
"""Where the expressions swell so much that preparation takes about as long as it may."""
EACH_SIZE = pytest.mark.parametrize(("problem", "n"), SIZES, ids=[f"{problem.name}-{n}" for problem, n in SIZES])
OURS = [method_id for method_id, method in METHODS.items() if not method.isolated]
EACH_METHOD = pytest.mark.parametrize("method_id", OURS)


def test_the_methods_of_the_main_job_are_there() -> None:
    assert {"engine.reverse", "manual", "numerical.central"} <= set(METHODS)


def test_every_scheme_of_the_engine_is_a_method() -> None:
    assert [f"numerical.{scheme}" for scheme in SCHEMES] == [m for m in METHODS if m.startswith("numerical.")]


@EACH_METHOD
def test_a_method_is_found_by_its_id(method_id: str) -> None:
    method = methods.get(method_id)
    assert (method.id, method.kind in KINDS) == (method_id, True)


@pytest.mark.parametrize(
    ("wrong", "hint"), [("engine.revers", "did you mean engine.reverse"), ("???", "the methods are engine.reverse, ")]
)
def test_an_unknown_method_is_told_what_is_near(wrong: str, hint: str) -> None:
    with pytest.raises(LookupError, match=f"unknown method .*{hint}"):
        methods.get(wrong)


def test_whether_a_method_has_a_verdict_is_told_by_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "differences", methods.get("numerical.central"))
    monkeypatch.setitem(METHODS, "numerical.by_rules", methods.get("engine.reverse"))
    assert (methods.has_verdict("differences"), methods.has_verdict("numerical.by_rules")) == (False, True)


def test_of_a_method_that_is_known_no_more_the_id_tells_whether_it_has_a_verdict() -> None:
    assert methods.has_verdict("differences")
    assert not methods.has_verdict("numerical.seven_point")


@EACH_METHOD
@EACH_SIZE
def test_a_method_gives_a_float_and_a_vector(problem: Problem, n: int, method_id: str) -> None:
    if (method_id, problem.name, n) in SLOW:
        pytest.skip("takes too long")
    x = locate(problem, n, "sample-0", seed=1)
    untouched = x.copy()
    x.flags.writeable = False
    try:
        f = methods.get(method_id).prepare(problem, n)
    except UnsupportedError:
        pytest.skip("the method cannot do it")
    value, gradient = f(x)
    assert type(value) is float
    assert value == pytest.approx(float(problem(untouched)), rel=1e-13)
    assert (type(gradient), gradient.shape, gradient.dtype) == (np.ndarray, (n,), np.float64)
    assert not np.shares_memory(gradient, x)
    assert x.tobytes() == untouched.tobytes()
    assert f(x)[1].tobytes() == gradient.tobytes()


DIGITS = {"forward": 5.5, "backward": 5.5, "central": 8.0, "five_point": 10.0, "complex_step": 14.0, "richardson": 11.5}
"""What a scheme has at half of the problems; its steps are too large for the steepest of them."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_numerical_method_has_the_digits_of_its_scheme_and_no_verdict(small_cases: Any, scheme: str) -> None:
    records = [record for case in small_cases[f"numerical.{scheme}"].values() for record in case]
    assert {record.outcome for record in records} == {"approximate"}
    digits = [record.value for record in records if record.metric == "digits"]
    assert np.nanmedian(digits) >= DIGITS[scheme]


@pytest.mark.parametrize("method_id", list(filter(methods.has_verdict, OURS)))
def test_every_other_method_is_right_on_every_problem_that_it_can_do(small_cases: Any, method_id: str) -> None:
    found = {
        case: next((r.outcome, r.reason) for r in records if r.metric == "normwise_error")
        for case, records in small_cases[method_id].items()
    }
    assert {(case, found[case]) for case in found if found[case][0] not in ("correct", "unsupported")} == set()
    done = [case for case, (outcome, _) in found.items() if outcome == "correct"]
    assert len(done) >= 0.9 * len(found)
    if method_id.startswith("engine"):
        assert len(done) == len(found)


@pytest.fixture(scope="module")
def small_cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[Case, list[Record]]]:
    """The records of accuracy of every method, at a sample of every problem."""
    path = tmp_path_factory.mktemp("accuracy") / "records.jsonl"
    cases = [
        Case(p.name, n, "sample-0", method) for p, n in SIZES for method in OURS if (method, p.name, n) not in SLOW
    ]
    accuracy.run(cases, Recorder(path, "run", seed=0))
    found: dict[str, dict[Case, list[Record]]] = {method: {} for method in OURS}
    for record in read_records(path):
        found[record.method].setdefault(record.case, []).append(record)
    return found


def test_where_all_values_underflow_there_is_no_scale_to_compare_on(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    accuracy.run([Case("easom", 2, "sample-0", "engine.reverse")], Recorder(path, "run", seed=0))
    found = {record.metric: record.value for record in read_records(path)}
    assert np.isnan(found["difference_from_central"])
    assert found["error_over_attainable"] <= 1.0


@EACH_SIZE
def test_plain_is_the_problem(problem: Problem, n: int) -> None:
    x = locate(problem, n, "sample-3", seed=1)
    value = plain(problem)(x)
    assert type(value) is float
    assert value == pytest.approx(float(problem(x)), rel=1e-14)


@pytest.mark.parametrize(
    ("definition", "value"),
    [(lambda x: 1.0 / x, np.inf), (lambda x: (x * x) / x, np.nan), (lambda x: (x - 8.0) ** 1.5, np.nan)],
    ids=["a pole", "0/0", "outside the reals"],
)
def test_plain_has_the_answers_of_numpy(definition: Any, value: float) -> None:
    problem = Problem(
        name="edge", function=definition, dimensions=Dimensions(1, 1), takes_vector=False, bounds=(0.0, 1.0),
        known_minima=(), source="", formula="",
    )  # fmt: skip
    with np.errstate(all="ignore"):
        assert plain(problem)(np.array([0.0])) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("method_id", sorted(set(OURS) - {"manual", "numerical.central"}))
@pytest.mark.parametrize(
    ("definition", "dimensions", "n"),
    [
        (lambda x, y: x * y**2, None, 2),
        (lambda x, y, xp: x * xp.exp(y), None, 2),
        (lambda x: x**3, None, 1),
        (lambda x: np.sum(x**3), at_least(1), 2),
        (lambda x, xp: xp.sum(x**3, axis=0), at_least(1), 2),
    ],
    ids=["coordinates", "coordinates and xp", "one coordinate", "a vector", "a vector and xp"],
)
def test_definitions_of_every_form(register: Any, definition: Any, dimensions: Any, n: int, method_id: str) -> None:
    problem = register(definition, dimensions=dimensions)
    x = np.linspace(0.3, 0.7, n)
    value, gradient = methods.get(method_id).prepare(problem, n)(x)
    assert value == pytest.approx(plain(problem)(x), rel=1e-14)
    assert gradient == pytest.approx(methods.get("numerical.central").prepare(problem, n)(x)[1], rel=1e-7)


def test_manual_does_not_support_a_problem_without_a_gradient(register: Any) -> None:
    with pytest.raises(UnsupportedError, match="made_up has no gradient"):
        methods.get("manual").prepare(register(lambda x, y: x * y), 2)


@EACH_SIZE
def test_recorded_operations_are_counted_by_the_engines_reverse_mode_alone(problem: Problem, n: int) -> None:
    x = locate(problem, n, "sample-0", seed=1)
    counts = {method_id: methods.get(method_id).nodes(problem, x) for method_id in OURS}
    assert {method_id for method_id, count in counts.items() if count is not None} == {"engine.reverse"}
    assert 1 < counts["engine.reverse"] < 100


@EACH_SIZE
def test_the_complex_step_is_right_wherever_it_gives_a_gradient(problem: Problem, n: int) -> None:
    """Absolute values, signs and branches included, which a definition has from the namespace that it is given."""
    x = locate(problem, n, "sample-0", seed=1)
    gradient = methods.get("numerical.complex_step").prepare(problem, n)(x)[1]
    expected = methods.get("engine.reverse").prepare(problem, n)(x)[1]
    assert gradient == pytest.approx(expected, rel=1e-8, abs=1e-8 * np.abs(expected).max())
