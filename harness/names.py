"""Names."""

from problems import Problem, get

from . import methods
from .methods import Method


def find_problem(name: str) -> Problem:
    return get(name)


def find_method(name: str) -> Method:
    return methods.get(name)
