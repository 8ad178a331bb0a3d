"""The outcome follows from the evidence: every word, and cases where two apply."""

from __future__ import annotations

from typing import Any

import pytest

from lab_app.document.outcomes import WORST_FIRST
from lab_app.document.types import Evidence
from lab_app.document.verdict import verdict
from lab_app.evidence.types import ErrorRecord, Schema, Statement, Survival


def table(*columns: str) -> dict[str, Any]:
    """A table with these columns, as the schema snapshot has it."""
    column = {
        "type": "INTEGER",
        "nullable": True,
        "default": None,
        "autoincrement": False,
        "computed": None,
        "comment": None,
    }
    return {
        "kind": "table",
        "columns": {name: dict(column) for name in columns},
        "primary_key": ["id"],
        "unique": [],
        "foreign_keys": [],
        "checks": [],
        "indexes": [],
        "comment": None,
    }


OLD: Schema = {"student": table("id", "name")}  # type: ignore[dict-item]
NEW: Schema = {"student": table("id", "name", "age")}  # type: ignore[dict-item]
OTHER: Schema = {"student": table("id", "name", "old")}  # type: ignore[dict-item]
LEFTOVER: Schema = {**OLD, "_alembic_tmp_student": table("id", "name", "age")}  # type: ignore[dict-item]
ERROR: ErrorRecord = {"class": "OperationalError", "code": "1054", "message": "no"}


TRIGGERS = [{"kind": "trigger", "name": "tr", "text": "AFTER INSERT FOR EACH ROW SET @x = 1"}]


def with_more(key: str, value: object) -> Schema:
    """The old schema with one thing more about its table."""
    return {"student": {**OLD["student"], key: value}}  # type: ignore[typeddict-item, misc]


def sent(sql: str, error: str | None = None) -> Statement:
    """One statement as the recorder files it."""
    return {"sql": sql, "parameters": None, "ms": 1.0, "error": error, "step": "flask db upgrade"}


def survival(lost: int = 0, changed: int = 0, how: str = "values") -> Survival:
    """What became of a table of three rows."""
    return {
        "table": "student",
        "how": how,
        "before": 3,
        "after": 3 - lost,
        "lost": lost,
        "changed": changed,
        "changes": [],
    }  # type: ignore[typeddict-item]


def unmet(**wish: Any) -> Survival:
    """A table of three rows one of which is not as declared."""
    told = {"how": "value", "row": {"id": 1}, "column": "role", "wanted": "admin", "found": "member", **wish}
    return {**survival(), "unmet": [told]}  # type: ignore[typeddict-item]


def evidence(**observed: Any) -> Evidence:
    """Evidence of an attempt that did what it should, except for what is given."""
    base: Evidence = {
        "steps": ["flask db upgrade"],
        "statements": [sent("ALTER TABLE student ADD COLUMN age INTEGER")],
        "error": None,
        "warnings": [],
        "revision_before": ["0001"],
        "revision_after": ["0001"],
        "schema_before": OLD,
        "schema_after": NEW,
        "schema_goal": NEW,
        "rows_before": {},
        "rows_after": {},
        "survival": [survival()],
        "first_query": None,
        "migration": None,
        "ms": 5.0,
    }
    return {**base, **observed}  # type: ignore[typeddict-item]


