"""Upgrades that end without an error and did not do what they say; and errors that a revision caught."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from lab_app.check.differences import differences
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.found import Found
from lab_app.evidence.state import State


def silence(walked: Walked) -> Iterator[Found]:
    """Find swallowed errors, revisions that did nothing, and versions that did not move."""
    for revision in walked.revisions:
        for lane in walked.lanes:
            passage = walked.passages.get(revision.revision, {}).get(lane.name)
            if passage and passage.up:
                yield from _swallowed(revision, lane, passage)
                yield from _nothing(revision, lane, passage)
                yield from _stayed_behind(revision, lane, passage)


def _swallowed(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    errors = passage.up.swallowed if passage.up else ()
    if errors:
        # PostgreSQL refuses everything after the first error: the first one is the cause.
        first = errors[0]
        yield Found(
            "error-swallowed",
            "error",
            (lane.name,),
            revision.revision,
            "The revision catches an error of the database and goes on",
            says=(f"{lane.title}: {first.line}.",),
            why="The upgrade counts as done, whatever did not happen.",
            fix="Look before you act: sa.inspect(op.get_bind()).has_table(...), and let errors through.",
            place=first.at,
            file=revision.file,
        )


def _nothing(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    if not (passage.before and passage.after and passage.up) or passage.up.swallowed or passage.up.changes:
        return
    same_revision = State(passage.after.schema, passage.after.rows, passage.before.revisions)
    if not differences(passage.before, same_revision) and not _is_empty(revision.file):
        yield Found(
            "nothing-happened",
            "error",
            (lane.name,),
            revision.revision,
            "The upgrade succeeds and changes nothing",
            says=(f"{lane.title}: no statement of the revision changed anything.",),
            file=revision.file,
        )


def _stayed_behind(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    if passage.after and revision.revision not in " ".join(passage.after.revisions):
        yield Found(
            "version-did-not-move",
            "error",
            (lane.name,),
            revision.revision,
            "The upgrade succeeds, and the database does not know it",
            says=(f"{lane.title} holds {', '.join(passage.after.revisions) or 'no revision'}.",),
            file=revision.file,
        )


def _is_empty(file: str) -> bool:
    """Tell whether upgrade() holds nothing: a merge, a placeholder."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return False
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            return all(isinstance(each, ast.Pass) or _is_text(each) for each in node.body)
    return True


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
