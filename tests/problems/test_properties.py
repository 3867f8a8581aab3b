"""The declared properties, by exact second derivatives at sampled points."""

import itertools

import numpy as np
import pytest


def in_question(problem, name):
    if name not in problem.properties:
        pytest.skip(f"not declared {name}")


def test_the_hessian_of_a_convex_function_has_no_negative_eigenvalue(problem, n, exact_hessian):
    in_question(problem, "convex")
    for x in problem.points(n, 10):
        eigenvalues = np.linalg.eigvalsh([[float(h) for h in row] for row in exact_hessian(problem, x)])
        assert eigenvalues[0] >= -1e-13 * abs(eigenvalues[-1])


def test_the_mixed_second_derivatives_of_a_separable_function_vanish(problem, n, exact_hessian):
    in_question(problem, "separable")
    for x in problem.points(n, 10):
        hessian = exact_hessian(problem, x)
        size = max(abs(float(h)) for row in hessian for h in row)
        for i, j in itertools.combinations(range(n), 2):
            assert abs(float(hessian[i][j])) <= 1e-40 * size


def test_a_function_that_is_not_declared_separable_is_not(problem, n, taylor):
    if "separable" in problem.properties or n == 1:
        pytest.skip("declared separable, or of one coordinate")

    def value(x):
        return taylor(problem, x, np.zeros(n), 1)[0]

    def mixed(x, y, i):
        """What moving coordinate i from x to y does more when the others are moved than when they are not."""
        moved, others = x.copy(), y.copy()
        moved[i], others[i] = y[i], x[i]
        return value(y) - value(others) - value(moved) + value(x)

    pairs = problem.points(n, 10).reshape(5, 2, n)
    assert any(not mixed(x, y, i).contains(0) for x, y in pairs for i in range(n))


def test_a_smooth_function_has_all_derivatives_wherever_one_looks(problem, n, taylor):
    in_question(problem, "smooth")
    random = np.random.default_rng(0)
    points = [*problem.points(n, 5), np.zeros(n), problem.domain(n).mean(axis=1)]
    points += [minimum.point for minimum in problem.minima(n)]
    points += [hard.point for hard in problem.hard_points if len(hard.point) == n]
    low, high = problem.domain(n).T
    for x in points:
        if np.any(x < low) or np.any(x > high):
            continue
        assert all(c.is_finite() for c in taylor(problem, x, random.standard_normal(n), 5))
