"""The hard points of the catalogue: the gradient of each removable one, and no false alarm at the others."""

import numpy as np
import pytest

import problems
from engine import Variable, jvp, singularity, value_and_grad

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

HARD = [(problems.get(name), hard) for name in problems.names() for hard in problems.get(name).hard_points]
REMOVABLE = [(problem, hard) for problem, hard in HARD if hard.kind == "removable"]
OTHERS = [(problem, hard) for problem, hard in HARD if hard.kind != "removable"]


def named(pair):
    return f"{pair[0].name} at {pair[1].point}"


@pytest.mark.parametrize("pair", REMOVABLE, ids=named)
def test_a_removable_point(pair):
    problem, hard = pair
    x = np.array(hard.point)
    found = singularity(lambda x: problem(x))(x)
    assert found.kind in ("removable", "boundary", "none"), found.reason
    for gradient in (found.gradient, value_and_grad(lambda x: problem(x))(x)[1]):
        np.testing.assert_allclose(gradient, hard.gradient, rtol=1e-14, atol=1e-14)


BRANCHES_BY_ITS_DATA = {"helical_valley"}


@pytest.mark.parametrize("pair", [pair for pair in REMOVABLE if pair[0].name not in BRANCHES_BY_ITS_DATA], ids=named)
def test_backward_at_a_removable_point(pair):
    problem, hard = pair
    x = Variable(np.array(hard.point))
    problem(x).backward()
    np.testing.assert_allclose(x.grad, hard.gradient, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("pair", REMOVABLE[:3], ids=named)
def test_forward_mode_at_a_removable_point(pair):
    problem, hard = pair
    direction = np.arange(1.0, 1.0 + len(hard.point))
    tangent = jvp(lambda x: problem(x))(np.array(hard.point), direction)[1]
    np.testing.assert_allclose(tangent, direction @ hard.gradient, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("pair", OTHERS, ids=named)
def test_another_hard_point_is_not_called_removable(pair):
    problem, hard = pair
    found = singularity(lambda x: problem(x))(np.array(hard.point))
    if hard.kind == "pole":  # a value that grows beyond all powers is more than series can tell
        assert not np.isfinite(found.gradient).all()
        assert found.kind in ("none", "pole", "undefined", "unresolved"), found.reason
    else:
        assert found.kind in ("none", hard.kind), found.reason
    if hard.gradient is not None and hard.kind in ("control", "trap"):
        np.testing.assert_allclose(found.gradient, hard.gradient, rtol=1e-14, atol=1e-14)


def test_a_kinks_gradient_is_between_its_slopes():
    seen = 0
    for problem, hard in HARD:
        found = singularity(lambda x, problem=problem: problem(x))(np.array(hard.point))
        if found.kind == "kink":
            seen += 1
            np.testing.assert_allclose(found.gradient, (found.below + found.above) / 2.0, rtol=1e-13, atol=1e-13)
    assert seen >= 4


def test_points_of_the_domain_do_not_enter_the_second_pass(monkeypatch):
    monkeypatch.setattr("engine.transforms.repaired", None)  # it would be called
    for name in problems.names():
        problem = problems.get(name)
        n = problem.dimensions.next(2) or problem.dimensions.low
        for x in problem.points(n, 3):
            value_and_grad(lambda x, problem=problem: problem(x))(x)
