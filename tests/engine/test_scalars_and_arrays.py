"""Scalars and arrays agree at every edge: their code differs, their numbers do not."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import engine.namespace
from engine import Variable, using_config
from engine.operators import FAST
from engine.table import ELEMENTWISE

INF, NAN = math.inf, math.nan


@pytest.fixture(scope="module", autouse=True)
def by_the_rules_alone():
    with using_config("singular_points", "off"):
        yield


SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.5, 1 / 3, -8.0, INF, -INF, NAN, 1e308, -1e308, 5e-324, -5e-324, 1e200,
    1e-200, 1000.0, -1000.0,
]  # fmt: skip
WHOLE = [0, 1, -1, 2, -2, 3, 7, 10**16]
FROM_LIBRARIES = {
    **dict.fromkeys(["exp", "expm1", "sin", "cos"], (1, 1)),
    **dict.fromkeys(["log", "log1p", "log2", "asin", "acos", "atan", "atan2"], (1, 0)),
    "log10": (2, 0),
    "sinh": (2, 1),
    "cosh": (1, 2),
    "pow": (1, 5),
    "tan": (1, 4),
    "tanh": (3, 5),
    "cbrt": (4, 16),
}
"""libm's for floats, NumPy's own for arrays: how many ulps apart the values may be, and the derivatives.

