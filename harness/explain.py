"""What is wrong with a gradient at a point: where it stops being finite, or the rule that gives a wrong number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

import engine
from engine.explanation import Explanation, shown

from .certificate import certify
from .json_text import json_text
from .record import Outcome
from .rules import RuleCheck, along, checks
from .user import as_function, load, users_code
from .user import shown as path_of

EXIT_CODES = {"correct": 0, "nonfinite": 1, "wrong": 1, "cannot_tell": 3}

Singular = Literal["cannot_tell", "nonfinite"]
SINGULAR: dict[str, Singular] = dict.fromkeys(("removable", "boundary", "kink"), "cannot_tell")
"""What a gradient by the engine's second pass is, by the kind of point: paths are evidence, and no proof."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found of the gradient of a function at a point, and how that is known."""

    outcome: Literal["correct", "nonfinite", "wrong", "cannot_tell"]
    reason: str
    point: Any
    gradient: Any = None
    explanation: Explanation | None = None
    rule: RuleCheck | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]


def explain(reference: str, point: Any) -> Answer:
    """What is wrong with the engine's gradient of a function, `FILE.py:NAME` or a problem's name, at a point.

    The point is a float or an array of shape (n,). Raises BadInputError for a function that cannot be loaded, called
    there or differentiated.
    """
    f = as_function(load(reference))
    with users_code():
        explanation = engine.explain(f)(point)
        if explanation is not None:
            return _repaired(f, point, explanation)
        with np.errstate(all="ignore"):
            gradient = engine.value_and_grad(f)(point)[1]
        outcome, how = judged(f, point, gradient)
        if outcome == "correct":
            return Answer("correct", how, point, gradient)
        return _by_the_rules(f, point, gradient, outcome, how)


def _repaired(f: Callable[[Any], Any], point: Any, explanation: Explanation) -> Answer:
    """The answer where the rules give no finite gradient: what the engine's second pass has made of it."""
    with np.errstate(all="ignore"):
        found = engine.singularity(f)(point)
    outcome: Singular = SINGULAR.get(found.kind, "nonfinite")
    return Answer(outcome, f"{found.kind}: {found.reason}", point, found.gradient, explanation)


def judged(f: Callable[[Any], Any], x: Any, gradient: Any) -> tuple[Outcome, str]:
    """Whether the gradient of `f` at `x` is right, and how that is known."""
    certificate = certify(f, x, gradient)
    count = len(certificate.components)
    if not count:
        outcome, text = along(lambda v: float(f(v)), x, gradient)
        return outcome, f"{text} (no proof: {certificate.reason})"
    if certificate.outcome != "correct":
        return certificate.outcome, certificate.reason
    which = "every component" if count == np.size(x) else f"{count} of {np.size(x)} components"
    return "correct", f"{which} certified, to within what rounding allows"


def _by_the_rules(f: Callable[[Any], Any], x: Any, gradient: Any, outcome: Outcome, how: str) -> Answer:
    """The answer where the gradient is not known to be right: the first rule that is not is to blame."""
    undecided, certified, count = [], 0, 0
    for check in checks(f, x):
        if check.outcome in ("wrong", "nonfinite"):
            return Answer("wrong", how, x, gradient, rule=check)
        count += 1
        certified += check.is_certified and check.outcome == "correct"
        if check.outcome == "cannot_tell":
            undecided.append(check)
    if outcome == "cannot_tell":
        return Answer("cannot_tell", how, x, gradient, rule=next(iter(undecided), None))
    known = f"of {count} rules {certified} are certified, and {len(undecided)} cannot be told"
    fault = "no single rule is at fault" if not undecided else "no rule is known to be at fault"
    return Answer("wrong", f"{how}; {fault}: {known}", x, gradient)


def as_text(answer: Answer) -> Iterator[str]:
    """The lines of an answer: the verdict, the operation, and its place in the source."""
    if answer.explanation is not None:
        found = replace(answer.explanation, file=path_of(answer.explanation.file))
        yield f"not finite by the rules: {found!r}"
        yield f"the second pass gives {shown(answer.gradient)}; {answer.reason}"
        return
    words = {"correct": "nothing is wrong", "wrong": "wrong", "nonfinite": "wrong", "cannot_tell": "cannot tell"}
    yield f"{words[answer.outcome]}: the gradient at {shown(answer.point)} is {shown(answer.gradient)}; {answer.reason}"
    if answer.rule is not None:
        yield from _of_rule(answer.rule)


def _of_rule(check: RuleCheck) -> Iterator[str]:
    at = f" at {list(check.index)}" if check.index else ""
    call = f"{check.primitive}({', '.join(map(shown, check.operands))}) = {shown(check.value)}{at}"
    by = "" if len(check.operands) == 1 else f" by operand {check.operand}"
    if check.outcome == "cannot_tell":
        yield f"the rule of {call}{by} cannot be judged there: {check.why}"
    elif check.got is None:
        yield f"the rule of {call}{by} is wrong: {check.why}"
    else:
        of = "" if check.is_alone else ", of random cotangents"
        yield f"the rule of {call}{by} is wrong: it gives {check.got!r}{of}, and {check.true!r} is certified"
    if check.place is not None:
        yield f"  {path_of(check.place.file)}, line {check.place.line}, in {check.place.function}"
        yield from (f"    {line}" for line in check.place.text.splitlines())


def as_json(answer: Answer) -> str:
    """An answer as one JSON object."""
    found: dict[str, Any] = {"outcome": answer.outcome, "reason": answer.reason, "at": answer.point}
    found["gradient"] = answer.gradient
    if answer.explanation is not None:
        found["cause"] = vars(answer.explanation)
    elif answer.rule is not None:
        where = {} if answer.rule.place is None else answer.rule.place._asdict()
        found["rule"] = {**{key: value for key, value in vars(answer.rule).items() if key != "place"}, **where}
    return json_text(found)
