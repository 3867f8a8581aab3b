"""Define-by-run automatic differentiation on NumPy: `Variable`, `backward()`, and transforms such as `grad`."""

from . import interface as interface
from . import namespace
from .modes import no_grad, using_config
from .numerical import numerical_gradient
from .transforms import grad, value_and_grad
from .variable import Variable

__all__ = ["Variable", "grad", "namespace", "no_grad", "numerical_gradient", "using_config", "value_and_grad"]
