"""The option by which a program asks for progress it can read, and the progress of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lab_app.progress import Progress

#: For a program that shows the progress: an Event a line, which lab_app/progress.py reads too.
events_option = click.option("--events", is_flag=True, hidden=True)


def progress_of(events: bool, quiet: bool = False) -> Progress:
    """Make the progress of a command: for a person, for a program, or none."""
    from lab_app.progress import Events, Lines, Quiet

    if events:
        return Events()
    return Quiet() if quiet else Lines()
