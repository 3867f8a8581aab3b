"""The selftest as text, and as JSON Lines."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd

from .accuracy import CERTIFY, CHECKS, Alarms, Selftest, Trial
from .bounds import at_least, at_most
from .mutations import DELTAS

CAPTION = (
    "Mutants of the engine's derivative rules: {mistakes} mistakes, and one component × (1 + δ) in each of {one_off} "
    "rules. How many a check notices in at least one program, and with 95 % confidence at least how many of any. Right "
    "gradients: in how many comparisons (of a component; by JAX's rule of a direction) it sees an error, and with 95 % "
    "confidence at most in how many of any."
)
NOTES = (
    "certify: wrong or nonfinite. The others compare with differences, and are our own code for the rules of: "
    "torch.autograd.gradcheck by default (central, ε = 1e-6, rtol 1e-3, atol 1e-5); jax.test_util.check_grads in "
    "float64 (central, in a random direction, ε = 1e-4, rtol and atol 1e-5); central differences with rtol 1e-6; "
    "engine.gradient_check (Richardson's extrapolation, ten times its estimate of its error and 1e-9 of the largest "
    "component). Where one of them sees an error in the right gradient of a program, it is not said to notice one."
)
ENOUGH = 0.95


def as_text(found: Selftest, width: int) -> Iterator[str]:
    """The table, and what is in no table: what was missed, false alarms, and the mutants that do not count."""
    counts = {"mistakes": len(found.mistakes), "one_off": len(found.one_off(DELTAS[0]))}
    yield textwrap.fill(CAPTION.format(**counts), width)
    yield ""
    yield from (line.rstrip() for line in table(found).to_string().splitlines())
    yield ""
    yield textwrap.fill(NOTES, width)
    equivalent = [trial for trial in found.trials if trial.equivalent]
    if equivalent:
        yield f"\n{len(equivalent)} mutants are equivalent, as all gradients stay as they were, and do not count:"
        yield from _by_mutation(equivalent)
    if found.missed:
        yield f"\n{len(found.missed)} mistakes are missed by certify:"
        yield from (f"  {trial} ({', '.join(sorted(set(trial.outcomes)))})" for trial in found.missed)
    for alarm in (*found.on_programs.where, *found.on_problems.where):
        yield f"\nfalse alarm: {alarm}"


def table(found: Selftest) -> pd.DataFrame:
    """A row a figure, a column a check."""
    rows: dict[str, Callable[[str], str]] = {"mistakes": partial(_caught, found.mistakes)}
    rows |= {f"δ = {delta:.0e}": partial(_share, found.one_off(delta)) for delta in DELTAS}
    rows |= {
        "95 % noticed down to δ =": lambda check: _shown(limit(found, check, ENOUGH)),
        "all noticed down to δ =": lambda check: _shown(limit(found, check, 1.0)),
        "right, of programs": partial(_alarms, found.on_programs),
        "": partial(_at_most, found.on_programs),
        "right, of problems": partial(_alarms, found.on_problems),
        " ": partial(_at_most, found.on_problems),
        "cannot tell": lambda check: _cannot_tell(found) if check == CERTIFY else "–",
    }
    return pd.DataFrame({check: {row: cell(check) for row, cell in rows.items()} for check in CHECKS})


def limit(found: Selftest, check: str, share: float) -> float | None:
    """The smallest δ down to which a check notices such a share of the mutants; None if not even of the largest."""
    smallest = None
    for delta in DELTAS:
        trials = found.one_off(delta)
        if not trials or sum(check in trial.caught for trial in trials) < share * len(trials):
            break
        smallest = delta
    return smallest


def as_json(found: Selftest) -> Iterator[str]:
    """A line a mutant, and a last one with what follows from them."""
    for trial in found.trials:
        rule, mutation = trial.rule, trial.mutation
        yield _line(
            primitive=rule.primitive, operand=rule.operand, way=rule.way, mutation=mutation.name, delta=mutation.delta,
            equivalent=trial.equivalent, noticed=[check for check in CHECKS if check in trial.caught],
            certificates=list(trial.outcomes),
        )  # fmt: skip
    yield _line(
        seed=found.seed,
        passed=bool(found),
        checks={
            check: {
                "mistakes": len(found.mistakes),
                "noticed": sum(check in trial.caught for trial in found.mistakes),
                "limit_95": limit(found, check, ENOUGH),
                "limit_all": limit(found, check, 1.0),
                "right_of_programs": found.on_programs.compared[check],
                "false_alarms_of_programs": found.on_programs.alarms[check],
                "right_of_problems": found.on_problems.compared[check],
                "false_alarms_of_problems": found.on_problems.alarms[check],
            }
            for check in CHECKS
        },
        cannot_tell=found.on_programs.cannot_tell + found.on_problems.cannot_tell,
        missed=list(map(str, found.missed)),
        false_alarms=[*found.on_programs.where, *found.on_problems.where],
    )


def _line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _caught(trials: Sequence[Trial], check: str) -> str:
    count = sum(check in trial.caught for trial in trials)
    return f"{count}, ≥ {at_least(count, len(trials)):.1%}".replace("%", " %")


def _share(trials: Sequence[Trial], check: str) -> str:
    """In percent, rounded down: 100 is all."""
    count = sum(check in trial.caught for trial in trials)
    return f"{100 * count // len(trials)} %, ≥ {int(100.0 * at_least(count, len(trials)) + 1e-9)} %"


def _shown(delta: float | None) -> str:
    return "none" if delta is None else f"{delta:.0e}"


def _alarms(found: Alarms, check: str) -> str:
    return f"{found.alarms[check]} of {found.compared[check]}"


def _at_most(found: Alarms, check: str) -> str:
    return f"≤ {100.0 * at_most(found.alarms[check], found.compared[check]):.2g} %"


def _cannot_tell(found: Selftest) -> str:
    of = found.on_programs.compared[CERTIFY] + found.on_problems.compared[CERTIFY]
    return f"{found.on_programs.cannot_tell + found.on_problems.cannot_tell} of {of}"


def _by_mutation(trials: Sequence[Trial]) -> Iterator[str]:
    """A line a kind of mutation: the primitives that it changes nothing of."""
    primitives: dict[str, dict[str, None]] = {}
    for trial in trials:
        kind = "one component off" if trial.mutation.delta else trial.mutation.name
        primitives.setdefault(kind, {})[trial.rule.primitive] = None
    yield from (f"  {kind}: {', '.join(names)}" for kind, names in primitives.items())
