"""``flask lab check`` and ``migration-lab check``: somebody's own project on every engine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lab_app.cli.front_door import as_called, tell
from lab_app.cli.github import tell_github
from lab_app.cli.on_option import on_option
from lab_app.cli.progress_option import events_option, progress_of
from lab_app.errors import LabError
from lab_app.report.check.formats import CHECK_FORMATS

if TYPE_CHECKING:
    from lab_app.check.beginnings import Beginning
    from lab_app.check.left_out import Skip
    from lab_app.check.project.understand import Told
    from lab_app.check.run import CheckRequest

_FAIL_ON = ("error", "warning", "note")
_FILE = click.Path(path_type=Path)


def _keyed(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
    """Read files, each with what stands before it: KEY=FILE is for a part of the project."""
    found = []
    for value in given:
        key, equals, file = value.partition("=")
        found.append((key, Path(file)) if equals and not Path(value).exists() else ("", Path(value)))
    return tuple(found)


@click.command()
@click.argument("folder", type=_FILE, default=Path())
@click.option("--app", metavar="MODULE:NAME", help="The application or its factory, as Flask's --app.")
@click.option("--python", metavar="PATH", help="The interpreter of the project's environment.")
@click.option("--directory", "-d", metavar="FOLDER", help="The migrations folder.")
@click.option("--alembic", "ini", metavar="FILE", help="An alembic.ini, where there is no Flask.")
@click.option(
    "--env",
    "variables",
    multiple=True,
    metavar="KEY=VALUE",
    help="An environment variable; {url} is the scratch database, {driver} {host} {port} {user} {password} {database} "
    "are its parts.",
)
@click.option("--setting", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the application.")
@click.option("--allow", "allowed", multiple=True, metavar="HOST:PORT", help="A host that the project may connect to.")
@on_option
@click.option("--since", metavar="REVISION", help="Findings only of what comes after it; the others are just run.")
@click.option("--git-base", metavar="BRANCH", help="Findings only of revision files that are new since BRANCH.")
@click.option(
    "--from",
    "starts",
    callback=_keyed,
    multiple=True,
    metavar="[BIND=]FILE.sql",
    help="What the history starts from, where not empty: SQL, or a dump of pg_dump, mysqldump, mariadb-dump, sqlite3.",
)
@click.option("--baseline", type=click.Choice(["create_all"]), help="Begin with the models' tables, and walk back.")
@click.option(
    "--seed",
    "seeds",
    callback=_keyed,
    multiple=True,
    metavar="[BIND:][REVISION=]FILE",
    help="Your own rows, put in as soon as every engine takes them, or once REVISION is there; BIND=FILE is for that "
    "database. FILE.sql, or FILE.py with def seed(connection): in a transaction, or def seed(): for your factories and "
    "db.session.",
)
@click.option("--middle", is_flag=True, help="Cut every revision in the middle, too.")
@click.option("--ignore", "ignored", multiple=True, metavar="TABLE.COLUMN", help="Values that are encrypted anew.")
@click.option("--seconds", type=float, metavar="N", help="What loading, and each step, may take [default: 60]")
@click.option(
    "--baseline-findings", "known", type=_FILE, metavar="FILE", help="Findings of this earlier --out do not fail."
)
@click.option("--fail-on", type=click.Choice(_FAIL_ON), default="error", show_default=True)
@click.option("--format", "form", type=click.Choice(CHECK_FORMATS), default="terminal", show_default=True)
@click.option(
    "--out",
    type=_FILE,
    metavar="FILE",
    help="Write it to this file, too: .html is a page, .md Markdown, .sarif SARIF, .xml JUnit, else the document.",
)
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@events_option
@click.pass_context
def check(context: click.Context, /, folder: Path, **typed: Any) -> None:
    """Run a project's own migrations on every engine, with rows, up and down and up again.

    The options may stand in the project's pyproject.toml, too, below [tool.migration-lab].
    """
    from lab_app.check.project.understand import understand
    from lab_app.check.project.understood_line import before_loading
    from lab_app.check.run import check as check_all
    from lab_app.document import checks
    from lab_app.document.keep import write_out
    from lab_app.report.check.formats import form_of, render, writer_of

    folder = _folder(folder)
    options, skips = _with_own_settings(context, folder, typed)
    if options["form"] == "html" and sys.stdout.isatty():
        raise LabError("A page is not for a terminal. Type --out check.html instead of --format html.")
    project = understand(_told(folder, options))
    request = _request(project, options, skips)
    tell(before_loading(project))
    with progress_of(options["events"], options["quiet"]) as progress:
        document = check_all(request, progress, tell)
    checks.keep(document)
    if out := options["out"]:
        write_out(writer_of(form_of(out))(document), out)
    render(document, options["form"], sys.stdout, as_called("flask lab ").rstrip())
    tell_github(document, document_on_stdout=options["form"] != "terminal")
    worst = _FAIL_ON.index(options["fail_on"])
    sys.exit(int(any(_FAIL_ON.index(finding["severity"]) <= worst for finding in document["findings"])))


def _told(folder: Path, options: dict[str, Any]) -> Told:
    """Read what was said of the project.

    Raises:
        LabError: a value is not of the form that its option wants.
    """
    from lab_app.check.project.understand import Told

    return Told(
        folder=folder,
        app=options["app"],
        python=options["python"],
        directory=options["directory"],
        ini=options["ini"],
        variables=_pairs(options["variables"], "--env"),
        settings=_pairs(options["settings"], "--setting"),
        allowed=tuple(map(_host, options["allowed"])),
        seconds=options["seconds"],
        ignored=frozenset(map(_column, options["ignored"])),
    )


def _request(project: Any, options: dict[str, Any], skips: tuple[Skip, ...]) -> CheckRequest:
    """Read what is to be checked of it.

    Raises:
        LabError: a file cannot be read or written, or a branch is none.
    """
    from lab_app.check.judged import new_files
    from lab_app.check.left_out import known_from
    from lab_app.check.run import CheckRequest
    from lab_app.document.keep import writable_out
    from lab_app.servers import asked

    writable_out(options["out"])
    return CheckRequest(
        project,
        asked(options["on"]),
        options["middle"],
        since=options["since"],
        new_files=new_files(project.folder, options["git_base"]) if options["git_base"] else None,
        skips=skips,
        known=known_from(options["known"]) if options["known"] else {},
        beginning=_beginning(options),
    )


def _beginning(options: dict[str, Any]) -> Beginning:
    """Read where the walk begins, and what rows it has.

    Raises:
        LabError: two beginnings are typed, or a file cannot be read.
    """
    from lab_app.check.beginnings import Beginning, Start
    from lab_app.check.own_rows import read_rows_file
    from lab_app.check.sql_file import read_sql

    if options["starts"] and options["baseline"]:
        raise LabError("--from and --baseline are two beginnings. Type one.")
    return Beginning(
        starts=tuple(Start(read_sql(file, "--from"), bind) for bind, file in options["starts"]),
        models=options["baseline"] == "create_all",
        rows=tuple((key, read_rows_file(file, "--seed")) for key, file in options["seeds"]),
    )


def _with_own_settings(
    context: click.Context, folder: Path, typed: dict[str, Any]
) -> tuple[dict[str, Any], tuple[Skip, ...]]:
    """Return the options with what the project's pyproject.toml says where nothing was typed, and what it skips.

    Raises:
        LabError: a key or a value of it is wrong.
    """
    from lab_app.check.project.own_settings import own_settings

    options = [each for each in context.command.params if isinstance(each, click.Option) and not each.hidden]
    known = {name.lstrip("-"): each for each in options for name in each.opts if name.startswith("--")}
    found, skips = own_settings(folder, {name: _kind(each) for name, each in known.items()})
    for name, value in found.items():
        option = known[name]
        assert option.name  # noqa: S101 - for the type checker
        if context.get_parameter_source(option.name) is click.core.ParameterSource.DEFAULT:
            typed[option.name] = option.process_value(context, _placed(value, option, folder))
    return typed, skips


def _placed(value: Any, option: click.Option, folder: Path) -> Any:
    """Return a value of pyproject.toml with its files as they are seen from there."""
    if option.multiple:
        values = [value] if isinstance(value, str) else value
        return [_placed_file(each, folder) for each in values] if option.callback is _keyed else values
    return str(folder / value) if option.type is _FILE else value


def _placed_file(value: str, folder: Path) -> str:
    key, equals, file = value.rpartition("=")
    return f"{key}{equals}{folder / file}"


def _kind(option: click.Option) -> type:
    if option.multiple:
        return list
    return bool if option.is_flag else float if option.type is click.FLOAT else str


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise LabError(f"{folder} is not a folder. Type the project's folder, or nothing for the current one.")
    return folder.resolve()


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    for each in given:
        if "=" not in each or each.startswith("="):
            raise LabError(f"{option} {each} has no value. Type {option} NAME=VALUE.")
    return dict(each.split("=", 1) for each in given)


def _column(given: str) -> str:
    table, dot, column = given.rpartition(".")
    if not (table and dot and column):
        raise LabError(f"--ignore {given} is not a table and a column. Type --ignore TABLE.COLUMN")
    return given


def _host(given: str) -> tuple[str, int]:
    host, colon, port = given.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise LabError(f"--allow {given} is not a host and a port. Type --allow HOST:PORT, as in localhost:6379.")
    return host, int(port)
