"""The lines of a judgement: the list, the engines, and the state that a learner is told. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab_app.document.judgement import EngineLine, Line, Progress, State
from lab_app.exercise.declared import Exercise
from lab_app.learn.outcome import back_and_again, upgraded
from lab_app.learn.seen import Check, Seen, Told
from lab_app.servers import Unavailable

#: What an engine comes to: the upgrade, and then the way back and again.
Verdicts = tuple[Told, Told]
_SQLITE = "SQLite"
#: How many engines an exercise is passed on when it is passed on all.
_ALL = 4
#: States that are an engine's, on whichever line they are told.
_OF_ENGINES: tuple[State, ...] = (
    "refused", "rolled-back", "half-applied", "rows-lost", "rows-changed", "drifted", "app-does-not-answer",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One engine that judges. ``seen`` is its evidence, why it is not up, or None as long as it has not answered."""

    name: str
    title: str
    version: str | None
    seen: Seen | Unavailable | None


@dataclass(frozen=True)
class Wrong:
    """The first thing that is wrong: of a line of the list, or of an engine."""

    code: State
    detail: str
    seen: str = ""
    wanted: str = ""
    engine: str = ""
    command: str = ""


def list_lines(checks: list[Check]) -> tuple[list[Line], Wrong | None]:
    """Return the lines of the list up to the engines', and the first that is not met; those after it wait."""
    lines: list[Line] = []
    wrong: Wrong | None = None
    for check in checks:
        progress: Progress = "waiting" if wrong else "failed" if check.code else "passed"
        engine = _SQLITE if check.code in _OF_ENGINES else ""
        if check.code and wrong is None:
            wrong = Wrong(check.code, check.detail, check.seen, check.wanted, engine, check.command)
        lines.append({"says": check.says, "progress": progress, "detail": _beside(check, engine), "engines": False})
    return lines, wrong


def _beside(check: Check, engine: str) -> str:
    """Return what stands beside a line; what an engine says of it stands below the list, in full."""
    if not engine:
        return check.detail
    return "not yet" if check.code in ("rows-lost", "rows-changed") else ""


def told_by(exercise: Exercise, seen: Seen | Unavailable | None) -> Verdicts | None:
    """Return what an engine comes to, up and then back and again; None where it has not answered."""
    if not isinstance(seen, Seen):
        return None
    return upgraded(exercise, seen), back_and_again(exercise, seen)


def engine_line(asked: Asked, told: Verdicts | None, *, waiting: bool) -> EngineLine:
    """Return an engine's line, by what it was told to come to; ``waiting``: it is not asked yet."""
    seen = asked.seen
    line: EngineLine = {
        "name": asked.name, "title": asked.title, "version": asked.version, "progress": "waiting", "outcome": None,
        "detail": "", "fix": "",
    }  # fmt: skip
    if isinstance(seen, Unavailable):
        return {**line, "progress": "not up", "outcome": "not run", "detail": seen.reason, "fix": seen.fix}
    if waiting or told is None:
        return {**line, "progress": "waiting" if waiting else "asking"}
    first, then = told
    word = then if not first.code and then.code else first
    return {**line, "progress": "failed" if word.code else "passed", "outcome": word.word, "detail": word.detail}


def state_of(
    engines: list[EngineLine],
    told: Mapping[str, Verdicts | None],
    wrong: Wrong | None,
) -> tuple[State, Wrong | None]:
    """Return the state that a learner is told, and what it is about."""
    if wrong:
        return wrong.code, wrong
    for part in (0, 1):  # what is wrong with the rows comes before what is wrong with the way back
        for engine in engines:
            pair = told[engine["name"]]
            each = pair[part] if pair else None
            if each and each.code:
                return each.code, Wrong(each.code, each.detail, each.seen, each.wanted, engine["title"])
    if any(engine["progress"] == "asking" for engine in engines):
        return "asking", None
    passed = [engine for engine in engines if engine["progress"] == "passed"]
    return ("passed" if len(passed) == _ALL else "passed-on-some"), None


def line_of_engines(
    says: str, part: int, told: Mapping[str, Verdicts | None], engines: list[EngineLine], lines: list[Line]
) -> Line:
    """Return the line about a part of what the engines come to: 0 is the upgrade, 1 the way back and again.

    It waits for ``lines``, those before it.
    """
    parts = [pair[part] if pair else None for pair in told.values()]
    failed = next((each for each in parts if each and each.code), None)
    progress: Progress = "passed"
    if any(line["progress"] in ("failed", "waiting") for line in lines):
        progress = "waiting"
    elif failed:
        progress = "failed"
    elif any(engine["progress"] == "asking" for engine in engines):
        progress = "asking"
    return {"says": says, "progress": progress, "detail": failed.detail if failed else "", "engines": part == 0}
