"""The selftest: mutants of rules are made and unmade, noticed or listed, and no rule of the table goes without."""

from __future__ import annotations

import json
import linecache
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.sweep
from engine import reductions, structural, value_and_grad
from engine.operators import FAST
from engine.primitive import Elementwise, Primitive, unbroadcast
from engine.table import PRIMITIVES
from engine.variable import Dual, Scalar
from harness import certify
from harness.errors import BadInputError
from harness.selftest import accuracy, report
from harness.selftest.accuracy import CERTIFY, CHECKS, Alarms, Selftest, Subject, Trial, reaching, rules_of, trial
from harness.selftest.bounds import at_least, at_most
from harness.selftest.differences import DIFFERENCES
from harness.selftest.mutations import MISTAKES, ONE_OFF
from harness.selftest.programs import MOST, programs
from harness.selftest.rules import WAYS, Mutation, Rule, mutated

BY_NAME = {mutation.name: mutation for mutation in MISTAKES}
TINY = replace(ONE_OFF[-1], delta=1e-17, change=lambda call: call.right * (1.0 + 2.0**-52))
"""One unit in the last place, which nobody can tell from rounding."""


def subjects(name: str, *forms: str) -> list[Subject]:
    """The programs of a primitive; of these forms, if any are named."""
    made = programs(name, np.random.default_rng(0))
    return [Subject(program) for program in made if not forms or program.form in forms]


def tried(rule: Rule, mutation: Mutation, *forms: str) -> Trial | None:
    return trial(rule, mutation, reaching(rule, subjects(rule.primitive, *forms)))


# Mutants

NOTICED = {
    "sign flipped": [
        (Rule("exp", 0, "arrays"), "an array"),
        (Rule("exp", 0, "scalars"), "numbers"),
        (Rule("exp", 0, "arrays forward"), "an array"),
        (Rule("exp", 0, "scalars forward"), "numbers"),
        (Rule("getitem", 0, "parts"), "row"),
        (Rule("getitem", 0, "nested"), "elements, some twice"),
        (Rule("multiply", 1, "scalars"), "numbers"),  # by the operator of the class
    ],
    "doubled": [(Rule("square", 0, "scalars"), "numbers")],  # also where it is the shortcut of a power
    "dropped": [(Rule("divide", 1, "arrays"), "constants on the left")],
    "not a number": [(Rule("sum", 0, "arrays"), "axis=1")],
    "passed on": [(Rule("floor", 0, "arrays"), "an array"), (Rule("tanh", 0, "arrays forward"), "an array")],
    "other operand's": [(Rule("atan2", 0, "arrays"), "alike"), (Rule("hypot", 1, "scalars"), "numbers")],
    "reversed, first axis": [(Rule("cumsum", 0, "arrays"), "axis=0")],
    "reversed, last axis": [(Rule("stack", 1, "arrays"), "axis=1")],
    "transposed": [(Rule("matmul", 0, "arrays"), "square")],
    "off by one, first axis": [(Rule("concat", 1, "arrays"), "axis=0")],
    "off by one, last axis": [(Rule("getitem", 0, "parts"), "slice")],
    "not summed": [(Rule("broadcast_to", 0, "arrays"), "row"), (Rule("add", 0, "arrays"), "row on the left")],
    "averaged": [(Rule("where", 1, "arrays"), "column on the right")],
    "summed over another axis": [(Rule("multiply", 1, "arrays"), "row on the right")],
    "added once": [(Rule("getitem", 0, "parts"), "elements, some twice")],
}
EACH = [(mistake, rule, form) for mistake, cases in NOTICED.items() for rule, form in cases]


def test_every_mistake_is_tried_here() -> None:
    assert set(NOTICED) == set(BY_NAME)
    assert {rule.way for _, rule, _ in EACH} == set(WAYS)


