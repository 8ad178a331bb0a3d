"""Upgrades that end without an error and did not do what they say; and errors that a revision caught."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lab_app.check.answers import Answer
from lab_app.check.differences import differences
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked, moved
from lab_app.check.findings import causes
from lab_app.check.findings.found import Found
from lab_app.check.findings.starts import Start, follows, starts
from lab_app.evidence.state import State

#: What a revision says that moves rows, and has nothing to do where there are none of its kind.
_MOVES_ROWS = re.compile(
    r"\b(?:UPDATE|INSERT|DELETE)\b|\.(?:update|insert|delete|values|commit|flush|add)\(|bulk_insert", re.IGNORECASE
)
#: How a revision ends a transaction that is not its own.
_COMMITS = re.compile(r"\.(?:commit|rollback)\(\)|['\"]\s*(?:COMMIT|ROLLBACK)\b", re.IGNORECASE)


def silence(walked: Walked) -> Iterator[Found]:
    """Find swallowed errors, revisions that did nothing, and versions that did not move."""
    starting = starts(walked)
    for revision in walked.revisions:
        passages = walked.passages.get(revision.revision, {})
        somewhere = any(passage.up and passage.up.changes for passage in passages.values())
        for lane in walked.lanes:
            passage = passages.get(lane.name)
            back = walked.taken_back.get(revision.revision, {}).get(lane.name)
            if back and back.swallowed:
                for found in _swallowed(revision, lane, back, None):
                    title = found.title.replace("revision", "downgrade")
                    yield replace(found, title=title, why="It counts as done, whatever it has not taken back.")
            elif passage and passage.first:
                yield from _swallowed(revision, lane, passage.first, starting.get(lane.name))
            if passage and passage.up:
                yield from _nothing(revision, lane, passage, somewhere=somewhere)
                yield from _stayed_behind(revision, lane, passage)


def _swallowed(revision: Revision, lane: LaneRecord, first: Answer, start: Start | None) -> Iterator[Found]:
    if not first.swallowed or causes.waits_for_itself(first.swallowed[0]) or follows(start, first.swallowed[0]):
        return
    # PostgreSQL refuses everything after the first error: the first one is the cause.
    cause = first.swallowed[0]
    refuses = ", and refuses everything after it" if first.failure and first.failure.code == "25P02" else ""
    yield Found(
        "error-swallowed",
        "error",
        (lane.name,),
        revision.revision,
        "The revision catches an error of the database and goes on",
        says=(f"{lane.title}: {cause.line.rstrip('.')}{refuses}.",),
        why="The upgrade counts as done, whatever did not happen.",
        fix="Look before you act: sa.inspect(op.get_bind()).has_table(...), and let errors through.",
        place=cause.at,
        file=revision.file,
    )


def _nothing(revision: Revision, lane: LaneRecord, passage: Passage, *, somewhere: bool) -> Iterator[Found]:
    """Find an upgrade without any change; one that asks for the engine, or finds no row to move, may have none."""
    if not (passage.before and passage.after and passage.up) or passage.up.swallowed or passage.up.changes:
        return
    if any(note.kind == "refused" for note in passage.up.notes):
        return  # it might have done something elsewhere, and another finding says so
    same_revision = State(passage.after.schema, passage.after.rows, passage.before.revisions)
    if differences(passage.before, same_revision):
        return
    said = _upgrade_of(revision.file)
    if not said or "dialect" in said or (not somewhere and _MOVES_ROWS.search(said)):
        return
    yield Found(
        "nothing-happened",
        "error",
        (lane.name,),
        revision.revision,
        "The upgrade succeeds and changes nothing",
        says=(f"{lane.title}: no statement of the revision changed anything.",),
        why="What the revision looks for before it acts is not there, and it takes that for done.",
        fix="Leave the question out, or raise an error where the answer is no.",
        file=revision.file,
    )


def _stayed_behind(revision: Revision, lane: LaneRecord, passage: Passage) -> Iterator[Found]:
    if passage.after and not moved(revision.revision, passage.after):
        commits = _COMMITS.search(_upgrade_of(revision.file))
        yield Found(
            "version-did-not-move",
            "error",
            (lane.name,),
            revision.revision,
            "The upgrade succeeds, and the database does not know it",
            says=(f"{lane.title}: it holds {', '.join(passage.after.revisions) or 'no revision'}.",),
            why="The revision ends the transaction in which Alembic notes it."
            if commits
            else "Nothing has committed what Alembic wrote into its version table.",
            fix="Leave it out; what has to be committed first goes into with op.get_context().autocommit_block():"
            if commits
            else "In env.py: with context.begin_transaction(): context.run_migrations()",
            file=revision.file,
        )


def _upgrade_of(file: str) -> str:
    """Return what upgrade() says; nothing for a merge, or a placeholder."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return ""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "upgrade":
            if all(isinstance(each, ast.Pass) or _is_text(each) for each in node.body):
                return ""
            return ast.unparse(node)
    return ""


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
