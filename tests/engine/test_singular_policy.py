"""What becomes of a singular point: repaired with a warning, raised, or left; and what it costs elsewhere: nothing."""

import math
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import (
    SingularPointWarning,
    Variable,
    grad,
    hessian,
    modes,
    no_grad,
    primitive,
    singularity,
    using_config,
    value_and_grad,
)

QUIET = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def sinc(x):
    with np.errstate(all="ignore"):
        return np.sin(x) / x


def warned(call):
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        call()
    return [one for one in caught if one.category is SingularPointWarning]


def backwards(f, x):
    leaf = Variable(x)
    f(leaf).backward()
    return leaf.grad


@pytest.mark.parametrize(
    "call", [lambda: grad(sinc)(0.0), lambda: value_and_grad(sinc)(0.0), lambda: backwards(sinc, 0.0)]
)
def test_a_repair_warns_once_where_it_was_called(call):
    (warning,) = warned(call)
    assert str(warning.message).startswith("removable: divide: ")
    assert warning.filename == __file__


def test_a_gradient_that_stays_nan_is_warned_of():
    (warning,) = warned(lambda: grad(lambda x: 1.0 / x**2)(0.0))
    assert str(warning.message) == "pole: divide: the value is infinite"


@pytest.mark.parametrize("f", [np.sqrt, np.log, np.cbrt])
def test_a_convention_that_holds_is_not_warned_of(f):
    assert warned(lambda: grad(f)(0.0)) == []


def test_a_point_that_is_not_finite_is_no_singular_point():
    assert warned(lambda: grad(lambda x: x * x)(math.inf)) == []
    assert singularity(lambda x: x * x)(math.nan).kind == "none"


@QUIET
def test_they_may_be_errors():
    x = Variable(0.0)
    y = sinc(x)
    with using_config("singular_points", "raise"):
        with pytest.raises(FloatingPointError, match="removable: divide"):
            grad(sinc)(0.0)
        with pytest.raises(FloatingPointError, match="infinite slope: the derivative of sqrt"):
            grad(np.sqrt)(0.0)
        with pytest.raises(FloatingPointError, match="removable: divide"):
            y.backward()
        assert grad(sinc)(1.0) < 0.0
    assert x.grad is None
    assert grad(sinc)(0.0) == 0.0


@QUIET
def test_they_may_be_left_alone():
    with using_config("singular_points", "off"):
        assert math.isnan(grad(sinc)(0.0))
        assert math.isnan(backwards(sinc, 0.0))
        assert singularity(sinc)(0.0).gradient == 0.0
    assert backwards(sinc, 0.0) == 0.0


@pytest.mark.parametrize(("value", "error"), [("loud", ValueError), (True, TypeError), (None, TypeError)])
def test_a_bad_setting(value, error):
    with pytest.raises(error, match="'repair' or 'raise' or 'off'"), using_config("singular_points", value):
        pytest.fail("the block must not be entered")


@QUIET
def test_the_setting_is_one_threads():
    found = []
    with using_config("singular_points", "off"):
        thread = threading.Thread(target=lambda: found.append(grad(sinc)(0.0)))
        thread.start()
        thread.join(10)
        assert math.isnan(grad(sinc)(0.0))
    assert found == [0.0]


@QUIET
def test_operations_do_not_become_slower():
    before = modes.untouched
    grad(sinc)(0.0)
    assert modes.untouched is before


@QUIET
def test_the_function_is_run_again_only_there():
    points = []

    def f(x):
        points.append(float(x.data))
        return sinc(x)

    grad(f)(1.0)
    assert points == [1.0]
    points.clear()
    grad(f)(0.0)
    assert points[:2] == [0.0, 0.0]
    assert all(0.0 < abs(x) < 1e-5 for x in points[2:])


def test_it_is_not_imported_before():
    code = "import sys, engine; engine.grad(lambda x: x * x)(3.0); print('engine.singular' in sys.modules)"
    root = Path(engine.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True).stdout == "False\n"


@QUIET
def test_the_outermost_gradient_has_the_second_pass():
    assert grad(grad(sinc))(0.0) == pytest.approx(-1.0 / 3.0, rel=1e-14)
    assert math.isnan(hessian(sinc)(0.0))
    assert warned(lambda: hessian(sinc)(0.0)) == []


@QUIET
def test_backward_adds_what_it_has_repaired():
    x = Variable(np.array([0.0, 2.0]))
    x.grad = np.array([3.0, 1.0])
    y = sinc(x)
    y.backward(np.array([2.0, 0.0]), retain_grad=True)
    np.testing.assert_array_equal(x.grad, [3.0, 1.0])
    np.testing.assert_array_equal(y.grad, [2.0, 0.0])
    assert np.isnan(y.data[0])


@QUIET
def test_backward_knows_the_constants_of_scalars():
    x = Variable(2.0)
    z = (3.0 - x) ** 2 * ((x**3 - 8.0) / (x - 2.0)) + 2.0 / x + 2.0**x
    z.backward()
    assert x.grad == pytest.approx(6.0 - 2.0 * 12.0 - 0.5 + 4.0 * math.log(2.0), rel=1e-14)


@QUIET
def test_under_no_grad_too():
    with no_grad():
        assert value_and_grad(sinc)(0.0) == (1.0, 0.0)


@QUIET
def test_a_primitive_of_ones_own_is_named():
    @primitive(lambda g, z, x: g * np.cos(x))
    def wave(x):
        return np.sin(np.asarray(x, dtype=np.float64))

    found = singularity(lambda x: wave(x) / x)(0.0)
    assert found.kind == "unresolved"
    assert "wave" in found.reason
    assert math.isnan(found.gradient)


@QUIET
def test_a_function_that_raises_beside_the_point_ends_there():
    def f(x):
        if x < 0.0:
            raise ValueError("not below 0")
        return sinc(x)

    found = singularity(f)(0.0)
    assert (found.kind, found.gradient) == ("boundary", 0.0)


@QUIET
def test_a_function_that_changes_all_the_time_is_not_resolved():
    calls = []

    def f(x):
        calls.append(x)
        return sinc(x) + (x if len(calls) % 2 else 0.0)

    assert singularity(f)(0.0).kind in ("unresolved", "undefined")


def test_a_smooth_point():
    found = singularity(lambda x, y: x * y, argnums=(0, 1))(2.0, [1.0, 3.0][0])
    assert (found.kind, found.value, found.gradient) == ("none", 2.0, (1.0, 2.0))
