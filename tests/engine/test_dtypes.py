"""float32 stays float32 through every mixture of transforms."""

import numpy as np
import pytest

from engine import grad, hessian, hvp, jvp, vjp

X = np.array([0.5, 1.5], np.float32)

FUNCTIONS = {
    "maximum": lambda t: np.sum(np.maximum(t, 0.5) * t * t),
    "abs": lambda t: np.sum(np.abs(t) * t),
    "where": lambda t: np.sum(np.where(t > 1.0, t * t, t)),
    "tanh": lambda t: np.sum(np.tanh(t)),
    "asin": lambda t: np.sum(np.asin(t * 0.5)),
    "hypot": lambda t: np.sum(np.hypot(t, 1.0)),
    "power": lambda t: np.sum(t**t + t**3),
    "norm": lambda t: np.linalg.norm(t),
    "max": lambda t: np.max(t) * np.sum(t),
    "products": lambda t: np.prod(t) + np.sum(np.cumprod(t)) + t @ t,
    "indices": lambda t: t[0] * t[1] + np.sum(t[[0, 0]] ** 2),
    "stack": lambda t: np.sum(np.stack([t, 2.0 * t]) ** 2),
}


def along(f):
    return lambda t: jvp(f)(t, X)[1]


def total_slope(f):
    return grad(lambda t: np.sum(grad(f)(t)))


MIXTURES = {
    "grad": grad,
    "jvp of grad": lambda f: along(grad(f)),
    "grad of jvp": lambda f: grad(along(f)),
    "grad of grad": total_slope,
    "jvp of grad of grad": lambda f: along(total_slope(f)),
    "grad of jvp of grad": lambda f: grad(lambda t: np.sum(along(grad(f))(t))),
    "hessian": hessian,
    "hvp": lambda f: lambda t: hvp(f)(t, X),
    "vjp": lambda f: lambda t: vjp(f)(t)[1](1.0),
}


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives_of_float32_are_float32(f, mixture):
    assert mixture(f)(X).dtype == np.float32
    assert mixture(f)(X.astype(np.float64)).dtype == np.float64
