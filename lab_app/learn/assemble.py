"""The judgement as a document, from what was seen so far. Nothing is run here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lab_app.document.judgement import (
    JUDGEMENT_SCHEMA,
    EngineLine,
    JudgedExercise,
    JudgedRevision,
    Judgement,
    Line,
    Progress,
    State,
    Surprise,
)  # fmt: skip
from lab_app.exercise.declared import Exercise
from lab_app.learn.checks import checks_of_files
from lab_app.learn.files import newest_migration
from lab_app.learn.outcome import back_and_again, upgraded
from lab_app.learn.school import rows_now
from lab_app.learn.seen import Check, Files, Seen, Told
from lab_app.learn.sentences import command, sentence
from lab_app.learn.typed import as_typed
from lab_app.runner.versions import versions
from lab_app.servers import Unavailable


@dataclass(frozen=True)
class Asked:
    """One engine that judges. ``seen`` is its evidence, why it is not up, or None as long as it has not answered."""

    name: str
    title: str
    version: str | None
    seen: Seen | Unavailable | None


@dataclass(frozen=True)
class Place:
    """Where a judgement is made: the exercise, among how many, the learner's folder, and how flask is typed there."""

    exercise: Exercise
    of: int
    folder: Path
    flask: str
    scenario_title: str = ""


def assemble(place: Place, files: Files, sqlite: Seen, asked: list[Asked], *, over: bool = False) -> Judgement:
    """Make the judgement; ``asked`` are all engines, SQLite first. ``over``: nothing more is being asked."""
    exercise = place.exercise
    lines, wrong = _lines(list(checks_of_files(exercise, files, sqlite)), place.folder)
    told = {each.name: _told(exercise, each.seen) for each in asked}
    stopped = any(each.code for each in told[asked[0].name] or ())  # then the servers are not asked
    engines = [
        _engine_line(exercise, each, waiting=wrong is not None or (stopped and each.seen is None)) for each in asked
    ]
    state, found = _state(engines, told, wrong, over)
    if exercise.rows.says:
        lines.append(_row_line(exercise, told, engines, wrong))
    if exercise.back.says:
        lines.append(_back_line(exercise, asked, engines, wrong, lines))
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
        "checks": [{**line, "detail": _near(line["detail"], place.folder)} for line in lines],
        "engines": engines,
        "surprise": _surprise(found, place.folder),
        "revisions": _revisions(sqlite, files),
        "difference": _difference(files),
        "migration": newest_migration(place.folder, {Path(each).name for each in _start_files(exercise)}),
        "rows": rows_now(files.database, sqlite.start),
        "told": {"why": exercise.why, "tempting": exercise.tempting} if state in ("passed", "passed-on-some") else {},
    }


@dataclass(frozen=True)
class _Found:
    """The first thing that is wrong: of a line of the list, or of an engine."""

    code: State
    detail: str
    seen: str = ""
    wanted: str = ""
    engine: str = ""
    command: str = ""


def _lines(checks: list[Check], folder: Path) -> tuple[list[Line], _Found | None]:
    """Return the lines of the list up to the engines', and the first that is not met; those after it wait."""
    lines: list[Line] = []
    wrong: _Found | None = None
    for check in checks:
        progress: Progress = "waiting" if wrong else "failed" if check.code else "passed"
        engine = _SQLITE if check.code in _OF_ENGINES else ""
        if check.code and wrong is None:
            wrong = _Found(check.code, check.detail, check.seen, check.wanted, engine, check.command)
        lines.append(
            {
                "says": check.says,
                "progress": progress,
                "detail": _short(_beside(check, engine), folder),
                "engines": False,
            }
        )
    return lines, wrong


def _beside(check: Check, engine: str) -> str:
    """Return what stands beside a line; what an engine says of it stands below the list, in full."""
    if not engine:
        return check.detail
    return "not yet" if check.code in ("rows-lost", "rows-changed") else ""


_SQLITE = "SQLite"
#: States that are an engine's, on whichever line they are told.
_OF_ENGINES: tuple[State, ...] = (
    "refused", "rolled-back", "half-applied", "rows-lost", "rows-changed", "drifted", "app-does-not-answer",
)  # fmt: skip


def _told(exercise: Exercise, seen: Seen | Unavailable | None) -> tuple[Told, Told] | None:
    """Return what an engine comes to, up and then back and again; None where it has not answered."""
    if not isinstance(seen, Seen):
        return None
    return upgraded(exercise, seen), back_and_again(exercise, seen)


