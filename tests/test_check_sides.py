"""Who is named where the head is not what the models say, or engines part; and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
import walks

from lab_app.check.answers import Answer, Place, Sent
from lab_app.check.evidence import Ends, Passage
from lab_app.check.findings.elements import elements
from lab_app.check.findings.find import find
from lab_app.evidence.readers import empty_table
from lab_app.evidence.state import State
from lab_app.evidence.types import Column

pytestmark = pytest.mark.fast


def state(revision: str, *, nullable: bool) -> State:
    """A table with one column that may be NULL or not."""
    column = Column(
        type="VARCHAR(80)", nullable=nullable, default=None, autoincrement=False, computed=None, comment=None
    )
    table = empty_table("table")
    table["columns"]["name"] = column
    return State({"t": table}, {}, [revision])


def test_what_modify_forgets_is_blamed_on_whom_it_was_forgotten_by(tmp_path: Path) -> None:
    """Two engines of three lose NOT NULL by MODIFY: the one that keeps it is not to blame."""
    history = walks.revisions(tmp_path, "op.alter_column('t', 'name', type_=sa.String(80))")
    seen = walks.walked(history, "postgresql", "mysql", "mariadb")
    for engine, sql, nullable in (
        ("postgresql", "ALTER TABLE t ALTER COLUMN name TYPE VARCHAR(80)", False),
        ("mysql", "ALTER TABLE t MODIFY name VARCHAR(80) NULL", True),
        ("mariadb", "ALTER TABLE t MODIFY name VARCHAR(80) NULL", True),
    ):
        sent = Sent(sql, Place(history[0].file, 7, revision=True), True, 1, None, None)
        up = Answer(None, statements=(sent,))
        seen.passages["0001"][engine] = Passage(
            before=state("", nullable=False),
            first=up,
            up=up,
            passed_with="wild",
            after=state("0001", nullable=nullable),
        )
    [found] = [each for each in find(seen) if each["code"] == "engines-differ"]
    assert found["engines"] == ["mysql", "mariadb"]
    assert found["scenario"] == "mysql_alter_column_forgets_attributes"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("modify_nullable member user_id True False", "member.user_id may be NULL, and may not be in the models"),
        ("add_table tag", "the table tag is in the models alone"),
        ("remove_index ix_tag", "the index ix_tag is in the migrations alone"),
        ("add_column tag tag.name", "the column tag.name is in the models alone"),
    ],
)
def test_what_autogenerate_would_do_is_said_in_words(told: str, words: str, tmp_path: Path) -> None:
    """A person reads how the database and the models differ, not what Alembic calls it."""
    seen = walks.walked(walks.revisions(tmp_path, "pass"), "postgresql")
    seen.ends["postgresql"] = Ends(compared=Answer(None, said={"differences": [told]}))
    [found] = find(seen)
    assert found["detail"] == f"PostgreSQL: {words}."


def test_a_unique_key_is_no_difference_between_engines() -> None:
    """PostgreSQL makes nothing for UNIQUE on what is the primary key already; the others make an index."""
    table = {**state("", nullable=False).schema["t"], "primary_key": ["name"]}
    with_index = {**table, "unique": [{"name": "nonce", "columns": ["name"], "options": {}}]}
    one, other = ({"t": each} for each in (table, with_index))
    assert elements(one, integers_have_width=True) == elements(other, integers_have_width=True)  # type: ignore[arg-type]


def test_words_in_another_order_are_the_same_words(tmp_path: Path) -> None:
    """A word that was added last stands last in the migrations, and elsewhere in the models."""
    seen = walks.walked(walks.revisions(tmp_path, "pass"), "postgresql")
    made, head = state("", nullable=True), state("0001", nullable=True)
    made.schema["t"]["columns"]["name"]["type"] = "ENUM('a', 'b', 'c')"
    head.schema["t"]["columns"]["name"]["type"] = "ENUM('a', 'c', 'b')"
    seen.ends["postgresql"] = Ends(head=head, made_state=made)
    assert find(seen) == []
