"""The function itself, evaluated as fast as plain Python can: what every cost is compared with."""

from collections.abc import Callable
from typing import Any

import numpy as np

from problems import Problem

from .retarget import retarget

FUNCTION = "function"
"""What stands in the column `method` of a record that measures the function itself."""

NO_ANSWER = (ArithmeticError, ValueError, TypeError)
"""What Python's floats raise where they have no answer and NumPy's do."""


def plain(problem: Problem) -> Callable[[np.ndarray[Any, Any]], float]:
    """`problem`, from a point of shape (n,) to a float, without the conveniences of calling it."""
    function = bare(problem, problem.function)

    def value(x: np.ndarray[Any, Any]) -> float:
        try:
            return float(function(x))
        except NO_ANSWER:
            return float(problem(x))

    return value


def plain_gradient(problem: Problem) -> Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
    """The gradient derived by hand, the same way; both arrays are of shape (n,)."""
    assert problem.gradient is not None
    gradient = bare(problem, problem.gradient)

    def value(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        try:
            return np.asarray(gradient(x), dtype=np.float64)
        except NO_ANSWER:
            return np.asarray(problem.gradient_at(x))

    return value


def bare(problem: Problem, definition: Callable[..., Any], xp: Any = np) -> Callable[[np.ndarray[Any, Any]], Any]:
    """A definition of the problem, of its function or gradient, as a function of a point of shape (n,).

    Coordinates are passed as Python floats, whose arithmetic is several times faster than that of NumPy's scalars.
    """
    namespace = (xp,) if problem.takes_namespace else ()
    if problem.takes_vector:
        return lambda x: definition(x, *namespace)
    return lambda x: definition(*x.tolist(), *namespace)


def on_arrays(problem: Problem, xp: Any) -> Callable[[Any], Any]:
    """The definition of `problem` as a function of a point of shape (n,), an array of the library that `xp` is of.

    One that takes no namespace is written with NumPy, if it calls any function.
    """
    namespace = (xp,) if problem.takes_namespace else ()
    definition = problem.function if namespace else retarget(problem.function, xp)
    if problem.takes_vector:
        return lambda x: definition(x, *namespace)
    coordinates = range(problem.dimensions.low)
    return lambda x: definition(*(x[i] for i in coordinates), *namespace)
