"""Errors: the right type, on one line, and with what was wrong in it."""

import numpy as np
import pytest

from engine import Variable, grad, numerical_gradient, using_config


def config(name, value):
    with using_config(name, value):
        pass


def square(x):
    return x * x


ERRORS = [
    (lambda: Variable("one"), TypeError, "'one'"),
    (lambda: Variable(True), TypeError, "True"),
    (lambda: Variable(2j), TypeError, "2j"),
    (lambda: Variable(np.ones((3, 3), complex)), TypeError, "complex128"),
    (lambda: Variable(["a"] * 1000), TypeError, "'a'"),
    (lambda: Variable(Variable(1.0)), TypeError, "Variable"),
    (lambda: Variable(1.0) + "one", TypeError, "'one'"),
    (lambda: "one" + Variable(1.0), TypeError, "'one'"),
    (lambda: Variable(1.0) * None, TypeError, "None"),
    (lambda: Variable(1.0) * 2j, TypeError, "2j"),
    (lambda: Variable([1.0]) * np.ones((3, 3), complex), TypeError, "complex128"),
    (lambda: Variable([1.0, 2.0]) * [1.0, 2.0, 3.0], ValueError, "(3,)"),
    (lambda: Variable([1.0, 2.0]).backward([1.0]), ValueError, "(1,)"),
    (lambda: Variable([1.0, 2.0]).backward(1.0), ValueError, "(2,)"),
    (lambda: Variable(1.0).backward("one"), TypeError, "'one'"),
    (lambda: Variable(1.0).backward(Variable(1.0)), TypeError, "Variable"),
    (lambda: len(Variable(1.0)), TypeError, "len()"),
    (lambda: iter(Variable(1.0)), TypeError, "scalar"),
    (lambda: np.asarray(Variable([1.0])), TypeError, ".data"),
    (lambda: float(Variable(1.0)), TypeError, "Variable"),
    (lambda: config("enable_backdrop", True), ValueError, "'enable_backdrop'"),
    (lambda: config("enable_backprop", 1), TypeError, "1"),
    (lambda: grad(square)([1.0, 2.0]), TypeError, "(2,)"),
    (lambda: grad(square)("one"), TypeError, "'one'"),
    (lambda: grad(square, argnums=2)(1.0), TypeError, "2"),
    (lambda: grad(square)(), TypeError, "0"),
    (lambda: numerical_gradient(square, 1.0, "forwards"), ValueError, "'forwards'"),
    (lambda: numerical_gradient(square, 1.0, step=-0.5), ValueError, "-0.5"),
]


@pytest.mark.parametrize(("call", "kind", "part"), ERRORS)
def test_the_message_is_one_line_with_the_value(call, kind, part):
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert part in message
    assert "\n" not in message
    assert len(message) < 300


def test_a_ragged_list_is_no_data():
    with pytest.raises(TypeError, match=r"regular array, not \[\[1\], \[2, 3\]\]"):
        Variable([[1], [2, 3]])
