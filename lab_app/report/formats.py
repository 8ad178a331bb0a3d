"""The formats of a result document. The command line reads their names, so what writes them is imported late."""

from __future__ import annotations

from io import TextIOWrapper
from typing import TYPE_CHECKING, Literal, TextIO, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab_app.document.types import Document
    from lab_app.report.next_command import Wording

Format = Literal["terminal", "json", "markdown", "junit"]
FORMATS: tuple[Format, ...] = get_args(Format)


def prepare(format: Format) -> None:
    """Import what a format takes to be written, in time that is to spare."""
    if format == "terminal":
        import lab_app.report.terminal.screen  # noqa: F401
    else:
        _text_of(format)


def render(
    document: Document,
    format: Format,
    stream: TextIO,
    wording: Wording = "make",
    recorded: Document | None = None,
) -> None:
    """Write a document to a stream in one of the formats.

    ``wording`` says how the next commands are spelt; with ``recorded`` the matrix tells what is different from it.
    """
    if format == "terminal":
        from lab_app.report.terminal.screen import show  # rich is slow to import

        show(document, stream, wording, recorded)
        return
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8")  # what a program reads does not depend on the locale
    stream.write(_text_of(format)(document))


def _text_of(format: Format) -> Callable[[Document], str]:
    """Return the function that writes a document in a format that programs read."""
    if format == "json":
        from lab_app.document.file import dump

        return dump
    if format == "markdown":
        from lab_app.report.markdown import to_markdown

        return to_markdown
    from lab_app.report.junit import to_junit

    return to_junit
