"""A certificate: what is known of a gradient at a point, component by component, and how it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .balls import DOUBLE, Ball, UndecidedError, UnknownToBallsError, balls, number, on_balls, precision, scalar
from .errors import BadInputError, one_line
from .judging import judge
from .observed import Function, observed, plain_point, same_shape, silence
from .patterns import pattern
from .record import Outcome
from .reference import of_vector, radius, reference_of
from .verdict import NO_FIGURES, SEVERITY, WRONG, Accuracy, Component

LISTED = 12
"""Components that are printed; of more, the worst."""

ADVICE = {
    "argument must be a": "float(), astype, np.zeros(n) make floats; np.zeros_like(x), np.array([…]) hold any numbers",
    "must be real number": "the functions of math take only floats; NumPy's take any numbers",
    "leading term in denominator": "at the precision of a double it divides by what may be zero, or is too large",
}
"""What such an error means, and what would help, by words of it."""

HEADING = ("", "gradient", "true", "error", "allowed", "verdict")


@dataclass(frozen=True, repr=False)
class Certificate:
    """The verdict on a gradient at a point. It is true if the gradient is *correct*; printed, it is a report.

    `outcome` is *correct*, *wrong* or *nonfinite*, or *cannot_tell*, *undefined* (the function has no value there) or
    *unsupported* (the engine cannot differentiate it), and `reason` says why. `gradient` has the shape of `point`.
    """

    outcome: Outcome
    reason: str
    point: Any
    value: float
    gradient: Any
    accuracy: Accuracy

    def __bool__(self) -> bool:
        return self.outcome == "correct"

    @property
    def components(self) -> tuple[Component, ...]:
        """Each certified component: the gradient's, the true one, the error, what is allowed, and the verdict."""
        return self.accuracy.components

    @property
    def digits(self) -> float:
        """Correct decimal digits of the gradient as a whole; nan where there are none to count."""
        return self.accuracy.digits

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        right = sum(component.outcome == "correct" for component in self.components)
        count = f": {right} of {len(self.components)} components correct" if self.components else ""
        digits = "" if np.isnan(self.digits) else f", {self.digits:.1f} digits"
        yield f"{self.outcome}{count}{digits}" + (f"; {self.reason}" if self.reason else "")
        yield f"f({_shown(self.point)}) = {self.value!r}"
        if not self.components:
            return
        order = sorted(self.components, key=lambda c: (SEVERITY.index(c.outcome), -np.nan_to_num(c.ratio, nan=np.inf)))
        shown = sorted(order[:LISTED], key=lambda component: component.index)
        rows = [HEADING, *(_row(component, np.shape(self.point)) for component in shown)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if len(order) > LISTED:
            yield f"and {len(order) - LISTED} more, none of them worse"
        if len(order) < np.size(self.point):
            yield f"certified are {len(order)} of {np.size(self.point)} components, at random and both ends"
        yield f"true: proven on balls; allowed: 2 × what rounding may do + 1 ulp; wrong: beyond {WRONG:g} × that"


def certify(f: Function, x: Any, gradient: Any = None, seed: int = 0) -> Certificate:
    """Whether a gradient of `f` at `x` is right, known from a proven enclosure and not from a difference.

    `f` is a function of a float or array (of any shape) that returns a number, written with NumPy. `gradient` is what
    is to be certified: a function of the same argument, numbers of the shape of `x`, or, without it, what the engine
    computes. `seed` chooses components where there are more than 10,000.

    The verdict needs no tolerance: a component is correct up to twice the error that rounding may cause in `f`, and
    one unit in the last place. A gradient that is a function, of NumPy's operations, is judged by its own rounding.

    Raises BadInputError where there is nothing to judge: `f` raises an error, returns no single real number, changes
    its argument or is not deterministic, or `gradient` does so or is of another shape.
    """
    point = plain_point(x)
    value = observed(f, point, "f")
    if np.shape(value):
        raise BadInputError(f"f returns an array of shape {np.shape(value)}: a gradient is that of one number")
    value = float(value)
    if gradient is None:
        try:
            found = _by_the_engine(f, point)
        except Exception as error:
            reason = f"the engine cannot differentiate f: {type(error).__name__}: {one_line(str(error))}"
            return Certificate("unsupported", reason, point, value, None, Accuracy("unsupported", reason, *NO_FIGURES))
    else:
        found = observed(gradient, point, "the gradient") if callable(gradient) else gradient
    found = same_shape(found, point)
    accuracy = _judged(f, point, value, found, gradient if callable(gradient) else None, seed)
    mistake = pattern(accuracy.components)
    reason = f"{accuracy.reason}; {mistake}" if mistake else accuracy.reason
    return Certificate(accuracy.outcome, reason, point, value, found, accuracy)


def _by_the_engine(f: Function, point: Any) -> Any:
    from engine import grad  # where a gradient is given, the engine is not even loaded

    with silence():
        return grad(f)(point)


def _judged(f: Function, point: Any, value: float, found: Any, own: Function | None, seed: int) -> Accuracy:
    gradient = np.asarray(found, dtype=np.float64).ravel()
    if not np.isfinite(value):
        why = "it leaves the real numbers, or has a hole that engine.limit may fill"
        why = why if np.isnan(value) else "it overflows, or has a pole"
        return Accuracy("undefined", f"f is {value} there: {why}", *NO_FIGURES)
    flat = np.asarray(point, dtype=np.float64).ravel()
    shape = np.shape(point)
    on_flat, own_on_flat = of_vector(f, shape), None if own is None else flattened(of_vector(own, shape))
    with silence():
        try:
            reference = reference_of(on_flat, flat, seed)
            differs = _differs(on_flat, flat, value)
        except UnknownToBallsError as error:
            return Accuracy("cannot_tell", f"f does what the reference does not know: {_advice(error)}", *NO_FIGURES)
        accuracy = judge(on_flat, flat, gradient, reference, own_on_flat)
    if differs and accuracy.outcome != "nonfinite":
        return Accuracy("cannot_tell", differs, *NO_FIGURES)
    return accuracy


def _differs(f: Function, x: np.ndarray[Any, Any], value: float) -> str:
    """How the value differs from what `f` computes on balls, if it does: a function may look at the type of numbers."""
    try:
        coarse, fine = (_on_balls(f, x, bits) for bits in (DOUBLE, 4 * DOUBLE))
    except UndecidedError:
        return ""
    allowed = WRONG * (2.0 * radius(coarse) + float(np.spacing(abs(value))))
    if not fine.is_finite() or abs(float(fine.mid()) - value) <= allowed:
        return ""
    return (
        f"f computes {value!r} of floats and {float(fine.mid())!r} of the reference's numbers, as if by another formula"
    )


def _on_balls(f: Function, x: np.ndarray[Any, Any], bits: int) -> Any:
    """An enclosure of f(x), computed with `bits` of precision."""
    with precision(bits, terms=1):
        result = on_balls(f, balls(x.tolist()))
        if isinstance(result, np.ndarray):
            result = scalar(result)
        return result.value if isinstance(result, Ball) else number(result)


def _advice(error: Exception) -> str:
    """What balls do not know, so that a user can do something about it."""
    said = str(error).replace("'Taped'", "a number of the reference").replace("Taped", "a number of the reference")
    return next((advice for words, advice in ADVICE.items() if words in said), said)


def flattened(gradient: Function) -> Callable[[Any], Any]:
    """A gradient with its components in a row."""
    return lambda v: np.asarray(gradient(v), dtype=object).ravel()


def _row(component: Component, shape: tuple[int, ...]) -> tuple[str, ...]:
    index = ", ".join(map(str, np.unravel_index(component.index, shape))) if shape else ""
    true = f"{component.true:.17g}"
    if not component.radius <= component.allowed:
        true = f"{component.true:.6g} ± {component.radius:.2g}" if np.isfinite(component.radius) else "unknown"
    numbers = (f"{component.value:.17g}", true, f"{component.error:.2g}", f"{component.allowed:.2g}")
    return (f"x[{index}]" if shape else "x", *numbers, component.outcome)


def _shown(point: Any) -> str:
    coordinates = [f"{coordinate:.10g}" for coordinate in np.ravel(point)[:LISTED].tolist()]
    return ", ".join(coordinates) + (", …" if np.size(point) > LISTED else "")
