"""``flask lab …``: a command group that any Flask app gets by installing the package.

Every `flask` command of every project in the environment imports this module, so the top imports next to nothing.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lab_app.cli_pages import report, students, web
from lab_app.errors import LabError

if TYPE_CHECKING:
    from lab_app.evidence.cell import Document
    from lab_app.progress import Progress
    from lab_app.report import Format
    from lab_app.report.next_command import Wording

_FORMATS = ("terminal", "json", "markdown", "junit")


class _LabGroup(click.Group):
    """Tells a LabError in one line, and leaves by the front door on Ctrl-C and SIGTERM."""

    def invoke(self, ctx: click.Context) -> Any:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            return super().invoke(ctx)
        except LabError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. Nothing is left behind.", err=True)
            ctx.exit(130)
        except BrokenPipeError:  # the reader of `flask lab … | head` has seen enough
            sys.stdout = None
            ctx.exit(0)


@click.group(cls=_LabGroup)
def lab() -> None:
    """Run one schema change on SQLite, PostgreSQL, MySQL and MariaDB."""


def _rows(_ctx: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    if value is None or (value.isascii() and value.isdigit() and int(value) > 0):
        return int(value) if value else None
    raise LabError(f"ROWS={value} is no number of rows. Type a whole number from 1, such as ROWS=1000.")


#: For a program that shows the progress: an Event a line, which lab_app/progress.py reads too.
_events = click.option("--events", is_flag=True, hidden=True)


def _progress(events: bool, quiet: bool = False) -> Progress:
    from lab_app.progress import Events, Progress

    return Events() if events else Progress(quiet)


@lab.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every scenario.")
@click.option("--engine", "engines", multiple=True, help="Only this engine; may be repeated.")
@click.option("--attempt", "attempts", multiple=True, help="Only this attempt; may be repeated.")
@click.option("--rows", callback=_rows, help="Grow the first table to so many rows.")
@click.option("--strict", is_flag=True, help="An engine that is not up is a failure.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="terminal", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the result document to this file too.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@_events
def run(
    names: tuple[str, ...],
    everything: bool,
    engines: tuple[str, ...],
    attempts: tuple[str, ...],
    rows: int | None,
    strict: bool,
    form: Format,
    out: Path | None,
    quiet: bool,
    events: bool,
) -> None:
    """Run scenarios on every engine and show what each did."""
    from lab_app import results
    from lab_app.report import prepare, render
    from lab_app.runner.pool import warm_up
    from lab_app.runner.request import request
    from lab_app.runner.run import run as run_all

    asked = request(names, everything, engines, attempts, rows)
    # The workers' imports take half a second, beside which there is time for others.
    warm_up()
    prepare(form)
    with _progress(events, quiet) as progress:
        document = run_all(asked, progress)
        results.save(document, out, whole=not (engines or attempts or rows))
        progress.kept()
    render(document, form, sys.stdout, _wording(), results.recorded() if everything else None)
    sys.exit(_status(document, strict))


def _wording() -> Wording:
    """How the next commands are spelt: with make in a checkout of the lab, as flask commands elsewhere."""
    return "make" if Path("Makefile").is_file() and Path("lab_app").is_dir() else "flask lab"


def _status(document: Document, strict: bool) -> int:
    """0 when every cell of an engine that is up is as expected; 1 otherwise, and with strict when one is not up."""
    up = {engine["name"] for engine in document["engines"] if engine["up"]}
    return int(any(not cell["as_expected"] and (strict or cell["engine"] in up) for cell in document["cells"]))


@lab.command()
def record() -> None:
    """Run every scenario on all four engines and keep the results in the repository."""
    from lab_app import results
    from lab_app.progress import Progress
    from lab_app.runner.request import request
    from lab_app.runner.run import run as run_all

    with Progress() as progress:
        document = run_all(request((), True, (), (), None), progress)
    if _status(document, strict=True):
        raise LabError("Not recorded: a cell is not as expected, or an engine is not up. Type make matrix STRICT=1")
    for path in results.record(document):
        click.echo(f"{path} is written")


@lab.command("list")
def list_() -> None:
    """Name every scenario, with its title and level."""
    from lab_app import catalogue

    for name, path in catalogue.files().items():
        scenario = catalogue.load(path)
        click.echo(f"{name:24} {scenario.level:13} {scenario.title}")


@lab.command()
@click.argument("name")
def show(name: str) -> None:
    """Print one scenario's file."""
    from lab_app import catalogue

    click.echo(catalogue.find(name).read_text(encoding="utf-8"), nl=False)


@lab.command()
@click.argument("name")
def new(name: str) -> None:
    """Write the skeleton of a scenario, ready to run."""
    from lab_app.skeleton import write

    path = write(name)
    click.echo(f"{path} is written, and runs: flask lab run {name}")


@lab.command()
@click.argument("name")
def sql(name: str) -> None:
    """Show the SQL of every engine side by side; no server is needed."""
    from lab_app.engines import BY_NAME
    from lab_app.report.sql import sql_screen
    from lab_app.runner.paper import preview

    title, attempts = preview(name)
    titled = [(attempt, {BY_NAME[engine].title: sql for engine, sql in by.items()}) for attempt, by in attempts]
    sql_screen(title, titled, sys.stdout)


@lab.command()
@click.option("--format", "form", type=click.Choice(("terminal", "json")), default="terminal", show_default=True)
@_events
def servers(form: str, events: bool) -> None:
    """Show each engine: up or not, where from, and what to type when it is not."""
    from lab_app import results
    from lab_app.engines import ENGINES
    from lab_app.survey import survey

    with _progress(events) as progress:
        found = survey(ENGINES, progress)
        results.save_survey(found)
        progress.kept()
    if form == "json":
        click.echo(results.survey_text(found), nl=False)
    else:
        from lab_app.report.servers import servers_table

        servers_table(found["servers"], sys.stdout)


@lab.command()
def clean() -> None:
    """Remove what a killed run left behind."""
    from lab_app import leftovers

    removed = leftovers.sweep()
    click.echo("\n".join(removed) if removed else "Nothing was left behind.")


@lab.command()
def demo() -> None:
    """Tell one startling story on SQLite, without a server."""
    from lab_app.progress import Progress
    from lab_app.report.demo import demo_screen
    from lab_app.runner.request import Request
    from lab_app.runner.run import run as run_all

    with Progress(quiet=True) as progress:
        document = run_all(Request(("batch_mode",), ("sqlite",), ("number_in_batch",)), progress)
    demo_screen(document, sys.stdout, _wording())


for _command in (report, students, web):
    lab.add_command(_command)