@pytest.mark.parametrize(("mistake", "rule", "form"), EACH, ids=[f"{rule}: {mistake}" for mistake, rule, _ in EACH])
def test_a_mistake_is_noticed_by_every_check(mistake: str, rule: Rule, form: str) -> None:
    found = tried(rule, BY_NAME[mistake], form)
    assert found is not None
    assert not found.equivalent
    assert found.caught == set(CHECKS)


@pytest.mark.parametrize("rule", [Rule("sin", 0, way) for way in list(WAYS)[:4]], ids=str)
@pytest.mark.parametrize(
    ("digit", "noticed"),
    [(1, set(CHECKS)), (5, {CERTIFY, "rtol 1e-6", "Richardson"}), (8, {CERTIFY, "Richardson"}), (12, {CERTIFY})],
)
def test_a_smaller_error_is_noticed_by_fewer(rule: Rule, digit: int, noticed: set[str]) -> None:
    mutation = ONE_OFF[digit - 1]
    assert mutation.delta == 10.0**-digit
    found = tried(rule, mutation, "an array", "numbers")
    assert found is not None
    assert found.caught - {"JAX's rule"} == noticed - {"JAX's rule"}  # its one direction may miss the component


def test_what_rounding_may_do_is_not_noticed_and_listed_by_name() -> None:
    missed = tried(Rule("exp", 0, "arrays"), replace(TINY, delta=0.0, name="a unit off"))
    assert missed is not None
    assert missed.caught == set()
    assert set(missed.outcomes) == {"correct"}
    found = selftest(missed)
    assert found.missed == [missed]
    assert not found
    assert "  exp, operand 0, arrays: a unit off (correct)" in report.as_text(found, 120)


def test_a_mutant_that_changes_nothing_is_equivalent() -> None:
    found = tried(Rule("add", 0, "arrays"), BY_NAME["other operand's"], "alike")
    assert found is not None
    assert found.equivalent
    assert found not in selftest(found).mistakes


def test_a_mutation_that_makes_no_sense_is_none() -> None:
    assert tried(Rule("exp", 0, "arrays"), BY_NAME["other operand's"], "an array") is None
    assert tried(Rule("exp", 0, "scalars"), BY_NAME["transposed"], "numbers") is None
    assert tried(Rule("sum", 0, "arrays"), BY_NAME["not summed"], "axis=1") is None


# Everything is restored


def state() -> Any:
    """All that a mutant may change."""
    operators = [{key: value for key, value in vars(kind).items() if key.startswith("__")} for kind in (Scalar, Dual)]
    formulas = {name: one.partials for name, one in PRIMITIVES.items() if isinstance(one, Elementwise)}
    vjps = {name: one.vjp for name, one in PRIMITIVES.items()}
    scaled = {name: vars(one).get("scaled") for name, one in PRIMITIVES.items()}
    helpers = [vars(module)["unbroadcast"] for module in (reductions, structural)]
    fast = {kind: dict(functions) for kind, functions in FAST.items()}
    return operators, formulas, vjps, scaled, helpers, fast, vars(engine.sweep)["add_at"], dict(linecache.cache)


@pytest.mark.parametrize("rule", [rule for _, rule, _ in EACH[:7]], ids=str)
@pytest.mark.parametrize("fails", [False, True], ids=["runs", "fails"])
def test_a_mutant_is_gone_after_its_block(rule: Rule, fails: bool) -> None:
    program = subjects(rule.primitive)[-1].program
    WAYS[rule.way].gradient(program.function, program.point)  # what is compiled at first use
    with mutated(rule, BY_NAME["sign flipped"]):
        pass
    before = state()
    try:
        with mutated(rule, BY_NAME["sign flipped"]):
            assert state() != before
            WAYS[rule.way].gradient(program.function, program.point)
            if fails:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert fails
    assert state() == before


