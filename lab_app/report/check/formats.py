"""The forms in which a check can be printed; the command line reads their names, so what writes is imported late."""

from __future__ import annotations

from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO, get_args

if TYPE_CHECKING:
    from lab_app.document.check import CheckDocument

CheckFormat = Literal["terminal", "json", "junit", "sarif", "gitlab", "markdown", "html"]
CHECK_FORMATS: tuple[CheckFormat, ...] = get_args(CheckFormat)


#: The form of a file by the end of its name; any other one is the document.
_BY_SUFFIX: dict[str, CheckFormat] = {".html": "html", ".md": "markdown", ".sarif": "sarif", ".xml": "junit"}


def form_of(file: Path) -> CheckFormat:
    """Return the form in which a check is written to a file."""
    return _BY_SUFFIX.get(file.suffix.lower(), "json")


def render(document: CheckDocument, form: CheckFormat, stream: TextIO, lab: str = "flask lab") -> None:
    """Write a check's document to a stream in one of the forms; ``lab`` is how the lab's commands are typed."""
    if form == "terminal":
        from lab_app.report.check.screen import screen

        screen(document, stream, lab)
        return
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8")  # what a program reads does not depend on the locale
    stream.write(writer_of(form)(document))


def writer_of(form: CheckFormat) -> Callable[[CheckDocument], str]:
    """Return the function that writes a document in a form that programs read."""
    if form == "json":
        from lab_app.document.checks import text_of

        return text_of
    from lab_app.report.check import junit, markdown, one_file, sarif

    writers: dict[CheckFormat, Callable[[CheckDocument], str]] = {
        "junit": junit.to_junit,
        "sarif": sarif.to_sarif,
        "gitlab": sarif.to_gitlab,
        "markdown": markdown.to_markdown,
        "html": one_file.to_html,
    }
    return writers[form]
