"""The classic test functions of optimisation, one registered definition each: see `problems.table()`."""

from . import catalogue as catalogue
from .problem import HardPoint, Minimum, Problem, at_least
from .registry import get, names, problem, select, table

__all__ = ["HardPoint", "Minimum", "Problem", "at_least", "get", "names", "problem", "select", "table"]
