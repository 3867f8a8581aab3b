"""The profiles: how much is measured, all in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """What `gradmark run NAME` measures."""

    summary: str
    suites: tuple[str, ...] = ("accuracy", "runtime", "memory")
    methods: tuple[str, ...] = ()
    dimensions: tuple[int, ...] = ()
    """The sizes of problems of any dimension."""
    samples: int = 0
    """Random points at which accuracy is measured, beside the minima and hard points."""
    seconds: float = 0.0
    """What one timing by the runtime suite may take."""


PROFILES = {
    "quick": Profile(
        summary="every problem, the main methods, up to n = 1000; about half a minute",
        methods=("engine.reverse", "manual", "numerical.central"),
        dimensions=(2, 10, 100, 1000),
        samples=5,
        seconds=0.25,
    ),
    "engine": Profile(
        summary="what the engine costs beside the same work without it, and the goals; about a minute",
        suites=("overhead",),
    ),
}
