"""The sentence of each state: what it is, and the one next act."""

from __future__ import annotations

from collections.abc import Mapping

from lab_app.document.judgement import State

#: What is typed next, by state. ``{command}`` is what the exercise has one type.
_COMMANDS: dict[State, str] = {
    "no-folder": "flask db init",
    "no-revision": "{command}",
    "empty-revision": "{command}",
    "several-heads": "flask db merge heads",
    "wrong-parents": "flask db merge heads",
    "no-database": "flask db upgrade",
    "not-applied": "flask db upgrade",
    "unknown-revision": "flask db stamp --purge head",
}
#: ``{what}`` is the detail of the line, ``{engine}`` who says it. Where there is a command, it follows.
_SENTENCES: dict[State, str] = {
    "not-begun": "Nothing has been changed yet. {begin}",
    "model-unchanged": "The model in app.py is as it was. {begin}",
    "model-differs": "The model in app.py is not what was asked for: {what}. Change app.py and save it.",
    "does-not-load": "Python cannot run it: {what}. Mend that line and save it.",
    "not-set-up": "The app does not know Flask-Migrate yet. Add Migrate(app, db) to app.py and save it.",
    "no-folder": "There is no migrations folder yet. Make it:",
    "creates-tables": "{What}, so no migration can make it. Remove create_all() from app.py and save it.",
    "history-unreadable": "Alembic cannot read the revisions: {what}. Mend the file, or reset the exercise.",
    "no-revision": "There is no new revision yet. Have it written:",
    "revision-unchanged": "{What}. Open its file in migrations/versions, change it and save it.",
    "start-changed": "{What}. Databases have it already: undo that, or reset the exercise.",
    "start-removed": "{What}. Databases have it already: bring it back, or reset the exercise.",
    "empty-revision": "{What}: the model was not saved, or school.db was not at the newest revision. Delete that "
    "file, save app.py, and type again:",
    "several-heads": "{What}, and flask db upgrade cannot choose. Bring them together:",
    "wrong-parents": "{What}. Delete the new file, and have Alembic write it:",
    "no-database": "There is no school.db yet. The upgrade makes it:",
    "not-applied": "school.db is not at the newest revision: {what}. Apply it:",
    "unknown-revision": "{What}. Tell it which revision it is at:",
    "edited-by-hand": "school.db is not as the revisions make it: {what}. It was edited by hand, or a revision was "
    "changed after it was applied. Go down and up again, or reset school.db (r, then d).",
    "own-rows-lost": "A row of school.db is gone that no revision deletes: {what}. Reset school.db (r, then d).",
    "own-rows-changed": "In school.db {what}. It was changed by hand, by a downgrade, or by a "
    "revision before you mended it. Reset school.db (r, then d).",
    "ignored": "Nothing happened.",
    "refused": "{engine} refuses the upgrade, and nothing has changed. Mend the revision and save it.",
    "rolled-back": "{engine} fails on the way and takes everything back. Mend the revision and save it.",
    "half-applied": "{engine} fails on the way, and what was done before stays. Mend the revision and save it.",
    "rows-lost": "{engine} loses rows: {what}. Change the revision so that they stay.",
    "rows-changed": "{engine} changes rows: {what}. Change the revision so that they stay as they are.",
    "drifted": "{engine} does not end where it should: {what}. Change the revision and save it.",
    "lets-in": "{engine} takes what it should refuse: {what}. Change the revision and save it.",
    "keeps-out": "{engine} refuses what it should take: {what}. Change the revision and save it.",
    "app-does-not-answer": "The app no longer answers on {engine}. Make the models and the revision agree.",
    "downgrade-refused": "{engine} refuses the downgrade. Mend downgrade() in the revision and save it.",
    "no-downgrade": "downgrade() does nothing. Write what takes upgrade() back, and save it.",
    "downgrade-differs": "On {engine} the downgrade does not lead back: {what}. Mend downgrade() and save it.",
    "again-refused": "After the downgrade, {engine} refuses the upgrade. Mend downgrade() or upgrade() and save it.",
    "again-rows": "On {engine}, after down and up again: {what}. Change the revision so that nothing is lost.",
    "again-differs": "On {engine}, down and up again does not end in the same tables: {what}. Change the revision and "
    "save it.",
    "new-install-refused": "{engine} refuses the revisions on an empty database, where every new computer begins. "
    "Change upgrade() so that it runs there, too.",
    "database-deleted": "The rows are gone: {what}. A migration changes the tables and keeps the rows. Reset "
    "school.db (r, then d).",
    "made-by-hand": "school.db has what no revision did: {what}. It was changed by hand, or an upgrade failed "
    "half-way. Reset school.db (r, then d), and let a revision do it.",
    "made-before": "school.db has what no revision made: the table {what}. A migration then has nothing to do, or "
    "fails. Delete school.db, and type:",
    "stamped": "school.db notes {what}, and its tables are as they were at the start: it was stamped, or the revision "
    "was changed after the upgrade. Note again what is true:",
    "passes-over": "create_all() passed over the table, because it is there: {what}. Remove create_all() from "
    "app.py and save it.",
    "asking": "So far it is right. The other engines are being asked.",
    "passed": "Passed on all four engines.",
    "passed-on-some": "Passed on {passed}{missing}.",
}


def sentence(state: State, own: Mapping[str, str] | None = None, **parts: str) -> str:
    """Return the sentence of a state, an exercise's ``own`` or the usual; parts that it does not name are left out."""
    what = parts.get("what", "")
    is_file = "." in what.partition(" ")[0]
    values = {"begin": "", "engine": "", **parts, "What": what if is_file else what[:1].upper() + what[1:]}
    text = (own or {}).get(state, _SENTENCES[state])
    return text.format(**values).replace("  ", " ").strip()


def command(state: State, own: str) -> str:
    """Return what is typed next, or nothing; ``own`` is the exercise's command."""
    return _COMMANDS.get(state, "").format(command=own)
