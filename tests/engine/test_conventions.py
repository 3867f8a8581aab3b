"""What the rules say where there is no derivative is what the table of conventions declares, in every mode."""

import re

import numpy as np
import pytest

from engine import Variable, jvp, namespace
from engine.conventions import CONVENTIONS
from engine.table import PRIMITIVES

FUNCTIONS = {name: getattr(namespace, name) for name in namespace.__all__}

each_convention = pytest.mark.parametrize("one", CONVENTIONS, ids=lambda one: f"{one.call} at {one.at}")


def called(one, **operands):
    return eval(one.call, FUNCTIONS, operands)


def as_array(value):
    return np.atleast_1d(np.array(value, dtype=np.float64))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@each_convention
@pytest.mark.parametrize("wrap", [lambda value: value, as_array], ids=["scalar", "array"])
def test_the_reverse_sweep_keeps_to_it(one, wrap):
    variables = {name: Variable(wrap(value)) for name, value in one.at.items()}
    called(one, **variables).backward()
    for name, expected in one.derivatives.items():
        np.testing.assert_array_equal(np.ravel(variables[name].grad), np.ravel(expected))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@each_convention
@pytest.mark.parametrize("wrap", [lambda value: value, as_array], ids=["scalar", "array"])
def test_forward_mode_keeps_to_it(one, wrap):
    for name, expected in one.derivatives.items():
        others = {other: wrap(value) for other, value in one.at.items() if other != name}
        here = wrap(one.at[name])
        for i, derivative in enumerate(np.ravel(expected)):
            direction = float(i == 0) if isinstance(here, float) else (np.arange(np.size(here)) == i) * 1.0
            _, tangent = jvp(lambda x, name=name, others=others: called(one, **{name: x}, **others))(here, direction)
            np.testing.assert_array_equal(np.ravel(tangent)[0], derivative)


@each_convention
def test_it_is_of_a_function_of_the_table(one):
    name = re.match(r"\w+", one.call)[0]
    assert name in PRIMITIVES or name == "clip"
