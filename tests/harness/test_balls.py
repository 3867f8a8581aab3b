"""Balls: they know what they know, and refuse the rest."""

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flint
import numpy as np
import pytest

from harness.balls import DOUBLE, Ball, UndecidedError, UnknownToBallsError, balls, on_balls, precision
from harness.reference import derivative, reference_of

KNOWN: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    # name: a function of one ball, where, and its derivative there
    "x + x": (lambda x: x + x, 3.0, 2.0),
    "1 + x - 2.0": (lambda x: 1 + x - 2.0, 3.0, 1.0),
    "2.0 - x": (lambda x: 2.0 - x, 3.0, -1.0),
    "-x": (lambda x: -x, 3.0, -1.0),
    "0.1 * x": (lambda x: 0.1 * x, 3.0, 0.1),
    "x * np.float64(0.1)": (lambda x: x * np.float64(0.1), 3.0, 0.1),
    "np.int64(3) * x": (lambda x: np.int64(3) * x, 3.0, 3.0),
    "x / 4": (lambda x: x / 4, 3.0, 0.25),
    "1 / x": (lambda x: 1 / x, 2.0, -0.25),
    "x**2 below zero": (lambda x: x**2, -1.5, -3.0),
    "x**2.0 below zero": (lambda x: x**2.0, -1.5, -3.0),
    "x**2.0 at zero": (lambda x: x**2.0, 0.0, 0.0),
    "x**-1": (lambda x: x**-1, 2.0, -0.25),
    "x**0.5": (lambda x: x**0.5, 4.0, 0.25),
    "x**1.5 at zero": (lambda x: x**1.5, 0.0, 0.0),
    "x**2 to a variable power, at zero": (lambda x: (x**2) ** (x**2 + 1.0), 0.0, 0.0),
    "0.0**x": (lambda x: 0.0**x, 2.0, 0.0),
    "2.0**x": (lambda x: 2.0**x, 3.0, 8.0 * math.log(2.0)),
    "x**x": (lambda x: x**x, 2.0, 4.0 * (1.0 + math.log(2.0))),
    "exp": (np.exp, 1.0, math.e),
    "log": (np.log, 4.0, 0.25),
    "sqrt": (np.sqrt, 4.0, 0.25),
    "sin": (np.sin, 1.0, math.cos(1.0)),
    "cos": (np.cos, 1.0, -math.sin(1.0)),
    "tan": (np.tan, 1.0, 1.0 + math.tan(1.0) ** 2),
    "arcsin": (np.arcsin, 0.6, 1.25),
    "arccos": (np.arccos, 0.6, -1.25),
    "arctan": (np.arctan, 2.0, 0.2),
    "sinh": (np.sinh, 1e-9, 1.0),
    "cosh": (np.cosh, 1e-9, 1e-9),
    "tanh": (np.tanh, 1.0, 1.0 / math.cosh(1.0) ** 2),
    "tanh, flat": (np.tanh, 40.0, 4.0 * math.exp(-80.0)),
    "arcsinh": (np.arcsinh, 0.75, 0.8),
    "arccosh": (np.arccosh, 1.25, 4.0 / 3.0),
    "arctanh": (np.arctanh, 0.5, 4.0 / 3.0),
    "expm1": (np.expm1, 1.0, math.e),
    "log1p": (np.log1p, 3.0, 0.25),
    "exp2": (np.exp2, 3.0, 8.0 * math.log(2.0)),
    "log2": (np.log2, 4.0, 0.25 / math.log(2.0)),
    "log10": (np.log10, 4.0, 0.25 / math.log(10.0)),
    "cbrt": (np.cbrt, 8.0, 1.0 / 12.0),
    "cbrt below zero": (np.cbrt, -8.0, 1.0 / 12.0),
    "hypot": (lambda x: np.hypot(x, 4.0), 3.0, 0.6),
    "arctan2": (lambda x: np.arctan2(x, -4.0), 3.0, -0.16),
    "arctan2 of two": (lambda x: np.arctan2(x, 2.0 * x), -3.0, 0.0),
    "floor": (lambda x: x * np.floor(x), 2.5, 2.0),
    "ceil": (lambda x: x * np.ceil(x), -2.5, -2.0),
    "sign": (lambda x: x * np.sign(x), -2.5, -1.0),
    "clip": (lambda x: np.clip(x, 0.0, 1.0), 0.5, 1.0),
    "x > 0": (lambda x: np.where(x > 0.0, x * x, x), 2.0, 4.0),
}


@pytest.mark.parametrize(("f", "x", "expected"), KNOWN.values(), ids=KNOWN)
def test_derivatives(f: Callable[[Any], Any], x: float, expected: float) -> None:
    enclosure = derivative(lambda v: f(v[0]), np.array([x]), 0, 200)
    assert float(enclosure.mid()) == pytest.approx(expected, rel=1e-15, abs=0.0)
    assert float(enclosure.rad()) < 1e-50


