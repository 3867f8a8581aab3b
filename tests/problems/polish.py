"""Polishes a minimum: `python tests/problems/polish.py NAME X Y …` prints the stationary point near by, and its value.

Newton's method in 100 digits. What certifies the result is printed with it: the gradient at the doubles that the point
is rounded to, and the smallest eigenvalue of the Hessian. With N alone it starts from the lowest of 100,000 points.
"""

import sys

import flint
import numpy as np
from conftest import _gradient, _hessian, _taylor

import problems
from harness.balls import precision

BITS = 400


def polish(problem, start):
    """The stationary point near `start`, to 100 digits; coordinates that are zero are so exactly."""
    with precision(BITS):
        x = [flint.arb(float(a)) for a in start]
        for _ in range(60):
            step = flint.arb_mat(_hessian(problem, x, BITS)).solve(
                flint.arb_mat([[g] for g in _gradient(problem, x, BITS)])
            )
            x = [(a - step[i, 0]).mid() for i, a in enumerate(x)]
        return [a if abs(a) > 1e-60 else flint.arb(0) for a in x]


def start(problem, n):
    points = problem.points(n, 100_000)
    return points[np.argmin(problem(points))]


def main(name, *numbers):
    problem = problems.get(name)
    x = polish(problem, list(map(float, numbers)) if len(numbers) > 1 else start(problem, int(numbers[0])))
    point = tuple(map(float, x))
    with precision(BITS):
        value = _taylor(problem, point, np.zeros(len(point)), 1, BITS)[0].str(40, radius=False)
    gradient = max(abs(float(g)) for g in _gradient(problem, point, BITS))
    hessian = [[float(h) for h in row] for row in _hessian(problem, point, BITS)]
    sys.stdout.write(f"Minimum({point}, {float(value)!r})\nvalue {value}, |gradient| {gradient:.2g}, ")
    sys.stdout.write(f"smallest eigenvalue {np.linalg.eigvalsh(hessian)[0]:.6g}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
