"""The classic test functions of optimisation, one registered definition each: see `problems.table()`."""

from . import catalogue as catalogue
from .problem import HardPoint, Minimum, Problem, at_least, between, exactly, multiples_of
from .registry import get, names, problem, select, table

__all__ = [
    "HardPoint",
    "Minimum",
    "Problem",
    "at_least",
    "between",
    "exactly",
    "get",
    "multiples_of",
    "names",
    "problem",
    "select",
    "table",
]
