"""What the engine's tests share: gradients, and the exact derivatives of the elementwise primitives."""

import gc
import math
import tracemalloc
from contextlib import contextmanager
from types import SimpleNamespace

import flint
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from engine import Variable
from engine.table import PRIMITIVES

settings.register_profile("suite", deadline=None, max_examples=30, derandomize=True, database=None)
settings.load_profile("suite")


def _gradients(f, *data, seed=None):
    leaves = [Variable(value) for value in data]
    f(*leaves).backward(seed)
    return [leaf.grad for leaf in leaves]


@pytest.fixture(scope="session")
def gradients():
    """`gradients(f, *data, seed=None)`: the `.grad` of a Variable of each of `data`, after one backward of `f`."""
    return _gradients


@pytest.fixture
def no_collector():
    """The cyclic garbage collector is off: what is freed is freed by its reference count."""
    gc.disable()
    yield
    gc.enable()


@contextmanager
def exactly():
    """Power series to the third order, in balls of 2400 bits: 1 + x is exact for every double x."""
    outer = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = 2400, 4
    try:
        yield
    finally:
        flint.ctx.prec, flint.ctx.cap = outer


def _odd(f):
    return lambda x: f(x) if x[0] > 0 else -f(-x)


def _step(f):
    return lambda x: flint.arb_series([f(x[0])])


def _atan2(x, y):
    pi = flint.arb.pi()
    if abs(y[0]) < abs(x[0]):
        return x[0].sgn() * pi / 2 - (y / x).atan()
    return (x / y).atan() + (0 if y[0] > 0 else x[0].sgn() * pi)


