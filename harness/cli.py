"""The command line: `gradmark`, or `python -m harness`.

Exit codes: 0 fine; 1 wrong or worse; 2 bad usage or input; 3 cannot tell; 4 nothing was measured.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import threading
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

    stopped = 128 + signal.SIGINT

    def terminate(self, *_: object) -> None:
        """What SIGTERM does: the same as Ctrl-C, but for the exit code."""
        self.stopped = 128 + signal.SIGTERM
        raise KeyboardInterrupt("terminated")

    def invoke(self, ctx: click.Context) -> Any:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self.terminate)
        try:
            return super().invoke(ctx)
        except BadInputError as error:
            raise _Failure(str(error), 2) from error
        except NothingMeasuredError as error:
            raise _Failure(str(error), 4) from error
        except BrokenPipeError:
            raise  # what reads the output has seen enough: click ends without a word
        except OSError as error:
            raise _Failure(f"{error.filename or 'cannot write'}: {error.strerror or error}", 2) from error
        except KeyboardInterrupt as interrupt:
            raise _Failure(str(interrupt) or "interrupted", self.stopped) from interrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradmark")
def main() -> None:
    """Is this gradient right, what does it cost, and did my change make it worse?"""


def _out(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="The results folder."
    )(command)


@main.command()
@click.argument("profile", required=False)
@click.option("--problem", "problems", multiple=True, metavar="NAME", help="Only this problem. May be repeated.")
@click.option("--method", "methods", multiple=True, metavar="ID", help="Only this method. May be repeated.")
@click.option("--n", "dimensions", type=int, multiple=True, help="Only this number of coordinates. May be repeated.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the sampled points.")
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    metavar="[RUN]",
    help="Go on with a run that was interrupted: with RUN, or with the newest.",
)
@_out
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines instead of tables.")
def run(
    profile: str | None,
    problems: tuple[str, ...],
    methods: tuple[str, ...],
    dimensions: tuple[int, ...],
    seed: int,
    resume: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Measure accuracy, runtime and memory.

    PROFILE says how much: quick (unless another is named), standard, full; or engine, which is what the engine costs;
    or search, which looks for the worst point of each smooth problem.
    Exit code 1 if a gradient is wrong or fails, 3 if nobody can tell of one. Hard points do not count, nor does it
    if nobody can tell at a minimum.
    """
    from . import runner
    from .report.cases import decisive

    with _progress() as progress:
        if resume is None:
            finished = runner.run(
                profile or "quick", problems=problems, methods=methods, dimensions=dimensions, seed=seed, out=out,
                progress=progress,
            )  # fmt: skip
        elif profile or problems or methods or dimensions or seed:
            raise BadInputError("--resume goes on with a run as it was begun: leave out what is to be measured")
        else:
            finished = runner.resume(resume or None, out, progress)
    _print_report(finished, as_json)
    raise click.exceptions.Exit(exit_code(decisive(finished.records)))


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
    finished = found.environment["finished"]  # raises an error if the run is damaged, or of a newer schema
    report.write(found.folder)
    _print_report(found, as_json)
    if not finished:
        click.echo("This run is not finished: what it lacks is in none of the tables.", err=True)


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

    base = baseline.read(BASELINE) if against is None else baseline.metrics(find_run(Path(against), out))
    current = _current_run(out)
    head = baseline.metrics(current)
    if against is not None and base.plan != head.plan:
        raise BadInputError(f"{against} has measured something else than {current.folder.name}: its plan is another")
    moved = baseline.compare(base, head)
    worse = moved["status"].isin(("worse", "missing"))
    compared = f"{current.folder.name} against {BASELINE if against is None else against}"
    shown = moved[~moved["status"].isin(("new", "not comparable"))]
    if not shown.empty:
        click.echo(shown.drop(columns="variant").to_string(index=False))
    for status, words in (
        ("new", "new: `gradmark baseline` takes them up"),
        ("not comparable", f"not comparable: memory was recorded with {_versions(base.versions)}"),
        ("better", "better: `gradmark baseline` keeps them so"),
    ):
        if count := int((moved["status"] == status).sum()):
            click.echo(f"{_figures(count)} {words}")
    click.echo(f"{compared}: {f'{_figures(worse.sum())} worse' if worse.any() else 'nothing is worse'}")
    if worse.any():
        raise click.exceptions.Exit(1)


@main.command()
@click.option("--points", is_flag=True, help="Keep the points that the newest search has found instead.")
@_out
def baseline(points: bool, out: Path) -> None:
    """Make the newest run the baseline.

    With --points, make the worst points that the newest search has found those that every run measures. Measures first
    if there is no run of the code as it stands."""
    from . import baseline

    if points:
        _keep_points(out)
        return
    current = _current_run(out)
    baseline.write(current, BASELINE)
    click.echo(f"{BASELINE}: the figures of {current.folder.name}")


