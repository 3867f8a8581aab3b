"""Problems and methods by their names: registered ones, the user's own as `FILE.py:NAME`, and what packages offer."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, get_args

import problems
from problems import Problem, at_least

from . import methods
from .errors import BadInputError, one_line
from .methods import METHODS, Method
from .methods.base import Kind
from .user import Parameters, dimensions, file_of, load, named, names_file, parameters, shown, users_code

GROUP = "gradmark.methods"
"""The group of the entry points by which a package offers methods; an entry point's name is the method's id."""

DOMAIN = (-2.0, 2.0)
"""Of each coordinate of a function that does not declare any."""


def find_problem(name: str) -> Problem:
    """The problem of that name: a registered one, or what `FILE.py:NAME` names, a problem or a function.

    The same one whenever it is asked for. Raises LookupError for a name that is not registered, and BadInputError for
    what a file has not, or cannot be used.
    """
    return _problem(name, file_of(name)) if names_file(name) else problems.get(name)


@cache
def _problem(name: str, file: Path) -> Problem:
    found = load(name)
    if isinstance(found, Problem):
        return replace(found, name=name)
    takes = parameters(found)
    direct = takes is not None and takes.direct
    return Problem(
        name=name,
        function=found if direct else _of_vector(found, takes),
        dimensions=dimensions(found) or at_least(1),
        takes_vector=not direct or (takes is not None and takes.point),
        bounds=DOMAIN,
        known_minima=(),
        source=_place(found, file),
        formula=inspect.getdoc(found) or "",
    )


def _place(f: Callable[..., Any], file: Path) -> str:
    code = getattr(f, "__code__", None)
    return shown(str(file)) + (f", line {code.co_firstlineno}" if code else "")


def _of_vector(f: Callable[..., Any], takes: Parameters | None) -> Callable[..., Any]:
    """`f` as a function of one vector, with the namespace after it if it takes any."""

    def arguments(x: Any) -> Any:
        return [x] if takes is None or takes.point else [x[i] for i in range(x.shape[0])]

    if takes is not None and takes.namespace:
        return lambda x, xp: f(*arguments(x), xp=xp)
    return lambda x: f(*arguments(x))


def find_method(name: str) -> Method:
    """The method of that name: one of ours, what `FILE.py:NAME` names, or what an entry point of a package offers.

    The same one whenever it is asked for. Raises LookupError for an unknown name, and BadInputError for what cannot be
    used.
    """
    if names_file(name):
        return _method_of_file(name, file_of(name))
    if name in METHODS:
        return METHODS[name]
    others = offered()
    return _method_of_package(others[name]) if name in others else methods.get(name, others)


@cache
def _method_of_file(name: str, file: Path) -> Method:
    return _as_method(name, named(name))


@cache
def _method_of_package(point: EntryPoint) -> Method:
    with users_code(f"the method {point.name} of {package_of(point)} does not load: "):
        return _as_method(point.name, point.load())


def offered() -> dict[str, EntryPoint]:
    """The methods that installed packages offer, by their ids, not loaded yet; none in the place of one of ours."""
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in METHODS}


def package_of(point: EntryPoint) -> str:
    """The package that an entry point is of, and its version."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.module


def _as_method(name: str, found: Any) -> Method:
    """The method that a class, or an instance of one, is; under that name, and in a process of its own."""
    kind = found if isinstance(found, type) else type(found)
    if not issubclass(kind, Method):
        raise BadInputError(f"{name} is no method: it has to be a class that inherits from harness.Method, or one such")
    if inspect.isabstract(kind) or not callable(kind.prepare):
        raise BadInputError(f"{name} has no prepare(self, problem, n), which gives a function to value and gradient")
    with users_code(f"{name} cannot be made, without arguments: "):
        method: Method = found() if found is kind else copy.copy(found)
    if method.kind not in get_args(Kind):
        raise BadInputError(f"{name} is of kind {method.kind!r}: the kinds are {', '.join(get_args(Kind))}")
    try:
        inspect.signature(method.prepare).bind(None, 1)
    except TypeError:
        takes = one_line(str(inspect.signature(method.prepare)))
        raise BadInputError(f"prepare of {name} is called with (problem, n); it takes {takes}") from None
    vars(method).update(id=name, isolated=True)
    return method
