"""What the run itself showed: rows that cannot be added, connections refused, what loading the project did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lab_app.check.answers import Answer, Note, Sent
from lab_app.check.evidence import LaneRecord, Revision, Walked
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import all_in_words

_INSERTS = re.compile(r"\s*INSERT\s+(?:\w+\s+)?INTO\s+[`\"\[]?(?:\w+[`\"]?\.[`\"]?)?(\w+)", re.IGNORECASE)


def run_itself(walked: Walked) -> Iterator[Found]:
    """Find what is no fault of one step alone."""
    yield from _unseeded(walked)
    for lane in walked.lanes:
        yield from _start(walked, lane)
        yield from _env(walked, lane)
        for note in _all_notes(walked, lane):
            yield from _beside(lane, note)
    for revision, lane, passage in walked.each():
        for step in (passage.first, passage.up, passage.down, passage.up_again):
            for note in step.notes if step else ():
                yield from _elsewhere(lane, revision, note)
        for table, said in passage.no_new_row.items():
            yield Found(
                "no-new-row",
                "error",
                (lane.name,),
                revision.revision,
                f"The application cannot add a row to {table} any more",
                says=(f"{lane.title}: {said}.",),
                why="Rows that were inserted with ids of their own have left the counter behind.",
                fix=f"Set the sequence of {table} to the largest id, after the rows: setval('{table}_id_seq', …).",
                file=revision.file,
                scenario="sequence_lag_after_bulk_insert",
                about=table,
            )


def _start(walked: Walked, lane: LaneRecord) -> Iterator[Found]:
    left = walked.left.get(lane.name)
    if left is None:
        return
    loaded = walked.loaded[lane.name]
    rows = _rows_of_its_own(loaded)
    added = f" It adds rows itself, too: to {', '.join(rows)}." if rows else ""
    if left.revisions:
        how = "by running its revisions" if _ran_revisions(loaded) else "by noting it: no revision is run"
        yield Found(
            "app-migrates-at-start",
            "note",
            (lane.name,),
            None,
            "Loading the application migrates the database",
            says=(
                f"{lane.title}: it holds {', '.join(left.revisions)} before anybody types flask db upgrade, {how}."
                f"{added}",
            ),
        )
    elif left.schema:
        yield Found(
            "app-writes-at-start",
            "note",
            (lane.name,),
            None,
            "Loading the application makes tables",
            says=(
                f"{lane.title}: it holds {', '.join(sorted(left.schema))} before anybody types flask db upgrade."
                f"{added}",
            ),
            scenario="create_all_before_first_upgrade",
        )


def _ran_revisions(loaded: Answer) -> bool:
    """Tell whether a statement that loading sent comes from a revision."""
    return any(_of_a_revision(loaded, sent) for sent in loaded.statements)


def _rows_of_its_own(loaded: Answer) -> list[str]:
    """Return the tables that the application adds rows to while it is loaded, besides what its revisions add."""
    found = [_INSERTS.match(sent.sql) for sent in loaded.statements if not _of_a_revision(loaded, sent)]
    names = {each[1] for each in found if each and each[1] != "alembic_version"}
    return sorted(names)


def _of_a_revision(loaded: Answer, sent: Sent) -> bool:
    return sent.at is not None and sent.at.file.startswith(tuple(loaded.said.get("versions_folders", ())))


def _env(walked: Walked, lane: LaneRecord) -> Iterator[Found]:
    if written := walked.env_left.get(lane.name):
        yield Found(
            "env-writes",
            "note",
            (lane.name,),
            None,
            "env.py writes into the database whenever it runs",
            says=(f"{lane.title}: {all_in_words(written)}.",),
            why="Every command runs env.py, flask db current and flask db check, too.",
            fix="Move it into a revision.",
        )


def _unseeded(walked: Walked) -> Iterator[Found]:
    """Find the tables without rows; those that point at one of them come of it."""
    without = {each.what: each for each in walked.unseeded}
    dependent = {what: _pointed_at(each.why) for what, each in without.items() if _pointed_at(each.why) in without}
    for each in without.values():
        if each.what in dependent:
            continue
        follow = sorted(what.removeprefix("table ") for what in dependent if _root(what, dependent) == each.what)
        says = f"{each.why.replace('no values', 'No values', 1)}."
        if follow:
            says += f" What points at it has none either: {', '.join(follow)}."
        yield Found(
            "not-seeded",
            "note",
            tuple(walked.passages.get(each.revision) or (lane.name for lane in walked.lanes)),
            each.revision,
            f"No rows could be made for {each.what}, so nothing was tested with any",
            says=(says,),
            file=next(revision.file for revision in walked.revisions if revision.revision == each.revision),
            about=each.what,
        )


def _pointed_at(why: str) -> str:
    """Return the table whose lack of rows is why there are none, or nothing."""
    found = re.search(r"points at (\S+), which has no rows", why)
    return f"table {found[1]}" if found else ""


def _root(what: str, dependent: Mapping[str, str]) -> str:
    """Return the table that a chain of references ends at; a circle has no end."""
    for _ in dependent:
        what = dependent.get(what, what)
    return what


def _elsewhere(lane: LaneRecord, revision: Revision, note: Note) -> Iterator[Found]:
    if note.kind == "refused":
        yield Found(
            "other-database",
            "error",
            (lane.name,),
            revision.revision,
            "The revision opens a connection of its own",
            says=(f"{lane.title}: a connection to {note.what} was refused.",),
            why="Alembic's transaction does not reach it, and it goes wherever it was told to.",
            fix="Use op.get_bind().",
            place=note.at,
            file=revision.file,
        )


def _all_notes(walked: Walked, lane: LaneRecord) -> Iterator[Note]:
    """Yield what was noted while a lane was loaded, and in its steps."""
    if loaded := walked.loaded.get(lane.name):
        yield from loaded.notes
    for _, its, passage in walked.each():
        if its.name == lane.name:
            for step in (passage.first, passage.up, passage.down, passage.up_again):
                yield from step.notes if step else ()


def _beside(lane: LaneRecord, note: Note) -> Iterator[Found]:
    """Find what the project does beside the database, and would be taken for the revision's otherwise."""
    if note.kind == "thread":
        yield Found(
            "app-writes-at-start",
            "note",
            (lane.name,),
            None,
            "A thread of the application sends statements while revisions run",
            says=(f"{lane.title}: {note.what} was kept out, or it would have been taken for a revision's.",),
            why="Loading the application starts it, so every flask db command does.",
            fix="Start it where the server is started, and not in the factory.",
            place=note.at,
        )
    elif note.kind == "file":
        yield Found(
            "files-written",
            "note",
            (lane.name,),
            None,
            "Loading the application writes files" if note.loading else "Running the revisions writes files",
            says=(f"{note.what} was written, and is still there.",),
            place=note.at,
        )
