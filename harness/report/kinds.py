"""What kind of method an id is of, as reports put methods together; and which of them race for the fastest gradient."""

from __future__ import annotations

from collections.abc import Iterable

from ..function import FUNCTION
from ..methods import METHODS

BY_HAND = "manual"

BUILT = frozenset({"jax", "jax_device", "torch_compile", "casadi_sx", "casadi_mx", "casadi_c", "pytensor"})
"""The automatic methods that build a graph or code before they are called, and not in each call."""

APART = {BY_HAND: "which a human derives", "jax_device": "whose arrays stay with JAX"}
"""What does not race, and why."""

GROUPS = {
    "automatic": "automatic, recorded in each call",
    "built": "automatic, built before the calls",
    "symbolic": "symbolic, and by hand",
    "numerical": "numerical",
}
"""The groups of methods in their order, as plots call them."""


def kind(method: str) -> str:
    """The kind of a method. One that is known no more, or is somebody's own, is automatic unless its id says more."""
    if method in METHODS:
        return METHODS[method].kind
    return "numerical" if method.startswith("numerical.") else "automatic"


def group(method: str) -> str:
    """Which of the groups a method is of."""
    return "built" if method in BUILT else kind(method)


def races(method: str) -> bool:
    """Whether a method's time is compared with those of the others: an exact gradient, from NumPy's arrays to them."""
    return method not in (FUNCTION, *APART) and kind(method) != "numerical"


def racers(methods: Iterable[str]) -> str:
    """What a caption says of who races, if these methods are there."""
    found = set(methods)
    apart = [f"{method}, {why}" for method, why in APART.items() if method in found]
    return "the automatic and symbolic methods" + (f", but for {'; and '.join(apart)}" if apart else "")
