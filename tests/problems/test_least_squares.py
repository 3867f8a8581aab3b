"""Least squares: formulas and data against the figures that are printed of them, and by other ways to compute them."""

import math

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial

import problems
from engine import Variable
from harness.balls import precision

AT_START = [  # to the three digits that Algorithm 566 is known to give at the standard starts
    ("helical_valley", (-1.0, 0.0, 0.0), 2.50e3),
    ("biggs_exp6", (1.0, 2.0, 1.0, 1.0, 1.0, 1.0), 7.79e-1),
    ("gaussian", (0.4, 1.0, 0.0), 3.89e-6),
    ("powell_badly_scaled", (0.0, 1.0), 1.14),
    ("box_3d", (0.0, 10.0, 20.0), 1.03e3),
    ("variably_dimensioned", tuple(1.0 - j / 40.0 for j in range(1, 41)), 9.39e10),
    ("watson", (0.0,) * 9, 30.0),
    ("brown_badly_scaled", (1.0, 1.0), 1.00e12),
    ("brown_dennis", (25.0, 5.0, -5.0, -1.0), 7.93e6),
    ("gulf", (5.0, 2.5, 0.15), 1.21e1),
    ("trigonometric", (1.0 / 40.0,) * 40, 2.01e-3),
    ("wood", (-3.0, -1.0, -3.0, -1.0), 1.92e4),
    ("chebyquad", tuple(j / 51.0 for j in range(1, 51)), 1.39e-2),
]

FROM_START = [  # the minima that the paper gives, to its six digits, with the standard starts
    ("jennrich_sampson", (0.3, 0.4), 124.362),
    ("helical_valley", (-1.0, 0.0, 0.0), 0.0),
    ("bard", (1.0, 1.0, 1.0), 8.21487e-3),
    ("gaussian", (0.4, 1.0, 0.0), 1.12793e-8),
    ("meyer", (0.02, 4000.0, 250.0), 87.9458),
    ("box_3d", (0.0, 10.0, 20.0), 0.0),
    ("wood", (-3.0, -1.0, -3.0, -1.0), 0.0),
    ("kowalik_osborne", (0.25, 0.39, 0.415, 0.39), 3.07505e-4),
    ("brown_dennis", (25.0, 5.0, -5.0, -1.0), 85822.2),
    ("osborne_1", (0.5, 1.5, -1.0, 0.01, 0.02), 5.46489e-5),
    ("biggs_exp6", (1.0, 2.0, 1.0, 1.0, 1.0, 1.0), 5.65565e-3),  # not the lowest
    ("watson", (0.0,) * 6, 2.28767e-3),
    ("watson", (0.0,) * 9, 1.39976e-6),
    ("trigonometric", (0.1,) * 10, 2.79506e-5),  # not the lowest
    ("brown_almost_linear", (0.5,) * 10, 0.0),
    ("chebyquad", tuple(j / 9.0 for j in range(1, 9)), 3.51687e-3),
    ("chebyquad", tuple(j / 11.0 for j in range(1, 11)), 6.50395e-3),  # not the lowest
]


@pytest.mark.parametrize(("name", "start", "value"), AT_START)
def test_the_values_at_the_standard_starts(name, start, value):
    assert problems.get(name)(start) == pytest.approx(value, rel=5e-3)


@pytest.mark.parametrize(("name", "start", "value"), FROM_START)
def test_newton_gets_from_the_standard_starts_to_the_minima_of_the_paper(name, start, value, by_newton):
    problem = problems.get(name)
    assert problem(by_newton(problem, np.array(start))) == pytest.approx(value, rel=4e-6, abs=1e-15)


def test_the_minima_of_freudenstein_and_roth():
    assert problems.get("freudenstein_roth")(0.5, -2.0) == 19.5**2 + 4.5**2
    assert problems.get("freudenstein_roth")(11.4128, -0.896805) == pytest.approx(48.9842, rel=2e-6)


MORE = [("watson", n) for n in (3, 4, 6, 9, 12)] + [("chebyquad", n) for n in (3, 4, 6, 7, 8, 9)]
MORE += [("trigonometric", n) for n in (3, 4)] + [("brown_almost_linear", n) for n in (3, 4, 7)]