@pytest.mark.parametrize(("f", "x", "expected"), KNOWN.values(), ids=KNOWN)
def test_at_the_precision_of_a_double_balls_are_nearly_as_sharp(
    f: Callable[[Any], Any], x: float, expected: float
) -> None:
    """Near the zero of a function, too, where the difference of exponentials would have lost its digits."""
    enclosure = derivative(lambda v: f(v[0]), np.array([x]), 0, 53)
    assert enclosure.overlaps(derivative(lambda v: f(v[0]), np.array([x]), 0, 200))
    assert float(enclosure.rad()) <= max(800.0, abs(x)) * 2e-16 * abs(expected)


@pytest.mark.parametrize("x", [0.1, -0.0, 5e-324, 1.7976931348623157e308])
def test_a_point_is_exact(x: float) -> None:
    (ball,) = balls([x], along=0)
    assert (float(ball.value.mid()), float(ball.value.rad()), float(ball.derivative)) == (x, 0.0, 1.0)


def test_a_constant_is_the_double_in_the_source() -> None:
    with precision(300):
        (ball,) = balls([0.0])
        assert ((ball + 0.1).value - flint.arb(0.1)).is_zero()
        assert not ((ball + 0.1).value - flint.arb(1) / 10).contains(0)


def test_derivatives_are_along_one_coordinate() -> None:
    x = np.array([3.0, 5.0])
    assert [float(derivative(lambda v: v[0] * v[1], x, i, 53)) for i in (0, 1)] == [5.0, 3.0]


def test_an_array_of_balls_takes_numpy_apart_and_together() -> None:
    x = np.array([1.0, 2.0, 3.0])
    f = [lambda v: np.sum(v[1:] * v[:-1], axis=0), lambda v: np.sum(np.stack([v[0] * v[1], v[1] * v[2]]))]
    assert [float(derivative(g, x, 1, 53)) for g in f] == [4.0, 4.0]


NO_DERIVATIVE: dict[str, Callable[[Any], Any]] = {
    "sqrt": np.sqrt,
    "sqrt of x**2": lambda x: np.sqrt(x**2),
    "x**0.5": lambda x: x**0.5,
    "x**-1": lambda x: x**-1,
    "x**x": lambda x: x**x,
    "(x**2)**0.25": lambda x: (x**2) ** 0.25,
    "(x**2)**-1.0": lambda x: (x**2) ** -1.0,
    "0.0**x": lambda x: 0.0**x,
}


@pytest.mark.parametrize("f", NO_DERIVATIVE.values(), ids=NO_DERIVATIVE)
def test_what_has_no_derivative_at_zero_is_uncertain_there(f: Callable[[Any], Any]) -> None:
    assert reference_of(lambda v: f(v[0]), np.array([0.0])).uncertain == (0,)


@pytest.mark.parametrize("cap", [1, 2, 3])
def test_roots_and_powers_of_zero_have_a_value(cap: int) -> None:
    with precision(53):
        flint.ctx.cap = cap
        (zero,) = balls([0.0])
        for root in (np.sqrt(zero), zero**0.5, (zero**2) ** 0.25, zero ** (zero + 1.0)):
            assert root.value == 0
        assert not (zero**-1).value.is_finite()


BRANCHES: dict[str, Callable[[Any], Any]] = {
    "if x": lambda x: x if x else -x,
    "if x > 0": lambda x: x if x > 0 else -x,
    "if x == 0": lambda x: x if x == 0.0 else 2 * x,
    "if x != 0": lambda x: 2 * x if x != 0.0 else x,
    "if x in (0, 1)": lambda x: x if x in (0.0, 1.0) else 2 * x,
    "max": lambda x: max(x, 0.0),
    "np.where": lambda x: np.where(x == 0.0, x, 2 * x),
    "np.maximum": lambda x: np.maximum(x, 0.0),
    "np.sign": np.sign,
}
UNKNOWN: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "np.spacing": np.spacing,
    "math.exp": math.exp,
    "+ 1j": lambda x: x + 1j,
    "+ text": lambda x: x + "1",
    "attribute": lambda x: x.real,
}


