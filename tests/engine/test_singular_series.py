"""Series: the coefficients of every elementwise primitive, with bounds that hold, and what becomes of poles."""

import math

import flint
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.singular import elementary  # noqa: F401  (puts the functions on the class)
from engine.singular.series import GRID, Series, UnresolvedError, bounded, lifted
from engine.singular.tape import VALUES
from engine.table import ELEMENTWISE, PRIMITIVES

T = Series({(GRID, 0): (1.0, 0.0)})


def line(x, slope):
    return lifted(x) + T * slope


@pytest.mark.parametrize("name", [primitive.name for primitive in ELEMENTWISE])
@given(data=st.data())
def test_coefficients_at_a_regular_point_are_within_their_bounds(reference, name, data):
    count = len(PRIMITIVES[name].partials)
    point = [data.draw(st.floats(0.05, 0.95)) for _ in range(count)]
    slopes = [data.draw(st.floats(0.5, 1.5)) for _ in range(count)]
    assume(count == 1 or abs(point[0] - point[1]) > 1e-3)
    value = VALUES.get(name, PRIMITIVES[name].value)
    series = lifted(value(*map(line, point, slopes)))
    with reference.exactly():
        exact = reference.taylor(name, point, slopes)
        for k in range(4):
            c, bound = series.terms.get((k * GRID, 0), (0.0, None))
            if bound is None:  # zero, or below its bound
                assert abs(exact[k]) < 1e-13
            else:
                assert abs(flint.arb(c) - exact[k]) <= 4.0 * bound + 1e-300
                assert bound < 1e-9 * max(1.0, abs(c))


def first(x):
    """The exponent of t and of the logarithm in the leading term, and its coefficient."""
    (e, k), (c, _) = next(iter(x.terms.items()))
    return e / GRID, k, c


@pytest.mark.parametrize(
    ("x", "lead"),
    [
        (np.sqrt(T * T * 4.0), (1.0, 0, 2.0)),
        (np.cbrt(-T), (1.0 / 3.0, 0, -1.0)),
        ((T * T) ** 0.75, (1.5, 0, 1.0)),
        (1.0 / np.sin(T) - 1.0 / T, (1.0, 0, 1.0 / 6.0)),
        (np.log(T), (0.0, 1, -1.0)),
        (T * np.log(T), (1.0, 1, -1.0)),
        (np.exp(2.0 * np.log(T)), (2.0, 0, 1.0)),
        (T**T - 1.0, (1.0, 1, -1.0)),
        (np.atan(1.0 / T), (0.0, 0, math.pi / 2.0)),
        (np.acos(1.0 - T * T), (1.0, 0, math.sqrt(2.0))),
        (np.atan2(-T, -2.0 * T), (0.0, 0, math.atan2(-1.0, -2.0))),
        (np.tanh(-1.0 / T), (0.0, 0, -1.0)),
        (np.floor(2.0 - T), (0.0, 0, 1.0)),
        (abs(-T), (1.0, 0, 1.0)),
    ],
)
def test_leading_terms(x, lead):
    assert first(x) == pytest.approx(lead, rel=1e-14)


def test_what_is_zero_or_unknown():
    assert np.exp(-1.0 / T).order > 1e6 * GRID
    assert not np.exp(-1.0 / T).is_zero
    assert (T ** (1.0 + 1e-9)).order == -math.inf
    assert np.sin(1.0 / T).order == 0
    assert (np.sin(1.0 / T) * T**3).order == 3 * GRID
    assert np.exp(1.0 / T).order == -math.inf
    assert np.log(-T).has_no_value
    assert (T / (T - T)).has_no_value
    assert ((1.0 + 1e-17) * T - T).is_zero
    assert not (T * 1e-200).is_zero


def test_a_product_that_underflows_is_not_zero():
    tiny = T * 1e-200
    assert (tiny * tiny).order == -math.inf


def test_comparison_is_for_small_t():
    assert T > 0.0
    assert T < 1e-300
    assert -1.0 / T < -1e300
    assert np.sin(T) < T
    assert not np.sqrt(-T) < 0.0
    with pytest.raises(UnresolvedError):
        bool(bounded("sin") > 0.0)


def test_arrays_are_taken_element_by_element():
    x = np.array([T, 2.0 * T], dtype=object)
    for product in (x * T, T * x, x[:1] * T, T * x[:1]):
        assert type(product) is np.ndarray
    assert first(np.sum(T * x)) == (2.0, 0, 3.0)
