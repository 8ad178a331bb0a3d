"""The judgement as a document, from what was seen so far. Nothing is run here."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lab_app.document.judgement import (
    JUDGEMENT_SCHEMA,
    EngineLine,
    JudgedExercise,
    JudgedRevision,
    Judgement,
    State,
    Surprise,
)  # fmt: skip
from lab_app.exercise.declared import Exercise
from lab_app.learn.checks import checks_of_files
from lab_app.learn.files import newest_migration
from lab_app.learn.lines import Asked, Wrong, engine_line, line_of_engines, list_lines, state_of, told_by
from lab_app.learn.school import rows_now
from lab_app.learn.seen import Files, Seen
from lab_app.learn.sentences import command, sentence
from lab_app.learn.typed import as_typed
from lab_app.runner.versions import versions


@dataclass(frozen=True)
class Place:
    """Where a judgement is made: an exercise, among how many, the learner's folder, how commands are typed there."""

    exercise: Exercise
    of: int
    folder: Path
    flask: str
    lab: str = "migration-lab"


def assemble(place: Place, files: Files, sqlite: Seen, asked: list[Asked]) -> Judgement:
    """Make the judgement; ``asked`` are all engines, SQLite first."""
    exercise = place.exercise
    lines, wrong = list_lines(list(checks_of_files(exercise, files, sqlite)))
    told = {each.name: told_by(exercise, each.seen) for each in asked}
    stopped = any(each.code for each in told[asked[0].name] or ())  # then the servers are not asked
    engines = [
        engine_line(each, told[each.name], waiting=wrong is not None or (stopped and each.seen is None))
        for each in asked
    ]
    state, found = state_of(engines, told, wrong)
    for part, says in enumerate((exercise.rows.says, exercise.back.says)):
        if says:
            lines.append(line_of_engines(says, part, told, engines, lines))
    return {
        "schema": JUDGEMENT_SCHEMA,
        "kind": "judgement",
        "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "folder": str(place.folder),
        "exercise": _exercise(place),
        "state": state,
        "sentence": _sentence(place, state, found, engines),
        "command": _command(place, state, found),
        "passed": state in ("passed", "passed-on-some"),
        "over": state != "asking",
        "checks": [{**line, "detail": _short(line["detail"], place.folder)} for line in lines],
        "engines": engines,
        "surprise": _surprise(found, place.folder),
        "revisions": _revisions(sqlite, files),
        "difference": _difference(files),
        "migration": newest_migration(place.folder, {Path(each).name for each in _start_files(exercise)}),
        "rows": rows_now(files.database, sqlite.start),
        "told": {"why": exercise.why, "tempting": exercise.tempting} if state in ("passed", "passed-on-some") else {},
        "more": f"{place.lab} show {exercise.scenario}",
    }


def _sentence(place: Place, state: State, found: Wrong | None, engines: list[EngineLine]) -> str:
    exercise = place.exercise
    return sentence(
        state,
        exercise.sentences,
        what=_short(found.detail if found else "", place.folder),
        engine=found.engine if found else "",
        begin=exercise.begin,
        passed=_listed([engine["title"] for engine in engines if engine["progress"] == "passed"]),
        missing=_not_up([engine["title"] for engine in engines if engine["progress"] == "not up"]),
    )


def _command(place: Place, state: State, found: Wrong | None) -> str:
    """Return what is typed next: what the line itself says, what the exercise says, or the usual."""
    own = found.command if found else ""
    usual = command(state, place.exercise.command)
    return as_typed(own or place.exercise.commands.get(state, usual), place.flask)


def _listed(titles: list[str]) -> str:
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def _not_up(titles: list[str]) -> str:
    return f"; {_listed(titles)} {'is' if len(titles) == 1 else 'are'} not up" if titles else ""


def _short(text: str, folder: Path) -> str:
    return _near(text, folder).rstrip(".")


def _near(text: str, folder: Path) -> str:
    """Return a text in which the learner's files are named as they see them."""
    return text.replace(f"{folder}/", "")


def _surprise(found: Wrong | None, folder: Path) -> Surprise | None:
    if found is None or not (found.engine or found.seen or found.wanted):
        return None
    return {"engine": found.engine, "said": _near(found.detail, folder), "seen": found.seen, "wanted": found.wanted}


def _exercise(place: Place) -> JudgedExercise:
    exercise = place.exercise
    return {
        "name": exercise.name, "number": exercise.number, "of": place.of, "title": exercise.title,
        "task": exercise.task, "scenario": exercise.scenario,
    }  # fmt: skip


def _revisions(seen: Seen, files: Files) -> list[JudgedRevision]:
    here = files.database.revisions if files.database else []
    return [
        {"revision": each.revision, "message": each.message, "here": each.revision in here} for each in seen.revisions
    ]


def _difference(files: Files) -> list[str]:
    found = difflib.unified_diff(
        files.app_at_start.splitlines(), files.app.splitlines(), "before", "app.py", lineterm=""
    )
    return list(found)[2:]


def _start_files(exercise: Exercise) -> list[Path]:
    return list((exercise.folder / "start" / "versions").glob("*.py"))
