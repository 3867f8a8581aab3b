"""Commands about functions: problems, the user's own, and the rules of the engine."""

from __future__ import annotations

from pathlib import Path

import click

from .group import main
from .terminal import out_option, progress_bars, width


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
    from .. import explain
    from ..user import point_of

    answer = explain.explain(function, point_of(at))
    click.echo(explain.as_json(answer) if as_json else "\n".join(explain.as_text(answer)))
    raise click.exceptions.Exit(answer.exit_code)


@main.command()
@click.argument("problem", metavar="PROBLEM|FILE.py:PROBLEM")
@click.option("--n", "dimension", type=int, help="In so many coordinates; 2, or the fewest, unless given.")
@click.option("--at", metavar="X,Y,…", help="Also the gradient at this point, and how right it is.")
@out_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(problem: str, dimension: int | None, at: str | None, out: Path, as_json: bool) -> None:
    """What is known of PROBLEM, or of one in FILE.py.

    Its formula, domain, minima, hard points and source; its contours are drawn.
    """
    from .. import show
    from ..report.plots import contours

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
    for line in show.as_text(known, width()):
        click.echo(line)
    click.echo(f"contours     {picture}")


@main.command()
@click.argument("function", metavar="FILE.py:F")
@click.option("--gradient", metavar="FILE.py:G", help="Certify this gradient, and not the engine's.")
@click.option(
    "--at",
    multiple=True,
    metavar="X,Y,…",
    help="At this point; `0.5` is a number and `0.5,` a vector of one. May be repeated; else at random points.",
)
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
    from .. import gradcheck

    answers = gradcheck.gradcheck(function, gradient, at, dimension, seed)
    for line in map(gradcheck.as_json, answers) if as_json else gradcheck.as_text(answers):
        click.echo(line)
    raise click.exceptions.Exit(gradcheck.exit_code(answers))


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
    from ..selftest import accuracy, report

    with progress_bars() as progress:
        found = accuracy.run(seed, progress)
    for line in report.as_json(found) if as_json else report.as_text(found, width()):
        click.echo(line)
    raise click.exceptions.Exit(0 if found else 1)
