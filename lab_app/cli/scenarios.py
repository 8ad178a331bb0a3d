"""The commands about scenario files: ``list``, ``show``, ``new`` and ``sql``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import click

from lab_app.cli.front_door import tell
from lab_app.text import one_line

#: For one scenario file: to be read, or to write down the SQL of all its attempts.
_SECONDS = 30.0


@click.command("list")
def list_() -> None:
    """Name every scenario, with its title and level."""
    from lab_app.runner.apart import apart

    for name, level, title in apart(_declared, _SECONDS, _printed):
        click.echo(f"{name:24} {level:13} {one_line(title)}")


def _declared(begin: Callable[[str], None]) -> list[tuple[str, str, str]]:
    """Return name, level and title of each scenario."""
    from lab_app.scenario import catalogue

    found = []
    for name, path in catalogue.files().items():
        begin(catalogue.shown(path))
        scenario = catalogue.load(path)
        found.append((name, scenario.level, scenario.title))
    return found


def _printed(line: str) -> None:
    from lab_app.progress import printed_line

    tell(printed_line("", line))


@click.command()
@click.argument("name")
def show(name: str) -> None:
    """Print one scenario's file."""
    from lab_app.scenario import catalogue

    click.echo(catalogue.find(name).read_bytes(), nl=False)


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Write the skeleton of a scenario, ready to run."""
    from lab_app.scenario.skeleton import write

    path = write(name)
    click.echo(f"{path} is written, and runs: flask lab run {name}")


@click.command()
@click.argument("name")
def sql(name: str) -> None:
    """Show the SQL of every engine side by side; no server is needed."""
    from lab_app.engines import BY_NAME
    from lab_app.report.terminal.sql_screen import sql_screen
    from lab_app.runner.apart import apart
    from lab_app.runner.preview import preview

    title, attempts = apart(partial(preview, name), _SECONDS, _printed)
    titled = [(attempt, {BY_NAME[engine].title: sql for engine, sql in by.items()}) for attempt, by in attempts]
    sql_screen(title, titled, sys.stdout)
