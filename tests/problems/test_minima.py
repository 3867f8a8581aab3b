"""The declared minima: the value there, the gradient there, and nothing lower anywhere that a search gets to."""

import math

import flint
import numpy as np
import pytest

from engine import Variable


def ulp(value):
    return math.ulp(max(1.0, abs(value)))


def test_a_minimum_is_a_point_of_the_domain(problem, n):
    minima = problem.minima(n)
    assert minima
    low, high = problem.domain(n).T
    for minimum in minima:
        assert len(minimum.point) == n
        assert np.all(low <= minimum.point)
        assert np.all(minimum.point <= high)
    assert len({minimum.value for minimum in minima}) == 1
    assert len({minimum.point for minimum in minima}) == len(minima)


def test_the_value_at_a_minimum_is_the_declared_one(problem, n, taylor):
    for minimum in problem.minima(n):
        value = taylor(problem, minimum.point, np.zeros(n), 1)[0]
        assert abs(value - minimum.value) <= ulp(minimum.value)
        assert problem(minimum.point) == pytest.approx(minimum.value, rel=1e-13, abs=1e-13)


def test_the_gradient_at_a_minimum_is_zero_but_for_the_points_rounding(problem, n, exact_gradient, exact_hessian):
    if "smooth" not in problem.properties:
        pytest.skip("may have no gradient there")
    for minimum in problem.minima(n):
        hessian = exact_hessian(problem, minimum.point)
        for component, row in zip(exact_gradient(problem, minimum.point), hessian, strict=True):
            rounding = sum(abs(h) * math.ulp(x) for h, x in zip(row, minimum.point, strict=True))
            assert abs(component) <= rounding + flint.arb(2) ** -150


def descended(problem, points):
    """The values found from `points` by gradient descent, each with a step of its own, inside the domain."""
    low, high = problem.domain(points.shape[1]).T
    x, steps = points, np.full((len(points), 1), 1.0)
    for _ in range(60):
        variable = Variable(x)
        result = problem(variable)
        result.backward()
        direction = np.nan_to_num(variable.grad)
        direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-300)
        moved = np.clip(x - steps * direction, low, high)
        better = (problem(moved) < result.data)[:, np.newaxis]
        x, steps = np.where(better, moved, x), np.where(better, 1.5 * steps, 0.4 * steps)
    return problem(x)


def test_no_search_finds_anything_lower(problem, n):
    declared = problem.minima(n)[0].value
    with np.errstate(all="ignore"):
        found = descended(problem, problem.points(n, 200, seed=1))
    assert np.min(found) >= declared - 1e-12 * max(1.0, abs(declared))


def test_nothing_near_a_minimum_is_lower(problem, n):
    random = np.random.default_rng(0)
    low, high = problem.domain(n).T
    for minimum in problem.minima(n):
        for distance in (1e-1, 1e-2, 1e-4, 1e-6):
            points = np.clip(minimum.point + distance * random.standard_normal((100, n)), low, high)
            assert np.min(problem(points)) >= minimum.value - 1e-12 * max(1.0, abs(minimum.value))
