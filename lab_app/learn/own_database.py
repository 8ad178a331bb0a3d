"""The learner's own school.db: whether the revisions alone made it what it is. Pure functions."""

from __future__ import annotations

from lab_app.evidence.diff import schema_diff
from lab_app.evidence.state import State as Database
from lab_app.exercise.declared import Exercise, RowsGoal
from lab_app.learn.rows import row_difference
from lab_app.learn.seen import Check, Files, Seen
from lab_app.learn.structure import in_words

_SAYS = "school.db has what it had at the start"


def touched(exercise: Exercise, files: Files, seen: Seen) -> Check | None:
    """Return a line about a school.db that something other than a revision has changed since the start.

    None where it is as it was, or at another revision. An exercise that begins with a failure, or with a database
    whose revisions are lost, is mended by hand.
    """
    own = files.database
    by_hand = exercise.start.fails or exercise.past.name == "past"
    if by_hand or (own is None and not exercise.start.database):
        return None
    if own is None:
        return Check(_SAYS, "database-deleted", "there is no school.db any more, or it is no database")
    if seen.start.revisions and not own.revisions:
        return _without_revision(seen, own)
    return _unlike_the_start(exercise, files, seen, own) if own.revisions == seen.start.revisions else None


def _without_revision(seen: Seen, own: Database) -> Check | None:
    """Return a line about a database that names no revision any more."""
    if row_difference(RowsGoal(), seen.start, own):
        return Check(_SAYS, "database-deleted", "school.db was made anew, or taken back to nothing")
    return Check(_SAYS, "stamped", "no revision", command=_stamp(seen))


def _unlike_the_start(exercise: Exercise, files: Files, seen: Seen, own: Database) -> Check | None:
    """Return a line about a database that is at the revision of the start, and is not what it was there."""
    if differs := schema_diff(seen.start.schema, own.schema):
        if exercise.start.database:
            return None if _by_a_revision(seen, own) else Check(_SAYS, "made-by-hand", in_words(differs[0]))
        new = set(files.revisions) - set(files.revisions_at_start)
        made = ", ".join(sorted(own.schema))
        return Check(_SAYS, "made-before", made, command="flask db upgrade" if new else exercise.command)
    if found := row_difference(RowsGoal(), seen.start, own):
        return Check(_SAYS, "own-rows-lost" if found.lost else "own-rows-changed", str(found), found.seen, found.wanted)
    return None


def unlike_the_revisions(says: str, own: Database, seen: Seen) -> Check | None:
    """Return a line about a database that is noted at the newest revision, and has not the tables that it makes."""
    differs = schema_diff(seen.after.schema, own.schema) if seen.after else []
    if not differs or _made_again(seen, own):
        return None
    if own.revisions != seen.start.revisions and not schema_diff(seen.start.schema, own.schema):
        return Check(says, "stamped", f"revision {' and '.join(own.revisions)}", command=_stamp(seen))
    return Check(says, "edited-by-hand", in_words(differs[0]))


def _by_a_revision(seen: Seen, own: Database) -> bool:
    """Tell whether revisions make what is noted as at the start: one that failed half-way, or down and up again."""
    if seen.up and seen.up.failure:
        return seen.after is not None and not schema_diff(seen.after.schema, own.schema)
    return seen.start.revisions == sorted(seen.heads) and _made_again(seen, own)


def _made_again(seen: Seen, own: Database) -> bool:
    """Tell whether a database is what going down and up again makes of it."""
    return seen.after_again is not None and not schema_diff(seen.after_again.schema, own.schema)


def _stamp(seen: Seen) -> str:
    return f"flask db stamp --purge {' '.join(seen.start.revisions) or 'base'}"