A derivative is a product of such functions, and an ulp of a factor may be two of a product. libm's cbrt is up to 4 ulp
off by itself, and squared in the derivative.
"""

ARITY = {primitive.name: len(primitive.partials) for primitive in ELEMENTWISE}

OPERATORS = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}


def function(name):
    """The primitive as its operator, or by name; a binary one of these has a generated function, too."""
    if name in OPERATORS or ARITY[name] == 1:
        return OPERATORS.get(name) or getattr(engine.namespace, name)

    def called(x, y):
        if isinstance(x, Variable):
            return FAST[type(x)][name](x, y)
        return FAST[type(y)][f"{name}_reflected"](y, x)

    return called


def as_it_is(x):
    return x


def array(x):
    return np.array([x], dtype=np.float64)


def outcome(f, operands, wraps, variable):
    """The value and the gradients, as floats; `variable` tells which operands are Variables."""
    arguments = [wrap(x) for x, wrap in zip(operands, wraps, strict=True)]
    arguments = [Variable(x) if is_one else x for x, is_one in zip(arguments, variable, strict=True)]
    with np.errstate(all="ignore"):
        result = f(*arguments)
        result.backward()
    grads = [x.grad for x, is_one in zip(arguments, variable, strict=True) if is_one]
    return [float(np.asarray(number).item()) for number in (result.data, *grads)]


def are_same(a, b, ulps):
    if math.isnan(a) or math.isnan(b) or a == b:
        return (math.isnan(a) and math.isnan(b)) or math.copysign(1.0, a) == math.copysign(1.0, b)
    return math.isfinite(a) and math.isfinite(b) and abs(a - b) <= ulps * math.ulp(max(abs(a), abs(b)))


def assert_agreement(name, f, operands, variable):
    of_value, of_derivative = FROM_LIBRARIES.get(name, (0, 0))
    allowed = [of_value, of_derivative, of_derivative]
    scalar = outcome(f, operands, (as_it_is,) * len(operands), variable)
    ways = [[as_it_is, array] if is_one else [as_it_is, np.float64, array] for is_one in variable]
    for wraps in itertools.product(*ways):
        other = outcome(f, operands, wraps, variable)
        # A scalar's gradient is a sum over the array it met, and sums lose the sign of -0.0.
        loss = 0.0 if len(set(wraps)) > 1 else -0.0
        same = [are_same(x + loss, y + loss, ulps) for x, y, ulps in zip(scalar, other, allowed, strict=False)]
        assert all(same), (operands, variable, wraps, scalar, other)


each_primitive = pytest.mark.parametrize("name", [primitive.name for primitive in ELEMENTWISE])


def masks(name):
    """Which operands are Variables: at least one."""
    return [mask for mask in itertools.product([True, False], repeat=ARITY[name]) if any(mask)]


def is_numpys_own_riddle(name, operands):
    """Where np.power, by the layout of its operands, takes a square root or does not: they differ at -inf and -0.0.

    Or which of two zeros np.maximum takes, which depends on the machine.
    """
    if name in ("maximum", "minimum"):
        return operands[0] == operands[1] == 0.0
    return name == "pow" and operands[0] in (-INF, -0.0) and operands[1] in (0.5, 1.5)


@pytest.mark.parametrize("way", [function, lambda name: getattr(engine.namespace, name)], ids=["fast", "by name"])
@each_primitive
def test_at_special_values(name, way):
    f = way(name)
    for operands in itertools.product(SPECIAL, repeat=ARITY[name]):
        if not is_numpys_own_riddle(name, operands):
            for variable in masks(name):
                assert_agreement(name, f, operands, variable)


@pytest.mark.parametrize("name", [name for name in ARITY if ARITY[name] == 2])
def test_with_whole_numbers(name):
    for x, n in itertools.product(SPECIAL, WHOLE):
        if not is_numpys_own_riddle(name, (x, n)):
            assert_agreement(name, function(name), (x, n), (True, False))
            assert_agreement(name, function(name), (n, x), (False, True))


def loses_digits(name, operands):
    """Where a power is below the normal numbers, and an ulp of it many of its derivative."""
    with np.errstate(all="ignore"):
        return name == "pow" and 0.0 < abs(np.power(*operands)) < 1e-300


@each_primitive
@given(operands=st.lists(st.floats() | st.sampled_from(SPECIAL), min_size=2, max_size=2))
def test_anywhere(name, operands):
    operands = operands[: ARITY[name]]
    assume(not is_numpys_own_riddle(name, operands))
    assume(not loses_digits(name, operands))
    for variable in masks(name):
        assert_agreement(name, function(name), operands, variable)
        assert_agreement(name, getattr(engine.namespace, name), operands, variable)


EDGES = [
    (lambda x: np.exp(x), 1000.0, INF, "overflow"),
    (lambda x: np.log(x), 0.0, -INF, "divide by zero"),
    (lambda x: np.log(x), -1.0, NAN, "invalid value"),
    (lambda x: np.sqrt(x), -1.0, NAN, "invalid value"),
    (lambda x: np.sin(x), INF, NAN, "invalid value"),
    (lambda x: np.tan(x), -INF, NAN, "invalid value"),
    (lambda x: np.asin(x), 2.0, NAN, "invalid value"),
    (lambda x: np.acos(x), -2.0, NAN, "invalid value"),
    (lambda x: np.log1p(x), -1.0, -INF, "divide by zero"),
    (lambda x: np.log1p(x), -2.0, NAN, "invalid value"),
    (lambda x: np.log2(x), 0.0, -INF, "divide by zero"),
    (lambda x: np.log10(x), -1.0, NAN, "invalid value"),
    (lambda x: np.expm1(x), 1000.0, INF, "overflow"),
    (lambda x: np.sinh(x), -1000.0, -INF, "overflow"),
    (lambda x: np.cosh(x), -1000.0, INF, "overflow"),
    (lambda x: x ** (1 / 3), -8.0, NAN, "invalid value"),
    (lambda x: x**-1, 0.0, INF, "divide by zero"),
    (lambda x: x**3.0, 1e200, INF, "overflow"),
    (lambda x: 2.0**x, 5000.0, INF, "overflow"),
    (lambda x: 1.0 / x, 0.0, INF, "divide by zero"),
    (lambda x: 1 / x, -0.0, -INF, "divide by zero"),
    (lambda x: x / 0, 1.0, INF, "divide by zero"),
    (lambda x: x / 0.0, 0.0, NAN, "invalid value"),
    (lambda x: x / x, 0.0, NAN, "invalid value"),
]


@pytest.mark.parametrize("data", [as_it_is, array], ids=["scalar", "array"])
@pytest.mark.parametrize(("f", "x", "expected", "warning"), EDGES)
def test_where_python_has_an_error_numpys_answer_and_warning(f, x, expected, warning, data):
    with pytest.warns(RuntimeWarning, match=warning):
        result = f(Variable(data(x)))
    assert are_same(float(np.asarray(result.data).item()), expected, 0)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match=warning):
        f(Variable(data(x)))


def test_scalars_use_the_fast_way_quietly():
    # With warnings as errors: nothing here is an edge, so nothing may warn.
    x, y = Variable(2.0), Variable(3.0)
    result = np.exp(np.sin(x) * y - x / y + x**y) + np.log(y) * np.sqrt(x) - np.cos(-x)
    result += np.tanh(x) * np.hypot(x, y) + np.atan2(x, y) * np.floor(x) + abs(-x) - np.maximum(x, y)
    result.backward()
    assert math.isfinite(x.grad)
    assert math.isfinite(y.grad)


@pytest.mark.parametrize("f", [lambda v, k: k**v, lambda v, k: v**k, lambda v, k: v * k, lambda v, k: k / v])
@pytest.mark.parametrize("seven", [np.int8(7), np.uint8(7), np.int64(7), np.array([7], np.int8)], ids=repr)
def test_small_integers_are_taken_as_floats(f, seven):
    x, y = Variable(2.5), Variable(2.5)
    np.sum(f(x, seven)).backward()
    f(y, 7.0).backward()
    assert x.grad == pytest.approx(y.grad, rel=1e-15)
