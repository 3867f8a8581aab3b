"""A problem takes a vector, a batch, or coordinates, of floats, arrays or Variables: always the same numbers."""

import numpy as np
import pytest

import engine.namespace
from engine import Variable


def near(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def by_loop(f, points):
    flat = points.reshape(-1, points.shape[-1])
    values = np.array([f(x) for x in flat])
    return values.reshape(points.shape[:-1] + values.shape[1:])


FORMS = {
    "list": lambda f, x: f(x.tolist()),
    "tuple": lambda f, x: f(tuple(x.tolist())),
    "floats": lambda f, x: f(*x.tolist()),
    "NumPy's scalars": lambda f, x: f(*x),
    "arrays of no dimension": lambda f, x: f(*map(np.array, x)),
    "row of a batch": lambda f, x: f(x[np.newaxis])[0],
    "list of a list": lambda f, x: f([x.tolist()])[0],
    "view": lambda f, x: f(np.repeat(x, 2)[::2]),
    "a namespace given": lambda f, x: f(x, xp=np),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_gives_the_same_number(problem, n, form):
    for x in problem.points(n, 3):
        value = form(problem, x)
        assert np.shape(value) == ()
        assert not isinstance(value, np.ndarray)
        near(value, problem(x))
        if problem.gradient is not None:
            near(form(problem.gradient_at, x), problem.gradient_at(x))


def test_the_engines_namespace_may_be_given(problem, n):
    for x in problem.points(n, 3):
        near(problem(x, xp=engine.namespace), problem(x))


def test_coordinates_in_arrays_of_one_shape(problem, n):
    if n == 1:
        pytest.skip("a single array is a vector, or a batch of them")
    points = problem.points(n, 6).reshape(2, 3, n)
    coordinates = np.moveaxis(points, -1, 0)
    near(problem(*coordinates), problem(points))
    near(problem(*map(Variable, coordinates)).data, problem(points))
    if problem.gradient is not None:
        near(problem.gradient_at(*coordinates), problem.gradient_at(points))


VARIABLE_FORMS = {
    "vector": lambda f, x: f(Variable(x)),
    "coordinates": lambda f, x: f(*map(Variable, x)),
    "one among floats": lambda f, x: f(*x[:-1], Variable(x[-1])),
    "batch": lambda f, x: f(Variable(x[np.newaxis]))[0],
}


@pytest.mark.parametrize("form", VARIABLE_FORMS.values(), ids=VARIABLE_FORMS)
def test_variables_give_a_variable_of_the_same_number(problem, n, form):
    for x in problem.points(n, 3):
        value = form(problem, x)
        assert isinstance(value, Variable)
        assert type(value.data) is float
        near(value.data, problem(x))


@pytest.mark.parametrize("shape", [(4,), (2, 3), (1, 1, 2), (0,)], ids=str)
def test_a_batch_is_a_loop(problem, n, shape):
    points = problem.points(n, int(np.prod(shape))).reshape(*shape, n)
    values = problem(points)
    assert values.shape == shape
    near(values, by_loop(problem, points))
    if problem.gradient is not None:
        gradients = problem.gradient_at(points)
        assert gradients.shape == points.shape
        near(gradients, by_loop(problem.gradient_at, points).reshape(points.shape))


def test_the_gradient_of_a_batch_is_a_loop(problem, n):
    def gradient(x):
        v = Variable(x)
        problem(v).backward()
        return v.grad

    points = problem.points(n, 6).reshape(2, 3, n)
    near(gradient(points), by_loop(gradient, points))


def test_a_meshgrid(problem):
    if 2 not in problem.dimensions:
        pytest.skip("not a function of two coordinates")
    low, high = problem.domain(2).T
    x, y = np.meshgrid(np.linspace(low[0], high[0], 4), np.linspace(low[1], high[1], 3))
    values = problem(x, y)
    assert values.shape == (3, 4)
    near(values, by_loop(problem, np.stack([x, y], axis=-1)))


@pytest.mark.parametrize("dtype", [np.int8, np.int64])
def test_whole_numbers_are_taken_as_floats(problem, n, dtype):
    low, high = np.clip(problem.domain(n).T, -127, 127)
    low, high = np.ceil(low), np.floor(high)
    if np.any(low > high):
        pytest.skip("has no whole numbers in its domain")
    for x in (low, high, *np.clip(np.trunc(problem.points(n, 3)), low, high)):
        with np.errstate(all="ignore"):  # whole numbers may be where a formula divides by zero
            value = problem(x)
            near(problem(x.astype(dtype)), value)
            near(problem(*map(int, x)), value)
            if n > 1:
                near(problem(*(np.full(2, a, dtype) for a in x)), [value, value])
            if problem.gradient is not None:
                near(problem.gradient_at(x.astype(dtype)), problem.gradient_at(x))


def test_large_whole_numbers_do_not_wrap_around(problem, n):
    x = np.full(n, 4_000_000_000)
    with np.errstate(all="ignore"):
        near(problem(x), problem(x.astype(float)))


def test_nothing_is_written_to_the_arguments(problem, n):
    x = problem.points(n, 4)
    x.setflags(write=False)
    problem(x)
    problem(x[0])
    if n > 1:
        problem(*x.T)
    if problem.gradient is not None:
        problem.gradient_at(x)
        problem.gradient_at(x[0])


def wrong_numbers(problem):
    return [m for m in range(9) if m not in problem.dimensions]


def test_a_wrong_number_of_coordinates_is_a_value_error(problem):
    for m in wrong_numbers(problem):
        calls = [problem, problem.gradient_at] if problem.gradient is not None else [problem]
        for f in calls:
            for arguments in ([np.ones(m)], [[1.0] * m], [np.ones((2, m))], [1.0] * m, [Variable(np.ones(m))]):
                with pytest.raises(ValueError, match=rf"{problem.name} takes .* coordinates, not {m}"):
                    f(*arguments)
        for f in (problem.domain, problem.minima, lambda m: problem.points(m, 1)):
            with pytest.raises(ValueError, match=f"not {m}"):
                f(m)


def test_the_raw_definition_is_what_is_called(problem, n):
    namespace = (np,) if problem.takes_namespace else ()
    for x in problem.points(n, 3):
        arguments = (x,) if problem.takes_vector else tuple(x)
        near(problem.function(*arguments, *namespace), problem(x))