@main.command()
@click.argument("function", metavar="FILE.py:F|PROBLEM")
@click.option(
    "--at", required=True, metavar="X,Y,…", help="The point; a single number with a comma is a vector of one."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def explain(function: str, at: str, as_json: bool) -> None:
    """What is wrong with a gradient, and where.

    Of F in FILE.py, or of a problem. Where it is inf or NaN, or wrong: the operation, its operands, and the line and
    expression of the source. Exit code 0 if it is right, 1 if it is not, 3 if nobody can tell.
    """
    from . import explain
    from .user import point_of

    answer = explain.explain(function, point_of(at))
    click.echo(explain.as_json(answer) if as_json else "\n".join(explain.as_text(answer)))
    raise click.exceptions.Exit(answer.exit_code)


@main.command()
@click.argument("problem")
@click.option("--n", "dimension", type=int, help="In so many coordinates; 2, or the fewest, unless given.")
@click.option("--at", metavar="X,Y,…", help="Also the gradient at this point, and how right it is.")
@_out
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(problem: str, dimension: int | None, at: str | None, out: Path, as_json: bool) -> None:
    """What is known of PROBLEM.

    Its formula, domain, minima, hard points and source; its contours are drawn.
    """
    from . import show
    from .report.plots import contours

    found, n = show.find(problem, dimension)
    point = None if at is None else show.read_point(at, found, dimension)
    known = show.describe(found, n if point is None else point.size)
    if point is not None:
        known["at"] = show.gradient_at(found, point)
    picture = out / "problems" / f"{found.name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    contours.draw(found, known["n"]).savefig(picture)
    if as_json:
        click.echo(show.as_json({**known, "contours": str(picture)}))
        return
    for line in show.as_text(known, _width()):
        click.echo(line)
    click.echo(f"contours     {picture}")


@main.command()
@click.argument("function", metavar="FILE.py:F")
@click.option("--gradient", metavar="FILE.py:G", help="Certify this gradient, and not the engine's.")
@click.option("--at", multiple=True, metavar="X,Y,…", help="At this point. May be repeated; else at random points.")
@click.option("--n", "dimension", type=int, help="So many coordinates of the random points.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the random points.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a point.")
def gradcheck(
    function: str, gradient: str | None, at: tuple[str, ...], dimension: int | None, seed: int, as_json: bool
) -> None:
    """Certify the gradient of a function.

    Of F in FILE.py, written with NumPy: a function of one vector, or of several coordinates. Or of a problem, by its
    name. Exit code 0 if the gradient is correct at every point, 1 if it is wrong, 3 if nobody can tell.
    """
    from . import gradcheck

    certificates = gradcheck.gradcheck(function, gradient, at, dimension, seed)
    for line in map(gradcheck.as_json, certificates) if as_json else gradcheck.as_text(certificates):
        click.echo(line)
    raise click.exceptions.Exit(gradcheck.exit_code(certificates))


@main.group()
def selftest() -> None:
    """Prove the checks themselves."""


@selftest.command("accuracy")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of constants and points.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a mutant, and one of the figures.")
def selftest_accuracy(seed: int, as_json: bool) -> None:
    """Mutate every derivative rule, and count what is noticed.

    By the certificate and by checks against differences, and how often they see an error where there is none. Takes a
    minute. Exit code 1 if the certificate misses a mistake or raises a false alarm.
    """
    from .selftest import accuracy, report

    with _progress() as progress:
        found = accuracy.run(seed, progress)
    for line in report.as_json(found) if as_json else report.as_text(found, _width()):
        click.echo(line)
    raise click.exceptions.Exit(0 if found else 1)


@main.command("list")
@click.argument("what", type=click.Choice(["problems", "methods", "runs"]))
@_out
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(what: str, out: Path, as_json: bool) -> None:
    """What there is: problems, methods or runs."""
    from . import lists

    rows = lists.LISTS[what](out)
    if not rows:
        click.echo(f"no {what} yet: `gradmark run` makes one", err=True)
    elif as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        _print_rows(rows)


def exit_code(outcomes: set[str]) -> int:
    """The exit code of a run with these outcomes: no failure and no NaN is a pass."""
    from .baseline import RED

    return 1 if outcomes & RED else 3 if "cannot_tell" in outcomes else 0


def _keep_points(out: Path) -> None:
    from . import worst

    current = _current_run(out, "search", ("search",))
    kept, others = worst.write(current)
    for record in others:
        click.echo(f"not kept: {record.case.problem}, n = {record.n}: {record.outcome}, {record.reason}")
    click.echo(f"{worst.KEPT}: {kept} points of {current.folder.name}")


def _figures(count: int) -> str:
    return "1 figure is" if count == 1 else f"{count} figures are"


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _current_run(out: Path, profile: str = "quick", suites: tuple[str, ...] = ("accuracy", "memory")) -> Run:
    """The newest run of a whole profile, with these suites, by the code as it stands; measured now if there is none."""
    from .runner import run as measure
    from .runs import whole_run_of_this_code

    found = whole_run_of_this_code(out, suites)
    if found is None:
        click.echo(f"no run of the code as it stands: measuring {' and '.join(suites)}", err=True)
        with _progress() as progress:
            found = measure(profile, out=out, suites=suites, progress=progress)
    return found


def _print_report(run: Run, as_json: bool) -> None:
    from .report import tables

    if as_json:
        click.echo((run.folder / "records.jsonl").read_text(encoding="utf-8"), nl=False)
        return
    records = run.records
    for caption, text in tables.as_page(records, _width()):
        click.echo(f"\n{caption}\n{text}")
    click.echo(f"\nTables and plots: {_relative(run.folder)}")


def _width() -> int:
    """The columns of the terminal, or of a common page in a pipe."""
    from .report.tables import LINE

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else LINE


def _print_rows(rows: list[dict[str, str]]) -> None:
    """A table of texts, whose cells are wrapped where the terminal is narrow."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="")
    for k, heading in enumerate(rows[0] if rows else ()):
        table.add_column(heading, no_wrap=k == 0, min_width=max(len(row[heading]) for row in rows) if k == 0 else None)
    for row in rows:
        table.add_row(*row.values())
    console = Console(width=_width(), no_color=True, highlight=False, markup=False)
    with console.capture() as lines:
        console.print(table)
    for line in lines.get().splitlines():
        click.echo(line.rstrip())


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
