"""The check of the engine's gradient against numerical differentiation, component by component."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .evaluation import unpacked
from .extrapolation import richardson
from .numerical import SCHEMES, numerical_gradient
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
        """The difference in units of what is allowed; infinite for nan."""
        if not self.is_off:
            return self.difference / self.allowed if self.allowed else 0.0
        return self.difference / self.allowed if self.allowed and np.isfinite(self.difference) else np.inf

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
        verdict = (
            f"{self.off} of {self.components} components off" if self.off else f"{self.components} components right"
        )
        return f"gradient check ({self.scheme}): {verdict}" + (f"; worst in {self.worst}" if self.worst else "")


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
    added up with random weights, normal and the same for the same `seed`, for which the engine pulls back the weights
    as cotangents: with equal ones an error that cancels in the sum, such as a softmax that passes nothing back, would
    go unseen. `scheme` and `step` are those of `numerical_gradient`.

    A component is off unless |automatic − numerical| ≤ rtol·max|numerical| over the argument, and with `richardson`
    10 times its estimate of the error more. `rtol` is the scheme's own unless given: eps**(4/7) for richardson, 1e-9 in
    double precision and 1e-4 if anything is of float32. nan is off. Close to a minimum only richardson knows how
    little a difference means; the other schemes may find a right gradient off.

    At a kink, such as that of |x| at 0, a symmetric difference is the mean of both slopes and the engine's slope a
    convention: a difference there tells nothing. Raises TypeError without an argument, and what `f`, `vjp` and
    `numerical_gradient` raise.
    """
    if not args:
        raise TypeError("gradient_check needs an argument by which to differentiate: gradient_check(f, x)")
    values, pullback = vjp(f, tuple(range(len(args))))(*args)
    weights = _weights(values, seed)
    cotangents = pullback(weights)
    if rtol is None and scheme in SCHEMES:
        dtypes = [getattr(value, "dtype", None) for value in (*args, *_as_tuple(values))]
        rtol = float(np.finfo(np.float32 if np.float32 in dtypes else np.float64).eps ** SCHEMES[scheme].trust)
    found: list[Deviation] = []
    for i, cotangent in enumerate(cotangents):
        numerical, error = _numerical(_weighted(f, args, i, weights), args[i], scheme, step)
        allowed = np.nan_to_num(10.0 * error, nan=0.0, posinf=0.0) + rtol * np.max(np.abs(numerical), initial=0.0)
        for index in np.ndindex(numerical.shape):
            pair = float(np.asarray(cotangent)[index]), float(numerical[index])
            found.append(Deviation(i, index, *pair, float(allowed[index])))
    off = sum(deviation.is_off for deviation in found)
    return GradientCheck(scheme, len(found), off, max(found, key=lambda d: d.severity, default=None))


def _as_tuple(values: Any) -> tuple[Any, ...]:
    return values if isinstance(values, tuple) else (values,)


def _weights(values: Any, seed: int) -> Any:
    """Random cotangents: for each value one of its shape and dtype."""
    random = np.random.default_rng(seed)
    weights = [random.standard_normal(np.shape(v)) for v in _as_tuple(values)]
    cast = tuple(
        unpacked(np.asarray(w, getattr(v, "dtype", None))) for w, v in zip(weights, _as_tuple(values), strict=True)
    )
    return cast if isinstance(values, tuple) else cast[0]


def _weighted(f: Callable[..., Any], args: Sequence[Any], i: int, weights: Any) -> Callable[[Any], Any]:
    """The weighted sum of all results, as a function of argument `i`."""

    def total(x: Any) -> Any:
        results = _as_tuple(f(*args[:i], x, *args[i + 1 :]))
        return sum(np.sum(w * value) for w, value in zip(_as_tuple(weights), results, strict=True))

    return total


def _numerical(f: Callable[[Any], Any], x: Any, scheme: str, step: float | None) -> tuple[Any, Any]:
    """The numerical gradient, and an estimate of its error where the scheme has one: else zero."""
    if scheme == "richardson":
        gradient, error = richardson(f, x, step)
        return np.asarray(gradient), np.asarray(error, dtype=np.float64)
    gradient = np.asarray(numerical_gradient(f, x, scheme, step))
    return gradient, np.zeros(gradient.shape)
