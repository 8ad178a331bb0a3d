"""``migration-lab grade``: a class's exercises judged anew, in a container."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lab_app.cli.front_door import tell
from lab_app.cli.on_option import on_option

if TYPE_CHECKING:
    from lab_app.document.grades import Grades
    from lab_app.learn.grading import Submission

_FORMATS = ("terminal", "csv", "json", "html")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--here", is_flag=True, help="Run what pupils wrote as yourself: for folders that you trust.")
@click.option("--strict", is_flag=True, hidden=True, help="With limits on memory and processes.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="terminal", show_default=True)
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@on_option
def grade(folders: tuple[Path, ...], here: bool, strict: bool, form: str, quiet: bool, on: tuple[str, ...]) -> None:
    """Judge what pupils handed in: each FOLDER is a pupil, with a folder for each exercise.

    It runs in a container that has no network but the databases; nothing that is handed in is trusted.
    """
    from lab_app.learn.contained import grade_contained
    from lab_app.learn.grading import submissions

    submissions(folders)  # what is wrong with the folders is said before a container is made
    grades = _graded_here(folders, on, strict, quiet) if here else grade_contained(folders)
    _print(grades, form)
    sys.exit(0)


def _graded_here(folders: tuple[Path, ...], on: tuple[str, ...], strict: bool, quiet: bool) -> Grades:
    from lab_app.cleanup import guard
    from lab_app.learn.forking import STRICT_LIMITS
    from lab_app.learn.grading import SECONDS, Grading, submissions
    from lab_app.learn.judging import Judges
    from lab_app.leases import run_folder
    from lab_app.servers import asked

    def done(submission: Submission, count: int, of: int) -> None:
        if not quiet:
            tell(f"  {count} of {of}  {submission.pupil}, {submission.exercise.name}")

    wanted, handed_in = asked(on), submissions(folders)
    limits = STRICT_LIMITS if strict else None
    with guard(), run_folder() as scratch, Judges(wanted, scratch, limits=limits, seconds=SECONDS) as judges:
        return Grading(judges, wanted, done).grade(handed_in, folders)


def _print(grades: Grades, form: str) -> None:
    import json

    from lab_app.report.learn.grades import grades_csv, grades_page, grades_screen

    if form == "terminal":
        grades_screen(grades, sys.stdout)
    elif form == "json":
        click.echo(json.dumps(grades, ensure_ascii=False, indent=1))
    else:
        click.echo(grades_csv(grades) if form == "csv" else grades_page(grades), nl=False)
