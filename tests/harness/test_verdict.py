"""The verdict: right gradients are correct, planted errors are wrong, and NaN is never a pass."""

from __future__ import annotations

import functools
import math
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
import problems
from engine.variable import Scalar
from harness import judging, methods
from harness.methods import UnsupportedError
from harness.plan import Plan, locate
from harness.record import Case
from harness.reference import Reference, reference_of, threshold
from harness.suites.accuracy import judge
from harness.verdict import WRONG, Accuracy, measure
from problems import Problem

CASES = sorted(
    {Case(c.problem, c.n, c.point, "") for c in Plan("quick").accuracy_cases() if c.n <= 10},
    key=lambda case: (case.problem, case.n, case.point),
)
SAMPLES = [case for case in CASES if case.point.startswith("sample")]


def at(case: Case) -> tuple[Problem, np.ndarray[Any, Any]]:
    problem = problems.get(case.problem)
    return problem, locate(problem, case.n, case.point, seed=0)


def named(case: Case) -> str:
    return f"{case.problem}-{case.n}-{case.point}"


def against_reference(gradient: Any, reference: Reference) -> Accuracy:
    return measure(np.asarray(gradient, dtype=np.float64), reference, reference.attainable)


@functools.cache
def certified(case: Case) -> Reference:
    return reference_of(*at(case))


def allowed(reference: Reference) -> np.ndarray[Any, Any]:
    pairs = zip(reference.enclosures, reference.attainable, strict=True)
    return np.array([threshold(enclosure, rounding) for enclosure, rounding in pairs])


FINE = {
    # At a sample there is a gradient; at a minimum it is zero, and rounding may decide what is left of it.
    "sample": {"correct"},
    "minimum": {"correct", "cannot_tell"},
    # Hard points are there to fail at, but not in a gradient that looks right.
    "hard": {"correct", "cannot_tell", "undefined", "nonfinite"},
}


@pytest.mark.parametrize("method", ["engine.reverse", "manual"])
@pytest.mark.parametrize("case", CASES, ids=named)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of poles and 0/0, at hard points
def test_a_right_gradient_is_never_wrong(case: Case, method: str) -> None:
    problem, x = at(case)
    way = methods.get(method)
    try:
        gradient = way.prepare(problem, case.n)(x)[1]
    except UnsupportedError:
        pytest.skip("no gradient derived by hand")
    accuracy = judge(problem, way, x, gradient, seed=0)
    assert accuracy.outcome in FINE[case.point.partition("-")[0]], accuracy.reason
    if case.point.startswith("hard"):
        kind = case.point.split("-")[1].replace("_", " ")
        assert accuracy.reason.startswith(f"{kind}: ")
    else:
        assert (accuracy.reason == "") == (accuracy.outcome == "correct")


@pytest.mark.parametrize("case", SAMPLES, ids=named)
def test_the_exact_gradient_rounded_is_correct(case: Case) -> None:
    reference = certified(case)
    assert against_reference(reference.values, reference).outcome == "correct"


@pytest.mark.parametrize("case", SAMPLES, ids=named)
def test_a_planted_error_beyond_what_rounding_does_is_wrong(case: Case) -> None:
    reference = certified(case)
    for i, beyond in enumerate(1.01 * WRONG * allowed(reference)):
        for error in (*(10.0**-k for k in range(1, 15)), -1e-1, -1e-10):
            gradient = reference.values.copy()
            gradient[i] *= 1.0 + error
            if abs(gradient[i] - reference.values[i]) > beyond:
                accuracy = against_reference(gradient, reference)
                assert accuracy.outcome == "wrong", (i, error)
                assert accuracy.reason.startswith(f"component {i} is off by")


@pytest.mark.parametrize(("error", "share"), [(1e-8, 0.99), (1e-10, 0.98), (1e-12, 0.9), (1e-13, 0.75)])
def test_most_planted_errors_are_wrong(error: float, share: float) -> None:
    """Measured: 100, 99, 92 and 79 % of the components."""
    outcomes = []
    for case in SAMPLES:
        reference = certified(case)
        for i in np.flatnonzero(reference.values):  # a component of zero has no relative error
            gradient = reference.values.copy()
            gradient[i] *= 1.0 + error
            outcomes.append(against_reference(gradient, reference).outcome)
    assert outcomes.count("wrong") >= share * len(outcomes)


