"""The commands about scenario files: ``list``, ``show``, ``new`` and ``sql``."""

from __future__ import annotations

import sys

import click


@click.command("list")
def list_() -> None:
    """Name every scenario, with its title and level."""
    from lab_app.scenario import catalogue

    for name, path in catalogue.files().items():
        scenario = catalogue.load(path)
        click.echo(f"{name:24} {scenario.level:13} {scenario.title}")


@click.command()
@click.argument("name")
def show(name: str) -> None:
    """Print one scenario's file."""
    from lab_app.scenario import catalogue

    click.echo(catalogue.find(name).read_text(encoding="utf-8"), nl=False)


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
    from lab_app.runner.preview import preview

    title, attempts = preview(name)
    titled = [(attempt, {BY_NAME[engine].title: sql for engine, sql in by.items()}) for attempt, by in attempts]
    sql_screen(title, titled, sys.stdout)
