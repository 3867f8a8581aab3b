"""Code of the user's own: functions by `FILE.py:NAME`, the point that they are asked about, and how they are called."""

from __future__ import annotations

import difflib
import importlib.util
import inspect
import os
import sys
import sysconfig
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import engine
import problems
from problems import Problem
from problems.problem import Dimensions

from .errors import BadInputError, one_line
from .limits import TimeLimitError

NOT_THE_USERS = (
    *(module.__path__[0] + os.sep for module in (engine, np)),
    *(str(Path(folder).resolve()) + os.sep for folder in (str(Path(__file__).parent), *sysconfig.get_paths().values())),
    "<frozen ",
    "<gradmark ",
)
"""How the names of files begin whose lines tell a user nothing about an error in the user's own."""

MOST_NAMES = 6
"""Functions of a file that are listed."""


def load(reference: str) -> Callable[..., Any]:
    """The function that `FILE.py:NAME` names, or the registered problem of that name.

    Raises BadInputError for what does not exist, does not import, or cannot be called.
    """
    if not names_file(reference):
        try:
            return problems.get(reference)
        except LookupError as error:
            raise BadInputError(f"{error}; a function of your own is FILE.py:NAME") from error
    found = named(reference)
    if not callable(found):
        file, _, name = reference.rpartition(":")
        raise BadInputError(f"{name} of {file} is no function, but of type {type(found).__name__}")
    return found  # type: ignore[no-any-return]


def names_file(reference: str) -> bool:
    """Whether it is `FILE.py:NAME`, or meant to be, and no name of something that is registered."""
    return ":" in reference or os.sep in reference or reference.endswith(".py")


def file_of(reference: str) -> Path:
    """The file that `FILE.py:NAME` names, from the root. Raises BadInputError if there is none, or no name with it."""
    file, colon, _ = reference.rpartition(":")
    if not colon:
        known = f"it has {_listed(_functions(_module(_existing(reference))))}"
        raise BadInputError(f"{reference!r} is a file: name its function or class too, FILE.py:NAME: {known}")
    return _existing(file)


