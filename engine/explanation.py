"""What is told of a gradient that is not finite: the operation that it comes from, and where that stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

SHOWN = 6
"""Elements of an array that are shown."""


@dataclass(frozen=True, repr=False, eq=False)
class Explanation:
    """The operation at which a derivative, or a value, stops being finite. Printed, it is a few lines.

    The `cause` is a *value*: of finite operands, the first that is not finite; a *partial* derivative that is not
    finite, though value and operands are; a *product* of it with the cotangent, or a *sum* of cotangents, that
    overflows; or an *operand*: a constant or an argument that was not finite to begin with.

    Of an elementwise primitive on arrays, operands and value are those of the element at `index`. Otherwise the
    operands are whole, and `index` is in operand number `operand`. `cotangent` and `partial` are of that operand and
    the value, and None where they have no part in it. `inside` names the primitive whose rule the operation is part of,
    when a derivative is differentiated. `text` is the source with marks below the `expression`. Where the source is not
    known the four last are empty, or zero.
    """

    primitive: str
    cause: Literal["value", "partial", "product", "sum", "operand"]
    operands: tuple[Any, ...]
    value: Any
    cotangent: float | None
    partial: float | None
    operand: int | None
    index: tuple[int, ...]
    inside: str = ""
    file: str = ""
    line: int = 0
    function: str = ""
    expression: str = ""
    text: str = ""

    @property
    def summary(self) -> str:
        """The first line: what happens at which operation."""
        at = f" at {list(self.index)}" if self.index else ""
        inside = f", in the derivative of {self.inside}" if self.inside else ""
        call = f"{self.primitive}({', '.join(map(shown, self.operands))})"
        by = "" if len(self.operands) == 1 else f" by operand {self.operand}"
        words = {
            "value": f"{call} = {shown(self.value)}{at}{inside}: the first value that is not finite",
            "partial": f"{call} = {shown(self.value)}{at}{inside}: its derivative{by} is"
            f" {shown(self.partial)}, its cotangent {shown(self.cotangent)}",
            "product": f"{call} = {shown(self.value)}{at}{inside}: its derivative{by}, {shown(self.partial)}, times"
            f" its cotangent, {shown(self.cotangent)}, overflows",
            "sum": f"{call} = {shown(self.value)}{at}{inside}: the cotangent of operand {self.operand} overflows",
            "operand": f"{call}{at}{inside}: operand {self.operand} is not finite, and no operation made it so",
        }
        return words[self.cause]

    def __repr__(self) -> str:
        if not self.file:
            return f"{self.summary}\n  it is not known where it was called: not inside engine.debug()"
        source = "".join(f"\n    {line}" for line in self.text.splitlines())
        return f"{self.summary}\n  {self.file}, line {self.line}, in {self.function}{source}"


class NonFiniteGradientError(FloatingPointError):
    """A gradient, or the value that it is of, is not finite. `explanation` tells where it comes from."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation)
        self.explanation = explanation

    def __str__(self) -> str:
        return f"the gradient, or the value, is not finite: {self.explanation!r}"


def shown(value: Any) -> str:
    """A number, or a few elements of an array, on one line."""
    if value is None:
        return "unknown"
    if np.ndim(value) == 0:
        return repr(float(value))
    if np.size(value) > SHOWN:
        return f"<array of shape {np.shape(value)}>"
    return " ".join(np.array2string(value, separator=", ").split())
