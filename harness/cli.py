"""The command line: `gradmark`, or `python -m harness`.

Exit codes: 0 fine; 1 wrong or worse; 2 bad usage or input; 3 cannot tell; 4 nothing was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .errors import BadInputError, NothingMeasuredError

if TYPE_CHECKING:
    from .runs import Run

BASELINE = Path("results/baseline/metrics.csv")


class _Failure(click.ClickException):
    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


class Commands(click.Group):
    """A group whose commands end with one line, and the right exit code, for what a user can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadInputError as error:
            raise _Failure(str(error), 2) from error
        except NothingMeasuredError as error:
            raise _Failure(str(error), 4) from error
        except KeyboardInterrupt as interrupt:
            raise _Failure(str(interrupt) or "interrupted", 130) from interrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradmark")
def main() -> None:
    """Is this gradient right, what does it cost, and did my change make it worse?"""


def _out(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="The results folder."
    )(command)


@main.command()
@click.argument("profile", default="quick")
@click.option("--problem", "problems", multiple=True, metavar="NAME", help="Only this problem. May be repeated.")
@click.option("--method", "methods", multiple=True, metavar="ID", help="Only this method. May be repeated.")
@click.option("--n", "dimensions", type=int, multiple=True, help="Only this number of coordinates. May be repeated.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the sampled points.")
@_out
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines instead of tables.")
def run(
    profile: str,
    problems: tuple[str, ...],
    methods: tuple[str, ...],
    dimensions: tuple[int, ...],
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Measure accuracy, runtime and memory.

    PROFILE says how much; it is quick unless named, and engine is what the engine costs. Exit
    code 1 if a gradient is wrong or missing, 3 if nobody can tell of one.
    """
    from .runner import run as measure

    with _progress() as progress:
        finished = measure(
            profile, problems=problems, methods=methods, dimensions=dimensions, seed=seed, out=out, progress=progress
        )
    _print_report(finished, as_json)
    raise click.exceptions.Exit(exit_code(set(finished.records["outcome"])))


@main.command()
@click.argument("folder", metavar="[RUN]", type=click.Path(path_type=Path), required=False)
@_out
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines instead of tables.")
def report(folder: Path | None, out: Path, as_json: bool) -> None:
    """Make the tables and plots of a run again.

    From the records of RUN, or of the newest run.
    """
    from . import report
    from .runs import find_run

    found = find_run(folder, out)
    report.write(found.folder)
    _print_report(found, as_json)


@main.command()
@click.option("--against", metavar="RUN", help="Compare with this run instead of the baseline.")
@_out
def check(against: str | None, out: Path) -> None:
    """Compare the newest run with the baseline.

    Outcomes, errors, nodes and bytes; exit code 1 if anything is worse. Measures first if there is no run of the code
    as it stands.
    """
    from . import baseline
    from .runs import find_run

    base = baseline.metrics(find_run(Path(against), out)) if against else baseline.read(BASELINE)
    current = _current_run(out)
    moved = baseline.compare(base, baseline.metrics(current))
    worse = moved["status"].isin(("worse", "missing"))
    compared = f"{current.folder.name} against {against or BASELINE}"
    shown = moved[~moved["status"].isin(("new", "not comparable"))]
    if not shown.empty:
        click.echo(shown.drop(columns="variant").to_string(index=False))
    for status, words in (
        ("new", "figures are new: `gradmark baseline` takes them up"),
        ("not comparable", f"figures of memory are not comparable: recorded with {_versions(base.versions)}"),
        ("better", "figures are better: `gradmark baseline` keeps them so"),
    ):
        if count := int((moved["status"] == status).sum()):
            click.echo(f"{count} {words}")
    click.echo(f"{compared}: {f'{worse.sum()} figures are worse' if worse.any() else 'nothing is worse'}")
    if worse.any():
        raise click.exceptions.Exit(1)


@main.command()
@_out
def baseline(out: Path) -> None:
    """Make the newest run the baseline.

    Measures first if there is no run of the code as it stands."""
    from . import baseline

    current = _current_run(out)
    baseline.write(current, BASELINE)
    click.echo(f"{BASELINE}: the figures of {current.folder.name}")


@main.command("list")
@click.argument("what", type=click.Choice(["problems", "methods", "runs"]))
@_out
def list_(what: str, out: Path) -> None:
    """What there is: problems, methods or runs."""
    if what == "problems":
        import problems

        click.echo(problems.table().drop(columns="source").to_string(index=False))
    elif what == "methods":
        from .methods import METHODS

        for method in METHODS.values():
            click.echo(f"{method.id:22} {method.kind}")
    else:
        from .runs import runs

        for folder in runs(out):
            click.echo(folder.name)


def exit_code(outcomes: set[str]) -> int:
    """The exit code of a run with these outcomes: no failure and no NaN is a pass."""
    from .baseline import RED

    return 1 if outcomes & RED else 3 if "cannot_tell" in outcomes else 0


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _current_run(out: Path) -> Run:
    """The newest run of a whole profile by the code as it stands; measured now if there is none."""
    from .runner import run as measure
    from .runs import whole_run_of_this_code

    found = whole_run_of_this_code(out)
    if found is None:
        click.echo("no run of the code as it stands: measuring accuracy and memory", err=True)
        with _progress() as progress:
            found = measure("quick", out=out, suites=("accuracy", "memory"), progress=progress)
    return found


def _print_report(run: Run, as_json: bool) -> None:
    from .report import tables

    if as_json:
        click.echo((run.folder / "records.jsonl").read_text(encoding="utf-8"), nl=False)
        return
    records = run.records
    for caption, table in tables.short(records):
        click.echo(f"\n{caption}\n{tables.as_text(table)}")
    click.echo()
    if verdicts := tables.verdicts(records):
        click.echo(f"Outcomes. {verdicts}.")
    click.echo(f"Tables and plots: {_relative(run.folder)}")


def _relative(folder: Path) -> Path:
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each suite, on the terminal alone."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bars = Progress(*columns, console=Console(stderr=True))
    tasks: dict[str, Any] = {}

    def update(suite: str, done: int, total: int) -> None:
        bars.start()
        if suite not in tasks:
            tasks[suite] = bars.add_task(suite, total=total)
        bars.update(tasks[suite], completed=done)

    try:
        yield update
    finally:
        if tasks:
            bars.stop()
