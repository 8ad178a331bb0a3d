"""What a check says to GitHub Actions: a line beside each finding's code, and a summary of the job."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from lab_app.errors import LabError

if TYPE_CHECKING:
    from lab_app.document.check import CheckDocument


def tell_github(document: CheckDocument, *, document_on_stdout: bool) -> None:
    """Write annotations and the summary where GitHub looks for them, when this is a job of GitHub Actions.

    Where standard output is a document, annotations go to standard error, which GitHub reads, too.

    Raises:
        LabError: the summary cannot be written.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from lab_app.report.check.markdown import github_annotations, to_markdown

    sys.stdout.flush()
    for line in github_annotations(document):
        click.echo(line, err=document_on_stdout)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with open(summary, "a", encoding="utf-8") as file:  # noqa: PTH123 - it is GitHub's to make
                file.write(to_markdown(document) + "\n")
        except OSError as error:
            raise LabError(
                f"GITHUB_STEP_SUMMARY={summary} cannot be written: {error.strerror}. Unset it to do without."
            ) from None
