"""The profiles: how much is measured, all in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """What `gradmark run NAME` measures."""

    summary: str
    methods: tuple[str, ...]
    dimensions: tuple[int, ...]
    """The sizes of problems of any dimension."""
    samples: int
    """Random points at which accuracy is measured, beside the minima and hard points."""
    seconds: float
    """What one timing may take."""


PROFILES = {
    "quick": Profile(
        summary="every problem, the main methods, up to n = 1000; about half a minute",
        methods=("engine.reverse", "manual", "numerical.central"),
        dimensions=(2, 10, 100, 1000),
        samples=5,
        seconds=0.25,
    ),
}