FAILED = sent("ALTER TABLE student ADD COLUMN age INTEGER", "no")
BOOKS = sent("CREATE TABLE alembic_version (version_num VARCHAR(32))")
CASES = {
    # The schema is the goal, no row moved.
    "done": (evidence(), "done"),
    # The goal is where it began: a story that goes there and back.
    "done, there and back": (evidence(schema_before=NEW), "done"),
    "ignored": (evidence(schema_after=OLD), "ignored"),
    "drifted": (evidence(schema_after=OTHER), "drifted"),
    # Rows were changed as declared, and the schema was not.
    "drifted, rows alone": (
        evidence(schema_after=OLD, rows_before={"student": 1}, rows_after={"student": 2}),
        "drifted",
    ),
    # An UPDATE found no row: what was declared did not happen, and nothing else did.
    "ignored, the rows": (evidence(schema_before=NEW, survival=[unmet()]), "ignored"),
    # The schema changed as it should, or some of the rows did, and a declared value is the old one.
    "drifted, a declared value": (evidence(survival=[unmet()]), "drifted"),
    "drifted, some of the rows": (
        evidence(schema_before=NEW, rows_before={"student": 1}, rows_after={"student": 2}, survival=[unmet()]),
        "drifted",
    ),
    # What failed was not to do what is declared.
    "refused, with a demand": (
        evidence(error=ERROR, schema_after=OLD, statements=[FAILED], survival=[unmet()]),
        "refused",
    ),
    "refused": (evidence(error=ERROR, schema_after=OLD, statements=[FAILED]), "refused"),
    # Alembic refuses before it has sent anything.
    "refused without a statement": (evidence(error=ERROR, schema_after=OLD, statements=[]), "refused"),
    # Creating alembic_version is Alembic's own bookkeeping, no part of the change.
    "refused after bookkeeping": (evidence(error=ERROR, schema_after=OLD, statements=[BOOKS, FAILED]), "refused"),
    # Reading is not changing.
    "refused after a query": (
        evidence(error=ERROR, schema_after=OLD, statements=[sent("SELECT 1"), FAILED]),
        "refused",
    ),
    "rolled back": (
        evidence(error=ERROR, schema_after=OLD, statements=[sent("CREATE TABLE x (id INTEGER)"), FAILED]),
        "rolled back",
    ),
    "rolled back an UPDATE": (
        evidence(error=ERROR, schema_after=OLD, statements=[sent("UPDATE student SET name = ''"), FAILED]),
        "rolled back",
    ),
    "half-applied, a column": (evidence(error=ERROR, schema_after=OTHER), "half-applied"),
    "half-applied, a leftover table": (evidence(error=ERROR, schema_after=LEFTOVER), "half-applied"),
    "half-applied, a trigger": (evidence(error=ERROR, schema_after=with_more("others", TRIGGERS)), "half-applied"),
    "half-applied, a storage engine": (
        evidence(error=ERROR, schema_after=with_more("options", {"engine": "MyISAM"})),
        "half-applied",
    ),
    "half-applied, a sequence": (
        evidence(error=ERROR, schema_after={**OLD, "numbers": {**table(), "kind": "sequence"}}),
        "half-applied",
    ),
    "half-applied, a view": (
        evidence(error=ERROR, schema_after={**OLD, "grown": {**table(), "kind": "view", "definition": "SELECT 1"}}),
        "half-applied",
    ),
    "rolled back a DO": (
        evidence(error=ERROR, schema_after=OLD, statements=[sent("DO $$ BEGIN DELETE FROM a; END $$"), FAILED]),
        "rolled back",
    ),
    "refused after an UPDATE that found nothing": (
        evidence(error=ERROR, schema_after=OLD, statements=[{**sent("UPDATE student SET id = 1"), "rows": 0}, FAILED]),
        "refused",
    ),
    "half-applied, the revision": (evidence(error=ERROR, schema_after=OLD, revision_after=["0002"]), "half-applied"),
    "half-applied, rows as declared": (
        evidence(error=ERROR, schema_after=OLD, rows_before={"student": 1}, rows_after={"student": 2}),
        "half-applied",
    ),
    # The error came after everything had been done: all of it stayed.
    "half-applied, whole": (evidence(error=ERROR), "half-applied"),
    "rows changed": (evidence(survival=[survival(changed=1)]), "rows changed"),
    "rows changed, by digest": (evidence(survival=[survival(changed=1, how="digest")]), "rows changed"),
    "rows lost": (evidence(survival=[survival(lost=3)]), "rows lost"),
    # Two words apply: the worst one wins.
    "lost beats changed": (evidence(survival=[survival(lost=1, changed=1)]), "rows lost"),
    "changed beats half-applied": (
        evidence(error=ERROR, schema_after=LEFTOVER, survival=[survival(changed=1)]),
        "rows changed",
    ),
    "changed beats drifted": (evidence(schema_after=OTHER, survival=[survival(changed=1)]), "rows changed"),
    "lost beats half-applied": (evidence(error=ERROR, schema_after=OTHER, survival=[survival(lost=1)]), "rows lost"),
    "changed in one table, lost in another": (evidence(survival=[survival(changed=1), survival(lost=1)]), "rows lost"),
    "half-applied beats rolled back": (
        evidence(error=ERROR, schema_after=OTHER, statements=[sent("CREATE TABLE x (id INTEGER)"), FAILED]),
        "half-applied",
    ),
}


@pytest.mark.parametrize(("observed", "outcome"), CASES.values(), ids=CASES.keys())
def test_the_worst_word_that_the_evidence_supports_wins(observed: Evidence, outcome: str) -> None:
    """Each piece of evidence leads to one word, and the worst wins."""
    assert verdict(observed).outcome == outcome


def test_every_word_is_covered() -> None:
    """There is a case for each outcome but `not run`, which needs no evidence."""
    assert {outcome for _, outcome in CASES.values()} == set(WORST_FIRST) - {"not run"}


def test_the_finding_says_what_decided() -> None:
    """The finding names the table and the count, or the first difference."""
    assert verdict(evidence(survival=[survival(changed=2)])).finding == "student: 2 of 3 rows differ"
    assert verdict(evidence(survival=[survival(lost=1)])).finding == "1 of 3 rows of student are gone"
    assert verdict(evidence(error=ERROR, schema_after=LEFTOVER)).finding.startswith("part of it stayed: ")
    assert "_alembic_tmp_student" in verdict(evidence(error=ERROR, schema_after=LEFTOVER)).finding


@pytest.mark.parametrize(
    ("wish", "finding"),
    [
        ({}, "student with id 1: role is 'member', not 'admin'"),
        ({"how": "missing", "row": {"id": 3, "title": "Biology"}}, "student has no row with id 3, title 'Biology'"),
        ({"how": "still there", "row": {"a": 4, "b": "x"}}, "student still has the row with a 4, b 'x'"),
        ({"wanted": {"decimal": "1.50"}, "found": None}, "student with id 1: role is NULL, not 1.50"),
    ],
)
def test_the_finding_names_what_is_not_as_declared(wish: dict[str, Any], finding: str) -> None:
    """Table, key, column, the value found and the one wanted are in one sentence."""
    assert verdict(evidence(survival=[unmet(**wish)])).finding == finding


def test_the_verdict_changes_nothing() -> None:
    """The function is pure: the same evidence gives the same verdict, and stays as it was."""
    observed = evidence(error=ERROR, schema_after=LEFTOVER)
    copy = {**observed}

    assert verdict(observed) == verdict(observed)
    assert observed == copy
