"""The commands that run scenarios: ``run``, ``record`` and ``demo``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lab_app.cli.on_option import on_option
from lab_app.cli.progress_option import events_option, progress_of
from lab_app.errors import LabError
from lab_app.report.formats import FORMATS
from lab_app.text import cut

if TYPE_CHECKING:
    from lab_app.document.types import Document
    from lab_app.report.formats import Format
    from lab_app.report.next_command import Wording

#: A slip of the finger fills no disk.
_MOST_ROWS = 10_000_000


def _rows(_ctx: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    digits = value.lstrip("0")
    if not (value.isascii() and value.isdigit() and digits):
        raise LabError(f"ROWS={cut(value, 40)} is no number of rows. Type a whole number from 1, such as ROWS=1000.")
    if len(digits) > len(str(_MOST_ROWS)) or int(digits) > _MOST_ROWS:
        raise LabError(f"ROWS={cut(digits, 40)} is too much. Type at most ROWS={_MOST_ROWS}.")
    return int(digits)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every scenario.")
@on_option
@click.option("--attempt", "attempts", multiple=True, help="Only this attempt; may be repeated.")
@click.option("--rows", callback=_rows, help="Grow the first table to so many rows.")
@click.option("--strict", is_flag=True, help="An engine that is not up is a failure.")
@click.option("--measure", is_flag=True, help="Print the attempts' expectations as observed, to paste; keep nothing.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the result document to this file too.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@events_option
def run(
    names: tuple[str, ...],
    everything: bool,
    on: tuple[str, ...],
    attempts: tuple[str, ...],
    rows: int | None,
    strict: bool,
    measure: bool,
    form: Format,
    out: Path | None,
    quiet: bool,
    events: bool,
) -> None:
    """Run scenarios on every engine and show what each did."""
    from lab_app.cleanup import guard
    from lab_app.runner.fork_server import warm_up

    with guard():
        # The workers' imports take half a second, beside which there is time for everything else.
        warm_up()
        from lab_app.document import keep
        from lab_app.report.formats import prepare, render
        from lab_app.runner.request import request
        from lab_app.runner.run import run as run_all

        chosen = replace(request(names, everything, on, attempts, rows), measuring=measure)
        if not measure:
            keep.writable(out)
        prepare(form)
        with progress_of(events, quiet) as progress:
            document = run_all(chosen, progress)
            if measure:
                _print_measured(document, chosen.scenarios)
            keep.save(document, out, whole=not (on or attempts or rows))
            progress.kept()
    render(document, form, sys.stdout, _wording(), keep.recorded() if everything else None)
    _tell_mistakes(document)
    sys.exit(_status(document, strict))


def _print_measured(document: Document, names: tuple[str, ...]) -> NoReturn:
    """Print what was observed as lines of the scenario files, say what was not, and end.

    Raises:
        LabError: nothing was observed.
    """
    from lab_app.document.matrix import matrix
    from lab_app.scenario import catalogue
    from lab_app.scenario.measured import measured

    files = catalogue.find_all(names)
    found = {name: lines for name, path in files.items() if (lines := measured(document, name, path))}
    for name, lines in found.items():
        click.echo("\n".join([*([f"# {files[name].name}"] if len(names) > 1 else []), *lines]))
    for title, reason, _fix in matrix(document).not_run:
        click.echo(f"{title} was not measured: {reason}", err=True)
    if not found and not _mistakes(document):
        raise LabError("Nothing was measured: no engine is up. Type: flask lab servers")
    sys.exit(2 if _mistakes(document) else 0)


def _wording() -> Wording:
    """Tell how the next commands are spelt: with make in a checkout of the lab, as flask commands elsewhere."""
    return "make" if Path("Makefile").is_file() and Path("lab_app").is_dir() else "flask lab"


def _mistakes(document: Document) -> list[str]:
    """Return what is wrong in the scenarios' own Python, a line each, once."""
    return list(dict.fromkeys(cell["reason"] for cell in document["cells"] if cell.get("mistake")))


def _tell_mistakes(document: Document) -> None:
    for line in _mistakes(document):
        click.echo(line, err=True)


def _status(document: Document, strict: bool) -> int:
    """Return 0 when every cell of a target that is up is as expected; else 1, and with strict when one is not up.

    2 says that a scenario's own Python is wrong.
    """
    if _mistakes(document):
        return 2
    up = {target["name"] for target in document["targets"] if target["up"]}
    return int(any(not cell["as_expected"] and (strict or cell["target"] in up) for cell in document["cells"]))


@click.command()
def record() -> None:
    """Run every scenario on all four engines and keep the results in the repository."""
    from lab_app.document import keep
    from lab_app.progress import Lines
    from lab_app.report.index import write_index
    from lab_app.runner.request import request
    from lab_app.runner.run import run as run_all

    with Lines() as progress:
        document = run_all(request((), True, (), (), None), progress)
    if _status(document, strict=True):
        raise LabError("Not recorded: a cell is not as expected, or an engine is not up. Type make matrix STRICT=1")
    for path in (keep.record(document), write_index(document)):
        click.echo(f"{path} is written")


@click.command()
def demo() -> None:
    """Tell one startling story on SQLite, without a server."""
    from lab_app.progress import Quiet
    from lab_app.report.terminal.demo_screen import demo_screen
    from lab_app.runner.request import Request
    from lab_app.runner.run import run as run_all
    from lab_app.servers import asked

    with Quiet() as progress:
        document = run_all(Request(("batch_mode",), asked(("sqlite",)), ("number_in_batch",)), progress)
    demo_screen(document, sys.stdout, _wording())