CORRUPTIONS = {
    "sign": lambda g: -g,
    "sign of one": lambda g: g * np.where(np.arange(g.size) == 0, -1.0, 1.0),
    "swapped": lambda g: g[::-1],
    "zero": np.zeros_like,
    "one missing": lambda g: g * (np.arange(g.size) > 0),
    "doubled": lambda g: 2.0 * g,
    "float32": lambda g: g.astype(np.float32).astype(np.float64),
    "huge": lambda g: np.full_like(g, 1e300),
}


@pytest.mark.parametrize("corrupt", CORRUPTIONS.values(), ids=CORRUPTIONS)
@pytest.mark.parametrize("case", [c for c in SAMPLES if c.point == "sample-0"], ids=named)
def test_a_corrupted_gradient_is_wrong(case: Case, corrupt: Any) -> None:
    reference = certified(case)
    right, gradient = reference.values, corrupt(reference.values)
    if np.all(np.abs(gradient - right) <= 1.01 * WRONG * allowed(reference)):
        pytest.skip("nothing that rounding might not do: a gradient that is nearly zero, or symmetric")
    assert against_reference(gradient, reference).outcome == "wrong"


@pytest.mark.parametrize("error", [1e-300, 1e-10, 1.0, -1e300])
@pytest.mark.parametrize("name", ["matyas", "sphere", "rosenbrock", "booth", "griewank"])
def test_an_error_where_the_gradient_is_exactly_zero_is_wrong(name: str, error: float) -> None:
    reference = certified(Case(name, 2, "minimum-0", ""))
    gradient = np.zeros(2)
    gradient[-1] = error
    accuracy = against_reference(gradient, reference)
    assert accuracy.outcome == "wrong"
    assert not accuracy.error_over_attainable <= WRONG
    assert not accuracy.normwise_error <= 1.0


@pytest.mark.parametrize(
    ("times", "outcome"), [(0.9, "correct"), (1.1, "cannot_tell"), (0.9 * WRONG, "cannot_tell"), (1.1 * WRONG, "wrong")]
)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_between_correct_and_wrong_nobody_can_tell(times: float, outcome: str, sign: float) -> None:
    problem = problems.get("goldstein_price")
    reference = reference_of(problem, locate(problem, 2, "sample-1", seed=0))
    gradient = reference.values.copy()
    gradient[1] += sign * times * threshold(reference.enclosures[1], reference.attainable[1])
    accuracy = against_reference(gradient, reference)
    assert accuracy.outcome == outcome
    assert accuracy.error_over_attainable == pytest.approx(times, rel=0.1)


def test_where_rounding_may_change_everything_nobody_can_tell() -> None:
    reference = reference_of(lambda x: np.exp(x[0]) - np.exp(x[0]) + 1e-4 * x[0], np.array([30.0]))
    assert reference.uncertain == ()
    assert reference.attainable > 10.0 * reference.values
    assert against_reference(reference.values + reference.attainable / 2.0, reference).outcome == "cannot_tell"
    assert against_reference(reference.values + reference.attainable * 20.0, reference).outcome == "wrong"


def test_where_rounding_may_do_anything_nobody_can_tell() -> None:
    """At 53 bits the enclosure is endless; floats make 0 of the difference and so 1 of the derivative."""
    reference = reference_of(lambda x: np.exp((x[0] + 1e200) - 1e200), np.array([0.5]))
    assert against_reference([1.0], reference).outcome == "cannot_tell"


@pytest.mark.parametrize(
    ("f", "x"),
    [(lambda x: np.sqrt(x[0] ** 2), 0.0), (lambda x: np.log(x[0]), -1.0), (lambda x: x[0] ** 3, 1e200)],
    ids=["a kink", "outside the domain", "beyond the doubles"],
)
def test_what_could_not_be_enclosed_is_not_called_wrong(f: Any, x: float) -> None:
    reference = reference_of(f, np.array([x]))
    assert reference.uncertain == (0,)
    assert against_reference([0.0], reference).outcome == "cannot_tell"


NONFINITE = st.sampled_from([math.nan, math.inf, -math.inf, -math.nan])


@pytest.fixture(scope="module")
def above_a_hundred() -> Reference:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.reference.CERTIFY_ALL", 100)
        return reference_of(problems.get("sphere"), np.linspace(-1.0, 1.0, 101))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(), min_size=101, max_size=101), st.integers(0, 100), NONFINITE)