def test_a_mutation_that_fails_leaves_the_helpers_as_they_were() -> None:
    def fail(call: Any) -> Any:
        call.rule.__globals__["unbroadcast"](call.g, (2,), (3, 4))

    wrong = BY_NAME["averaged"]
    rule = Rule("broadcast_to", 0, "arrays")
    (subject,) = subjects("broadcast_to", "row")
    with pytest.raises(ValueError), mutated(rule, replace(wrong, change=fail)):
        subject.gradient(rule.way)
    assert vars(structural)["unbroadcast"] is unbroadcast


# No rule goes without


@pytest.mark.parametrize("name", PRIMITIVES)
def test_programs_are_small_and_their_right_gradients_pass(name: str) -> None:
    made = programs(name, np.random.default_rng(1))
    assert all(np.size(program.point) <= MOST for program in made)
    program = made[len(made) // 2]
    assert certify(program.function, program.point)


def test_a_primitive_of_the_table_without_a_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for primitive in (Primitive("softplus", abs, abs), Elementwise("softplus", "x", "1.0")):
        monkeypatch.setitem(PRIMITIVES, "softplus", primitive)
        with pytest.raises(BadInputError, match="'softplus' of the table has no program"):
            list(accuracy.trials_of("softplus", np.random.default_rng(0)))


def test_a_rule_that_no_program_exercises_is_named() -> None:
    found = subjects("hypot", "alike")
    rules = rules_of("hypot", [subject.program for subject in found])
    assert {str(rule) for rule in rules} >= {"hypot, operand 1, arrays", "hypot, operand 0, scalars"}
    assert reaching(Rule("hypot", 1, "arrays"), found) == found
    with pytest.raises(BadInputError, match="hypot, operand 0, scalars"):
        reaching(Rule("hypot", 0, "scalars"), found)


def test_an_operand_that_is_always_constant_is_named() -> None:
    found = subjects("matmul", "a constant on the right")
    first, second = rules_of("matmul", [subject.program for subject in found])
    assert reaching(first, found) == found
    with pytest.raises(BadInputError, match="matmul, operand 1, arrays"):
        reaching(second, found)


# Right gradients


def test_a_wrong_verdict_on_a_right_gradient_is_an_alarm() -> None:
    alarms = Alarms()
    accuracy.check_right(alarms, lambda v: np.sum(v * v), np.array([1.0, -2.0]), "fine")
    assert alarms.alarms.total() == 0
    assert alarms.compared == {check: 1 if check == "JAX's rule" else 2 for check in CHECKS}
    wrong = Rule("sum", 0, "arrays")
    with mutated(wrong, BY_NAME["doubled"]):
        accuracy.check_right(alarms, lambda v: np.sum(v * v), np.array([1.0, -2.0]), "planted", differences=False)
    assert alarms.alarms[CERTIFY] == 2
    (where,) = alarms.where
    assert where.startswith("planted at [1.0, -2.0]: component ")


@pytest.mark.parametrize("check", DIFFERENCES)
@pytest.mark.parametrize("point", [0.7, np.array([0.3, -1.1])], ids=["number", "array"])
def test_a_difference_lets_the_right_gradient_pass_and_nothing_that_is_far_off(check: str, point: Any) -> None:
    def f(v: Any) -> Any:
        return np.sum(np.sin(v) * np.exp(v))

    off = DIFFERENCES[check](f, point)
    right = np.asarray(value_and_grad(f)(point)[1])
    assert not off(right).any()
    assert off(1.01 * right).any()
    assert off(right * np.nan).any()


# Bounds


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    # Of none exactly 1 − 0.05^(1/n), about 3/n; the others are in tables of Clopper and Pearson's limits.
    [(0, 1, 0.95), (0, 100, 1.0 - 0.05**0.01), (1, 10, 0.39416), (5, 10, 0.77756), (10, 10, 1.0)],
)
def test_bounds_that_are_known(k: int, n: int, expected: float) -> None:
    assert at_most(k, n) == pytest.approx(expected, abs=1e-5)
    assert at_least(n - k, n) == pytest.approx(1.0 - expected, abs=1e-5)