@pytest.mark.parametrize("f", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_function_is_refused(f: Callable[[Any], Any]) -> None:
    with pytest.raises(UnknownToBallsError):
        on_balls(lambda v: f(v[0]), balls([0.0]))


each_branch = pytest.mark.parametrize("f", BRANCHES.values(), ids=BRANCHES)


@each_branch
def test_on_the_border_of_a_branch_nothing_is_certain(f: Callable[[Any], Any]) -> None:
    with pytest.raises(UndecidedError):
        on_balls(lambda v: f(v[0]), balls([0.0], along=0))
    assert reference_of(lambda v: f(v[0]), np.array([0.0])).uncertain == (0,)


@each_branch
@pytest.mark.parametrize("x", [-2.5, 1e-300, 3.0])
def test_off_the_border_a_branch_is_taken_as_floats_take_it(f: Callable[[Any], Any], x: float) -> None:
    slope = (f(2.0 * x) - f(x)) / x  # the functions are linear to either side of zero
    assert derivative(lambda v: f(v[0]), np.array([x]), 0, 53) == slope


def test_a_tie_of_coordinates_is_uncertain_and_what_only_looks_like_one_is_not() -> None:
    assert reference_of(np.max, np.array([1.0, 1.0, 0.0])).uncertain == (0, 1)
    near = reference_of(lambda v: np.max(v / 3.0), np.array([1.0, np.nextafter(1.0, 0.0)]))
    assert near.uncertain == ()
    assert [0.3333 < e < 0.3334 for e in near.enclosures] == [True, False]


def test_beside_the_kink_abs_has_the_slope_of_its_side_and_at_it_those_between() -> None:
    for x, slope in ((-1e-300, -1), (2.0, 1)):
        assert derivative(lambda v: abs(v[0]), np.array([x]), 0, 53) == slope
    at_kink = derivative(lambda v: abs(v[0]), np.array([0.0]), 0, 53)
    assert all(at_kink.contains(slope) for slope in (-1, -0.5, 0, 1))
    assert at_kink.abs_upper() < 1.001
    assert reference_of(lambda v: abs(v[0]), np.array([0.0])).uncertain == (0,)
    assert derivative(lambda v: abs(v[0] - v[1]) * v[1], np.array([0.5, 0.0]), 1, 53) == 0.5


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: 1 / x, 0.0),
        (lambda x: x**-1, 0.0),
        (np.log, 0.0),
        (np.log, -1.0),
        (np.sqrt, 0.0),
        (lambda x: x**0.5, -1.0),
    ],
    ids=["1/x at 0", "x**-1 at 0", "log 0", "log -1", "sqrt 0", "x**0.5 at -1"],
)
def test_a_singular_point_is_uncertain_or_refused(f: Callable[[Any], Any], x: float) -> None:
    with suppress(UnknownToBallsError):
        assert reference_of(lambda v: f(v[0]), np.array([x])).uncertain == (0,)


def test_the_root_of_zero_is_known_and_none_of_its_derivatives() -> None:
    with precision(200):
        for ball in balls([0.0, 0.0], along=0):
            for square in (ball, ball**2):
                root = np.sqrt(square)
                assert root.value == 0
                assert not root.derivative.is_finite()


@pytest.mark.parametrize(
    "f",
    [lambda v: np.squeeze(v[0:1] ** 2), lambda v: v[0:1] ** 2],
    ids=["an array of no dimension", "an array of one"],
)
def test_a_result_in_an_array_is_not_taken_for_a_constant(f: Callable[[Any], Any]) -> None:
    with suppress(UnknownToBallsError):
        assert float(derivative(f, np.array([3.0]), 0, 53)) == 6.0


def test_a_constant_has_no_derivative() -> None:
    assert derivative(lambda v: 5.0, np.array([3.0]), 0, 53).is_zero()


def test_a_ball_is_no_sequence() -> None:
    (ball,) = balls([1.0])
    assert not hasattr(ball, "__len__")
    assert not hasattr(ball, "__iter__")
    assert isinstance((balls([1.0, 2.0]) * 2.0)[1], Ball)


def test_precision_ends_with_its_block() -> None:
    with precision(77):
        with pytest.raises(ZeroDivisionError), precision(999):
            assert flint.ctx.prec == 999
            1 / 0
        assert (flint.ctx.prec, flint.ctx.cap) == (77, 2)


def test_threads_take_turns_at_the_precision() -> None:
    entered = threading.Event()

    def other() -> None:
        with precision(999):
            entered.set()

    thread = threading.Thread(target=other)
    with precision(DOUBLE):
        thread.start()
        assert not entered.wait(0.05)
        assert flint.ctx.prec == DOUBLE
    thread.join(10.0)
    assert entered.is_set()


@pytest.mark.parametrize("f", [np.floor, np.ceil, lambda x: np.arctan2(x - 2.0, -1.0)], ids=["floor", "ceil", "cut"])
def test_on_a_jump_nothing_is_certain(f: Callable[[Any], Any]) -> None:
    assert not derivative(lambda v: f(v[0]), np.array([2.0]), 0, 200).is_finite()
    assert derivative(lambda v: f(v[0]), np.array([2.25]), 0, 200).is_finite()


def test_a_product_that_underflows_may_be_off_by_the_smallest_double() -> None:
    with precision(DOUBLE):
        tiny, small = ((ball * ball).value for ball in balls([1.1e-160, 1.1e-150]))
    assert float(tiny.rad()) >= 2.0**-1074
    assert float(small.rad()) <= 2.0**-52 * float(small.mid())


@pytest.mark.parametrize("x", [-0.5, 0.75])
def test_what_where_makes_of_a_number_is_compared_as_a_number(x: float) -> None:
    """It is an array without axes, which compares itself with the ball on its other side."""

    def f(v: Any) -> Any:
        chosen = np.where(v[0] > 0.0, v[0], 2.0 * v[0])
        return np.where(v[0] + 1.0 > chosen, 3.0 * v[0], v[0]) + np.where(v[0] - 5.0 < chosen, v[0], 0.0)

    assert reference_of(f, np.array([x])).values == [4.0]
    assert derivative(f, np.array([x]), 0, 106) == 4
