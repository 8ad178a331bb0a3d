"""What one engine comes to, from its evidence alone: one of the lab's outcome words, and the first surprise."""

from __future__ import annotations

import re

from lab_app.check.answers import Answer
from lab_app.document.judgement import State
from lab_app.document.outcomes import Outcome
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.state import State as Database
from lab_app.exercise.declared import Exercise, RowsGoal
from lab_app.learn.rows import Difference, row_difference
from lab_app.learn.seen import Seen, Told
from lab_app.learn.structure import in_words, unmet

#: Where Python says in a SyntaxError that it is.
_OWN_PLACE = re.compile(r" \([^()]+, line \d+\)$")


def upgraded(exercise: Exercise, seen: Seen) -> Told:
    """Tell what the upgrade came to."""
    if seen.loaded.failure:
        return Told("refused", "does-not-load", said(seen.loaded))
    if seen.up is None or seen.after is None:
        return Told("not run")
    if seen.up.failure:
        return _failed(seen)
    if found := row_difference(exercise.rows, seen.before, seen.after):
        code: State = "rows-lost" if found.lost else "rows-changed"
        return Told(_word(found), code, str(found), found.seen, found.wanted)
    for goal in exercise.rows.schema:
        if lacking := unmet(goal, seen.after.schema):
            return Told("drifted", "drifted", lacking, lacking, goal.says)
    if exercise.rows.same_tables and (differs := schema_diff(seen.start.schema, seen.after.schema)):
        return Told("drifted", "drifted", differs[0], differs[0], "the tables as they were")
    if seen.query and seen.query.failure:
        return Told("drifted", "app-does-not-answer", seen.query.failure.line, seen.query.failure.line, "an answer")
    return _tried(exercise, seen) or Told("done")


def _tried(exercise: Exercise, seen: Seen) -> Told | None:
    """Tell of the first statement that is refused and should not be, or is taken and should not be."""
    for statement in exercise.rows.takes:
        if said_of_it := seen.tried.get(statement):
            return Told("drifted", "keeps-out", statement, said_of_it, "it is taken")
    for statement in exercise.rows.refuses:
        if seen.tried.get(statement) == "":
            return Told("drifted", "lets-in", statement, "it is taken", "it is refused")
    return None


def _failed(seen: Seen) -> Told:
    assert seen.up is not None  # noqa: S101 - for the type checker
    line = said(seen.up)
    if stayed := seen.stayed:
        return Told("half-applied", "half-applied", line, f"left behind: {stayed[0]}")
    went_through = any(sent.ms is not None for sent in seen.up.changes)  # what fails is among them, without a time
    return Told("rolled back", "rolled-back", line) if went_through else Told("refused", "refused", line)


def back_and_again(exercise: Exercise, seen: Seen) -> Told:
    """Tell what the downgrade and the second upgrade came to; ``not run`` where the first one has not passed."""
    if seen.down is None or seen.back is None or seen.after is None:
        return Told("not run")
    if seen.down.failure:
        return Told("refused", "downgrade-refused", said(seen.down))
    if not schema_diff(seen.after.schema, seen.back.schema):
        return Told("ignored", "no-downgrade", "the downgrade does nothing")
    if _ends_at_the_start(exercise) and (differs := schema_diff(seen.before.schema, seen.back.schema)):
        said_so = in_words(differs[0])
        return Told("drifted", "downgrade-differs", said_so, f"after the downgrade, {said_so}", "as it was before")
    if seen.again is None or seen.after_again is None or seen.again.failure:
        line = said(seen.again) if seen.again else ""
        return Told("refused", "again-refused", line)
    # What people have entered since is as the revisions make it: nothing is renamed on the way from there.
    goal, before = (RowsGoal(), seen.entered) if seen.entered else (exercise.rows, seen.before)
    if found := row_difference(goal, before, seen.after_again):
        return Told(_word(found), "again-rows", str(found), found.seen, found.wanted)
    return _same_tables(seen, seen.after, seen.after_again)


def _same_tables(seen: Seen, after: Database, again: Database) -> Told:
    """Tell whether the second upgrade makes the tables of the first, and an empty database gets there at all."""
    if differs := schema_diff(after.schema, again.schema):
        said_so = in_words(differs[0])
        return Told("drifted", "again-differs", said_so, f"the second time, {said_so}", "the same tables both times")
    if seen.from_nothing and seen.from_nothing.failure:
        return Told("refused", "new-install-refused", said(seen.from_nothing))
    return Told("done")


def _ends_at_the_start(exercise: Exercise) -> bool:
    """Tell whether the downgrade ends where the upgrade began."""
    if exercise.rows.begin == "empty":
        return exercise.back.to in ("", "base")
    return exercise.back.to == exercise.start.rows_at and not exercise.start.at


def _word(found: Difference) -> Outcome:
    return "rows lost" if found.lost else "rows changed"


def said(answer: Answer) -> str:
    """Return what an engine, or Python, says of a step, with file and line where they are the learner's."""
    failure = answer.failure
    if failure is None:
        return ""
    if failure.at is None:
        return failure.line
    return f"{failure.at.file}:{failure.at.line}: {_OWN_PLACE.sub('', failure.line)}"
