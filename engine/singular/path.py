"""Paths: how a probe leaves the point, and the program as it runs along one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from .series import GRID, ONE, Cause, UnresolvedError, normal
from .tape import Ref, Step, Tape, raised

Record: TypeAlias = Callable[[list[Any]], Tape]
"""Runs the program at other inputs, and gives its tape."""

STEP = 2.0**-20
"""How far from the point the program is run to see which branches it takes there, and half as far again."""


@dataclass(frozen=True)
class Path:
    """x + first · t + second · t²: a number each for every component that moves."""

    first: Sequence[float]
    second: Sequence[float]


@dataclass(frozen=True)
class Point:
    """The inputs of the program at the singular point, and which of their components move: a mask for each."""

    inputs: list[Any]
    masks: list[Any]

    @property
    def count(self) -> int:
        return sum(int(np.sum(mask)) for mask in self.masks)

    def _filled(self, components: Sequence[Any], rest: Callable[[Any], Any]) -> list[Any]:
        """The inputs with `components` in the places that move, and `rest` of the input in the others."""
        numbers = iter(components)
        filled = []
        for x, mask in zip(self.inputs, self.masks, strict=True):
            whole = np.array(rest(x), dtype=object)
            for index in np.argwhere(mask):
                whole[tuple(index)] = next(numbers)
            filled.append(whole if whole.ndim else whole[()])
        return filled

    def along(self, path: Path) -> list[Any]:
        """The inputs as Series."""
        x = self.moving_of(self.inputs)
        lines = [
            normal({ONE: (float(c), 0.0), (GRID, 0): (d, 0.0), (2 * GRID, 0): (e, 0.0)}, float("inf"), None)
            for c, d, e in zip(x, path.first, path.second, strict=True)
        ]
        return self._filled(lines, raised)

    def at(self, path: Path, t: float) -> list[Any]:
        """The inputs as numbers, at some way along a path; `t` is relative to their size."""
        x = self.moving_of(self.inputs)
        t *= max(1.0, *map(abs, x))
        moved = [float(c + d * t + e * t * t) for c, d, e in zip(x, path.first, path.second, strict=True)]
        filled = self._filled(moved, lambda x: x)
        return [
            np.array(new, x.dtype) if isinstance(x, np.ndarray) else float(new)
            for new, x in zip(filled, self.inputs, strict=True)
        ]

    def moving_of(self, values: Sequence[Any]) -> list[Any]:
        """The components that move, of values in the form of the inputs."""
        return [
            number
            for value, mask in zip(values, self.masks, strict=True)
            for number in (np.asarray(value, dtype=object)[mask] if np.ndim(mask) else [value] if mask else [])
        ]


IN_THE_PLANE = (1.875, 0.6875), (0.59375, 1.71875), (-0.703125, 1.78125), (-1.6875, 0.65625)
"""Directions that, with those against them, lead into every eighth of the plane."""


def lines(n: int) -> Iterator[Path]:
    """Straight paths in generic directions and against them: four of them, or one where there is but one."""
    random = np.random.default_rng(1)
    directions = map(np.array, IN_THE_PLANE) if n == 2 else (_generic(n, random) for _ in range(4 if n > 1 else 1))
    for d in directions:
        yield from (_straight(d), _straight(-d))


def curves(n: int) -> Iterator[Path]:
    """Four curved paths: half of the components go with t, and half with t², then the other way round."""
    random = np.random.default_rng(2)
    half = random.permutation(n) < n / 2
    for chosen in (half, ~half) if n > 1 else ():
        d, e = _generic(n, random), _generic(n, random)
        for sign in (1.0, -1.0):
            yield Path(np.where(chosen, sign * d, 0.0).tolist(), np.where(chosen, 0.0, sign * e).tolist())


def corners(n: int) -> Iterator[Path]:
    """Paths into the parts of space between the axes, as the domain may be no more than one of them.

    Of all parts, or, where these are many, of those where all components go up, and down. Into each lead two straight
    paths and a curved one.
    """
    random = np.random.default_rng(3)
    for signs in itertools.product((1.0, -1.0), repeat=n) if n <= 4 else ((1.0,) * n, (-1.0,) * n):
        d, e, f = (np.abs(_generic(n, random)) * signs for _ in range(3))
        first = random.permutation(n) < n / 2
        yield from (_straight(d), _straight(e))
        yield Path(np.where(first, f, 0.0).tolist(), np.where(first, 0.0, f).tolist())


def axes(n: int) -> Iterator[Path]:
    """The directions of each component: up and down."""
    for d in np.eye(n):
        yield from (_straight(d), _straight(-d))


def _straight(d: Any) -> Path:
    return Path(d.tolist(), [0.0] * len(d))


def _generic(n: int, random: np.random.Generator) -> Any:
    """A direction of numbers of different sizes, and of few bits, so that what cancels does so without rounding."""
    return random.integers(40, 96, n) / 64.0 * random.choice([0.5, 1.0, 2.0], n) * random.choice([-1.0, 1.0], n)


def tape_along(record: Record, here: Tape, point: Point, path: Path) -> Tape:
    """The program as it runs along a path: with the branches that it takes there.

    It is run twice beside the point. What is the same both times is its form and its constants along the path, also
    where they are others than at the point itself. A constant that moves is one that the program computes from its
    inputs' data, without a derivative: it stays as it is at the point. Raises UnresolvedError if the form changes.
    """
    try:
        far, near = (record(point.at(path, step)) for step in (STEP, STEP / 2.0))
    except Exception as error:
        raise UnresolvedError(Cause(f"the function raises {type(error).__name__} there", "outside")) from error
    if _form(far) != _form(near):
        raise UnresolvedError(Cause("the program takes other branches ever closer to the point"))
    as_here = _form(here) == _form(near)
    same = here if as_here else near
    steps = [
        three[1] if i in near.inputs else _settled(*three, as_here)
        for i, three in enumerate(zip(far.steps, near.steps, same.steps, strict=True))
    ]
    return Tape(steps, near.inputs)


def _form(tape: Tape) -> Any:
    """All of a program but its numbers."""
    steps = [
        (step.primitive, [operand if type(operand) is Ref else None for operand in step.operands], np.shape(step.data))
        for step in tape.steps
    ]
    return steps, tape.inputs


def _settled(far: Step, near: Step, here: Step, as_here: bool) -> Step:
    """A step along the path, from those of two runs and the one at the point."""
    if not all(_same(near.parameters[name], value) for name, value in far.parameters.items()):
        raise UnresolvedError(Cause(f"the program's choices in {near.primitive} change ever closer to the point"))
    operands = [
        one if _same(one, other) else third
        for one, other, third in zip(near.operands, far.operands, here.operands, strict=True)
    ]
    moved = not all(map(_same, operands, near.operands))
    data = near.data
    if near.primitive is None and not _same(near.data, far.data):
        data, moved = here.data, True
    if moved and not as_here:
        raise UnresolvedError(Cause("the program branches, and has constants that move with its inputs"))
    return Step(near.primitive, tuple(operands), near.parameters, data)


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, (float, int, np.ndarray, np.generic)):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
