"""A document on a terminal: one scenario with its evidence, several as the matrix."""

from lab_app.document.types import Document
from lab_app.report.next_command import Wording
from lab_app.report.terminal.layout import Output, console_for, put
from lab_app.report.terminal.matrix_screen import matrix_screen
from lab_app.report.terminal.scenario_screen import scenario_screen


def show(document: Document, output: Output, wording: Wording = "make", recorded: Document | None = None) -> None:
    """Print a document on a stream or a rich Console; ``recorded`` is what the matrix is held against."""
    console = console_for(output)
    if len(document["scenarios"]) == 1:
        put(console, scenario_screen(document, console.width, wording))
    else:
        put(console, matrix_screen(document, console.width, wording, recorded))
