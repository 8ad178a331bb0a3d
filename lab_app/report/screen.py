"""A document on a terminal: one scenario with its evidence, several as the matrix."""

from lab_app.evidence.cell import Document
from lab_app.report.next_command import Wording
from lab_app.report.scenario_screen import scenario_screen
from lab_app.report.terminal import matrix_screen
from lab_app.report.typeset import Target, console_for, put


def show(document: Document, target: Target, wording: Wording = "make") -> None:
    """Print a document on a stream or a rich Console."""
    console = console_for(target)
    draw = scenario_screen if len(document["scenarios"]) == 1 else matrix_screen
    put(console, draw(document, console.width, wording))