@settings(max_examples=20)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_at_the_bound_so_few_have_one_chance_in_twenty(kn: tuple[int, int]) -> None:
    k, n = kn
    p = Fraction(at_most(k, n))
    chance = sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k + 1))
    assert float(chance) == pytest.approx(0.05, rel=1e-6)


def test_no_trial_bounds_nothing() -> None:
    with pytest.raises(ValueError, match="in 0 of 0 trials"):
        at_most(0, 0)


# The report


def selftest(*trials: Trial, wrong: int = 0) -> Selftest:
    """A result with these trials, and so many false alarms."""
    right = Alarms(
        Counter(dict.fromkeys(CHECKS, 100)), Counter({CERTIFY: wrong}), 1, ["a program at [0.0]: off"] * wrong
    )
    one_off = [Trial(Rule("exp", 0, "arrays"), mutation, False, frozenset({CERTIFY})) for mutation in ONE_OFF[:12]]
    rest = [Trial(Rule("exp", 0, "arrays"), mutation, False, frozenset({"Richardson"})) for mutation in ONE_OFF[12:]]
    fine = Trial(Rule("exp", 0, "arrays"), MISTAKES[0], False, frozenset(CHECKS), ("wrong",))
    return Selftest(0, (fine, *one_off, *rest, *trials), right, Alarms(Counter(dict.fromkeys(CHECKS, 50))))


def test_limits_are_the_smallest_error_down_to_which_all_are_noticed() -> None:
    found = selftest()
    assert report.limit(found, CERTIFY, 1.0) == 1e-12
    assert report.limit(found, "Richardson", 0.95) is None
    missed = Trial(Rule("log", 0, "arrays"), ONE_OFF[3], False)
    assert report.limit(selftest(missed), CERTIFY, 1.0) == 1e-3
    assert report.limit(selftest(missed), CERTIFY, 0.5) == 1e-12


def test_the_table_has_every_figure() -> None:
    table = report.table(selftest(wrong=1))
    assert list(table.columns) == list(CHECKS)
    column = table[CERTIFY].to_dict()
    assert column["mistakes"] == "1, ≥ 5.0 %"
    assert column["δ = 1e-12"] == "100 %, ≥ 5 %"
    assert column["δ = 1e-13"] == "0 %, ≥ 0 %"
    assert column["all noticed down to δ ="] == "1e-12"
    assert column["right, of programs"] == "1 of 100"
    assert column["cannot tell"] == "1 of 150"
    page = "\n".join(report.as_text(selftest(), 120))
    assert max(map(len, page.splitlines())) <= 120


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (selftest(), 0),
        (selftest(wrong=1), 1),
        (selftest(Trial(Rule("log", 0, "scalars"), MISTAKES[1], False, frozenset(), ("cannot_tell",))), 1),
    ],
    ids=["fine", "false alarm", "missed"],
)
def test_the_command_prints_it_and_fails_as_it_does(
    gradmark: Any, monkeypatch: pytest.MonkeyPatch, found: Selftest, code: int
) -> None:
    seeds = []
    monkeypatch.setattr(accuracy, "run", lambda seed, progress: seeds.append(seed) or found)
    assert "mistakes" in gradmark("selftest", "accuracy", "--seed", "3", code=code).stdout
    *mutants, figures = map(json.loads, gradmark("selftest", "accuracy", "--json", code=code).stdout.splitlines())
    assert seeds == [3, 0]
    assert len(mutants) == len(found.trials)
    assert mutants[0] == {
        "primitive": "exp",
        "operand": 0,
        "way": "arrays",
        "mutation": "sign flipped",
        "delta": 0.0,
        "equivalent": False,
        "noticed": list(CHECKS),
        "certificates": ["wrong"],
    }
    assert figures["passed"] is (code == 0)
    assert figures["missed"] == list(map(str, found.missed))