def test_an_array_with_a_nan_or_inf_is_never_a_pass(
    above_a_hundred: Reference, values: list[float], where: int, bad: float
) -> None:
    """Wherever it stands: among the certified components or not."""
    values[where] = bad
    accuracy = against_reference(values, above_a_hundred)
    first = next(i for i, value in enumerate(values) if not math.isfinite(value))
    assert accuracy.outcome == "nonfinite"
    assert accuracy.reason == f"component {first} is {values[first]}"
    assert math.isnan(accuracy.normwise_error)
    assert math.isnan(accuracy.digits)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2))
def test_any_other_gradient_is_wrong(values: list[float]) -> None:
    """Far from (2, 2), the gradient of the sphere at (1, 1), which is exact there."""
    reference = reference_of(problems.get("sphere"), np.array([1.0, 1.0]))
    far = max(abs(value - 2.0) for value in values)
    assert far <= 1e-14 or against_reference(values, reference).outcome == "wrong"


@pytest.mark.parametrize(
    ("gradient", "digits"), [([2.0, 4.0], 16.0), ([2.0, 4.004], 3.0), ([2.002, 4.0], 3.3), ([-2.0, 0.0], 0.0)]
)
def test_digits_are_those_of_the_gradient_as_a_whole(gradient: list[float], digits: float) -> None:
    reference = reference_of(problems.get("sphere"), np.array([1.0, 2.0]))
    assert against_reference(gradient, reference).digits == pytest.approx(digits, abs=0.01)


def test_errors_in_units_of_the_last_place() -> None:
    reference = reference_of(problems.get("sphere"), np.array([1.0, 2.0]))
    accuracy = against_reference([2.0, np.nextafter(4.0, 9.0)], reference)
    assert (accuracy.max_ulp_error, accuracy.outcome) == (1.0, "correct")


