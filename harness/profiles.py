"""The profiles: how much is measured, all in one place."""

from dataclasses import dataclass

SCHEMES_IN_STEPS = ("numerical.forward", "numerical.central", "numerical.five_point", "numerical.complex_step")
"""The schemes whose error is measured against their step, in every profile that measures accuracy."""


@dataclass(frozen=True)
class Profile:
    """What `gradmark run NAME` measures."""

    summary: str
    suites: tuple[str, ...] = ("accuracy", "runtime", "memory", "steps")
    methods: tuple[str, ...] = ()
    dimensions: tuple[int, ...] = (2, 10, 100)
    """The sizes at which accuracy is measured, of problems of any dimension."""
    cost_dimensions: tuple[int, ...] = (2, 10, 100, 1000, 10_000)
    """The same for runtime and memory."""
    samples: int = 0
    """Random points at which accuracy is measured, beside the minima and hard points."""
    seconds: float = 0.0
    """What one timing by the runtime suite may take, if five rounds take less."""
    case_seconds: float = 60.0
    """What one case may take, all in all, before its process is stopped."""
    memory: int = 4 * 2**30
    """What the process of a suite may allocate, in bytes."""


OURS = (
    *("engine.reverse", "engine.forward", "manual", "sympy", "numerical.forward", "numerical.backward"),
    *("numerical.central", "numerical.five_point", "numerical.complex_step", "numerical.richardson"),
)

PEERS = (
    *("autograd", "jax", "jax_device", "torch", "torch_compile", "casadi_sx", "casadi_mx", "casadi_c", "pytensor"),
    *("mygrad", "micrograd", "dezero", "numdifftools", "scipy_approx_fprime", "scipy_differentiate"),
)

PROFILES = {
    "quick": Profile(
        summary="every problem, the main methods; a minute and a quarter",
        methods=("engine.reverse", "manual", "numerical.central"),
        cost_dimensions=(2, 10, 100, 1000),
        samples=3,
        seconds=0.02,
    ),
    "standard": Profile(
        summary="every problem and every method of ours, n up to 10,000; some 25 minutes",
        methods=OURS,
        samples=10,
        seconds=0.1,
    ),
    "full": Profile(
        summary="every problem and every method of ours, at more points and sizes; hours",
        methods=OURS,
        dimensions=(2, 3, 5, 10, 30, 100, 1000),
        samples=50,
        seconds=0.5,
        case_seconds=300.0,
    ),
    "peers": Profile(
        summary="every problem, every way to differentiate in Python that is installed, side by side",
        suites=("accuracy", "comparison", "memory"),
        methods=(*OURS, *PEERS),
        dimensions=(2, 10),
        cost_dimensions=(2, 10, 1000),
        samples=3,
        seconds=0.02,
    ),
    "engine": Profile(
        summary="what the engine costs beside the same work without it, and the goals; about a minute",
        suites=("overhead",),
        memory=16 * 2**30,
    ),
    "search": Profile(
        summary="the worst point of each smooth problem; two minutes",
        suites=("search",),
        methods=("engine.reverse",),
        dimensions=(2, 10),
        case_seconds=300.0,
    ),
}
