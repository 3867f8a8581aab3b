"""What the problems' tests share: every test that asks for `problem`, or `problem` and `n`, runs for all of them."""

import flint
import numpy as np
import pytest
from hypothesis import settings

import problems
from engine import grad, hessian
from harness.balls import Ball, UndecidedError, precision
from problems import registry

settings.register_profile("suite", deadline=None, max_examples=12, derandomize=True, database=None)
settings.load_profile("suite")


def pytest_generate_tests(metafunc):
    every = [problems.get(name) for name in problems.names()]
    if {"problem", "n"} <= set(metafunc.fixturenames):
        pairs = [(problem, n) for problem in every for n in sizes(problem)]
        metafunc.parametrize(("problem", "n"), pairs, ids=[f"{problem.name}-{n}" for problem, n in pairs])
    elif "problem" in metafunc.fixturenames:
        metafunc.parametrize("problem", every, ids=lambda problem: problem.name)


def sizes(problem):
    """The numbers of coordinates that a problem is tested with."""
    return [n for n in (1, 2, 5) if n in problem.dimensions] or [problem.dimensions.low]


@pytest.fixture
def scratch_registry(monkeypatch):
    """What is registered in the test is gone after it."""
    monkeypatch.setattr(registry, "_PROBLEMS", dict(registry._PROBLEMS))
    monkeypatch.setattr(registry, "_ALIASES", dict(registry._ALIASES))


def _taylor(problem, x, v, order=3, bits=200):
    with precision(bits):
        flint.ctx.cap = order
        point = np.empty(len(x), dtype=object)
        point[:] = [Ball(flint.arb_series([flint.arb(a), float(b)])) for a, b in zip(x, v, strict=True)]
        try:
            series = problem(point).series
        except UndecidedError:  # on the border of a branch
            return [flint.arb("nan")] * order
        return [series[k] for k in range(order)]


def _gradient(problem, x, bits=200):
    return [_taylor(problem, x, unit, 2, bits)[1] for unit in np.eye(len(x))]


def _hessian(problem, x, bits=200):
    n = len(x)
    units = np.eye(n)
    halves = {
        (i, j): _taylor(problem, x, units[i] + units[j] * (i != j), 3, bits)[2] for i in range(n) for j in range(i + 1)
    }
    with precision(bits):
        along = {pair: 2 * half for pair, half in halves.items()}
        return [
            [(along[max(i, j), min(i, j)] - along[i, i] - along[j, j]) / 2 if i != j else along[i, i] for j in range(n)]
            for i in range(n)
        ]


@pytest.fixture(scope="session")
def taylor():
    """`taylor(problem, x, v, order=3, bits=200)`: the coefficients of f(x + t v) in t, as balls."""
    return _taylor


@pytest.fixture(scope="session")
def exact_gradient():
    """`exact_gradient(problem, x, bits=200)`, as balls."""
    return _gradient


@pytest.fixture(scope="session")
def exact_hessian():
    """`exact_hessian(problem, x, bits=200)`, as balls, from second derivatives along unit vectors and their sums."""
    return _hessian


def _by_newton(problem, x):
    """Where Newton's method gets to from x, damped in proportion to each coordinate's curvature, inside the domain."""
    low, high = problem.domain(len(x)).T
    value, damping = problem(x), 1e-3
    for _ in range(1000):
        if damping > 1e9:
            break
        slopes, curvatures = grad(problem)(x), hessian(problem)(x)
        scale = np.abs(np.diag(curvatures)) + 1e-30
        moved = np.clip(x - np.linalg.solve(curvatures + damping * np.diag(scale), slopes), low, high)
        if problem(moved) < value:
            x, value, damping = moved, problem(moved), max(damping / 10.0, 1e-9)
        else:
            damping *= 10.0
    return x


@pytest.fixture(scope="session")
def by_newton():
    """`by_newton(problem, x)`: where Newton's method gets to from x, damped, inside the domain."""
    return _by_newton