@pytest.mark.parametrize(("name", "n"), MORE)
def test_minima_in_dimensions_that_other_tests_leave_out(name, n, taylor, exact_gradient, exact_hessian):
    problem = problems.get(name)
    minima = problem.minima(n)
    assert minima
    for minimum in minima[:3]:
        hessian = exact_hessian(problem, minimum.point)
        assert np.linalg.eigvalsh([[float(h) for h in row] for row in hessian])[0] > 0.0
        assert abs(taylor(problem, minimum.point, np.zeros(n), 1)[0] - minimum.value) <= math.ulp(1.0)
        with precision(200):
            for slope, row in zip(exact_gradient(problem, minimum.point), hessian, strict=True):
                assert abs(slope) <= sum(abs(h) * math.ulp(x) for h, x in zip(row, minimum.point, strict=True))


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("kowalik_osborne", (1.9280693458e-1, 1.9128232873e-1, 1.2305650693e-1, 1.3606233068e-1), 3.0750560385e-4),
        ("meyer", (5.6096364710e-3, 6.1813463463e3, 3.4522363462e2), 8.7945855171e1),
        (
            "osborne_1",
            (3.7541005211e-1, 1.9358469127, -1.4646871366, 1.2867534640e-2, 2.2122699662e-2),
            5.4648946975e-5,
        ),
    ],
)
def test_minima_are_those_that_nist_certifies(name, point, value):
    """MGH09, MGH10 and MGH17 of its Statistical Reference Datasets, to eleven digits."""
    (minimum,) = problems.get(name).minima(len(point))
    assert minimum.point == pytest.approx(point, rel=1e-10)
    assert minimum.value == pytest.approx(value, rel=1e-10)


def test_watsons_minima_are_those_of_the_paper():
    values = [problems.get("watson").minima(n)[0].value for n in (6, 9, 12)]
    assert values == pytest.approx([2.28767e-3, 1.39976e-6, 4.72238e-10], rel=4e-6, abs=0.0)


def test_minima_that_are_not_known_are_not_declared():
    assert problems.get("watson").minima(31) == problems.get("chebyquad").minima(10) == ()
    with pytest.raises(ValueError, match="2 to 31"):
        problems.get("watson").minima(32)


def test_the_conditions_of_badly_scaled_problems_hold_at_their_minima(exact_hessian):
    """Eigenvalues that are apart by as much as the papers say: no constant lost a power of ten."""
    for name, ratio in [("brown_badly_scaled", 1e12), ("powell_badly_scaled", 1e18), ("meyer", 1e15)]:
        problem = problems.get(name)
        n = problem.dimensions.low
        hessian = [[float(h) for h in row] for row in exact_hessian(problem, problem.minima(n)[0].point)]
        low, *_, high = np.linalg.eigvalsh(hessian)
        assert 0.1 < high / low / ratio < 10.0


@pytest.mark.parametrize("n", [2, 5, 12, 31])
def test_watson_is_the_residual_of_a_differential_equation(n):
    """p′ = 1 + p² at 29 points, for p(0) = 0, and at 0 itself."""
    for x in problems.get("watson").points(n, 3):
        p, t = Polynomial(x), np.arange(1, 30) / 29
        residuals = [*(p.deriv()(t) - p(t) ** 2 - 1.0), p(0.0), p.deriv()(0.0) - p(0.0) ** 2 - 1.0]
        assert problems.get("watson")(x) == pytest.approx(sum(r**2 for r in residuals), rel=1e-11)


@pytest.mark.parametrize("n", [1, 2, 5, 8, 20])
@pytest.mark.parametrize("outside", [0.0, 0.5])
def test_chebyquad_by_numpys_chebyshev_polynomials(n, outside):
    for x in problems.get("chebyquad").points(n, 3) * (1.0 + 2.0 * outside) - outside:
        basis = [Chebyshev.basis(i, domain=[0.0, 1.0]) for i in range(1, n + 1)]
        residuals = [np.mean(T(x)) - (T.integ()(1.0) - T.integ()(0.0)) for T in basis]
        assert problems.get("chebyquad")(x) == pytest.approx(sum(r**2 for r in residuals), rel=1e-9)


def test_chebyquad_in_as_many_dimensions_as_it_has():
    problem = problems.get("chebyquad")
    x = Variable(np.arange(1, 51) / 51)
    problem(x).backward()
    np.testing.assert_allclose(x.grad, problem.gradient_at(x.data), rtol=1e-9, atol=1e-12)


