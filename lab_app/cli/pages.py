"""The commands behind the pages: ``web``, ``report``, and the app under study, which a page talks to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lab_app.cli.front_door import tell
from lab_app.errors import LabError

if TYPE_CHECKING:
    from lab_app.report.selection import Show

#: The longest comment that GitHub takes, in characters.
_GITHUB = 65_536


@click.command()
@click.argument("names", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file; else to standard output.")
@click.option("--format", "form", type=click.Choice(("html", "markdown")), help="html, unless --out ends with .md")
@click.option("--show", type=click.Choice(("all", "differ", "risk")), default="all", show_default=True)
@click.option("--results", "source", type=click.Path(path_type=Path), help="A document of run --format json --out.")
def report(names: tuple[str, ...], out: Path | None, form: str | None, show: Show, source: Path | None) -> None:
    """Write the matrix and its evidence as one HTML file, or as Markdown.

    HTML opens from disk, without a network. Markdown is the matrix alone, and with NAMES the evidence too; GitHub
    takes at most 65,536 characters in a comment.
    """
    from lab_app.document import keep
    from lab_app.report.selection import Selection

    form = form or ("markdown" if out and out.suffix == ".md" else "html")
    if form == "html" and not out and sys.stdout.isatty():
        raise LabError("A page is not for a terminal. Type: flask lab report --out report.html")
    found = keep.of_file(source) if source else keep.shown(tell)
    found, wishes = found.only(names) if names else found, Selection(show=show)
    if form == "html":
        from lab_app.report.page.one_file import report as html

        text = html(found, wishes)
    else:
        from lab_app.report.markdown import report_markdown

        text = report_markdown(found, wishes, evidence=bool(names))
    written = text.encode("utf-8", "backslashreplace")
    if out:
        keep.deliver(written, out)
        tell(f"{out} is written: {len(written) / 1000:,.0f} kB")
    else:
        click.echo(written, nl=False)
    if form == "markdown" and len(text) > _GITHUB:
        told = f"{len(text):,} characters are more than GitHub takes in a comment, {_GITHUB:,}"
        tell(f"{told}: name scenarios, or ask for --show risk.")


@click.command(hidden=True)
@click.argument("engine")
@click.option("--idle", type=float, default=900.0, help="End after so many seconds without a request.")
def students(engine: str, idle: float) -> None:
    """Run the app under study on a scratch database, and answer a page: lab_app/study/protocol.py."""
    from lab_app.study.process import attend

    attend(engine, idle)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=None, help="8080, or LAB_WEB_PORT.")
@click.option(
    "--run", "names", metavar="NAMES", help="Run these scenarios once when the page is there; all: every one."
)
def web(host: str, port: int | None, names: str | None) -> None:
    """Serve the results as a page."""
    from lab_app.web.serve import serve

    serve(host, port, None if names is None else _named(names))


def _named(words: str) -> tuple[str, ...]:
    """Return the scenarios that an option names; none for all of them.

    Raises:
        LabError: there is no such scenario.
    """
    from lab_app.runner.request import request

    names = tuple(words.split())
    everything = names in (("all",), ("--all",))
    asked = request(() if everything else names, everything, (), (), None)
    return () if everything else asked.scenarios