def _engine_line(exercise: Exercise, asked: Asked, *, waiting: bool) -> EngineLine:
    seen = asked.seen
    line: EngineLine = {
        "name": asked.name, "title": asked.title, "version": asked.version, "progress": "waiting", "outcome": None,
        "detail": "", "fix": "",
    }  # fmt: skip
    if isinstance(seen, Unavailable):
        return {**line, "progress": "not up", "outcome": "not run", "detail": seen.reason, "fix": seen.fix}
    if waiting or seen is None:
        return {**line, "progress": "waiting" if waiting else "asking"}
    first, then = _told(exercise, seen) or (Told("not run"), Told("not run"))
    word = then if not first.code and then.code else first
    return {**line, "progress": "failed" if word.code else "passed", "outcome": word.word, "detail": word.detail}


def _state(
    engines: list[EngineLine],
    told: Mapping[str, tuple[Told, Told] | None],
    wrong: _Found | None,
    over: bool,
) -> tuple[State, _Found | None]:
    """Return the state that a learner is told, and what it is about."""
    if wrong:
        return wrong.code, wrong
    for part in (0, 1):  # what is wrong with the rows comes before what is wrong with the way back
        for engine in engines:
            pair = told[engine["name"]]
            each = pair[part] if pair else None
            if each and each.code:
                return each.code, _Found(each.code, each.detail, each.seen, each.wanted, engine["title"])
    if not over and any(engine["progress"] == "asking" for engine in engines):
        return "asking", None
    passed = [engine for engine in engines if engine["progress"] == "passed"]
    return ("passed" if len(passed) == _ALL else "passed-on-some"), None


#: How many engines an exercise is passed on when it is passed on all.
_ALL = 4


def _row_line(
    exercise: Exercise,
    told: Mapping[str, tuple[Told, Told] | None],
    engines: list[EngineLine],
    wrong: _Found | None,
) -> Line:
    failed = next((pair[0] for pair in told.values() if pair and pair[0].code), None)
    progress = _engines_progress([pair[0] if pair else None for pair in told.values()], engines, wrong)
    return {
        "says": exercise.rows.says,
        "progress": progress,
        "detail": failed.detail if failed else "",
        "engines": True,
    }


def _back_line(
    exercise: Exercise, asked: list[Asked], engines: list[EngineLine], wrong: _Found | None, lines: list[Line]
) -> Line:
    pairs = [_told(exercise, each.seen) for each in asked]
    failed = next((pair[1] for pair in pairs if pair and pair[1].code), None)
    waits = wrong is not None or any(line["progress"] in ("failed", "waiting") for line in lines)
    progress: Progress = (
        "waiting" if waits else _engines_progress([pair[1] if pair else None for pair in pairs], engines, wrong)
    )
    return {
        "says": exercise.back.says,
        "progress": progress,
        "detail": failed.detail if failed else "",
        "engines": False,
    }


def _engines_progress(told: list[Told | None], engines: list[EngineLine], wrong: _Found | None) -> Progress:
    if wrong:
        return "waiting"
    if any(each and each.code for each in told):
        return "failed"
    return "asking" if any(engine["progress"] == "asking" for engine in engines) else "passed"


def _sentence(place: Place, state: State, found: _Found | None, engines: list[EngineLine]) -> str:
    exercise = place.exercise
    return sentence(
        state,
        exercise.sentences,
        what=_short(found.detail if found else "", place.folder),
        engine=found.engine if found else "",
        begin=exercise.begin,
        passed=_listed([engine["title"] for engine in engines if engine["progress"] == "passed"]),
        missing=_listed([engine["title"] for engine in engines if engine["progress"] == "not up"], verb=True),
    )


def _command(place: Place, state: State, found: _Found | None) -> str:
    """Return what is typed next: what the line itself says, what the exercise says, or the usual."""
    own = found.command if found else ""
    usual = command(state, place.exercise.command)
    return as_typed(own or place.exercise.commands.get(state, usual), place.flask)


def _listed(titles: list[str], *, verb: bool = False) -> str:
    found = " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
    return f"{found} {'is' if len(titles) == 1 else 'are'}" if verb and titles else found


def _short(text: str, folder: Path) -> str:
    return _near(text, folder).rstrip(".")


def _near(text: str, folder: Path) -> str:
    """Return a text in which the learner's files are named as they see them."""
    return text.replace(f"{folder}/", "")


def _surprise(found: _Found | None, folder: Path) -> Surprise | None:
    if found is None or not (found.engine or found.seen or found.wanted):
        return None
    return {"engine": found.engine, "said": _near(found.detail, folder), "seen": found.seen, "wanted": found.wanted}


def _exercise(place: Place) -> JudgedExercise:
    exercise = place.exercise
    return {
        "name": exercise.name, "number": exercise.number, "of": place.of, "title": exercise.title,
        "task": exercise.task, "scenario": exercise.scenario, "scenario_title": place.scenario_title,
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
