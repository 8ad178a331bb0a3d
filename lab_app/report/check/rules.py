"""The kinds of findings, in words: what each means, for programs that show rules beside results."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One kind of finding: its name for a person, and what it means in a sentence or two."""

    name: str
    meaning: str


RULES: dict[str, Rule] = {
    "rows-lost": Rule("Rows are lost", "The upgrade deletes rows that the revision does not delete."),
    "rows-changed": Rule("Values are changed", "The upgrade changes values that the revision does not change."),
    "value-invented": Rule("A value is invented", "The engine fills a column with a value that nobody asked for."),
    "refused": Rule("The upgrade is refused", "The upgrade fails even with empty tables."),
    "refused-with-rows": Rule("The upgrade is refused with rows", "The upgrade fails when the tables hold rows."),
    "half-applied": Rule("Half of it stays", "The upgrade fails, and what it had done by then stays."),
    "not-repeatable": Rule("It cannot be repeated", "After a failure in the middle, a second upgrade ends elsewhere."),
    "nothing-happened": Rule("Nothing happened", "The upgrade succeeds and changes nothing."),
    "error-swallowed": Rule("An error is swallowed", "The revision catches an error of the database and goes on."),
    "version-did-not-move": Rule("The version did not move", "The upgrade succeeds, and its revision is not noted."),
    "downgrade-refused": Rule("The downgrade is refused", "The downgrade fails."),
    "downgrade-differs": Rule("The downgrade ends elsewhere", "After up and down the schema is not what it was."),
    "downgrade-loses": Rule("The downgrade loses values", "After up and down the rows are not what they were."),
    "upgrade-again-refused": Rule("The second upgrade is refused", "Up, down, up: the second upgrade fails."),
    "upgrade-again-differs": Rule("The second upgrade differs", "Up, down, up: the second upgrade ends elsewhere."),
    "no-new-row": Rule("No row can be added", "After the upgrade the application cannot add a row."),
    "engines-differ": Rule("Engines differ", "The same revision ends differently on different engines."),
    "models-differ": Rule("Models differ", "The migrations do not lead to what the models say."),
    "locks-itself": Rule("It locks itself", "A second connection inside the revision waits for the first."),
    "several-heads": Rule("Several heads", "The history has more than one head, so flask db upgrade refuses."),
    "revision-id-too-long": Rule("An id is too long", "The version table holds 32 characters."),
    "missing-parent": Rule("A parent is missing", "A revision names a parent that is not there."),
    "unreadable-revision": Rule("A revision cannot be read", "A revision file does not load."),
    "needs-a-start": Rule("It does not start from empty", "The first revisions need tables that no revision makes."),
    "rename-as-drop-and-add": Rule("A rename drops the values", "A column goes and another of its type comes empty."),
    "live-model-imported": Rule("A live model is imported", "A revision imports the models, which change later."),
    "no-batch-on-sqlite": Rule("No batch mode", "SQLite cannot alter in place."),
    "unnamed-constraint": Rule("A constraint has no name", "What has no name cannot be dropped by name."),
    "concurrently-in-transaction": Rule("CONCURRENTLY in a transaction", "PostgreSQL refuses it there."),
    "foreign-sql": Rule("SQL of one engine", "A statement is written for one engine, and others refuse it."),
    "engine-not-meant": Rule("Not meant for this engine", "The project uses types that this engine does not have."),
    "other-database": Rule("Another connection", "The project opens a connection that is not Alembic's."),
    "app-migrates-at-start": Rule("The application migrates at start", "Loading it moves the database's revision."),
    "app-writes-at-start": Rule("The application writes at start", "Loading it makes tables or rows."),
    "env-writes": Rule("env.py writes", "Running env.py makes tables or rows."),
    "files-written": Rule("Files are written", "Loading the project, or running its revisions, leaves files behind."),
    "timed-out": Rule("A step does not end", "A step was stopped after its time limit."),
    "crashed": Rule("A step ends the process", "The process ended by itself in the middle of a step."),
    "not-seeded": Rule("A table has no rows", "No rows could be made for a table, so it was not tested with any."),
}  # fmt: skip


def rule(code: str) -> Rule:
    """Return the rule behind a code; one that has no words of its own is named by the code."""
    return RULES.get(code, Rule(code, code))
