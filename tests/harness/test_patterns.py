"""Mistakes that a wrong gradient shows are named, and no others."""

from typing import Any

import numpy as np
import pytest

from harness import certify
from harness.certificate import Certificate

X = np.array([0.3, -1.1, 2.0])


def certified(mistake: Any) -> Certificate:
    def f(x: Any) -> Any:
        return np.sum(x**2 * np.array([1.0, 2.0, 3.0]))

    return certify(f, X, mistake(2.0 * X * np.array([1.0, 2.0, 3.0])))


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda g: -g, "every component is the true one with the other sign"),
        (lambda g: 0.5 * g, "every component is 1/2 times the true one"),
        (lambda g: 20.0 * g, "every component is 20 times the true one"),
        (lambda g: 0.0 * g, "every component is zero"),
        (lambda g: g[::-1], "the wrong components are the true ones in another order"),
        (lambda g: g * [1.0, -1.0, 1.0], "every wrong component is the true one with the other sign"),
    ],
)
def test_a_mistake_is_named(mistake: Any, words: str) -> None:
    certificate = certified(mistake)
    assert certificate.outcome == "wrong"
    assert certificate.reason.endswith(words)


@pytest.mark.parametrize(
    "mistake", [lambda g: g * (1.0 + 1e-9), lambda g: g + 1.0, lambda g: g * [1.1, 0.9, 1.0], lambda g: g * 0.9314159]
)
def test_what_is_no_such_mistake_is_not_called_one(mistake: Any) -> None:
    assert certified(mistake).reason.endswith("times the allowed")


def test_a_right_gradient_shows_none() -> None:
    assert certified(lambda g: g).reason == ""
