"""PyTorch: its tape, and the code that its compiler makes of the tape."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from problems import Problem

from ...errors import one_line
from ...function import on_arrays
from ..base import UnsupportedError, ValueAndGradient, Vector
from .namespace import Namespace
from .peer import Peer

OF_TENSORS = (
    *("abs", "sign", "sqrt", "square", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "asin"),
    *("acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "floor", "ceil", "round", "trunc"),
    *("atan2", "hypot", "maximum", "minimum", "logaddexp", "copysign", "zeros_like", "ones_like"),
)
"""The functions that torch has for tensors alone, and NumPy for floats, too."""

OnTensors = Callable[[Any], tuple[Any, Any]]


@dataclass(frozen=True)
class Prepared:
    """A value and gradient that is a function of a tensor, for a NumPy array: neither way copies anything."""

    on_tensors: OnTensors
    from_numpy: Callable[[Vector], Any]

    def __call__(self, x: Vector) -> tuple[float, Vector]:
        value, gradient = self.on_tensors(self.from_numpy(x))
        return value.item(), gradient.numpy()


class Torch(Peer):
    id, package, extra = "torch", "torch", "torch"
    threaded = True
    preparation_seconds = 60.0  # the import alone may take ten

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        import torch

        torch.set_default_dtype(torch.float64)
        taped = _taped(on_arrays(problem, _namespace()))
        _try(taped, n)
        return Prepared(self.on_tensors(taped, n), torch.from_numpy)

    def on_tensors(self, taped: OnTensors, n: int) -> OnTensors:
        """What is called, of a tensor of shape (n,)."""
        return taped

    def without_conversion(self, prepared: ValueAndGradient, x: Vector) -> Callable[[], object]:
        assert isinstance(prepared, Prepared)
        return partial(prepared.on_tensors, prepared.from_numpy(x))


class TorchCompile(Torch):
    """The tape of one call, compiled by torch.compile's own compiler, Inductor.

    torch.compile itself would find the same operations by reading Python's bytecode, and make sure in each call that
    they are still the same: at a few coordinates that takes four times as long as all the rest.
    """

    id = "torch_compile"

    def on_tensors(self, taped: OnTensors, n: int) -> OnTensors:
        import torch
        from torch._inductor.utils import fresh_cache
        from torch.fx.experimental.proxy_tensor import make_fx

        # A cache of its own, as what it finds in one it does not compile; deleted at once, as what is loaded stays. The
        # headers that every compilation needs, precompiled, Inductor keeps elsewhere, once for all.
        with _unsupported(), warnings.catch_warnings(action="ignore"), TemporaryDirectory() as folder:
            graph = make_fx(taped)(torch.ones(n))
            with fresh_cache(dir=folder):
                compiled: OnTensors = torch._inductor.compile(graph, [torch.ones(n)], options={"compile_threads": 1})
        return compiled


def _taped(function: Callable[[Any], Any]) -> OnTensors:
    """The value and gradient of `function` by the tape, from a tensor to tensors that nothing else holds."""

    def value_and_gradient(x: Any) -> tuple[Any, Any]:
        x.requires_grad_().grad = None
        value = function(x)
        value.backward()
        return value, x.grad

    return value_and_gradient


def _try(function: Callable[[Any], Any], n: int) -> None:
    """Call `function` at a point of ones. Raises UnsupportedError for what torch cannot do, there as everywhere."""
    import torch

    point = np.ones(n)
    point.flags.writeable = False
    always = torch.is_warn_always_enabled()
    with _unsupported(), warnings.catch_warnings(action="ignore"):
        x = torch.from_numpy(point)  # warns, once and for all, of an array that is read-only; it is not written to
        warnings.filterwarnings("error", "Converting a tensor with requires_grad=True to a scalar")
        torch.set_warn_always(True)  # that a derivative is lost, and not once alone
        try:
            function(x)
        finally:
            torch.set_warn_always(always)


@contextmanager
def _unsupported() -> Iterator[None]:
    """Makes an UnsupportedError of what torch raises where it cannot do something, which is hardly ever a TypeError."""
    try:
        yield
    except (RuntimeError, ValueError, UserWarning) as error:
        raise UnsupportedError(f"torch: {one_line(str(error))}") from error


def _namespace() -> Namespace:
    """torch, which has almost all names of the Python array API, and takes `axis` for its own `dim`."""
    import torch

    def asarray(values: Any, dtype: Any = None) -> Any:
        # By NumPy, which reads lists several times faster, and takes no tensors in them for numbers.
        return torch.as_tensor(values if isinstance(values, torch.Tensor) else np.asarray(values), dtype=dtype)

    def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
        return torch.stack([*map(torch.as_tensor, arrays)], axis)

    own = {name: _of_floats(getattr(torch, name), torch.as_tensor) for name in OF_TENSORS}
    own |= {"max": torch.amax, "min": torch.amin, "expand_dims": torch.unsqueeze, "permute_dims": torch.permute}
    return Namespace("torch", torch, asarray=asarray, stack=stack, **own)


def _of_floats(function: Callable[..., Any], tensor: Callable[[Any], Any]) -> Callable[..., Any]:
    """`function` of tensors, which is what it is called with, and of floats."""

    def of_either(*operands: Any) -> Any:
        try:
            return function(*operands)
        except TypeError:
            return function(*map(tensor, operands))

    return of_either