def test_the_sine_in_trigonometric_is_not_multiplied():
    c, s = [math.cos(0.5), math.cos(-1.2)], [math.sin(0.5), math.sin(-1.2)]
    all_of_it = 2.0 - c[0] - c[1]
    first, second = all_of_it + 1.0 - c[0] - s[0], all_of_it + 2.0 * (1.0 - c[1]) - s[1]
    assert problems.get("trigonometric")(0.5, -1.2) == pytest.approx(first**2 + second**2, rel=1e-14)


def test_the_helical_valley_is_cut_below_and_nowhere_else():
    problem = problems.get("helical_valley")
    for above, below in [((-1.0, 1e-12, 0.5), (-1.0, -1e-12, 0.5)), ((1e-12, 2.0, 0.5), (-1e-12, 2.0, 0.5))]:
        assert problem(above) == pytest.approx(problem(below), rel=1e-9)
    assert problem(1e-12, -2.0, 0.5) - problem(-1e-12, -2.0, 0.5) == pytest.approx(
        100.0 * ((0.5 + 2.5) ** 2 - (0.5 - 7.5) ** 2)
    )
    # On the circle of radius 1, a quarter of a turn from the minimum for every quarter of the height of 10.
    for x, height in [((0.6, 0.8), math.atan2(0.8, 0.6)), ((-0.6, -0.8), math.pi + math.atan2(0.8, 0.6))]:
        z = 10.0 * height / (2.0 * math.pi)
        assert problem(*x, z) == pytest.approx(z**2, rel=1e-14)


@pytest.mark.parametrize(
    "x", [(-1.0, 0.0, 0.0), (-1.0, -1e-9, 1.0), (-1e-9, 1.0, 1.0), (1e-9, 1.0, 1.0), (-1.0, -2.0, 3.0)]
)
def test_the_engine_across_the_branch_of_the_helical_valley(x, exact_gradient):
    problem = problems.get("helical_valley")
    variable = Variable(x)
    problem(variable).backward()
    exact = [float(component) for component in exact_gradient(problem, x)]
    size = np.max(np.abs(exact))
    np.testing.assert_allclose(variable.grad, exact, rtol=1e-14, atol=1e-14 * size)
    np.testing.assert_allclose(problem.gradient_at(x), exact, rtol=1e-14, atol=1e-14 * size)


def test_colville_is_wood_with_its_square_roots():
    for x1, x2, x3, x4 in problems.get("colville").points(4, 5):
        residuals = (
            10.0 * (x2 - x1**2), 1.0 - x1, math.sqrt(90.0) * (x4 - x3**2), 1.0 - x3,
            math.sqrt(10.0) * (x2 + x4 - 2.0), (x2 - x4) / math.sqrt(10.0),
        )  # fmt: skip
        assert problems.get("wood")(x1, x2, x3, x4) == pytest.approx(sum(r**2 for r in residuals), rel=1e-13)


def test_box_is_zero_where_the_paper_says():
    box = problems.get("box_betts")
    for x in [(1.0, 10.0, 1.0), (10.0, 1.0, -1.0), (3.0, 3.0, 0.0)]:
        assert box(x) == pytest.approx(0.0, abs=1e-30)


def test_yaos_kowalik_has_other_abscissae():
    paper, yao = problems.get("kowalik_osborne"), problems.get("kowalik_osborne@yao")
    assert paper.minima(4)[0].value > 1.00005 * yao.minima(4)[0].value


def test_gulf_where_a_power_of_zero_is_taken():
    """0^1.5 with a variable exponent: its logarithm is multiplied by 0."""
    problem = problems.get("gulf")
    u = 25.0 + (-50.0 * math.log(0.01 * 99)) ** (2.0 / 3.0)
    x = Variable([50.0, u, 1.5])
    problem(x).backward()
    np.testing.assert_allclose(x.grad, problem.gradient_at(x.data), rtol=1e-12)
    beside = [problem.gradient_at(50.0, u + h, 1.5) for h in (-1e-9, 1e-9)]
    np.testing.assert_allclose(x.grad, np.mean(beside, axis=0), rtol=1e-4)
