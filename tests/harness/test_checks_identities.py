"""The adjoint identity and the symmetry of the Hessian: right derivatives pass, and what is wrong alone does not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
import problems
from engine import primitive, transforms
from engine.table import PRIMITIVES
from harness.checks import adjoint_identity, check, hessian_symmetry
from harness.checks.two_sums import LIMIT, WRONG, apart
from harness.plan import locate

NAMES = problems.names()


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def softmax(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=30, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from((1, 2, 10)), st.integers(0, 1000))
def test_right_derivatives_are_never_wrong(name: str, n: int, seed: int) -> None:
    problem = problems.get(name)
    x = problem.points(problem.dimensions.next(n) or problem.dimensions.low, 1, seed)[0]
    for identity in (adjoint_identity, hessian_symmetry):
        assert identity(problem, x, seed).outcome == "correct"


@pytest.mark.parametrize("name", ["beale", "treccani", "six_hump_camel", "rosenbrock", "himmelblau"])
def test_a_gradient_that_cancels_at_a_minimum_is_no_error(name: str) -> None:
    problem = problems.get(name)
    x = locate(problem, problem.dimensions.next(2) or 2, "minimum-0", 0)
    assert adjoint_identity(problem, x).outcome == "correct"
    assert hessian_symmetry(problem, x * (1.0 + 1e-9)).outcome == "correct"


@pytest.mark.parametrize("f", [softmax, lambda x: np.outer(x, x), lambda x: x[1:] * x[:-1], lambda x: x[:0]])
def test_an_array_has_an_adjoint_too(f: Any) -> None:
    found = adjoint_identity(f, [0.3, -1.1, 2.0])
    assert (found.outcome, found.unit, found.limit) == ("correct", "ulp", LIMIT)
    assert found.value <= LIMIT


def test_a_wrong_vjp_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert adjoint_identity(lambda x: np.sum(x * x), [0.5, 2.0]).outcome == "correct"
    total = PRIMITIVES["sum"]
    right = total.vjp
    monkeypatch.setattr(total, "vjp", lambda i, g, *rest, **more: (1.0 + 1e-12) * right(i, g, *rest, **more))
    found = adjoint_identity(lambda x: np.sum(x * x), [0.5, 2.0])
    assert found.outcome == "wrong"
    assert found.value > WRONG * LIMIT
    assert "⟨Jv, w⟩ and ⟨v, Jᵀw⟩ are" in found.reason


@pytest.mark.parametrize("error", [1e-1, 1e-6, 1e-12])
@pytest.mark.parametrize("one", ["jvp", "vjp"])
def test_an_error_of_one_element_of_one_mode_is_caught(monkeypatch: pytest.MonkeyPatch, one: str, error: float) -> None:
    right = getattr(engine, one)

    def off(result: Any) -> Any:
        return result * np.array([1.0, 1.0 + error, 1.0])

    def wrong(f: Any) -> Any:
        def jvp(x: Any, v: Any) -> Any:
            value, tangent = right(f)(x, v)
            return value, off(tangent)

        def vjp(x: Any) -> Any:
            value, pull = right(f)(x)
            return value, lambda w: off(pull(w))

        return jvp if one == "jvp" else vjp

    monkeypatch.setattr(f"harness.checks.adjoint.{one}", wrong)
    assert adjoint_identity(np.exp, [0.3, -1.1, 2.0]).outcome == "wrong"


def test_a_rule_that_is_not_linear_in_its_cotangent_is_caught() -> None:
    @primitive(lambda g, z, x: np.abs(g) * np.cos(x))
    def sine(x: Any) -> Any:
        return np.sin(x)

    assert adjoint_identity(sine, [0.3, 1.1]).outcome == "wrong"


@primitive(lambda g, z, x, y: 2.0 * g * y, lambda g, z, x, y: g * x)
def product(x: Any, y: Any) -> Any:
    return x * y


@primitive(lambda g, z, x: 2.0 * g * np.exp(x))
def exponential(x: Any) -> Any:
    return np.exp(x)


def test_a_field_that_is_no_gradient_has_no_symmetric_hessian() -> None:
    found = hessian_symmetry(lambda x: product(x[0], x[1]), [0.3, 1.1])
    assert found.outcome == "wrong"
    assert (found.unit, found.limit) == ("ulp", LIMIT)


@pytest.mark.parametrize(
    "f", [lambda x: exponential(x[0] + 2.0 * x[1]), lambda x: np.sin(exponential(x[0]) * x[1]) * x[0]]
)
def test_a_wrong_rule_of_one_operand_passes_for_right(f: Any) -> None:
    assert hessian_symmetry(f, [0.3, 1.1]).outcome == "correct"


def test_an_error_of_either_way_to_the_hessian_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    x = [0.3, 1.1, -0.4]
    error = np.array([[0.0, 1e-9, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    with monkeypatch.context() as patch:
        patch.setattr("harness.checks.symmetry.hessian", lambda f: lambda x: transforms.hessian(f)(x) + error)
        found = hessian_symmetry(rosenbrock, x)
        assert (found.outcome, found.reason.partition(" are")[0]) == ("wrong", "H and Hᵀ")
    monkeypatch.setattr("harness.checks.symmetry.hvp", lambda f: lambda x, v: transforms.hvp(f)(x, v) + error @ v)
    assert hessian_symmetry(rosenbrock, x).outcome == "wrong"


def test_the_hessian_of_many_coordinates_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.checks.symmetry.hessian", None)
    assert hessian_symmetry(rosenbrock, np.linspace(-1.0, 1.0, 500)).outcome == "correct"


def test_sums_that_cancel_are_held_to_their_terms() -> None:
    ones = np.array([1.0, -1.0, 1.0, -1.0])
    shifted = ones + np.array([2.0**-52, 0.0, 0.0, 0.0])
    assert apart(lambda x: (ones, shifted), np.zeros(1), np.random.default_rng(0)) == pytest.approx(0.25)


def test_between_right_and_wrong_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    off = 1.0 + 2.0**-45
    monkeypatch.setattr("harness.checks.adjoint.jvp", lambda f: lambda x, v: (f(x), off * engine.jvp(f)(x, v)[1]))
    assert adjoint_identity(np.sin, 0.3).outcome == "cannot_tell"


@pytest.mark.parametrize(
    ("f", "x", "reason"),
    [
        (lambda x: np.sqrt(x[0]), [0.0, 1.0], "are not finite"),
        (lambda x: np.log(x), -1.0, "f is not finite there: nan"),
        (lambda x: np.random.default_rng().random() * x, 1.0, "f is not the same each time"),
        (lambda x: np.fft.fft(x).real.sum(), [1.0, 2.0], "fft"),
        (lambda x: x.missing, 1.0, "AttributeError"),
        (np.sum, [], "x has no coordinates"),
    ],
)
def test_what_cannot_be_told_says_why(f: Any, x: Any, reason: str) -> None:
    found = check(f, x)
    assert [one.name for one in found] == ["adjoint", "symmetry", "taylor"]
    assert {one.outcome for one in found} == {"cannot_tell"}
    assert reason in found[0].reason
    assert all(math.isnan(one.value) and len(one.reason.splitlines()) == 1 for one in found)


def test_a_function_to_an_array_has_the_first_check_alone() -> None:
    found = check(softmax, [0.3, -1.1])
    assert [one.outcome for one in found] == ["correct", "cannot_tell", "cannot_tell"]
    assert all("returns a scalar" in one.reason for one in found[1:])


def test_a_check_is_the_same_for_the_same_seed() -> None:
    assert check(rosenbrock, [0.3, -1.1], seed=7) == check(rosenbrock, [0.3, -1.1], seed=7)
    assert check(rosenbrock, [0.3, -1.1], seed=7) != check(rosenbrock, [0.3, -1.1], seed=8)


def test_the_warnings_of_singular_points_are_no_part_of_a_check() -> None:
    found = check(problems.get("ackley"), [0.0, 0.0])  # a warning would be an error here, and so a reason
    assert {one.outcome for one in found} == {"cannot_tell"}
    assert not any("Warning" in one.reason for one in found)
