"""The commands about this machine: ``servers`` and ``clean``."""

from __future__ import annotations

import sys

import click

from lab_app.cli.on_option import on_option
from lab_app.cli.progress_option import events_option, progress_of


@click.command()
@click.option("--format", "form", type=click.Choice(("terminal", "json")), default="terminal", show_default=True)
@on_option
@events_option
def servers(form: str, on: tuple[str, ...], events: bool) -> None:
    """Show each engine: up or not, where from, and what to type when it is not."""
    from lab_app.document.survey import save_survey, survey_text
    from lab_app.runner.survey import survey
    from lab_app.servers import asked

    wanted = asked(on)
    with progress_of(events) as progress:
        found = survey(wanted, progress)
        if not on:  # a page shows what was found of every engine
            save_survey(found)
            progress.kept()
    if form == "json":
        click.echo(survey_text(found), nl=False)
    else:
        from lab_app.report.terminal.servers_table import servers_table

        servers_table(found["servers"], sys.stdout)


@click.command()
def clean() -> None:
    """Remove what a killed run left behind."""
    from lab_app.cleanup import sweep

    removed = sweep()
    click.echo("\n".join(removed) if removed else "Nothing was left behind.")
