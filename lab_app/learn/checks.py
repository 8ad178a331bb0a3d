"""The list of an exercise: what is asked, one line after another, and the first that is not met. Pure functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lab_app.check.answers import Failure
from lab_app.document.judgement import State
from lab_app.evidence.state import State as Database
from lab_app.exercise.declared import Exercise
from lab_app.learn.outcome import said, upgraded
from lab_app.learn.own_database import touched, unlike_the_revisions
from lab_app.learn.rows import row_difference
from lab_app.learn.seen import Check, Files, Found, Seen
from lab_app.learn.structure import unmet

#: What a migration does to rows, and to tables.
_OF_ROWS: tuple[State | None, ...] = ("rows-lost", "rows-changed")
_OF_TABLES: tuple[State | None, ...] = ("drifted", "lets-in", "keeps-out")


def checks_of_files(exercise: Exercise, files: Files, seen: Seen) -> Iterator[Check]:
    """Yield every line before the engines': the app, its models, the history and the learner's own database.

    ``seen`` is SQLite's evidence. Lines after one that is not met mean nothing.
    """
    yield from _loading(exercise, files, seen)
    yield from _models(exercise, files, seen)
    if wrong := touched(exercise, files, seen):
        yield wrong
    if exercise.revisions.says:
        yield _history(exercise, files, seen)
    if exercise.applied:
        yield _applied(exercise, files, seen)


def _loading(exercise: Exercise, files: Files, seen: Seen) -> Iterator[Check]:
    """Yield the lines about app.py itself; one of their own, and first, for an app that Python does not take."""
    failure = seen.loaded.failure
    if failure and not (failure.error == "ProjectNotFoundError" and exercise.setup):
        yield _not_loaded(files, seen, failure)
    for what, says in exercise.setup.items():
        yield from _set_up(what, says, files, seen)


def _not_loaded(files: Files, seen: Seen, failure: Failure) -> Check:
    if files.unreadable:
        return Check("app.py can be read", "does-not-load", files.unreadable)
    if failure.error == "ProjectNotFoundError":
        code: State = "no-folder" if "env.py" in failure.message else "not-set-up"
        return Check("the app has Flask-Migrate and its migrations folder", code, failure.message)
    if failure.at is None and not failure.error.endswith(("SyntaxError", "IndentationError")) and seen.broken_history:
        return Check("the history of revisions can be read", "history-unreadable", failure.line)
    return Check("Python reads the files", "does-not-load", said(seen.loaded))


def _set_up(what: str, says: str, files: Files, seen: Seen) -> Iterator[Check]:
    failure = seen.loaded.failure
    missing = failure.message if failure and failure.error == "ProjectNotFoundError" else ""
    begun: State = "not-begun" if _untouched(files) else "not-set-up"
    if what == "migrate":
        without_db = seen.made is not None and seen.made.failure is not None and not missing
        yield Check(says, begun if without_db or (missing and "env.py" not in missing) else None)
    elif what == "folder":
        yield Check(says, ("not-begun" if begun == "not-begun" else "no-folder") if missing else None)
    elif what == "no_create_all":
        if seen.left and _untouched(files):
            yield Check(says, "not-begun")
        else:
            yield _creating(says, seen)


def _creating(says: str, seen: Seen) -> Check:
    """Return the line about an app that makes its tables when it is loaded; what that does not do is seen."""
    if not seen.left:
        return Check(says)
    detail = f"loading app.py makes the table {', '.join(seen.left)}"
    if seen.unmigrated is None or seen.unmigrated.failure is None:
        return Check(says, "creates-tables", detail)
    return Check(says, "passes-over", seen.unmigrated.failure.line)


def _untouched(files: Files) -> bool:
    return files.app == files.app_at_start and files.revisions == files.revisions_at_start


def _nothing_done(files: Files, seen: Seen) -> bool:
    """Tell whether no file was changed, and school.db is at the revision of the start."""
    return _untouched(files) and (files.database is None or files.database.revisions == seen.start.revisions)


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
        return _none_new(exercise, files, seen)
    if goal.parents:
        return _merged(goal.says, goal.parents, new, seen)
    if empty := _empty(new, seen):
        return Check(goal.says, "empty-revision", f"{empty} changes nothing")
    return Check(goal.says)


def _none_new(exercise: Exercise, files: Files, seen: Seen) -> Check:
    """Return the line about a history without a new revision: one is written next, if the database lets it."""
    goal, own = exercise.revisions, files.database
    if _nothing_done(files, seen) and "folder" not in exercise.setup:
        return Check(goal.says, "not-begun")
    if goal.parents:
        return Check(goal.says, "several-heads", f"the history has 2 heads: {' and '.join(goal.parents)}")
    if own and seen.start.revisions == sorted(seen.heads) and (behind := _behind(goal.says, own, seen)):
        return behind
    return Check(goal.says, "no-revision")


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
            code: State = "not-begun" if _nothing_done(files, seen) else "revision-unchanged"
            return Check(goal.says, code, f"{revision} is as it was")
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
    if first.code and (own is None or own.revisions == seen.start.revisions != sorted(seen.heads)):
        return Check(says, first.code, first.detail, first.seen, first.wanted)  # so nobody is told to apply it
    if own is None:
        code: State = "database-deleted" if exercise.start.database else "no-database"
        return Check(says, code, "there is no school.db")
    return _behind(says, own, seen) or _as_the_revisions_make_it(exercise, says, own, seen)


def _behind(says: str, own: Database, seen: Seen) -> Check | None:
    """Return a line about a database that is not noted at the newest revision."""
    if own.revisions == sorted(seen.heads):
        return None
    known = {each.revision for each in seen.revisions}
    if unknown := [each for each in own.revisions if each not in known]:
        return Check(says, "unknown-revision", f"school.db notes {unknown[0]}, which no file has")
    return Check(says, "not-applied", f"now {', '.join(own.revisions) or 'no revision'}")


def _as_the_revisions_make_it(exercise: Exercise, says: str, own: Database, seen: Seen) -> Check:
    first = upgraded(exercise, seen)
    if first.code in _OF_TABLES:
        return Check(says)  # the revisions do it: the engines say so
    if wrong := unlike_the_revisions(says, own, seen):
        return wrong
    if found := row_difference(exercise.rows, seen.start, own):
        if first.code in _OF_ROWS:
            return Check(says)
        code: State = "own-rows-lost" if found.lost else "own-rows-changed"
        return Check(says, code, str(found), found.seen, found.wanted)
    return Check(says)
