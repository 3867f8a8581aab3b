"""Sample points: in the domain, the same for the same seed, and more of them begins with fewer."""

import numpy as np
import pytest

import problems

ROSENBROCK_42 = [["0x1.b89e643a2ea30p+1", "0x1.70899e07a2c3ap+1"], ["0x1.76275849cf224p+2", "-0x1.c110b53d09b2cp+1"]]


def test_points_lie_in_the_domain_and_fill_it(problem, n):
    points = problem.points(n, 500)
    low, high = problem.domain(n).T
    assert points.shape == (500, n)
    assert points.dtype == np.float64
    assert np.all(low <= points)
    assert np.all(points <= high)
    assert np.all(points.min(axis=0) < low + 0.05 * (high - low))
    assert np.all(points.max(axis=0) > high - 0.05 * (high - low))
    assert len(np.unique(points, axis=0)) == 500


def test_the_same_seed_gives_the_same_points(problem, n):
    np.testing.assert_array_equal(problem.points(n, 7), problem.points(n, 7, seed=0))
    np.testing.assert_array_equal(problem.points(n, 7, seed=3), problem.points(n, 7, 3))
    assert not np.any(problem.points(n, 7, seed=0) == problem.points(n, 7, seed=1))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_more_points_begin_with_the_same_ones(problem, n, count):
    np.testing.assert_array_equal(problem.points(n, count), problem.points(n, 9)[:count])


def test_points_are_the_callers(problem, n):
    first = problem.points(n, 2)
    first += 1.0
    assert np.all(problem.points(n, 2) != first)


def test_problems_have_points_of_their_own():
    def fractions(problem):
        low, high = problem.domain(2).T
        return ((problem.points(2, 3) - low) / (high - low)).round(9).tobytes()

    two = problems.select(n=2)
    assert len({fractions(problem) for problem in two}) == len(two)


def test_points_are_the_same_on_every_machine():
    np.testing.assert_array_equal(
        problems.get("rosenbrock").points(2, 2, seed=42),
        [[float.fromhex(a) for a in row] for row in ROSENBROCK_42],
    )