def named(reference: str) -> Any:
    """What `FILE.py:NAME` names, of whatever type.

    A file is run once in a process, with its folder at the end of the path for imports, and may print: to stderr.
    Raises BadInputError for what does not exist or does not import.
    """
    module = _module(file_of(reference))
    file, _, name = reference.rpartition(":")
    if not hasattr(module, name):
        functions = _functions(module)
        near = difflib.get_close_matches(name, functions, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"it has {_listed(functions)}"
        raise BadInputError(f"{file} has no {name!r}: {hint}")
    return getattr(module, name)


def _existing(file: str) -> Path:
    path = Path(file).expanduser().resolve()
    if not path.is_file():
        raise BadInputError(f"there is no file {file!r}")
    return path


@cache
def _module(path: Path) -> ModuleType:
    """The module that a file makes. It is run once, as what it registers is registered once."""
    name = f"gradmark_user_{zlib.crc32(os.fsencode(path)):08x}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInputError(f"{path.name!r} is no Python file: its name ends with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses and pickle look for it
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # at the end: what stands beside the file shadows no package
    try:
        with users_code(f"{path.name} does not import: "):
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _functions(module: ModuleType) -> list[str]:
    """The names of the functions that the module defines; of all that it could call, where it defines none."""
    able = {name: value for name, value in vars(module).items() if callable(value) and not name.startswith("_")}
    own = [name for name, value in able.items() if getattr(value, "__module__", None) == module.__name__]
    return own or list(able)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return (", ".join(names[:MOST_NAMES]) or "no function") + more


@contextmanager
def users_code(before: str = "") -> Iterator[None]:
    """For code of the user's that runs in the block: its errors become one line, and what it prints goes to stderr.

    Raises BadInputError that names the exception, and the line of the user's own that it came from, after `before`.
    """
    try:
        with redirect_stdout(sys.stderr):
            yield
    except (BadInputError, TimeLimitError):
        raise
    except (Exception, SystemExit) as error:
        said = one_line(error.msg if isinstance(error, SyntaxError) else str(error))
        raise BadInputError(f"{before}{type(error).__name__}{said and f': {said}'}{_place(error)}") from error


def _place(error: BaseException) -> str:
    """The last line of the user's on the way to an error."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({shown(error.filename)}, line {error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_users(frame.filename)]
    return f" ({shown(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""


def is_users(filename: str) -> bool:
    """Whether the lines of a file tell a user about the user's own code."""
    return not filename.startswith(NOT_THE_USERS)


def shown(filename: str) -> str:
    """A file's name as a user would write it here."""
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else filename


def point_of(text: str) -> Any:
    """The point that `text` names: "0.5" is a float, "0.3,-1.1" an array of shape (2,), and "0.5," one of shape (1,).

    Raises BadInputError if it is none, or not finite.
    """
    words = text.split(",")
    if len(words) > 1 and not words[-1].strip():
        words.pop()
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        raise BadInputError(f"a point is numbers with commas between, such as 0.3,-1.1; not {text!r}") from None
    if not np.isfinite(numbers).all():
        raise BadInputError(f"the coordinates of a point are finite numbers; {text!r} are not")
    return np.array(numbers) if "," in text else numbers[0]


def as_function(f: Callable[..., Any]) -> Callable[[Any], Any]:
    """`f` as a function of a point, a float or an array of shape (n,), of whatever numbers.

    A function of one parameter is given the point; one of several, or of `*x`, the coordinates one by one. Those that
    have a default keep it. A last parameter named `xp` is given the point's array namespace. Calls raise BadInputError
    for a point of another number of coordinates than `f` takes.
    """
    if isinstance(f, Problem):
        return _of_problem(f)
    takes = parameters(f)
    if takes is None:
        return f

    def of_point(x: Any) -> Any:
        keywords = {"xp": _namespace(x)} if takes.namespace else {}
        if takes.point:
            return f(x, **keywords)
        n = _coordinates(x)
        if n < takes.count or (n > takes.count and not takes.more):
            raise BadInputError(f"{takes.name} takes {takes.count}{' or more' * takes.more} coordinates, not {n}")
        coordinates = [x[i] for i in range(n)] if getattr(x, "shape", ()) else [x]
        return f(*coordinates, **keywords)

    return of_point


def dimensions(f: Callable[..., Any]) -> Dimensions | None:
    """The numbers of coordinates that `f` takes; None where a point of any shape may do."""
    if isinstance(f, Problem):
        return f.dimensions
    takes = parameters(f)
    if takes is None or takes.point:
        return None
    return Dimensions(max(takes.count, 1), None if takes.more else takes.count)


@dataclass(frozen=True)
class Parameters:
    """How a function is called with a point: with so many coordinates, or more, or with all of it at once."""

    name: str
    count: int
    more: bool
    namespace: bool
    direct: bool
    """Whether it can be given just that, and the namespace after it, by position."""

    @property
    def point(self) -> bool:
        return self.count == 1 and not self.more


def parameters(f: Callable[..., Any]) -> Parameters | None:
    """What `f` takes; None where it does not say. Raises BadInputError where a point alone will not do."""
    try:
        found = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # written in C
        return None
    namespace = found.pop() if found and found[-1].name == "xp" else None
    more = any(p.kind is p.VAR_POSITIONAL for p in found)
    places = [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    count = len([p for p in places if p.default is p.empty] or places[:1])
    name = getattr(f, "__name__", type(f).__name__)
    for p in found:
        if p.kind is p.KEYWORD_ONLY and p.default is p.empty:
            raise BadInputError(f"{name} needs {p.name}=, which has no default")
    if not count and not more:
        raise BadInputError(f"{name} takes no argument: there is nothing to differentiate by")
    after = namespace is None or (namespace.kind is not namespace.KEYWORD_ONLY and len(places) == count)
    return Parameters(name, count, more, namespace is not None, after and not more)


def _of_problem(problem: Problem) -> Callable[[Any], Any]:
    def of_point(x: Any) -> Any:
        if _coordinates(x) not in problem.dimensions:
            raise BadInputError(f"{problem.name} takes {problem.dimensions} coordinates, not {_coordinates(x)}")
        return problem(x)

    return of_point


def _coordinates(x: Any) -> int:
    """How many coordinates a point has: a float is the only one."""
    return x.shape[0] if getattr(x, "shape", ()) else 1


def _namespace(x: Any) -> Any:
    """The array namespace of a point: NumPy's, unless it has another."""
    return x.__array_namespace__() if hasattr(x, "__array_namespace__") else np
