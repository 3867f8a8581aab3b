"""The table of primitives: all that the engine can differentiate, and how.

An elementwise primitive is a line of formulas: its value, and its partial derivative with respect to each operand, in
terms of the operands `x` and `y` and the result `z`. The same line is compiled for Python floats, where `exp` means
`math.exp`, and for everything else: arrays, and Variables when a derivative is itself differentiated. A primitive has
the name that the Python array API gives it; `np.name` and `engine.namespace.name` follow from it.
"""

from . import structural
from .primitive import Primitive, elementwise

ELEMENTWISE = (
    # The (… == 0) terms choose the finite limit: x**0 is flat at x = 0, and so is 0**y.
    elementwise("negative", "-x", "-1.0"),
    elementwise("add", "x + y", "1.0", "1.0"),
    elementwise("subtract", "x - y", "1.0", "-1.0"),
    elementwise("multiply", "x * y", "y", "x"),
    elementwise("divide", "x / y", "1.0 / y", "-z / y"),
    elementwise("square", "x * x", "2.0 * x"),
    elementwise("pow", "pow(x, y)", "y * pow(x, y - 1 + (y == 0))", "z * log(x + (x == 0))"),
    elementwise("exp", "exp(x)", "z"),
    elementwise("log", "log(x)", "1.0 / x"),
    elementwise("sqrt", "sqrt(x)", "0.5 / z"),
    elementwise("sin", "sin(x)", "cos(x)"),
    elementwise("cos", "cos(x)", "-sin(x)"),
)

STRUCTURAL = (
    Primitive("sum", structural.sum_value, structural.sum_vjp, linear=True),
    Primitive("getitem", structural.getitem_value, structural.getitem_vjp, linear=True),
    Primitive("scatter", structural.scatter_value, structural.scatter_vjp, linear=True),
    Primitive("stack", structural.stack_value, structural.stack_vjp, linear=True),
    Primitive("reshape", structural.reshape_value, structural.reshape_vjp, linear=True),
    Primitive("broadcast_to", structural.broadcast_to_value, structural.broadcast_to_vjp, linear=True),
    Primitive("moveaxis", structural.moveaxis_value, structural.moveaxis_vjp, linear=True),
)

PRIMITIVES: dict[str, Primitive] = {primitive.name: primitive for primitive in (*ELEMENTWISE, *STRUCTURAL)}
