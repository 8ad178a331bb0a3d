"""The list of an exercise: what is asked, one line after another, and the first that is not met. Pure functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab_app.document.judgement import State
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.state import State as Database
from lab_app.exercise.declared import Exercise
from lab_app.learn.outcome import said, upgraded
from lab_app.learn.rows import row_difference
from lab_app.learn.seen import Files, Found, Seen
from lab_app.learn.structure import unmet

#: What a migration does to rows, and to tables.
_OF_ROWS: tuple[State | None, ...] = ("rows-lost", "rows-changed")
_OF_TABLES: tuple[State | None, ...] = ("drifted", "lets-in", "keeps-out")


@dataclass(frozen=True)
class Check:
    """One line of the list, met where there is no ``code``. ``seen`` and ``wanted`` stand side by side.

    ``command`` is what to type next, where it is not the usual one of that code.
    """

    says: str
    code: State | None = None
    detail: str = ""
    seen: str = ""
    wanted: str = ""
    command: str = ""


def checks_of_files(exercise: Exercise, files: Files, seen: Seen) -> Iterator[Check]:
    """Yield every line before the engines': the app, its models, the history and the learner's own database.

    ``seen`` is SQLite's evidence. Lines after one that is not met mean nothing.
    """
    yield from _loading(exercise, files, seen)
    yield from _models(exercise, files, seen)
    if exercise.revisions.says:
        yield _history(exercise, files, seen)
    if exercise.applied:
        yield _applied(exercise, files, seen)


def _loading(exercise: Exercise, files: Files, seen: Seen) -> Iterator[Check]:
    """Yield the lines about app.py itself; one of their own for an app that Python does not take."""
    failure = seen.loaded.failure
    for what, says in exercise.setup.items():
        yield from _set_up(what, says, files, seen)
    if failure is None or (failure.error == "ProjectNotFoundError" and exercise.setup):
        return
    if files.unreadable:
        yield Check("app.py can be read", "does-not-load", files.unreadable)
    elif failure.error == "ProjectNotFoundError":
        code: State = "no-folder" if "env.py" in failure.message else "not-set-up"
        yield Check("the app has Flask-Migrate and its migrations folder", code, failure.message)
    elif failure.at is None and not failure.error.endswith(("SyntaxError", "IndentationError")) and seen.broken_history:
        yield Check("the history of revisions can be read", "history-unreadable", failure.line)
    else:
        yield Check("Python reads the files", "does-not-load", said(seen.loaded))


def _set_up(what: str, says: str, files: Files, seen: Seen) -> Iterator[Check]:
    failure = seen.loaded.failure
    missing = failure.message if failure and failure.error == "ProjectNotFoundError" else ""
    begun: State = "not-begun" if _untouched(files) else "not-set-up"
    if what == "migrate":
        yield Check(says, begun if missing and "env.py" not in missing else None)
    elif what == "folder":
        yield Check(says, ("not-begun" if begun == "not-begun" else "no-folder") if missing else None)
    elif what == "no_create_all":
        made = ", ".join(seen.left)
        yield Check(says, "creates-tables" if made else None, f"loading app.py makes the table {made}" if made else "")


def _untouched(files: Files) -> bool:
    return files.app == files.app_at_start and files.revisions == files.revisions_at_start


def _models(exercise: Exercise, files: Files, seen: Seen) -> Iterator[Check]:
    schema = seen.models.schema if seen.models else {}
    for goal in exercise.models:
        lacking = unmet(goal, schema)
        if not lacking:
            yield Check(goal.says)
        elif goal.table not in schema and not goal.absent:
            yield Check(goal.says, "model-differs", f"app.py has no model of the table {goal.table} any more")
        elif files.app == files.app_at_start:
            yield Check(goal.says, "not-begun" if _untouched(files) else "model-unchanged", lacking)
        else:
            yield Check(goal.says, "model-differs", lacking)


def _history(exercise: Exercise, files: Files, seen: Seen) -> Check:
    """Return the line about revisions: those that are new, those that were there, and the heads."""
    goal = exercise.revisions
    new = [each for each in seen.revisions if each.revision not in files.revisions_at_start]
    if wrong := _start_kept(exercise, files, seen):
        return wrong
    if not goal.parents and len(seen.heads) > goal.heads:
        names = " and ".join(seen.heads)
        return Check(goal.says, "several-heads", f"the history has {len(seen.heads)} heads: {names}")
    if len(new) < goal.new:
        begun = not _untouched(files) or exercise.models or "folder" in exercise.setup
        return Check(goal.says, "no-revision" if begun else "not-begun")
    if goal.parents:
        return _merged(goal.says, goal.parents, new, seen)
    if empty := _empty(new, seen):
        return Check(goal.says, "empty-revision", f"{empty} changes nothing")
    return Check(goal.says)


def _merged(says: str, parents: Sequence[str], new: Sequence[Found], seen: Seen) -> Check:
    if not any(set(each.parents) == set(parents) for each in new):
        wanted = " and ".join(parents)
        found = ", ".join(f"{each.revision} follows {' and '.join(each.parents) or 'nothing'}" for each in new)
        return Check(says, "wrong-parents", f"no revision follows both {wanted}; {found}")
    if len(seen.heads) > 1:
        return Check(
            says, "several-heads", f"the history still has {len(seen.heads)} heads: {' and '.join(seen.heads)}"
        )
    return Check(says)


def _start_kept(exercise: Exercise, files: Files, seen: Seen) -> Check | None:
    """Return what is wrong with the revisions that were there: databases have them already."""
    goal = exercise.revisions
    for revision, text in files.revisions_at_start.items():
        now = files.revisions.get(revision)
        if now is None:
            if revision in (*goal.may_change, *goal.changed) and files.revisions.keys() - files.revisions_at_start:
                continue  # another one stands for it
            return Check(goal.says, "start-removed", f"the file of revision {revision} is gone")
        same = _same_code(now, text)
        if revision in goal.changed and same:
            moved = files.database is None or files.database.revisions != seen.start.revisions
            begun = moved or not _untouched(files)
            return Check(goal.says, "revision-unchanged" if begun else "not-begun", f"{revision} is as it was")
        if not same and revision not in (*goal.may_change, *goal.changed):
            return Check(goal.says, "start-changed", f"revision {revision} was changed")
    return None


def _same_code(one: str, other: str) -> bool:
    """Tell whether two texts are one program: comments, blank lines and quotes are nobody's business."""
    if one == other:
        return True
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError):
        return False


