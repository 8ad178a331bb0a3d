"""What is wrong with the history itself, before anything is run: files, parents, heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lab_app.check.answers import Answer, Failure
from lab_app.check.evidence import Walked
from lab_app.check.findings.found import Found


def history(walked: Walked) -> Iterator[Found]:
    """Find what keeps Alembic from reading the history, and heads that are too many."""
    for lane, answer in walked.loaded.items():
        if unreadable(answer) and answer.failure:
            yield _unreadable(lane, answer, answer.failure)
    twice = [revision for revision, count in Counter(each.revision for each in walked.revisions).items() if count > 1]
    heads = list(dict.fromkeys(walked.heads))
    for revision in twice:
        files = [Path(each.file).name for each in walked.revisions if each.revision == revision]
        yield Found(
            "several-heads",
            "error",
            (),
            revision,
            f"Two files have the id {revision}, and Alembic takes one of them",
            says=(f"They are {' and '.join(files)}.",),
            fix="Give one of them an id of its own, and the other one as its down_revision.",
        )
    if len(heads) > 1:
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
    circle = "Cycle is detected" in failure.message or "Loop is detected" in failure.message
    return Found(
        "unreadable-revision",
        "error",
        (lane,),
        None,
        "The history goes in a circle" if circle else "A revision file cannot be read, and so no command can run",
        says=(f"{failure.line.rstrip('.')}.",),
        fix="Mend the down_revision of one of them." if circle else "Mend it, or take it out of the folder.",
        place=failure.at,
    )


def _child(folders: list[str], parent: str) -> tuple[str | None, str | None]:
    """Return the file that names a parent, and that file's own revision."""
    for file in (file for folder in folders for file in sorted(Path(folder).rglob("*.py"))):
        try:
            source = file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        if re.search(rf"^down_revision\b.*['\"]{re.escape(parent)}['\"]", source, re.MULTILINE):
            own = re.search(r"^revision\b[^'\"]*['\"]([^'\"]+)['\"]", source, re.MULTILINE)
            return str(file), own[1] if own else None
    return None, None
