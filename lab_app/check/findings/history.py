"""What is wrong with the history itself, before anything is run: files, parents, heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lab_app.check.answers import Answer, Failure
from lab_app.check.evidence import Walked
from lab_app.check.findings.found import Found

#: How Alembic says that revisions lead to themselves, with their ids.
_CIRCLE = re.compile(r"(?:[Cc]ycle|[Ll]oop) is detected in revisions \(([^)]*)\)")


def history(walked: Walked) -> Iterator[Found]:
    """Find what keeps Alembic from reading the history, and heads that are too many."""
    for lane, answer in walked.loaded.items():
        if unreadable(answer) and answer.failure:
            yield _unreadable(lane, answer, answer.failure)
    said = next((answer.said for answer in walked.loaded.values() if not answer.failure), {})
    heads = list(dict.fromkeys(walked.heads))
    for revision in said.get("twice", ()):
        files = [file.name for file in _naming("revision", revision, said["versions_folders"])]
        yield Found(
            "several-heads",
            "error",
            (),
            revision,
            f"Two files have the id {revision}, and Alembic takes one of them",
            says=(f"They are {' and '.join(files)}; the other one is never run.",),
            fix="Give one of them an id of its own, and the other one as its down_revision.",
            about=revision,
        )
    labels = said.get("labels", {})
    if len(heads) > 1 and len({tuple(labels.get(head, ())) for head in heads}) == len(heads):
        yield Found(
            "several-heads",
            "note",
            (),
            None,
            f"The history has {len(heads)} heads, on branches that have names",
            says=(f"They are {', '.join(heads)}.",),
            why="That is meant to be, where plugins bring revisions of their own; flask db upgrade refuses to choose.",
            fix="flask db upgrade heads",
            scenario="multiple_heads_merge_branches",
        )
    elif len(heads) > 1:
        yield Found(
            "several-heads",
            "error",
            (),
            None,
            f"The history has {len(heads)} heads",
            says=(f"They are {', '.join(heads)}.",),
            why="flask db upgrade refuses to choose one.",
            fix="flask db merge heads",
            scenario="multiple_heads_merge_branches",
        )


def unreadable(answer: Answer) -> bool:
    """Tell whether the project was loaded, and its history could not be read."""
    return answer.failure is not None and answer.failure.kind == "error" and "versions_folders" in answer.said


def _unreadable(lane: str, answer: Answer, failure: Failure) -> Found:
    in_a_file = failure.at is not None and failure.at.revision
    if failure.error == "KeyError" and not in_a_file:
        parent = failure.message.strip("'\"")
        file, revision = _child(answer.said["versions_folders"], parent)
        return Found(
            "missing-parent",
            "error",
            (lane,),
            revision,
            f"The revision's parent {parent} is not there",
            why="Its file was never committed, or is on another branch.",
            fix="Bring the file of that revision back, or name in down_revision one that is there: flask db history",
            file=file,
            scenario="cant_locate_revision",
        )
    circle = _CIRCLE.search(failure.message)
    named = _in_a_circle(answer.said["versions_folders"], circle[1]) if circle else None
    return Found(
        "unreadable-revision",
        "error",
        (lane,),
        None,
        "The history goes in a circle" if circle else "A revision file cannot be read, and so no command can run",
        says=(f"{failure.line.rstrip('.')}.",),
        fix="Mend the down_revision of one of them." if circle else "Mend it, or take it out of the folder.",
        place=failure.at if failure.at and not circle else None,
        file=str(named or _unreadable_file(answer.said["versions_folders"], failure) or "") or None,
    )


def _in_a_circle(folders: list[str], revisions: str) -> Path | None:
    """Return the file of the last of the revisions that are said to form a circle."""
    last = revisions.rsplit(", ", maxsplit=1)[-1].strip("'\" ")
    return next(iter(_naming("revision", last, folders)), None)


def _unreadable_file(folders: list[str], failure: Failure) -> Path | None:
    """Return the file that is named in a message, else the first one that Python does not compile."""
    for file in _files(folders):
        if re.search(rf"\b{re.escape(file.name)}\b", failure.message):
            return file
    for file in _files(folders):
        try:
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError):
            return file
    return None


def _files(folders: list[str]) -> list[Path]:
    return [file for folder in folders for file in sorted(Path(folder).rglob("*.py")) if file.is_file()]


def _naming(variable: str, revision: str, folders: list[str]) -> list[Path]:
    """Return the files in which a variable names a revision."""
    named = re.compile(rf"^(?:{variable})\b.*['\"]{re.escape(revision)}['\"]", re.MULTILINE)
    return [file for file in _files(folders) if named.search(_text(file))]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _child(folders: list[str], parent: str) -> tuple[str | None, str | None]:
    """Return the file that names a parent, or a revision that it depends on, and that file's own revision."""
    for file in _naming("down_revision|depends_on", parent, folders):
        own = re.search(r"^revision\b[^'\"]*['\"]([^'\"]+)['\"]", _text(file), re.MULTILINE)
        return str(file), own[1] if own else None
    return None, None