@pytest.mark.parametrize("operator", ["__mul__", "__pow__", "__rmul__"])
def test_a_broken_engine_is_wrong(operator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(Scalar, operator)
    monkeypatch.setattr(Scalar, operator, lambda self, other: right(self, other) * (1.0 + 1e-11))
    if operator == "__mul__":
        monkeypatch.setattr(Scalar, operator, lambda self, other: right(right(self, other), 1.0 + 1e-11))
    problem = problems.get("goldstein_price")
    x = np.array([0.4, -0.7])
    assert judge(problem, methods.get("engine.reverse"), x, engine.grad(problem)(x), seed=0).outcome == "wrong"


def booth(x: Any, y: Any) -> Any:
    return (x + 2.0 * y - 7.0) ** 2 + (2.0 * x + y - 5.0) ** 2


def expanded(x: Any, y: Any) -> tuple[Any, Any]:
    """Booth's gradient. Near the minimum it rounds far more than the function does, though it is right."""
    return 10.0 * x + 8.0 * y - 34.0, 8.0 * x + 10.0 * y - 38.0


@pytest.fixture
def by_hand(register: Any) -> Any:
    """The accuracy of a gradient by hand of a function of two coordinates."""

    def judged(gradient: Any, x: np.ndarray[Any, Any], function: Any = booth) -> Accuracy:
        problem = register(function, gradient=gradient)
        manual = methods.get("manual")
        return judge(problem, manual, x, manual.prepare(problem, 2)(x)[1], seed=0)

    return judged


def test_a_gradient_by_hand_is_judged_by_its_own_code(by_hand: Any) -> None:
    near = np.array([1.0 + 1e-12, 3.0 - 1e-12])
    assert by_hand(expanded, near).outcome in ("correct", "cannot_tell")
    reference = reference_of(lambda x: booth(x[0], x[1]), near)
    assert against_reference(expanded(*near), reference).outcome == "wrong"


@pytest.mark.parametrize(
    "gradient",
    [
        lambda x, y: (10.0 * x + 8.0 * y - 34.0, 8.0 * x - 10.0 * y - 38.0),
        lambda x, y: (10.0 * x + 8.0 * y - 34.0, 8.0 * x + 10.000000001 * y - 38.0),
        lambda x, y: (8.0 * x + 10.0 * y - 38.0, 10.0 * x + 8.0 * y - 34.0),
        lambda x, y: (0.0, 0.0),
        lambda x, y: (((10.0 * x + 8.0 * y - 34.0) * (1.0 + 1e-10) + 1e8) - 1e8, 8.0 * x + 10.0 * y - 38.0),
    ],
    ids=["sign", "coefficient", "swapped", "constant", "below its own rounding"],
)
def test_a_wrong_gradient_by_hand_is_wrong(by_hand: Any, gradient: Any) -> None:
    assert by_hand(gradient, np.array([0.3, -1.1])).outcome == "wrong"


def unknown_one(x: Any) -> Any:
    """A one, by a function that balls lack."""
    return np.logaddexp(x, x) - np.logaddexp(x, x) + 1.0


def test_a_function_that_balls_do_not_know_cannot_be_told(by_hand: Any) -> None:
    accuracy = by_hand(lambda x, y: (1.0, 1.0), np.array([0.3, 0.7]), lambda x, y: unknown_one(x) + x + y)
    assert accuracy.outcome == "cannot_tell"
    assert "logaddexp" in accuracy.reason


@pytest.mark.parametrize(
    ("factor", "outcome"), [(1.0, "correct"), (1.0 + 1e-12, "cannot_tell"), (1.0 + 1e-6, "wrong"), (-1.0, "wrong")]
)
def test_a_gradient_by_code_that_balls_do_not_know_is_wrong_beyond_all_rounding(
    by_hand: Any, factor: float, outcome: str
) -> None:
    accuracy = by_hand(
        lambda x, y: (2.0 * unknown_one(x), factor * y), np.array([0.3, 0.7]), lambda x, y: 2.0 * x + y * y / 2.0
    )
    assert accuracy.outcome == outcome
    assert ("logaddexp" in accuracy.reason) == (outcome == "cannot_tell")


def test_a_nan_is_not_excused_by_code_that_balls_do_not_know(by_hand: Any) -> None:
    accuracy = by_hand(lambda x, y: (unknown_one(x) * np.nan, 1.0), np.array([0.3, 0.7]))
    assert (accuracy.outcome, accuracy.reason) == ("nonfinite", "component 0 is nan")


def test_code_that_gives_an_exact_zero_is_judged_by_a_reference_that_is_sharp_enough(by_hand: Any) -> None:
    """The function cancels to zero, so its own enclosure may be wide; the gradient's code rounds nothing."""
    accuracy = by_hand(lambda x, y: (0.0, 1.0), np.array([0.1, 0.7]), lambda x, y: np.sin(x) - np.sin(x) + y)
    assert (accuracy.outcome, accuracy.reason) == ("correct", "")


def test_what_a_wide_enclosure_cannot_prove_wrong_is_not_called_wrong() -> None:
    """An upper bound of the error is large where the enclosure is, however small the error."""
    reference = reference_of(lambda x: np.exp(x[0]) - np.exp(x[0]) + x[0], np.array([30.0]))
    wide = Reference(reference.components, (flint.arb(1, 1e-3),), np.zeros(1), ())
    assert against_reference([1.0], wide).outcome == "cannot_tell"
    assert against_reference([1.01], wide).outcome == "wrong"


@pytest.mark.parametrize(("added", "outcome"), [(1e-13, "cannot_tell"), (0.0, "correct")])
def test_zero_is_right_without_doubt_only_where_the_truth_is_zero(added: float, outcome: str) -> None:
    def f(x: Any) -> Any:  # at 106 bits zero is in the enclosure, whatever is added
        return 1e20 * (np.sin(x[0]) ** 2 + np.cos(x[0]) ** 2) + added * x[0]

    reference = reference_of(f, np.array([0.7]))
    assert measure(np.zeros(1), reference, reference.attainable).outcome == outcome


@pytest.mark.parametrize(("off", "outcome"), [(0.5, "correct"), (2.0, "cannot_tell"), (6.0, "wrong")])
def test_a_formula_that_is_nearly_the_derivative_is_judged_by_the_functions_rounding(off: float, outcome: str) -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2

    x = np.array([1.3])
    reference = reference_of(f, x)
    added = off * threshold(reference.enclosures[0], float(reference.attainable[0]))

    def own(v: Any) -> Any:  # which itself may round by far more
        return 2.0 * v + added + (1e3 * v - 1e3 * v)

    assert judging.judge(f, x, own(x), reference, own).outcome == outcome
