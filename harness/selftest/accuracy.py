"""The run: mutants of every rule of the table before every check, and right gradients before them, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import problems
from engine import using_config
from engine.primitive import Elementwise
from engine.table import PRIMITIVES

from ..certificate import Certificate, certify
from ..errors import BadInputError
from ..observed import silence
from .differences import DIFFERENCES
from .mutations import MISTAKES, ONE_OFF, POISON
from .programs import Program, programs
from .rules import FORWARD, REVERSE, WAYS, Mutation, Rule, mutated, replaced, vjp_of

CERTIFY = "certify"
CHECKS = (CERTIFY, *DIFFERENCES)
CAUGHT = ("wrong", "nonfinite")
POINTS = 8
"""Random points, and constants, of each program at which a right gradient is certified."""

POINTS_OF_DIFFERENCES = 2
"""Of these, those at which the differences are computed as well: they take most of the time."""

FEW = 4
"""Programs of a rule in forward mode, which evaluates them once a component, about that many."""

ADDED_BY_THE_SWEEP = "getitem"
"""The primitive whose vjp the sweep does not call, but in nested derivatives."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Trial:
    """A mutant before the checks. It is equivalent if the gradients of all programs are what they were."""

    rule: Rule
    mutation: Mutation
    equivalent: bool
    caught: frozenset[str] = frozenset()
    """The checks that noticed it."""
    outcomes: tuple[str, ...] = ()
    """The outcomes of the certificates, up to the first that noticed."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.mutation.name}"


@dataclass
class Alarms:
    """What the checks said of right gradients: how many comparisons they made, and how often they saw an error."""

    compared: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    cannot_tell: int = 0
    where: list[str] = field(default_factory=list)
    """The programs whose right gradients the certificate called wrong."""


@dataclass(frozen=True)
class Selftest:
    """All that was found."""

    seed: int
    trials: tuple[Trial, ...]
    on_programs: Alarms
    on_problems: Alarms

    @property
    def mistakes(self) -> list[Trial]:
        """The mutants that count, but for those with one component slightly off."""
        return [trial for trial in self.trials if not trial.equivalent and not trial.mutation.delta]

    def one_off(self, delta: float) -> list[Trial]:
        """The mutants with one component off by `delta`."""
        return [trial for trial in self.trials if not trial.equivalent and trial.mutation.delta == delta]

    @property
    def missed(self) -> list[Trial]:
        """The mistakes that no certificate noticed."""
        return [trial for trial in self.mistakes if CERTIFY not in trial.caught]

    @property
    def false_alarms(self) -> int:
        return self.on_programs.alarms[CERTIFY] + self.on_problems.alarms[CERTIFY]

    def __bool__(self) -> bool:
        return not self.missed and not self.false_alarms


def run(seed: int = 0, progress: Progress = lambda what, done, all: None) -> Selftest:
    """Try every mutant of every rule of the table, and right gradients at `POINTS` random points of each program.

    Raises BadInputError for a primitive of the table without a program, or a rule that no program of its has reached.
    """
    trials: list[Trial] = []
    for k, name in enumerate(PRIMITIVES):
        trials += trials_of(name, np.random.default_rng([seed, k]))
        progress("mutants", k + 1, len(PRIMITIVES))
    on_programs, on_problems = Alarms(), Alarms()
    for k in range(POINTS):
        random = np.random.default_rng([seed, len(PRIMITIVES) + k])
        for name in PRIMITIVES:
            for program in programs(name, random):
                check_right(on_programs, program.function, program.point, str(program), k < POINTS_OF_DIFFERENCES)
        progress("right", k + 1, POINTS)
    names = problems.names()
    for k, name in enumerate(names):
        problem = problems.get(name)
        n = problem.dimensions.next(2) or problem.dimensions.low
        check_right(on_problems, problem, problem.points(n, 1, seed)[0], name)
        progress("problems", k + 1, len(names))
    return Selftest(seed, tuple(trials), on_programs, on_problems)


def trials_of(name: str, random: np.random.Generator) -> Iterator[Trial]:
    """Every mutant of every rule of a primitive."""
    subjects = [Subject(program) for program in programs(name, random)]
    for rule in rules_of(name, [subject.program for subject in subjects]):
        reached = reaching(rule, subjects)
        for mutation in (*MISTAKES, *ONE_OFF):
            found = trial(rule, mutation, reached)
            if found is not None:
                yield found


class Subject:
    """A program, with what is known of its right gradient."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._right: dict[str, Any] = {}
        with quiet():
            self._off = {check: prepare(program.function, program.point) for check, prepare in DIFFERENCES.items()}

    def gradient(self, way: str) -> Any:
        """What the engine gives as it stands."""
        with quiet():
            return WAYS[way].gradient(self.program.function, self.program.point)

    def right(self, way: str) -> Any:
        """What it gives without a mutant: to be asked for before there is one."""
        if way not in self._right:
            self._right[way] = self.gradient(way)
        return self._right[way]

    def notices(self, check: str, wrong: Any, way: str) -> bool:
        """Whether a check by differences finds a gradient off, and would let the right one pass."""
        off = self._off[check]
        return bool(off(wrong).any()) and not off(self.right(way)).any()

    def certificate(self, wrong: Any, way: str) -> Certificate:
        """That of the engine's gradient, or of one that was found in another way."""
        f, x = self.program.function, self.program.point
        with quiet():
            return certify(f, x) if WAYS[way].gradient is WAYS[REVERSE].gradient else certify(f, x, wrong)


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings, as a mutant may overflow, and differences leave a domain; and by the engine's rules alone.

    Its second pass, for gradients that are not finite, would find what is right without the rule that gives NaN.
    """
    with silence(), using_config("singular_points", "off"):
        yield


def rules_of(name: str, used_by: Iterable[Program]) -> list[Rule]:
    """The rules of a primitive. How many operands it has is seen from the calls of its vjp, if no formula tells."""
    primitive = PRIMITIVES[name]
    if isinstance(primitive, Elementwise):
        ways = (REVERSE, "scalars", "arrays forward", "scalars forward")
        return [Rule(name, i, way) for way in ways for i in range(len(primitive.partials))]
    if name == ADDED_BY_THE_SWEEP:
        return [Rule(name, 0, way) for way in ("parts", "nested")]
    seen = [1]
    right = vjp_of(primitive)

    def vjp(i: int, g: Any, z: Any, *operands: Any, **parameters: Any) -> Any:
        seen.append(len(operands))
        return right(i, g, z, *operands, **parameters)

    with replaced(primitive, "vjp", vjp), quiet():
        for program in used_by:
            WAYS[REVERSE].gradient(program.function, program.point)
    return [Rule(name, i, REVERSE) for i in range(max(seen))]


def reaching(rule: Rule, subjects: Sequence[Subject]) -> list[Subject]:
    """Those whose gradient has to do with a rule: it turns to nan with it. Raises BadInputError if there is none."""
    for subject in subjects:
        subject.right(rule.way)
    with mutated(rule, POISON):
        found = [subject for subject in subjects if not _same(subject.gradient(rule.way), subject.right(rule.way))]
    if not found:
        raise BadInputError(f"no program exercises the rule of {rule}: harness/selftest needs one that does")
    return found[:: -(-len(found) // FEW)] if rule.way in FORWARD else found


def trial(rule: Rule, mutation: Mutation, subjects: Sequence[Subject]) -> Trial | None:
    """A mutant before the checks, program by program until all have noticed.

    None if the mutation makes no sense in any of the programs.
    """
    caught: set[str] = set()
    outcomes: list[str] = []
    equivalent = True
    with mutated(rule, mutation) as mutant:
        for subject in subjects:
            wrong = subject.gradient(rule.way)
            if _same(wrong, subject.right(rule.way)):
                continue
            equivalent = False
            if CERTIFY not in caught:
                outcomes.append(subject.certificate(wrong, rule.way).outcome)
                caught |= {CERTIFY} if outcomes[-1] in CAUGHT else set()
            left = [check for check in DIFFERENCES if check not in caught]
            caught |= {check for check in left if subject.notices(check, wrong, rule.way)}
            if caught == set(CHECKS):
                break
    return Trial(rule, mutation, equivalent, frozenset(caught), tuple(outcomes)) if mutant.applied else None


def _same(one: Any, other: Any) -> bool:
    return np.array_equal(one, other, equal_nan=True)


def check_right(alarms: Alarms, f: Callable[[Any], Any], point: Any, name: str, differences: bool = True) -> None:
    """Put a gradient before the certificate, and before the differences if so asked, that no mutation has touched."""
    with quiet():
        certificate = certify(f, point)
    outcomes = [component.outcome for component in certificate.components]
    outcomes = outcomes or ["cannot_tell"] * np.size(point)
    wrong = sum(outcome in CAUGHT for outcome in outcomes)
    alarms.compared[CERTIFY] += len(outcomes)
    alarms.alarms[CERTIFY] += wrong
    alarms.cannot_tell += outcomes.count("cannot_tell")
    if wrong:
        alarms.where.append(f"{name} at {np.ravel(point).tolist()}: {certificate.reason}")
    if differences and certificate.components:
        with quiet():
            for check, prepare in DIFFERENCES.items():
                off = prepare(f, point)(certificate.gradient)
                alarms.compared[check] += off.size
                alarms.alarms[check] += int(off.sum())
