"""The plan of a run: which cases each suite measures. Decided before anything runs, and kept with the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import problems
from problems import Problem

from .errors import BadInputError
from .function import FUNCTION
from .goals import CASES
from .names import find_method, find_problem
from .profiles import PROFILES, SCHEMES_IN_STEPS, Profile
from .record import Case
from .reference import CERTIFY_ALL
from .trial import try_out
from .user import file_of, names_file
from .worst import WorstPoint

NAMED = 3
"""Problems that an error message names, at the most."""

PARTS = ("problems", "methods", "dimensions", "seed")
"""What a plan has of its own if it is not all of its profile."""

MINIMA = 2
"""Of the minima of a problem, which are often many by symmetry, so many are measured."""


@dataclass(frozen=True)
class Plan:
    """A profile, narrowed down to some problems, methods and dimensions (all of the profile's where empty)."""

    profile: str
    seed: int = 0
    problems: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    dimensions: tuple[int, ...] = ()
    worst: tuple[WorstPoint, ...] = ()
    """The points that accuracy is measured at because a search once found them to be the worst."""

    def __post_init__(self) -> None:
        """Raises BadInputError for an unknown name, and for dimensions that none of the problems has."""
        if self.profile not in PROFILES:
            raise BadInputError(f"unknown profile {self.profile!r}: the profiles are {', '.join(PROFILES)}")
        try:
            for name in self.problems:
                find_problem(name)
            for method in self.methods:
                find_method(method)
        except LookupError as error:
            raise BadInputError(str(error)) from error
        for n in self.dimensions:
            if not any(n in problem.dimensions for problem in self._problems()):
                found = self._problems()
                takes = "; ".join(f"{problem.name} takes {problem.dimensions}" for problem in found[:NAMED])
                more = f"; and so on, for {len(found)} problems" if len(found) > NAMED else ""
                raise BadInputError(f"no problem has {n} coordinates: {takes}{more}")

    @property
    def whole(self) -> bool:
        """Whether this is all of the profile."""
        return not any(getattr(self, part) for part in PARTS)

    @property
    def settings(self) -> Profile:
        return PROFILES[self.profile]

    def suites(self, names: Sequence[str]) -> list[str]:
        """The suites of these names, as this plan has them: a method in a process of its own is timed by comparison."""
        isolated = any(find_method(method).isolated for method in self._method_ids())
        return ["comparison" if isolated and name == "runtime" else name for name in names]

    def _problems(self) -> list[Problem]:
        return list({(found := find_problem(name)).name: found for name in self.problems or problems.names()}.values())

    def _method_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.methods or self.settings.methods))

    def _sizes(self, of_profile: tuple[int, ...]) -> list[tuple[Problem, int]]:
        """The problems with the sizes asked for, or with those next to the profile's that they have."""
        sizes: dict[tuple[Problem, int], None] = {}
        for problem in self._problems():
            if self.dimensions:
                found = [n for n in self.dimensions if n in problem.dimensions]
            else:
                found = list(filter(None, map(problem.dimensions.next, of_profile))) or [problem.dimensions.low]
            sizes |= {(problem, n): None for n in found}
        return list(sizes)

    def with_worst(self, points: Sequence[WorstPoint]) -> Plan:
        """This plan with those of the worst points whose problem and size it measures the accuracy of."""
        sizes = {(problem.name, n) for problem, n in self._sizes(self.settings.dimensions)}
        return replace(self, worst=tuple(point for point in points if (point.problem, point.n) in sizes))

    def try_functions(self) -> None:
        """Call what is in files of the user's at the points it would be measured at. Raises BadInputError if it fails.

        Problems that are registered are not called.
        """
        settings = self.settings
        for problem, n in dict.fromkeys((*self._sizes(settings.dimensions), *self._sizes(settings.cost_dimensions))):
            if names_file(problem.name):
                try:
                    try_out(problem, problem.points(n, max(1, settings.samples), self.seed))
                except BadInputError as error:
                    free = not self.dimensions and problem.dimensions.high is None
                    raise BadInputError(f"{error}{free * '; --n says how many coordinates it takes'}") from error

    def files(self) -> list[Path]:
        """The files of the user's that have the problems and methods."""
        return sorted({file_of(name) for name in (*self.problems, *self.methods) if names_file(name)})

    def accuracy_cases(self) -> list[Case]:
        """Every method at every point, samples, minima, worst points, hard points, as far as all can be certified."""
        return [
            Case(problem.name, n, point, method)
            for problem, n in self._sizes(self.settings.dimensions)
            if n <= CERTIFY_ALL
            for point in _points(problem, n, self.settings.samples, self.worst)
            for method in self._method_ids()
        ]

    def cost_cases(self) -> list[Case]:
        """The function itself and every method, at the first sample."""
        return [
            Case(problem.name, n, "sample-0", method)
            for problem, n in self._sizes(self.settings.cost_dimensions)
            for method in (FUNCTION, *self._method_ids())
        ]

    def step_cases(self) -> list[Case]:
        """Difference schemes at the first sample, in as few coordinates as were asked for."""
        smallest: dict[Problem, int] = {}
        for problem, n in self._sizes(self.settings.dimensions):
            smallest[problem] = min(n, smallest.get(problem, n))
        return [
            Case(problem.name, n, "sample-0", method)
            for problem, n in smallest.items()
            for method in SCHEMES_IN_STEPS
            if not self.methods or method in self.methods
        ]

    def search_cases(self) -> list[Case]:
        """Every method that gets a verdict, on every smooth problem: the point is what is searched for."""
        return [
            Case(problem.name, n, "worst-0", method)
            for problem, n in self._sizes(self.settings.dimensions)
            for method in self._method_ids()
            if "smooth" in problem.properties and find_method(method).kind != "numerical"
        ]

    def overhead_cases(self) -> list[Case]:
        """What the goals are set for."""
        names = [problem.name for problem in self._problems()]
        return [
            case
            for case in CASES
            if (not self.problems or case.problem in names)
            and (not self.methods or case.method in self.methods)
            and (not self.dimensions or case.n in self.dimensions)
        ]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "worst": [point.as_text() for point in self.worst]}

    @staticmethod
    def from_json(row: dict[str, Any]) -> Plan:
        """The plan that `as_json` gave. Raises BadInputError for anything else."""
        try:
            return Plan(
                row["profile"], row["seed"], tuple(row["problems"]), tuple(row["methods"]), tuple(row["dimensions"]),
                tuple(map(WorstPoint.from_text, row.get("worst", ()))),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInputError(f"not the plan of a run: {row} ({error!r})") from error


def _points(problem: Problem, n: int, samples: int, worst: Sequence[WorstPoint]) -> list[str]:
    """The names of the points: a minimum that is a hard point is that alone."""
    hard = problem.hard_points_in(n)
    singular = [one.point for one in hard]
    return [
        *(f"sample-{k}" for k in range(samples)),
        *(f"minimum-{k}" for k, minimum in enumerate(problem.minima(n)[:MINIMA]) if minimum.point not in singular),
        *(f"worst-{k}" for k in range(len(_of(worst, problem, n)))),
        *(f"hard-{one.kind.replace(' ', '_')}-{k}" for k, one in enumerate(hard)),
    ]


def _of(worst: Sequence[WorstPoint], problem: Problem, n: int) -> list[tuple[float, ...]]:
    return [one.point for one in worst if (one.problem, one.n) == (problem.name, n)]


def locate(
    problem: Problem, n: int, point: str, seed: int, worst: Sequence[WorstPoint] = ()
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The coordinates, of shape (n,), of a named point: `sample-2`, `minimum-0`, `worst-0`, `hard-infinite_slope-1`."""
    kind, *_, number = point.split("-")
    k = int(number)
    if kind == "sample":
        coordinates: Any = problem.points(n, k + 1, seed)[k]
    elif kind == "worst":
        coordinates = _of(worst, problem, n)[k]
    else:
        coordinates = (problem.minima(n) if kind == "minimum" else problem.hard_points_in(n))[k].point
    return np.array(coordinates, dtype=np.float64)
