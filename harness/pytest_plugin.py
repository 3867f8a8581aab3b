"""The pytest fixture `assert_gradient`, there wherever gradmark is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def assert_gradient() -> Callable[..., None]:
    """`assert_gradient(f, x)` passes if the gradient of `f` at `x` is certified as correct, and fails with a report.

    `assert_gradient(f, x, gradient)` does so for a gradient of your own, a function or numbers. It fails, too, where
    nobody can tell: a test of what cannot be known is none. Arguments and errors are those of `harness.certify`.
    """
    from .certificate import certify

    def check(f: Callable[[Any], Any], x: Any, gradient: Any = None) -> None:
        __tracebackhide__ = True
        certificate = certify(f, x, gradient)
        if not certificate:
            pytest.fail(f"the gradient is not certified\n{certificate!r}", pytrace=False)

    return check
