"""``migration-lab learn``: the exercises, made in the learner's own folder and judged by four engines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lab_app.cli.front_door import as_called, tell
from lab_app.cli.on_option import on_option
from lab_app.errors import LabError

if TYPE_CHECKING:
    from lab_app.document.judgement import Judgement
    from lab_app.exercise.declared import Exercise
    from lab_app.learn.session import Session, View

_FORMATS = ("terminal", "json", "junit")
#: Exit statuses.
_PASSED, _NOT_YET = 0, 1


@click.command()
@click.argument("name", required=False)
@click.option("--watch", is_flag=True, help="Judge on every save, until q.")
@click.option("--check", "once", is_flag=True, help="Judge once and end: 0 passed, 1 not yet, 2 could not judge.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="terminal", show_default=True)
@on_option
@click.option("--events", is_flag=True, hidden=True)
def learn(name: str | None, **typed: Any) -> None:
    """Do the lesson with your own hands: in your editor and your terminal, judged by four databases.

    Without NAME: the list of exercises, and the next command to type.
    """
    from lab_app.exercise.read import exercise, exercises

    known = exercises()
    wanted = (
        exercise(name)
        if name
        else _of_this_folder(known, required=any(typed[option] for option in ("watch", "once", "events")))
    )
    if wanted and (typed["watch"] or typed["once"] or typed["events"] or typed["form"] != "terminal"):
        _judge(wanted, typed)
    elif wanted and name:
        _make(wanted)
    else:
        _show_path(known)


def _of_this_folder(known: dict[str, Exercise], *, required: bool) -> Exercise | None:
    """Return the exercise of the current folder, else the one that was begun last and is not done.

    Raises:
        LabError: none is meant, and one is ``required``.
    """
    from lab_app.exercise.places import going_on, here

    current = Path.cwd()
    name = here(known, current) or going_on(known, current)
    if name is None and required:
        raise LabError(as_called("Which exercise? For the list, type flask lab learn"))
    return known[name] if name else None


def _make(wanted: Exercise) -> None:
    from lab_app.cleanup import guard
    from lab_app.exercise.places import learner_folder
    from lab_app.learn.begin import begin
    from lab_app.learn.judging import Judges
    from lab_app.learn.typed import flask_command, lab_command
    from lab_app.leases import run_folder

    folder = learner_folder(wanted.name, Path.cwd())
    if (folder / "app.py").exists():
        tell(f"{folder} is there already, and stays as it is.")
    else:
        with guard(), run_folder() as scratch, Judges((), scratch) as judges:
            begin(wanted, folder, judges.sqlite())
    click.echo(_three_sentences(wanted, folder, flask_command(folder), lab_command(folder)))


def _three_sentences(wanted: Exercise, folder: Path, flask: str, lab: str) -> str:
    import os
    import shlex

    lines = [wanted.task, "", wanted.begin, ""]
    if folder != Path.cwd():
        lines.append(f"  cd {shlex.quote(os.path.relpath(folder))}")
    lines += [f"  {lab} learn --watch", "", f"In a second terminal, in the same folder, type: {flask} db --help"]
    return "\n".join(lines)


def _judge(wanted: Exercise, typed: dict[str, Any]) -> None:
    from lab_app.cleanup import guard
    from lab_app.exercise.places import learner_folder
    from lab_app.learn.judging import Judges
    from lab_app.learn.session import Session, check_once, place_of, tell_program
    from lab_app.leases import run_folder
    from lab_app.servers import asked

    folder = learner_folder(wanted.name, Path.cwd())
    if not (folder / "app.py").exists() and not folder.is_dir():
        raise LabError(as_called(f"{folder} is not there. To begin, type flask lab learn {wanted.name}"))
    place = place_of(wanted, folder)
    with guard(), run_folder() as scratch, Judges(asked(typed["on"]), scratch) as judges:
        if typed["events"]:
            tell_program(place, judges)
            return
        if typed["watch"] and sys.stdin.isatty() and sys.stdout.isatty():
            _at_the_terminal(Session(place, judges, _draw))
            return
        found = check_once(place, judges)
    _print(found, typed["form"])
    sys.exit(_PASSED if found["passed"] else _NOT_YET)


def _print(found: Judgement, form: str) -> None:
    import json

    from lab_app.report.learn.junit import judgement_junit
    from lab_app.report.learn.screen import judgement_screen

    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif form == "junit":
        click.echo(judgement_junit(found), nl=False)
    else:
        judgement_screen(found, sys.stdout)


def _draw(view: View) -> None:
    from lab_app.report.learn.session_screen import session_screen

    exercise = view.place.exercise
    session_screen(
        sys.stdout,
        head=f"{exercise.number}/{view.place.of}  {exercise.title}",
        found=view.found,
        hints=view.shown_hints,
        said=view.trouble or view.said,
        asks=view.asks,
        judging=view.judging,
        solution=view.solution,
        may_see_solution=view.may_see_solution,
    )


def _at_the_terminal(session: Session) -> None:
    """Go on until the learner has had enough; the last screen stays, and how to come back stands below it."""
    from lab_app.learn.typed import lab_command

    last = session.run()
    click.echo(f"\nTo go on, type: {lab_command(last.place.folder)} learn --watch")


def _show_path(known: dict[str, Exercise]) -> None:
    from lab_app.exercise.places import learn_folder
    from lab_app.exercise.progress import done, how_far
    from lab_app.learn.session import next_exercise
    from lab_app.learn.typed import lab_command
    from lab_app.report.learn.path_screen import PathLine, path_screen

    folder = learn_folder(Path.cwd())
    passed = done(folder)
    lines = [
        PathLine(
            each.number, each.name, each.title, how_far(folder, each.name, passed),
            passed[each.name].engines if each.name in passed else (),
        )
        for each in known.values()
    ]  # fmt: skip
    going_on = next((known[each.name] for each in lines if each.far == "begun"), None) or next_exercise(None, folder)
    command = f"{lab_command(Path.cwd())} learn {going_on.name if going_on else ''}"
    path_screen(lines, going_on.title if going_on else "", command, sys.stdout)
