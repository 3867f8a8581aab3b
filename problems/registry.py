"""The register of problems: the decorator that adds one, and the ways to find them again."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .problem import Bounds, Dimensions, HardPoints, Minima, Minimum, Problem

if TYPE_CHECKING:
    import pandas

PROPERTIES = ("smooth", "convex", "separable", "multimodal")
"""What a problem may be declared to be. Each is proven by a test."""

_PROBLEMS: dict[str, Problem] = {}
_ALIASES: dict[str, str] = {}


def problem(
    *,
    domain: Bounds,
    minima: Minima | list[Minimum],
    source: str,
    dimensions: Dimensions | None = None,
    gradient: Callable[..., Any] | None = None,
    properties: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    hard_points: HardPoints = (),
    name: str | None = None,
) -> Callable[[Callable[..., Any]], Problem]:
    """Register the decorated definition as a problem, and put the Problem in its place.

    The definition's name becomes the problem's unless `name` is given, its docstring the formula. With `dimensions` it
    takes one vector; without, each parameter is a coordinate. A last parameter named `xp` receives the array namespace.
    `domain` is one (low, high) for every coordinate or one for each; it, `minima` and `hard_points` may be functions of
    the dimension;
    `gradient` is called like the definition and returns an array, or one partial derivative per coordinate. Raises
    ValueError for a name that is taken, and for an unknown property.
    """

    _check(properties)

    def register(function: Callable[..., Any]) -> Problem:
        parameters = [p for p in inspect.signature(function).parameters if p != "xp"]
        made = Problem(
            name=name or function.__name__,
            function=function,
            dimensions=dimensions or Dimensions(len(parameters), len(parameters)),
            takes_vector=dimensions is not None,
            bounds=domain,
            known_minima=tuple(minima) if isinstance(minima, list) else minima,
            source=source,
            formula=inspect.getdoc(function) or "",
            properties=frozenset(properties),
            gradient=gradient,
            aliases=aliases,
            known_hard_points=hard_points,
        )
        for taken in (made.name, *aliases):
            if taken in _PROBLEMS or taken in _ALIASES:
                raise ValueError(f"a problem named {taken!r} is registered already")
        _PROBLEMS[made.name] = made
        _ALIASES.update(dict.fromkeys(aliases, made.name))
        return made

    return register


def get(name: str) -> Problem:
    """The problem of that name or alias. Raises LookupError, with names that are near, if there is none."""
    found = _PROBLEMS.get(_ALIASES.get(name, name))
    if found is None:
        near = difflib.get_close_matches(name, [*_PROBLEMS, *_ALIASES], n=3)
        listed = f"`gradmark list problems` lists the {len(_PROBLEMS)} there are"
        hint = f"did you mean {' or '.join(near)}?" if near else listed
        raise LookupError(f"unknown problem {name!r}: {hint}")
    return found


def names() -> list[str]:
    """The names of all problems, sorted."""
    return sorted(_PROBLEMS)


def select(*properties: str, n: int | None = None) -> list[Problem]:
    """The problems that have all of `properties` and, if given, can be had in `n` dimensions; sorted by name.

    Raises ValueError for an unknown property.
    """
    _check(properties)
    return [
        candidate
        for _, candidate in sorted(_PROBLEMS.items())
        if candidate.properties.issuperset(properties) and (n is None or n in candidate.dimensions)
    ]


def _check(properties: tuple[str, ...]) -> None:
    for name in properties:
        if name not in PROPERTIES:
            raise ValueError(f"unknown property {name!r}: the properties are {', '.join(PROPERTIES)}")


def table() -> pandas.DataFrame:
    """One row a problem: name, dimensions, domain, minimum, properties, source; in as few dimensions as it has."""
    import pandas

    return pandas.DataFrame([_row(_PROBLEMS[name]) for name in names()])


def _row(one: Problem) -> dict[str, Any]:
    n = one.dimensions.low
    bounds = [(float(low), float(high)) for low, high in one.domain(n)]
    if len(set(bounds)) == 1:
        bounds = bounds[:1]
    return {
        "name": one.name,
        "dimensions": str(one.dimensions),
        "domain": " x ".join(f"[{low:g}, {high:g}]" for low, high in bounds),
        "minimum": min((minimum.value for minimum in one.minima(n)), default=float("nan")),
        "properties": ", ".join(sorted(one.properties)),
        "source": one.source,
    }
