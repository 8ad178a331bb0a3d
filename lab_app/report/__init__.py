"""Reports: the result document as a terminal screen, JSON, Markdown or JUnit XML. Nothing here runs anything."""

from collections.abc import Callable
from io import TextIOWrapper
from typing import TYPE_CHECKING, Literal, TextIO

from lab_app.evidence.cell import Document
from lab_app.report.document import dump
from lab_app.report.junit import to_junit
from lab_app.report.markdown import to_markdown

if TYPE_CHECKING:
    from lab_app.report.next_command import Wording

Format = Literal["terminal", "json", "markdown", "junit"]
FORMATS: tuple[Format, ...] = ("terminal", "json", "markdown", "junit")
_TEXTS: dict[Format, Callable[[Document], str]] = {"json": dump, "markdown": to_markdown, "junit": to_junit}


def prepare(format: Format) -> None:
    """Import what a format takes to be written, in time that is to spare."""
    if format == "terminal":
        import lab_app.report.screen  # noqa: F401


def render(
    document: Document,
    format: Format,
    stream: TextIO,
    wording: "Wording" = "make",
    recorded: Document | None = None,
) -> None:
    """Write a document to a stream in one of the formats.

    ``wording`` says how the next commands are spelt; with ``recorded`` the matrix tells what is different from it.
    """
    if format == "terminal":
        from lab_app.report.screen import show  # here, not above: rich is slow to import

        show(document, stream, wording, recorded)
        return
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8")  # what a program reads does not depend on the locale
    stream.write(_TEXTS[format](document))
