"""Define-by-run automatic differentiation on NumPy: `Variable`, `backward()`, and transforms such as `grad`."""

from . import interface as interface
from . import namespace
from .check import gradient_check
from .custom import primitive
from .explain import explain
from .extrapolation import richardson
from .forward import jvp
from .graph import to_dot
from .modes import debug, no_grad, using_config
from .numerical import numerical_gradient
from .repair import SingularPointWarning, limit, singularity
from .transforms import grad, hessian, hvp, jacobian, value_and_grad, vjp
from .variable import Variable

__all__ = [
    "SingularPointWarning", "Variable", "debug", "explain", "grad", "gradient_check", "hessian", "hvp", "jacobian",
    "jvp", "limit", "namespace", "no_grad", "numerical_gradient", "primitive", "richardson", "singularity", "to_dot",
    "using_config", "value_and_grad", "vjp",
]  # fmt: skip