EXACT = {
    "negative": lambda x: -x,
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "square": lambda x: x * x,
    "pow": lambda x, y: x**y,
    "sqrt": lambda x: x.sqrt(),
    "cbrt": _odd(lambda x: (x.log() / 3).exp()),
    "exp": lambda x: x.exp(),
    "expm1": lambda x: x.exp() - 1,
    "log": lambda x: x.log(),
    "log1p": lambda x: (1 + x).log(),
    "log2": lambda x: x.log() / flint.arb(2).log(),
    "log10": lambda x: x.log() / flint.arb(10).log(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "asin": lambda x: x.asin(),
    "acos": lambda x: x.acos(),
    "atan": lambda x: x.atan(),
    "atan2": _atan2,
    "hypot": lambda x, y: (x * x + y * y).sqrt(),
    "sinh": lambda x: (x.exp() - (-x).exp()) / 2,
    "cosh": lambda x: (x.exp() + (-x).exp()) / 2,
    "tanh": _odd(lambda x: (1 - (-2 * x).exp()) / (1 + (-2 * x).exp())),
    "abs": lambda x: x if x[0] > 0 else -x,
    "sign": _step(lambda x: x.sgn()),
    "floor": _step(lambda x: x.floor()),
    "maximum": lambda x, y: x if x[0] > y[0] else y if y[0] > x[0] else (x + y) / 2,
    "minimum": lambda x, y: x if x[0] < y[0] else y if y[0] < x[0] else (x + y) / 2,
}


def _spread(low, high, sign=None):
    """Numbers of any magnitude from 2**low to 2**high: exponents as of float64, and of float32 an eighth of them."""

    def numbers(dtype, shrink):
        k = shrink * (1 if dtype is np.float64 else 8)
        signs = st.sampled_from([1.0, -1.0]) if sign is None else st.just(sign)
        exponents = st.integers(math.ceil(low / k), math.floor(high / k))
        return st.builds(lambda s, m, e: s * math.ldexp(m, e), signs, st.floats(1.0, 2.0, exclude_max=True), exponents)

    return numbers


def _within(bound):
    """Numbers up to ±bound, as of float64, or very small."""

    def numbers(dtype, shrink):
        high = bound / shrink / (1 if dtype is np.float64 else 8)
        return st.floats(-high, high).filter(lambda x: abs(x) > 1e-9) | _spread(-1000, -9)(dtype, shrink)

    return numbers


def _near(point, side):
    """Numbers beside a point, up to some units in its last place."""

    def numbers(dtype, _):
        digits = np.finfo(dtype).nmant
        offsets = st.builds(math.ldexp, st.floats(1.0, 2.0, exclude_max=True), st.integers(2 - digits, -2))
        return offsets.map(lambda offset: point + side * offset)

    return numbers


def _plain(low, high):
    return lambda *_: st.floats(low, high).filter(lambda x: x == 0.0 or abs(x) > 1e-9)


def _either(*domains):
    return lambda dtype, shrink: st.one_of([domain(dtype, shrink) for domain in domains])


_ANY, _POSITIVE, _HALF = _spread(-1000, 1000), _spread(-1000, 1000, 1.0), _spread(-500, 500)
_UNIT = _either(_spread(-1000, -1), _plain(-0.9, 0.9), _near(1.0, -1), _near(-1.0, 1))
DOMAINS = {
    "multiply": (_HALF, _HALF),
    "divide": (_spread(-330, 330), _spread(-330, 330)),
    "square": (_HALF,),
    "pow": (_spread(-100, 100, 1.0), _plain(-8.0, 8.0)),
    "sqrt": (_POSITIVE,),
    "exp": (_within(700),),
    "expm1": (_within(700),),
    "log": (_POSITIVE,),
    "log1p": (_either(_POSITIVE, _near(-1.0, 1), _plain(-0.9, 0.9), _spread(-1000, -2, -1.0)),),
    "log2": (_POSITIVE,),
    "log10": (_POSITIVE,),
    "asin": (_UNIT,),
    "acos": (_UNIT,),
    "atan": (_spread(-1000, 500),),  # the square of what is larger overflows: to the right derivative, with a warning
    "sinh": (_within(700),),
    "cosh": (_within(700),),
    "tanh": (_within(700),),
}
"""Where an operand is drawn from, if not from numbers of any sign and magnitude: as far as no value overflows."""


def domains(name, dtype, shrink=1):
    """A strategy for each operand of a primitive, of numbers of a dtype. `shrink` divides their exponents."""
    found = DOMAINS.get(name, (_ANY,) * len(PRIMITIVES[name].partials))
    return [domain(dtype, shrink).map(lambda x: float(dtype(x))) for domain in found]


def taylor(name, operands, direction):
    """The coefficients of the primitive on the line through `operands` in a direction."""
    lines = [flint.arb_series([float(x), float(u)]) for x, u in zip(operands, direction, strict=True)]
    series = EXACT[name](*lines)
    return [series[k] for k in range(4)]


def is_near(got, expected, size, dtype, ulps):
    """Whether `got` is as near as some units in the last place of `size`, and of the smallest number there is."""
    info = np.finfo(dtype)
    allowed = ulps * float(info.eps) * size + 8 * float(info.smallest_subnormal)
    return math.isfinite(got) and abs(flint.arb(float(got)) - expected) <= allowed


def ulps_of(name, operands=()):
    """The error that is allowed to a value, and to a derivative, in units of the last place.

    A library's function is up to two off, and a rule adds two roundings. libm's cbrt is up to four off, and its square
    is in the derivative. The exponent of a power's derivative, y - 1, is rounded.
    """
    if name == "cbrt":
        return 4, 10
    if name == "pow":
        x, y = operands
        return 2, 4 + abs((y - 1) * math.log(x)) / 2
    return 2, 4


@pytest.fixture(scope="session")
def reference():
    """The elementwise primitives, independently of the engine: their exact derivatives, and where to look at them."""
    return SimpleNamespace(
        names=EXACT.keys(), exactly=exactly, domains=domains, taylor=taylor, is_near=is_near, ulps_of=ulps_of
    )


@pytest.fixture
def peak():
    """`peak(f)`: the most memory that `f()` had at a time, beyond what was there."""

    def measured(f):
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            f()
            return tracemalloc.get_traced_memory()[1] - before
        finally:
            tracemalloc.stop()

    return measured
