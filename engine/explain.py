"""The transform that tells why a gradient is not finite."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from .lifting import Argnums
from .modes import debug
from .transforms import value_and_grad

if TYPE_CHECKING:
    from .explanation import Explanation


def explain(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Explanation | None]:
    """The function that returns why `f`'s gradient, or its value, is not finite: an Explanation; None if they are.

    Arguments, and what is raised for them, as for `value_and_grad`. What is named is the operation that ran first of
    those whose operands were finite and whose value was not, if the gradient meets it; else the first in the reverse
    sweep whose derivative was not finite though its cotangent was.
    """
    gradient = value_and_grad(f, argnums)

    @wraps(f)
    def explained(*args: Any, **kwargs: Any) -> Explanation | None:
        from .explanation import NonFiniteGradientError

        with debug(), np.errstate(all="ignore"):
            try:
                gradient(*args, **kwargs)
            except NonFiniteGradientError as error:
                return error.explanation
        return None

    return explained
