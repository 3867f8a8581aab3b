"""The rule of each operation of a graph, by itself: what it makes of cotangents, against the primitive's own values.

With random weights w, what the rule makes of w is to be the gradient of Σ w·value(operands). That function is one
operation long, so its gradient is certified on balls, at the operands that were recorded. What does not run on balls,
or has too many elements, is compared with Richardson's extrapolation along a random direction.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine import Variable, debug, richardson
from engine.graph import nodes
from engine.origin import Place, place
from engine.primitive import Elementwise, full
from engine.record import plain

from .balls import UnknownToBallsError
from .errors import one_line
from .record import Outcome
from .reference import of_vector, reference_of
from .verdict import measure

MOST_CERTIFIED = 10_000
"""Elements of an operand, or of the value, up to which an operation is run on balls."""
MOST_OPERATIONS = 2_000
"""Operations that are checked, in their order."""
AGREES = 1e-9
"""The part of a slope by which a numerical one may differ, beyond ten times its own estimate of its error."""
SHARP = 1e-4
"""What that allows is to be less than this part of the slope, or nobody can tell."""
LONGEST = 90
"""Characters of what balls say that they do not know."""

ON_BALLS: dict[str, Callable[..., Any]] = {
    "norm": lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)),
    "astype": lambda x, dtype: x,
}
"""Values of primitives for which NumPy's function wants floats."""


@dataclass(frozen=True, eq=False)
class RuleCheck:
    """What was found of the rule for one operand of an operation, and where that stands in the source."""

    primitive: str
    operands: tuple[Any, ...]
    value: Any
    operand: int
    outcome: Outcome
    is_certified: bool
    why: str
    place: Place | None
    index: tuple[int, ...] = ()
    got: float | None = None
    true: float | None = None
    """What the rule gives the element of the operand at `index`, and the truth; None where only a slope is known."""
    is_alone: bool = False
    """Whether these are derivatives of one element of the value, and not of a weighted sum of all."""


def checks(f: Callable[[Any], Any], x: Any) -> Iterator[RuleCheck]:
    """A check of every rule that the engine uses for the gradient of `f` at `x`, a float or an array of shape (n,)."""
    with np.errstate(all="ignore"):
        as_run = f(Variable(x))
        with debug():
            recorded = f(Variable(x))
        if not isinstance(recorded, Variable):
            return
        order, twins = nodes(recorded), nodes(as_run)
        if len(twins) != len(order):
            twins = order
        pairs = [(node, twin) for node, twin in zip(order, twins, strict=True) if node._primitive is not None]
        for node, twin in pairs[:MOST_OPERATIONS]:
            for number, i in enumerate(node._saved[0]):
                yield _check(node, twin, number, i)


def _check(node: Variable, twin: Variable, number: int, i: int) -> RuleCheck:
    """The check for operand `i`, which is parent `number`. `twin` is the same node as it is without debugging."""
    primitive: Any = node._primitive
    parameters = node._saved[2]
    operands = tuple(_double(plain(operand)) for operand in node._saved[1])
    value = plain(node)
    z = value if _double(value) is value else _double(primitive.value(*operands, **parameters))
    weights = np.random.default_rng(0).standard_normal(np.shape(z))[()]
    if twin._left is not None:  # of scalars: an operation has computed its partial derivatives at once
        share = weights * (twin._dright if number else twin._dleft)
    else:
        share = plain(primitive.vjp(i, weights, z, *operands, **parameters))
    shape = np.shape(operands[i])
    got = np.array(full(share, shape), dtype=np.float64)
    evaluate = _evaluation(primitive, parameters)

    def total(operand: Any) -> Any:
        return np.sum(weights * evaluate(*operands[:i], operand, *operands[i + 1 :]))

    origin = getattr(node._saved, "origin", None)
    found = RuleCheck(
        primitive.name, operands, value, i, "correct", True, "", None if origin is None else place(origin)
    )
    try:
        if max(np.size(z), got.size) > MOST_CERTIFIED:
            raise UnknownToBallsError(f"it has more than {MOST_CERTIFIED} elements")
        reference = reference_of(of_vector(total, shape), np.ravel(operands[i]))
    except UnknownToBallsError as error:
        outcome, why = along(total, operands[i], got)
        return replace(found, outcome=outcome, is_certified=False, why=f"{why} ({no_proof(error)})")
    accuracy = measure(got.ravel(), reference, reference.attainable)
    if accuracy.outcome not in ("wrong", "nonfinite"):
        return replace(found, outcome=accuracy.outcome, why=accuracy.reason)
    errors = np.nan_to_num(np.abs(got.ravel()[reference.components] - reference.values), nan=np.inf)
    worst = int(np.argmax(errors))
    index = tuple(int(k) for k in np.unravel_index(int(reference.components[worst]), shape))
    alone = isinstance(primitive, Elementwise) and shape == np.shape(z)  # it has an element of the value to itself
    weight = float(np.asarray(weights)[index]) if alone else 1.0
    if alone:
        operands = tuple(np.broadcast_to(operand, shape)[index] for operand in operands)
        value = np.asarray(value)[index]
    return replace(
        found,
        operands=operands,
        value=value,
        outcome=accuracy.outcome,
        index=index,
        got=float(got[index]) / weight,
        true=float(reference.values[worst]) / weight,
        is_alone=alone,
    )


def _evaluation(primitive: Any, parameters: dict[str, Any]) -> Callable[..., Any]:
    """The value of a primitive by its operands, which may be balls; of several results all elements in a row."""
    if primitive.name in ON_BALLS:
        return lambda *operands: ON_BALLS[primitive.name](*operands, **parameters)
    if "layout" not in parameters:
        return lambda *operands: primitive.value(*operands, **parameters)
    function = inspect.unwrap(primitive.value)  # the user's own, without what makes floats of its results

    def in_a_row(*operands: Any) -> Any:
        result = function(*operands, **parameters["keywords"])
        return np.concatenate([np.ravel(part) for part in result]) if isinstance(result, tuple) else result

    return in_a_row


def _double(value: Any) -> Any:
    """`value` in double precision: the same object if it is already, or is a whole number."""
    if getattr(value, "dtype", None) == np.float32:
        return np.float64(value)
    return value


def no_proof(error: Exception) -> str:
    """Why something is not certified."""
    return f"no proof, as it does not run on balls: {one_line(str(error), LONGEST)}"


def along(f: Callable[[Any], Any], x: Any, gradient: Any) -> tuple[Outcome, str]:
    """Whether a `gradient` of `f` at `x`, of its shape, has the slope along a random direction that the values have."""
    random = np.random.default_rng(1)
    size = np.where(np.equal(x, 0.0), 1.0, np.abs(x))  # no element changes its sign in a first step
    direction = random.choice([-1.0, 1.0], np.shape(x)) * random.uniform(0.5, 1.0, np.shape(x)) * size
    slope, error = richardson(lambda t: f(x + t * direction), 0.0)
    terms = np.asarray(gradient) * direction
    got, scale = float(np.sum(terms)), max(abs(slope), float(np.sum(np.abs(terms))))
    allowed = 10.0 * error + AGREES * scale
    difference = abs(got - slope)
    text = f"along a random direction its slope is {got:.12g}, by Richardson's extrapolation {slope:.12g} ± {error:.1g}"
    if scale and not allowed <= SHARP * scale:
        return "cannot_tell", text
    return ("correct" if difference <= allowed else "wrong"), text
