"""The check of the engine's gradient against numerical differentiation, component by component."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .evaluation import unpacked
from .extrapolation import richardson
from .numerical import known, numerical_gradient
from .transforms import vjp


@dataclass(frozen=True)
class Deviation:
    """A component: the element of an argument, the two numbers for its slope, and how far apart they may be."""

    argument: int
    index: tuple[int, ...]
    automatic: float
    numerical: float
    allowed: float

    @property
    def difference(self) -> float:
        return abs(self.automatic - self.numerical)

    @property
    def is_off(self) -> bool:
        return not self.difference <= self.allowed  # so that nan never passes

    @property
    def severity(self) -> float:
        """The difference in units of what is allowed."""
        ratio = self.difference / max(self.allowed, float(np.finfo(np.float64).tiny))
        return ratio if ratio >= 0.0 else np.inf

    def __str__(self) -> str:
        place = f"argument {self.argument}" + (f" at {list(self.index)}" if self.index else "")
        return (
            f"{place}: engine {self.automatic:.17g}, numerical {self.numerical:.17g}, difference"
            f" {self.difference:.3g}, allowed {self.allowed:.3g}"
        )


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """The verdict of `gradient_check`, which is its truth value. Printed, it is a report."""

    scheme: str
    components: int
    off: int
    worst: Deviation | None
    """The component that is furthest off, or nearest to it; None if there are no components."""

    def __bool__(self) -> bool:
        return not self.off

    def __repr__(self) -> str:
        off = f"{self.off} of {self.components} components off" if self.off else f"{self.components} components right"
        worst = f"; the worst is {self.worst}" if self.worst else ""
        return f"gradient check by {self.scheme}: {off}{worst}"


def gradient_check(
    f: Callable[..., Any],
    *args: Any,
    scheme: str = "richardson",
    step: float | None = None,
    rtol: float | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Whether the engine's gradient of `f` by each of `args` (floats, lists, arrays) is that of its values.

    `f` returns a float or array, or a tuple of them; it is run with Variables, and with plain data. Its results are
    added up with random weights, normal and the same for the same `seed`, which are the cotangents that the engine
    pulls back. With equal ones an error that cancels in the sum, as of a softmax that passes nothing back, would go
    unseen. `scheme` and `step` are those of `numerical_gradient`.

    A component is off unless |automatic − numerical| ≤ rtol·max|numerical| over its argument; `richardson` allows ten
    times its estimate of its own error more. `rtol` is the scheme's unless given: 1e-9 in double precision for
    richardson, and 1e-4 if an argument or result is of float32. nan is off. Near a minimum only richardson knows how
    little a difference means; to another scheme a right gradient may seem off. What the report says is allowed tells
    how sharp the check was: little, where `f` itself is noisy.

    At a kink, such as that of |x| at 0, a symmetric difference is the mean of both slopes and the engine's slope a
    convention, so that their difference tells nothing. `complex_step` needs an `f` that takes complex numbers, which
    a primitive of one's own does not. Raises TypeError without an argument, and what `vjp` and `numerical_gradient`
    raise.
    """
    if not args:
        raise TypeError("gradient_check needs an argument by which to differentiate: gradient_check(f, x)")
    tolerances = known(scheme)
    value, pullback = vjp(f, tuple(range(len(args))))(*args)
    values = _as_tuple(value)
    weights = _random_weights(values, seed)
    cotangents = pullback(weights if isinstance(value, tuple) else weights[0])
    if rtol is None:
        single = any(getattr(one, "dtype", None) == np.float32 for one in (*args, *values))
        rtol = tolerances.single if single else tolerances.double
    found: list[Deviation] = []
    for i, cotangent in enumerate(cotangents):
        numerical, error = _numerical(_weighted(f, args, i, weights), args[i], scheme, step)
        size = np.abs(numerical)
        allowed = 10.0 * error + rtol * np.max(size[np.isfinite(size)], initial=0.0)
        for index in np.ndindex(numerical.shape):
            slopes = float(np.asarray(cotangent)[index]), float(numerical[index])
            found.append(Deviation(i, index, *slopes, float(allowed[index])))
    off = sum(deviation.is_off for deviation in found)
    return GradientCheck(scheme, len(found), off, max(found, key=lambda d: d.severity, default=None))


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _random_weights(values: tuple[Any, ...], seed: int) -> tuple[Any, ...]:
    """For each value a weight of its shape and dtype."""
    random = np.random.default_rng(seed)
    return tuple(
        unpacked(np.array(random.standard_normal(np.shape(value)), getattr(value, "dtype", None))) for value in values
    )


def _weighted(f: Callable[..., Any], args: Sequence[Any], i: int, weights: tuple[Any, ...]) -> Callable[[Any], Any]:
    """The weighted sum of all results, as a function of argument `i`."""

    def total(x: Any) -> Any:
        results = _as_tuple(f(*args[:i], x, *args[i + 1 :]))
        return sum(np.sum(weight * result) for weight, result in zip(weights, results, strict=True))

    return total


def _numerical(f: Callable[[Any], Any], x: Any, scheme: str, step: float | None) -> tuple[Any, Any]:
    """The numerical gradient, and an estimate of its error where the scheme has one: else zero."""
    if scheme != "richardson":
        gradient = np.asarray(numerical_gradient(f, x, scheme, step))
        return gradient, np.zeros(gradient.shape)
    gradient, error = map(np.asarray, richardson(f, x, step))
    return gradient, error.astype(np.float64)
