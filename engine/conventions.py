"""Conventions: what the rules of the table say where no derivative exists, or where several answers could be given.

Data for readers and tests; nothing here is run. At a kink it is a subgradient, the one in the middle, so that a sum of
opposite slopes is 0, never NaN and never one side's. At an infinite slope it is ±inf. Where no value would be true it
is NaN.
"""

from dataclasses import dataclass

INF, NAN = float("inf"), float("nan")


@dataclass(frozen=True)
class Convention:
    """The derivatives of `call`, an expression with the functions of engine.namespace, at the point `at`."""

    call: str
    at: dict[str, float | list[float]]
    derivatives: dict[str, float | list[float]]
    why: str


CONVENTIONS = (
    # Kinks: the middle of the slopes on both sides.
    Convention("abs(x)", {"x": 0.0}, {"x": 0.0}, "the middle of −1 and 1"),
    Convention("maximum(x, y)", {"x": 1.0, "y": 1.0}, {"x": 0.5, "y": 0.5}, "a tie is shared evenly"),
    Convention("minimum(x, y)", {"x": 1.0, "y": 1.0}, {"x": 0.5, "y": 0.5}, "a tie is shared evenly"),
    Convention("clip(x, 0.0, 1.0)", {"x": 0.0}, {"x": 0.5}, "a tie with the bound: the middle of 0 and 1"),
    Convention("clip(x, 0.0, 1.0)", {"x": 1.0}, {"x": 0.5}, "a tie with the bound: the middle of 1 and 0"),
    Convention("max(x)", {"x": [2.0, 1.0, 2.0]}, {"x": [0.5, 0.0, 0.5]}, "elements that tie share evenly"),
    Convention("min(x)", {"x": [1.0, 1.0, 2.0]}, {"x": [0.5, 0.5, 0.0]}, "elements that tie share evenly"),
    Convention("hypot(x, y)", {"x": 0.0, "y": 0.0}, {"x": 0.0, "y": 0.0}, "the middle of a cone's slopes"),
    Convention("norm(x)", {"x": [0.0, 0.0]}, {"x": [0.0, 0.0]}, "the middle of a cone's slopes"),
    # Jumps: the slope of the steps, which is the same on both sides.
    Convention("sign(x)", {"x": 0.0}, {"x": 0.0}, "flat on both sides"),
    Convention("floor(x)", {"x": 2.0}, {"x": 0.0}, "flat on both sides"),
    Convention("where(x > 0.0, x, 0.0)", {"x": 0.0}, {"x": 0.0}, "that of the branch that was taken"),
    # Infinite slopes.
    Convention("sqrt(x)", {"x": 0.0}, {"x": INF}, "infinite slope at the end of the domain"),
    Convention("pow(x, 0.5)", {"x": 0.0}, {"x": INF}, "infinite slope at the end of the domain"),
    Convention("cbrt(x)", {"x": 0.0}, {"x": INF}, "infinite slope on both sides"),
    Convention("asin(x)", {"x": 1.0}, {"x": INF}, "infinite slope at the end of the domain"),
    Convention("acos(x)", {"x": -1.0}, {"x": -INF}, "infinite slope at the end of the domain"),
    Convention("log(x)", {"x": 0.0}, {"x": INF}, "the limit from the right, where the function is defined"),
    Convention("log1p(x)", {"x": -1.0}, {"x": INF}, "the limit from the right, where the function is defined"),
    # Powers of zero: NumPy's value of 0**0 is 1.
    Convention("pow(x, 0.0)", {"x": 0.0}, {"x": 0.0}, "x**0 is 1 everywhere"),
    Convention("pow(0.0, y)", {"y": 0.0}, {"y": 0.0}, "0**y is 0 on the right of y = 0, and 1 at it"),
    Convention("pow(0.0, y)", {"y": 2.0}, {"y": 0.0}, "0**y is 0 for all positive y"),
    # No value would be true.
    Convention("pow(x, y)", {"x": -2.0, "y": 2.0}, {"x": -4.0, "y": NAN}, "(−2)**y is no real number beside y = 2"),
    Convention("atan2(x, y)", {"x": 0.0, "y": 0.0}, {"x": NAN, "y": NAN}, "the angle at the origin is any"),
    # Outside the domain the value, NaN, tells. The derivative of the formula is kept where it is finite, so that a
    # `where` around it, which multiplies it by 0, works.
    Convention("log(x)", {"x": -2.0}, {"x": -0.5}, "the value is NaN; the derivative is that of the formula"),
    Convention("sqrt(x)", {"x": -1.0}, {"x": NAN}, "the value is NaN, and the formula of the derivative uses it"),
    Convention("maximum(x, 1.0)", {"x": NAN}, {"x": 0.0}, "the value is NaN; it is neither above nor below"),
    Convention("max(x)", {"x": [NAN, 1.0]}, {"x": [0.0, 0.0]}, "the value is NaN; no element has it"),
)
