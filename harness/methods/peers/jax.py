"""JAX: the value and the gradient in one function, which XLA compiles ahead of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from problems import Problem

from ...function import on_arrays
from ..base import ValueAndGradient, Vector
from .namespace import Namespace
from .peer import Peer

OPTIONS = {
    "jax_enable_x64": True,
    "jax_platforms": "cpu",
    "jax_enable_compilation_cache": False,  # what is found on the disk is not compiled
    "jax_cpu_enable_async_dispatch": False,  # waiting for another thread takes as long as n = 1,000
}


@dataclass(frozen=True)
class Compiled:
    """What XLA has made of a problem, for a NumPy array: it takes one as it is, faster than one put on the device."""

    executable: Callable[[Any], tuple[Any, Any]]

    def __call__(self, x: Vector) -> tuple[float, Vector]:
        value, gradient = self.executable(x)
        return value.item(), np.array(gradient)  # a copy: what it would share is JAX's, and read-only

    def on_device(self, x: Any) -> tuple[Any, Any]:
        """The same from an array of JAX's to arrays of JAX's, when they are ready."""
        value, gradient = self.executable(x)
        return value.block_until_ready(), gradient.block_until_ready()


class Jax(Peer):
    id, package, extra = "jax", "jax", "jax"
    threaded = True
    preparation_seconds = 60.0  # the import alone may take ten

    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        import jax

        for option, setting in OPTIONS.items():
            jax.config.update(option, setting)
        function = on_arrays(problem, Namespace("jax", jax.numpy))
        point = jax.ShapeDtypeStruct((n,), jax.numpy.float64)
        return Compiled(jax.jit(jax.value_and_grad(function)).lower(point).compile())


class JaxDevice(Jax):
    """The same, timed from the device to the device, as within a program that is all JAX's."""

    id = "jax_device"

    def timed(self, prepared: ValueAndGradient, x: Vector) -> Callable[[], object]:
        import jax

        assert isinstance(prepared, Compiled)
        return partial(prepared.on_device, jax.device_put(x))
