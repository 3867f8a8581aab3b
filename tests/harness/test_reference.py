"""The reference: a proven enclosure of the gradient, by rules that are not the engine's."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import harness
import problems
from engine.variable import Scalar
from harness.plan import locate
from harness.reference import CERTIFY_ALL, SUBSET, Reference, reference_of, which_components
from problems import Problem

POLYNOMIALS = ("sphere", "matyas", "goldstein_price", "rosenbrock")


class Dual:
    """An exact rational and its exact derivative: enough for polynomials, and not a line shared with the harness."""

    def __init__(self, value: Any, slope: Any = 0) -> None:
        self.value, self.slope = Fraction(value), Fraction(slope)

    def __add__(self, other: Any) -> Dual:
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Any) -> Dual:
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __neg__(self) -> Dual:
        return self * -1

    def __sub__(self, other: Any) -> Dual:
        return self + (-other)

    def __rsub__(self, other: Any) -> Dual:
        return -self + other

    def __pow__(self, exponent: int) -> Dual:
        result = Dual(1)
        for _ in range(exponent):
            result = result * self
        return result

    __radd__, __rmul__ = __add__, __mul__


def exact_partial(problem: Problem, x: np.ndarray[Any, Any], i: int) -> Fraction:
    """∂f/∂x_i as an exact rational."""
    point = np.empty(x.size, dtype=object)
    point[:] = [Dual(value, int(i == k)) for k, value in enumerate(x.tolist())]
    return problem(point).slope


def rational(arb: Any) -> Fraction:
    """The midpoint of a ball, exactly."""
    mantissa, exponent = arb.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def places() -> list[Any]:
    """Every problem in a few dimensions, at samples and at all its minima and hard points."""
    found = []
    for problem in map(problems.get, POLYNOMIALS):
        for n in (n for n in (1, 2, 3, 7) if n in problem.dimensions):
            names = ["sample-0", "sample-1", *(f"minimum-{k}" for k in range(len(problem.minima(n))))]
            names += [f"hard-{hard.kind}-{k}" for k, hard in enumerate(problem.hard_points_in(n))]
            found += [pytest.param(problem, n, name, id=f"{problem.name}-{n}-{name}") for name in names]
    return found


def test_polynomials_are_all_there() -> None:
    assert set(POLYNOMIALS) <= set(problems.names())


@pytest.mark.parametrize(("problem", "n", "point"), places())
def test_it_encloses_an_independent_exact_gradient(problem: Problem, n: int, point: str) -> None:
    x = locate(problem, n, point, seed=3)
    reference = reference_of(problem, x)
    exact = [exact_partial(problem, x, i) for i in range(n)]
    assert list(reference.components) == list(range(n))
    assert reference.uncertain == ()
    for truth, enclosure, radius in zip(exact, reference.enclosures, reference.attainable, strict=True):
        assert abs(rational(enclosure) - truth) <= rational(enclosure.rad())
        allowed = 2.0 * radius + np.spacing(abs(float(truth)))
        assert rational(enclosure.rad()) <= Fraction(float(allowed)) / 1000
    assert reference.values == pytest.approx([float(truth) for truth in exact], rel=3e-16, abs=0.0)


@pytest.mark.parametrize(("problem", "n", "point"), places())
def test_the_error_of_a_gradient_is_bounded_from_both_sides_and_closely(problem: Problem, n: int, point: str) -> None:
    x = locate(problem, n, point, seed=3)
    reference = reference_of(problem, x)
    gradient = np.asarray(engine.grad(problem)(x)) * (1.0 + 1e-9) + 1e-30
    for i, (least, most) in enumerate(np.transpose(reference.errors(gradient)).tolist()):
        error = abs(Fraction(float(gradient[i])) - exact_partial(problem, x, i))
        assert error * Fraction(999, 1000) <= Fraction(least) <= error <= Fraction(most) <= error * Fraction(1001, 1000)


def test_a_component_that_is_exactly_zero_ends() -> None:
    def f(x: Any) -> Any:
        return np.sin(x[0]) ** 2 + np.cos(x[0]) ** 2 + 0.0 * x[1]

    reference = reference_of(f, np.array([0.3, 7.0]))
    assert reference.uncertain == ()
    assert all(0 in enclosure for enclosure in reference.enclosures)
    assert list(reference.values) == [0.0, 0.0]


def test_cancellation_is_resolved_by_more_precision() -> None:
    reference = reference_of(lambda x: np.exp(x[0]) - np.exp(x[0]) + 1e-40 * x[0], np.array([30.0]))
    assert reference.uncertain == ()
    assert float(reference.enclosures[0].mid()) == pytest.approx(1e-40, rel=1e-2)
    assert reference.attainable[0] > 1e-4


def test_what_cannot_be_enclosed_is_named() -> None:
    reference = reference_of(lambda x: np.sqrt(x[0] ** 2) + x[1] ** 2, np.array([0.0, 1.0]))
    assert 0 in reference.uncertain


@pytest.mark.parametrize("n", [1, 2, CERTIFY_ALL])
def test_up_to_a_size_all_components_are_certified(n: int) -> None:
    assert list(which_components(np.ones(n), seed=5)) == list(range(n))


def test_above_it_a_subset_is_drawn_that_seed_and_point_determine() -> None:
    first = which_components(np.ones(CERTIFY_ALL + 1), seed=5)
    assert len(first) == len(set(first)) == SUBSET
    assert sorted(first) == list(first)
    assert (first[0], first[-1]) == (0, CERTIFY_ALL)
    assert list(first) == list(which_components(np.ones(CERTIFY_ALL + 1), seed=5))
    assert list(first) != list(which_components(np.ones(CERTIFY_ALL + 1), seed=6))
    assert list(first) != list(which_components(np.zeros(CERTIFY_ALL + 1), seed=5))


def test_above_it_the_subset_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.reference.CERTIFY_ALL", 100)
    rosenbrock = problems.get("rosenbrock")
    x = locate(rosenbrock, 101, "sample-0", seed=0)
    reference = reference_of(rosenbrock, x, seed=1)
    assert list(reference.components) == list(which_components(x, seed=1))
    exact = [float(exact_partial(rosenbrock, x, int(i))) for i in reference.components]
    assert reference.values == pytest.approx(exact, rel=3e-16, abs=0.0)


@pytest.mark.parametrize("module", ["balls", "element", "judging", "reference", "tape", "verdict"])
def test_the_reference_imports_nothing_of_the_engine(module: str) -> None:
    tree = ast.parse((Path(harness.__path__[0]) / f"{module}.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {"." * node.level + str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in imported if name.partition(".")[0] in ("", "engine", "problems", "harness")}
    assert ours <= {".balls", ".element", ".errors", ".record", ".reference", ".tape", ".verdict"}


@pytest.mark.parametrize("operator", ["__mul__", "__pow__", "__add__"])
def test_a_broken_engine_leaves_the_reference_alone(operator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problems.get("goldstein_price")
    x = np.array([0.4, -0.7])
    sound = reference_of(problem, x), engine.grad(problem)(x)
    monkeypatch.setattr(Scalar, operator, lambda self, other: 3.0 - self)
    broken = reference_of(problem, x), engine.grad(problem)(x)
    assert not np.allclose(sound[1], broken[1])
    assert _numbers(sound[0]) == _numbers(broken[0])


def _numbers(reference: Reference) -> list[Any]:
    return [[str(enclosure) for enclosure in reference.enclosures], reference.attainable.tolist()]
