"""The table of primitives: all that the engine can differentiate, and how.

An elementwise primitive is a line of formulas: its value, and its partial derivative with respect to each operand, in
terms of the operands `x` and `y` and the result `z`. The same line is compiled for Python floats, where `exp` means
`math.exp`, and for everything else: arrays, and Variables when a derivative is itself differentiated. A primitive has
the name that the Python array API gives it; `np.name` and `engine.namespace.name` follow from it.

What the rules say where there is no derivative is listed in conventions.py.
"""

from . import reductions, structural
from .primitive import Elementwise, Primitive

ELEMENTWISE = (
    Elementwise("negative", "-x", "-1.0"),
    Elementwise("add", "x + y", "1.0", "1.0"),
    Elementwise("subtract", "x - y", "1.0", "-1.0"),
    Elementwise("multiply", "x * y", "y", "x"),
    Elementwise("divide", "x / y", "1.0 / y", "-z / y"),
    Elementwise("square", "x * x", "2.0 * x"),
    # x**0 is flat in x, also where 1/x is not finite, and 0**y in y; else x**0 is not flat in x and y together.
    Elementwise("pow", "pow(x, y)", "y * pow(base(x, y), y - 1)", "z * log(where(x == 0, 1.0, x))"),
    Elementwise("sqrt", "sqrt(x)", "0.5 / z"),
    Elementwise("cbrt", "cbrt(x)", "1.0 / (3.0 * z * z)"),
    Elementwise("exp", "exp(x)", "z"),
    Elementwise("expm1", "expm1(x)", "exp(x)"),
    Elementwise("log", "log(x)", "1.0 / x"),
    Elementwise("log1p", "log1p(x)", "1.0 / (1.0 + x)"),
    Elementwise("log2", "log2(x)", "1.4426950408889634 / x"),
    Elementwise("log10", "log10(x)", "0.4342944819032518 / x"),
    Elementwise("sin", "sin(x)", "cos(x)"),
    Elementwise("cos", "cos(x)", "-sin(x)"),
    Elementwise("tan", "tan(x)", "1.0 + z * z"),
    # (1 - x)(1 + x) has all its digits near the ends, where 1 - x² has lost them.
    Elementwise("asin", "asin(x)", "1.0 / sqrt((1.0 - x) * (1.0 + x))"),
    Elementwise("acos", "acos(x)", "-1.0 / sqrt((1.0 - x) * (1.0 + x))"),
    Elementwise("atan", "atan(x)", "1.0 / (1.0 + x * x)"),
    # Divided by the length twice: its square may overflow.
    Elementwise("atan2", "atan2(x, y)", "y / (r := hypot(x, y)) / r", "-(x / (r := hypot(x, y)) / r)"),
    Elementwise("hypot", "hypot(x, y)", "x / where(z == 0, 1.0, z)", "y / where(z == 0, 1.0, z)"),
    Elementwise("sinh", "sinh(x)", "cosh(x)"),
    Elementwise("cosh", "cosh(x)", "sinh(x)"),
    # 1 - z² loses its digits where z is near 1; the other form has all of them, but is not smooth at 0.
    Elementwise(
        "tanh", "tanh(x)", "where(z * z < 0.5, 1.0 - z * z, 4.0 * (e := exp(-2.0 * abs(x))) / ((1.0 + e) * (1.0 + e)))"
    ),
    Elementwise("abs", "abs(x)", "sign(x)"),
    Elementwise("sign", "sign(x)", "0.0"),
    Elementwise("floor", "floor(x)", "0.0"),
    Elementwise("maximum", "maximum(x, y)", "(x > y) + 0.5 * (x == y)", "(y > x) + 0.5 * (x == y)"),
    Elementwise("minimum", "minimum(x, y)", "(x < y) + 0.5 * (x == y)", "(y < x) + 0.5 * (x == y)"),
)

STRUCTURAL = (
    Primitive("getitem", structural.getitem_value, structural.getitem_vjp, linear=True),
    structural.SCATTER,
    Primitive("stack", structural.stack_value, structural.stack_vjp, linear=True),
    Primitive("concat", structural.concat_value, structural.concat_vjp, linear=True),
    Primitive("reshape", structural.reshape_value, structural.reshape_vjp, linear=True),
    Primitive("transpose", structural.transpose_value, structural.transpose_vjp, linear=True),
    Primitive("broadcast_to", structural.broadcast_to_value, structural.broadcast_to_vjp, linear=True),
    Primitive("where", structural.where_value, structural.where_vjp, linear=True),
    Primitive("astype", structural.astype_value, structural.astype_vjp, linear=True),
    Primitive("sum", reductions.sum_value, reductions.sum_vjp, linear=True),
    Primitive("cumsum", reductions.cumsum_value, reductions.cumsum_vjp, linear=True),
)

NONLINEAR = (
    Primitive("prod", reductions.prod_value, reductions.prod_vjp),
    Primitive("cumprod", reductions.cumprod_value, reductions.cumprod_vjp),
    Primitive("max", reductions.max_value, reductions.extremum_vjp),
    Primitive("min", reductions.min_value, reductions.extremum_vjp),
    Primitive("norm", reductions.norm_value, reductions.norm_vjp),
    Primitive("matmul", reductions.matmul_value, reductions.matmul_vjp),
)

PRIMITIVES: dict[str, Primitive] = {primitive.name: primitive for primitive in (*ELEMENTWISE, *STRUCTURAL, *NONLINEAR)}
