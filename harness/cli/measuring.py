"""Commands about runs: measuring, reporting, comparing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import BadInputError
from .group import main
from .terminal import out_option, print_rows, progress_bars, relative, width

if TYPE_CHECKING:
    from ..runs import Run

BASELINE = Path("results/baseline/metrics.csv")

junit_option = click.option(
    "--junit",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the verdicts to this file as JUnit XML, too.",
)


@main.command()
@click.argument("profile", required=False)
@click.option(
    "--problem",
    "problems",
    multiple=True,
    metavar="NAME|FILE.py:F",
    help="Only this problem, or function of your own. May be repeated.",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="ID|FILE.py:M",
    help="Only this method, or one of your own. May be repeated.",
)
@click.option("--n", "dimensions", type=int, multiple=True, help="Only this number of coordinates. May be repeated.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the sampled points.")
@click.option(
    "--resume",
    is_flag=False,
    flag_value="",
    metavar="[RUN]",
    help="Go on with a run that was interrupted: with RUN, or with the newest.",
)
@out_option
@junit_option
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines instead of tables.")
def run(
    profile: str | None,
    problems: tuple[str, ...],
    methods: tuple[str, ...],
    dimensions: tuple[int, ...],
    seed: int,
    resume: str | None,
    out: Path,
    junit: Path | None,
    as_json: bool,
) -> None:
    """Measure accuracy, runtime and memory.

    PROFILE says how much: quick (unless another is named), standard, full; peers, which puts other libraries beside;
    engine, which is what the engine costs; search, which looks for the worst point of each smooth problem.
    Exit code 1 if a gradient is wrong or fails, 3 if nobody can tell of one. Hard points do not count, nor does it
    if nobody can tell at a minimum. Of other libraries those count that are named with --method.
    """
    from .. import runner

    with progress_bars() as progress:
        if resume is None:
            finished = runner.run(
                profile or "quick", problems=problems, methods=methods, dimensions=dimensions, seed=seed, out=out,
                progress=progress,
            )  # fmt: skip
        elif profile or problems or methods or dimensions or seed:
            raise BadInputError("--resume goes on with a run as it was begun: leave out what is to be measured")
        else:
            finished = runner.resume(resume or None, out, progress)
    _print_report(finished, as_json, junit)
    raise click.exceptions.Exit(exit_code(_deciding(finished)))


@main.command()
@click.argument("folder", metavar="[RUN]", type=click.Path(path_type=Path), required=False)
@out_option
@junit_option
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines instead of tables.")
def report(folder: Path | None, out: Path, junit: Path | None, as_json: bool) -> None:
    """Make the tables and plots of a run again.

    From the records of RUN, or of the newest run.
    """
    from .. import report
    from ..runs import find_run

    found = find_run(folder, out)
    finished = found.environment["finished"]  # raises an error if the run is damaged, or of a newer schema
    report.write(found.folder)
    _print_report(found, as_json, junit)
    if not finished:
        click.echo("This run is not finished: what it lacks is in none of the tables.", err=True)


@main.command()
@click.option("--against", metavar="RUN", help="Compare with this run instead of the baseline.")
@out_option
def check(against: str | None, out: Path) -> None:
    """Compare the newest run with the baseline.

    Outcomes, errors, nodes and bytes; exit code 1 if anything is worse. Measures first if there is no run of the code
    as it stands.
    """
    from .. import baseline
    from ..runs import find_run

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
@out_option
def baseline(points: bool, out: Path) -> None:
    """Make the newest run the baseline.

    With --points, make the worst points that the newest search has found those that every run measures. Measures first
    if there is no run of the code as it stands."""
    from .. import baseline

    if points:
        _keep_points(out)
        return
    current = _current_run(out)
    baseline.write(current, BASELINE)
    click.echo(f"{BASELINE}: the figures of {current.folder.name}")


@main.command("list")
@click.argument("what", type=click.Choice(["problems", "methods", "runs"]))
@out_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(what: str, out: Path, as_json: bool) -> None:
    """What there is: problems, methods or runs."""
    from .. import lists

    rows = lists.LISTS[what](out)
    if not rows:
        click.echo(f"no {what} yet: `gradmark run` makes one", err=True)
    elif as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        print_rows(rows)


def exit_code(outcomes: set[str]) -> int:
    """The exit code of a run with these outcomes: no failure and no NaN is a pass."""
    from ..baseline import RED

    return 1 if outcomes & RED else 3 if "cannot_tell" in outcomes else 0


def _deciding(run: Run) -> set[str]:
    """The outcomes that decide over a run: what a library beside ours cannot do counts if it was asked for."""
    from ..methods.peers import PEERS
    from ..report.cases import decisive

    asked = run.environment["plan"]["methods"]
    others = [peer.id for peer in PEERS if peer.id not in asked]
    records = run.records
    return decisive(records[~records["method"].isin(others)])


def _keep_points(out: Path) -> None:
    from .. import worst

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
    from ..runner import run as measure
    from ..runs import whole_run_of_this_code

    found = whole_run_of_this_code(out, suites)
    if found is None:
        click.echo(f"no run of the code as it stands: measuring {' and '.join(suites)}", err=True)
        with progress_bars() as progress:
            found = measure(profile, out=out, suites=suites, progress=progress)
    return found


def _print_report(run: Run, as_json: bool, to_junit: Path | None) -> None:
    from ..report import junit, tables

    records = run.records
    if to_junit is not None:
        junit.write(records, to_junit)
    if as_json:
        click.echo((run.folder / "records.jsonl").read_text(encoding="utf-8"), nl=False)
        return
    for caption, text in tables.as_page(records, width()):
        click.echo(f"\n{caption}\n{text}")
    click.echo(f"\nTables and plots: {relative(run.folder)}")
