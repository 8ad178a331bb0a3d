"""``flask lab check`` and ``migration-lab check``: somebody's own project on every engine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lab_app.cli.on_option import on_option
from lab_app.cli.progress_option import events_option, progress_of
from lab_app.errors import LabError
from lab_app.report.check.formats import CHECK_FORMATS, CheckFormat

_FAIL_ON = ("error", "warning", "note")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--app", metavar="MODULE:NAME", help="The application or its factory, as Flask's --app.")
@click.option("--python", metavar="PATH", help="The interpreter of the project's environment.")
@click.option("--directory", "-d", metavar="FOLDER", help="The migrations folder.")
@click.option("--alembic", "ini", metavar="FILE", help="An alembic.ini, where there is no Flask.")
@click.option(
    "--env",
    "variables",
    multiple=True,
    metavar="KEY=VALUE",
    help="An environment variable; {url} is the scratch database.",
)
@click.option("--setting", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the application.")
@click.option("--allow", "allowed", multiple=True, metavar="HOST:PORT", help="A host that the project may connect to.")
@on_option
@click.option("--middle", is_flag=True, help="Cut every revision in the middle, too.")
@click.option("--fail-on", type=click.Choice(_FAIL_ON), default="error", show_default=True)
@click.option("--format", "form", type=click.Choice(CHECK_FORMATS), default="terminal", show_default=True)
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@events_option
def check(
    folder: Path,
    app: str | None,
    python: str | None,
    directory: str | None,
    ini: str | None,
    variables: tuple[str, ...],
    settings: tuple[str, ...],
    allowed: tuple[str, ...],
    on: tuple[str, ...],
    middle: bool,
    fail_on: str,
    form: CheckFormat,
    quiet: bool,
    events: bool,
) -> None:
    """Run a project's own migrations on every engine, with rows, up and down and up again."""
    from lab_app.check.project.understand import Told, understand
    from lab_app.check.run import CheckRequest
    from lab_app.check.run import check as check_all
    from lab_app.report.check.formats import render
    from lab_app.servers import asked

    told = Told(
        folder=_folder(folder),
        app=app,
        python=python,
        directory=directory,
        ini=ini,
        variables=_pairs(variables, "--env"),
        settings=_pairs(settings, "--setting"),
        allowed=tuple(map(_host, allowed)),
    )
    project = understand(told)
    click.echo(project.line, err=True)
    with progress_of(events, quiet) as progress:
        document = check_all(CheckRequest(project, asked(on), middle), progress)
    render(document, form, sys.stdout)
    sys.exit(
        int(any(_FAIL_ON.index(finding["severity"]) <= _FAIL_ON.index(fail_on) for finding in document["findings"]))
    )


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise LabError(f"{folder} is not a folder. Type the project's folder, or nothing for the current one.")
    return folder.resolve()


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    for each in given:
        if "=" not in each.strip("="):
            raise LabError(f"{option} {each} has no value. Type {option} NAME=VALUE.")
    return dict(each.split("=", 1) for each in given)


def _host(given: str) -> tuple[str, int]:
    host, colon, port = given.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise LabError(f"--allow {given} is not a host and a port. Type --allow HOST:PORT, as in localhost:6379.")
    return host, int(port)