def _empty(new: Sequence[Found], seen: Seen) -> str:
    """Return a new revision whose upgrade sends nothing that changes anything; empty where each does something."""
    if seen.up is None or seen.up.failure:
        return ""
    doing = {sent.at.file for sent in seen.up.changes if sent.at and sent.at.revision}
    return next((each.revision for each in new if each.file not in doing and len(each.parents) < 2), "")


def _applied(exercise: Exercise, files: Files, seen: Seen) -> Check:
    """Return the line about the learner's own database: where it is, and whether the revisions brought it there."""
    says = exercise.applied
    first = upgraded(exercise, seen)
    if seen.up and seen.up.failure:
        return Check(says, first.code, first.detail, first.seen)
    own = files.database
    if own is None:
        code: State = "database-gone" if exercise.start.database else "no-database"
        return Check(says, code, "there is no school.db")
    if own.revisions != sorted(seen.heads):
        known = {each.revision for each in seen.revisions}
        now = ", ".join(own.revisions) or "no revision"
        if unknown := [each for each in own.revisions if each not in known]:
            return Check(says, "unknown-revision", f"school.db notes {unknown[0]}, which no file has")
        if first.code in _OF_ROWS:  # before somebody applies it to their own rows
            return Check(says, first.code, first.detail, first.seen, first.wanted)
        return Check(says, "not-applied", f"now {now}")
    return _as_the_revisions_make_it(exercise, says, own, seen)


def _as_the_revisions_make_it(exercise: Exercise, says: str, own: Database, seen: Seen) -> Check:
    first = upgraded(exercise, seen)
    if seen.after is None or first.code in _OF_TABLES:
        return Check(says)  # the revisions do it: the engines say so
    if differs := schema_diff(seen.after.schema, own.schema):
        if not schema_diff(seen.before.schema, own.schema):
            return _too_early(says, seen)
        return Check(says, "edited-by-hand", differs[0])
    if found := row_difference(exercise.rows, seen.start, own):
        if first.code in _OF_ROWS:
            return Check(says)
        code: State = "own-rows-lost" if found.lost else "own-rows-changed"
        return Check(says, code, str(found), found.seen, found.wanted)
    return Check(says)


def _too_early(says: str, seen: Seen) -> Check:
    """Return that school.db notes revisions of which it has nothing."""
    back = " ".join(seen.before.revisions) or "base"
    noted = " and ".join(sorted(seen.heads))
    return Check(says, "applied-too-early", noted, command=f"flask db stamp {back} && flask db upgrade")
