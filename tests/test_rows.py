"""What is recorded of rows, and which of them survived."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lab_app.evidence.digest import digest
from lab_app.evidence.readers import empty_table
from lab_app.evidence.rows import TableData, read_rows, to_json
from lab_app.evidence.schema import read_schema
from lab_app.evidence.survival import survival
from lab_app.evidence.types import Column, Schema, Survival, Unmet, ValueChange
from lab_app.evidence.values import same


def data(*rows: tuple[Any, ...], key: str = "id", **types: str) -> TableData:
    """A table that was read in full."""
    return TableData(types, key.split(), list(rows), len(rows))


def goal(**tables: list[str]) -> Schema:
    """A goal in which every column is an INTEGER and id is the key."""
    integer = Column(type="INTEGER", nullable=True, default=None, autoincrement=False, computed=None, comment=None)
    return {
        name: {**empty_table("table"), "columns": dict.fromkeys(columns, integer), "primary_key": ["id"]}
        for name, columns in tables.items()
    }


def values(
    before: int,
    after: int,
    lost: int = 0,
    changed: int = 0,
    changes: list[ValueChange] | None = None,
    as_declared: int = 0,
    unmet: list[Unmet] | None = None,
) -> Survival:
    """What became of student, value by value."""
    found = Survival(
        table="student", how="values", before=before, after=after, lost=lost, changed=changed, changes=changes or []
    )
    if as_declared:
        found["as_declared"] = as_declared
    if unmet:
        found["unmet"] = unmet
    return found


def value(row: dict[str, Any], column: str, wanted: Any, found: Any) -> Unmet:
    """One value that is not as declared."""
    return Unmet(how="value", row=row, column=column, wanted=wanted, found=found)


def missing(**row: Any) -> Unmet:
    """A declared row that is not there."""
    return Unmet(how="missing", row=row, column=None, wanted=None, found=None)


def still_there(**row: Any) -> Unmet:
    """A row that is meant to go, and did not."""
    return Unmet(how="still there", row=row, column=None, wanted=None, found=None)


def change(key: list[Any], column: str, before: Any, after: Any) -> ValueChange:
    """One value that is another."""
    return ValueChange(key=key, column=column, before=before, after=after)


STUDENTS = data((1, "36"), (2, "n/a"), (3, ""), id="INTEGER", age="VARCHAR(10)")
IN_GOAL = goal(student=["id", "age"])


def test_rows_in_another_type_survive() -> None:
    """Rows of which only the types changed, the key's too, are as they were."""
    after = data(("1", "36"), ("2", "n/a"), ("3", ""), ("4", "new"), id="VARCHAR(10)", age="TEXT")
    assert survival({"student": STUDENTS}, {"student": after}, IN_GOAL) == [values(3, 4)]


def test_changed_and_lost_rows_are_told_apart() -> None:
    """A row whose value is another changed; a row whose key is gone is lost."""
    after = data((1, 36), (2, 0), id="INTEGER", age="INTEGER")
    assert survival({"student": STUDENTS}, {"student": after}, IN_GOAL) == [
        values(3, 2, lost=1, changed=1, changes=[change([2], "age", "n/a", 0)])
    ]


def test_a_table_that_is_gone_has_lost_every_row() -> None:
    """A table of the goal that is not there any more has lost all its rows."""
    assert survival({"student": STUDENTS}, {}, IN_GOAL) == [values(3, 0, lost=3)]


def test_what_is_meant_to_go_is_not_missed() -> None:
    """A table or a column that the goal does not have may go, with its values."""
    before = {"student": STUDENTS, "old": STUDENTS}
    after = {"student": data((1,), (2,), (3,), id="INTEGER")}
    assert survival(before, after, goal(student=["id"])) == [values(3, 3)]


def test_a_declared_value_is_right() -> None:
    """A value may be what the scenario declares, also in other rows that held the same; another one may not."""
    before = data((1, "36"), (2, "n/a"), (3, "n/a"), (4, "x"), id="INTEGER", age="VARCHAR(10)")
    after = data((1, 36), (2, None), (3, None), (4, None), id="INTEGER", age="INTEGER")
    declared = {"student": [{"id": 1, "age": 36}, {"id": 2, "age": None}]}
    assert survival({"student": before}, {"student": after}, IN_GOAL, declared) == [
        values(4, 4, changed=1, changes=[change([4], "age", "x", None)], as_declared=2)
    ]


RENAMED = {"student": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Zoë"}]}
FULL_NAMES = data((1, "Ada"), (2, "Zoë"), id="INTEGER", fullname="TEXT")


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        (data((1, "Ada"), (2, "Zoë"), id="INTEGER", name="TEXT"), []),
        (FULL_NAMES, []),
        (data((1, "Ada", None), (2, "Zoë", None), id="INTEGER", fullname="TEXT", name="TEXT"), []),
        (data((1, ""), (2, "Zoë"), id="INTEGER", name="TEXT"), [change([1], "name", "Ada", "")]),
        (data((1, "Ada"), (2, "Zoe"), id="INTEGER", fullname="TEXT"), [change([2], "fullname", "Zoë", "Zoe")]),
        (data((1,), id="INTEGER"), [change([1], "name", "Ada", {"other": "no such column"})]),
    ],
    ids=["renamed", "untouched", "half-way", "dropped and added", "damaged", "gone"],
)
def test_a_renamed_column_holds_what_is_declared(after: TableData, changes: list[ValueChange]) -> None:
    """A column that only the goal has holds the declared values, unless the old one is still there, untouched."""
    [found] = survival({"student": FULL_NAMES}, {"student": after}, goal(student=["id", "name"]), RENAMED)
    assert (found["changed"], found["changes"]) == (len(changes), changes)


def test_what_is_declared_is_demanded() -> None:
    """A value that should be another one and is the old one is not lost, and is told with its row."""
    declared = {"student": [{"id": 1, "age": 36}, {"id": 2, "age": None}]}
    assert survival({"student": STUDENTS}, {"student": STUDENTS}, IN_GOAL, declared) == [
        values(3, 3, unmet=[value({"id": 2}, "age", None, "n/a")])
    ]


def test_another_row_that_changed_instead_has_changed() -> None:
    """What a declared row does not show, because nothing became of it, is no excuse for another row."""
    before = data((1, "a"), (2, "a"), id="INTEGER", age="TEXT")
    after = data((1, "a"), (2, "b"), id="INTEGER", age="TEXT")
    [found] = survival({"student": before}, {"student": after}, IN_GOAL, {"student": [{"id": 1, "age": "b"}]})
    assert found == values(
        2, 2, changed=1, changes=[change([2], "age", "a", "b")], unmet=[value({"id": 1}, "age", "b", "a")]
    )


def test_a_new_column_must_hold_what_is_declared() -> None:
    """A new column that nobody filled has lost nothing and is not as declared; one filled with something else is."""
    declared = {"student": [{"id": 1, "slug": "ada"}]}
    before = {"student": data((1,), id="INTEGER")}
    wanted = goal(student=["id", "slug"])
    empty = {"student": data((1, None), id="INTEGER", slug="TEXT")}
    wrong = {"student": data((1, ""), id="INTEGER", slug="TEXT")}
    assert survival(before, before, wanted, declared) == [values(1, 1)]
    assert survival(before, empty, wanted, declared) == [values(1, 1, unmet=[value({"id": 1}, "slug", "ada", None)])]
    assert survival(before, wrong, wanted, declared) == [
        values(1, 1, changed=1, changes=[change([1], "slug", "ada", "")])
    ]


def test_rows_that_should_come_are_looked_for() -> None:
    """A new row is found by its key, or by what is declared of it where the engine gives the key."""
    before = {"student": data((1, 5), id="INTEGER", age="INTEGER")}
    after = {"student": data((1, 5), (2, 6), (9, 7), id="INTEGER", age="INTEGER")}
    declared = {"student": [{"id": 2, "age": 6}, {"age": 7}]}
    assert survival(before, after, IN_GOAL, declared) == [values(1, 3, as_declared=2)]
    assert survival(before, before, IN_GOAL, declared) == [values(1, 1, unmet=[missing(id=2, age=6), missing(age=7)])]
    other = {"student": [{"id": 2, "age": 8}]}
    assert survival(before, after, IN_GOAL, other) == [values(1, 3, unmet=[value({"id": 2}, "age", 8, 6)])]


def test_rows_that_should_go_are_not_missed() -> None:
    """A row may be named by its key or by what it holds; it is not lost when it goes, and told when it stays."""
    left = {"student": data((1, "36"), id="INTEGER", age="VARCHAR(10)")}
    for names in ([2, 3], [{"age": "n/a"}, {"id": 3}], [(2,), {"id": 3, "age": ""}]):
        assert survival({"student": STUDENTS}, left, IN_GOAL, gone={"student": names}) == [values(3, 1, as_declared=2)]
    assert survival({"student": STUDENTS}, left, IN_GOAL, gone={"student": [2]}) == [
        values(3, 1, lost=1, as_declared=1)
    ]
    assert survival({"student": STUDENTS}, {"student": STUDENTS}, IN_GOAL, gone={"student": [2]}) == [
        values(3, 3, unmet=[still_there(id=2)])
    ]


def test_a_row_that_goes_may_leave_its_key_to_another() -> None:
    """A row that is meant to go, and a declared row of the same key, are two rows."""
    after = {"student": data((1, "36"), (2, "new"), (3, ""), id="INTEGER", age="VARCHAR(10)")}
    declared = {"student": [{"id": 2, "age": "new"}]}
    assert survival({"student": STUDENTS}, after, IN_GOAL, declared, {"student": [2]}) == [values(3, 3, as_declared=1)]


KEYED = {"student": [{"id": "a", "age": 36}, {"id": "b", "age": "n/a"}, {"id": "c", "age": ""}]}


def test_rows_whose_key_is_meant_to_change_are_found_by_their_other_values() -> None:
    """A declared row with a key that no row had is that row, if its other values say so."""
    after = data(("a", "36"), ("b", "n/a"), ("c", ""), id="TEXT", age="VARCHAR(10)")
    assert survival({"student": STUDENTS}, {"student": after}, IN_GOAL, KEYED) == [values(3, 3, as_declared=3)]
    keyless = {"student": [{"age": "36"}, {"age": "n/a"}, {"age": ""}]}
    assert survival({"student": STUDENTS}, {"student": after}, IN_GOAL, keyless) == [values(3, 3, as_declared=3)]
    fewer = data(("a", "36"), ("c", ""), id="TEXT", age="VARCHAR(10)")
    [found] = survival({"student": STUDENTS}, {"student": fewer}, IN_GOAL, KEYED)
    assert (found["lost"], found["changed"]) == (1, 0)
    [found] = survival({"student": STUDENTS}, {"student": STUDENTS}, IN_GOAL, KEYED)
    assert (found["lost"], found["changed"], len(found["unmet"])) == (0, 0, 3)


PUPILS = {"pupil": data((1, 5), id="INTEGER", age="INTEGER")}
AS_STUDENT = {"student": [{"id": 1, "age": 5}]}
EMPTY = {"student": data(id="INTEGER", age="INTEGER")}


def test_a_renamed_table_holds_what_is_declared() -> None:
    """A table that only the goal has holds the declared rows; they are lost where the old table is gone."""
    assert survival(PUPILS, {"student": PUPILS["pupil"]}, IN_GOAL, AS_STUDENT) == [values(1, 1)]
    assert survival(PUPILS, EMPTY, IN_GOAL, AS_STUDENT) == [values(1, 0, lost=1)]
    assert survival(PUPILS, {}, IN_GOAL, AS_STUDENT) == [values(1, 0, lost=1)]
    assert survival(PUPILS, PUPILS | EMPTY, IN_GOAL, AS_STUDENT) == [values(1, 0, unmet=[missing(id=1, age=5)])]
    misnamed = EMPTY | {"scholar": PUPILS["pupil"]}
    assert survival(PUPILS, misnamed, IN_GOAL, AS_STUDENT) == [values(1, 0, unmet=[missing(id=1, age=5)])]


def test_a_new_table_has_lost_nothing_while_its_source_stays() -> None:
    """Rows that were to be copied, or that are new, are not lost where what holds their values is still there."""
    declared = {"student": [{"id": 1, "age": 5}, {"id": 2, "age": 6}]}
    kept = goal(student=["id", "age"], pupil=["id", "age"])
    found = survival(PUPILS, PUPILS | EMPTY, kept, declared)
    assert [(each["table"], each["lost"], each["changed"]) for each in found] == [("pupil", 0, 0), ("student", 0, 0)]
    [_, found] = survival(PUPILS, {"pupil": data((1,), id="INTEGER"), **EMPTY}, kept | goal(pupil=["id"]), declared)
    assert (found["lost"], found["unmet"]) == (1, [missing(id=2, age=6)])


def test_rows_that_move_to_a_table_that_is_there_are_looked_for() -> None:
    """Rows that are meant to go from one table and to come to another are lost where they did not come."""
    declared, gone = {"archive": [{"id": 2, "age": "n/a"}]}, {"student": [2]}
    before = {"student": STUDENTS, "archive": data((9, "old"), id="INTEGER", age="TEXT")}
    left = data((1, "36"), (3, ""), id="INTEGER", age="VARCHAR(10)")
    wanted = goal(student=["id", "age"], archive=["id", "age"])
    there = data((2, "n/a"), (9, "old"), id="INTEGER", age="TEXT")
    found = survival(before, {"student": left, "archive": there}, wanted, declared, gone)
    assert [each["lost"] for each in found] == [0, 0]
    found = survival(before, before | {"student": left}, wanted, declared, gone)
    assert [(each["table"], each["before"], each["lost"]) for each in found] == [("student", 3, 0), ("archive", 2, 1)]
    found = survival(before, before, wanted, declared, gone)
    assert [(each["lost"], len(each["unmet"])) for each in found] == [(0, 1), (0, 1)]


@pytest.mark.parametrize(
    ("column", "declared"),
    [
        (("age", 36), {"id": 1, "years": 36}),
        (("age", 36), {"id": 40, "person": 1, "years": 36}),
        (("name", "Ada Lovelace"), {"id": 1, "first": "Ada", "last": "Lovelace"}),
        (("street", "Main 5"), {"id": 1, "street": "Main", "number": 5}),
        (("email", "ADA@example.org"), {"id": 1, "address": "ada@example.org"}),
    ],
)
def test_a_value_that_was_to_move_under_another_name_is_lost_with_its_column(
    column: tuple[str, Any], declared: dict[str, Any]
) -> None:
    """A number of another name, or a part of a text, is known by the key of the row that it was in."""
    name, was = column
    before = {"student": data((1, was), id="INTEGER", **{name: "TEXT"})}
    wanted = goal(student=["id"], profile=[*declared])
    empty = {"profile": data(**dict.fromkeys(declared, "TEXT"))}
    dropped = survival(before, {"student": data((1,), id="INTEGER"), **empty}, wanted, {"profile": [declared]})
    assert [each["lost"] for each in dropped] == [0, 1]
    kept = survival(before, before | empty, wanted, {"profile": [declared]})
    assert [each["lost"] for each in kept] == [0, 0]


def test_a_new_row_that_did_not_come_is_not_lost_with_another_column() -> None:
    """A column is dropped as it should be, and a row of another table is missing: the two have nothing in common."""
    before = {"student": data((1, "Ada", 7), id="INTEGER", name="TEXT", age="INTEGER")}
    after = {"student": data((1, "Ada"), id="INTEGER", name="TEXT"), "course": data(id="INTEGER", title="TEXT")}
    wanted = goal(student=["id", "name"], course=["id", "title"])
    [_, found] = survival(before, after, wanted, {"course": [{"id": 1, "title": "Biology"}]})
    assert (found["lost"], found["unmet"]) == (0, [missing(id=1, title="Biology")])


def test_a_declared_value_is_what_python_can_say_of_it() -> None:
    """A value that is only repeated from the rows before, JSON's null, and a CHAR with its spaces are as declared."""
    table = data((1, "a   ", "null", 2), id="INTEGER", code="CHAR(4)", doc="JSON", points="INTEGER")
    declared = {"student": [{"id": 1, "code": "a", "doc": None, "points": 1.6}]}
    wanted = goal(student=["id", "code", "doc", "points"])
    [found] = survival({"student": table}, {"student": table}, wanted, declared)
    assert found["unmet"] == [value({"id": 1}, "points", 1.6, 2)]
    seeded = {"student": [{"id": 1, "points": 1.6}]}
    assert survival({"student": table}, {"student": table}, wanted, declared, {}, seeded) == [values(1, 1)]


def test_a_table_whose_copy_has_its_rows_has_not_lost_them() -> None:
    """A table that was dropped before its copy got its name is missing, and its rows are in the copy."""
    copy = {"_alembic_tmp_student": STUDENTS}
    assert survival({"student": STUDENTS}, copy, IN_GOAL) == [values(3, 0)]
    half = {"_alembic_tmp_student": data((1, "36"), id="INTEGER", age="INTEGER")}
    assert survival({"student": STUDENTS}, half, IN_GOAL) == [values(3, 0, lost=2)]


def test_rows_are_judged_where_they_are_now() -> None:
    """A table was renamed, and a new one has its name: its rows are under the new name, and none is lost."""
    both = goal(student=["id", "title"], pupil=["id", "age"])
    new = {"student": data(id="INTEGER", title="TEXT"), "pupil": STUDENTS}
    assert [found["lost"] for found in survival({"student": STUDENTS}, new, both)] == [0]
    nowhere = {"student": data(id="INTEGER", title="TEXT"), "pupil": data(id="INTEGER", age="TEXT")}
    assert [found["lost"] for found in survival({"student": STUDENTS}, nowhere, both)] == [3]
    a_copy = {"student": data((1, "36"), id="INTEGER", age="TEXT"), "pupil": STUDENTS}
    assert [
        found["lost"] for found in survival({"student": STUDENTS}, a_copy, goal(student=["id", "age"], pupil=[]))
    ] == [2]


def test_rows_without_a_key_are_matched_by_their_values() -> None:
    """Without a key equal rows match each other; what is left is changed, and what is left over is lost."""
    before = data(("a", 1), ("a", 1), ("b", 2), ("c", 3), key="", name="TEXT", age="TEXT")
    after = data(("c", "3"), ("a", "1"), ("x", "2"), key="", name="TEXT", age="TEXT")
    assert survival({"student": before}, {"student": after}, goal(student=["name", "age"])) == [
        values(4, 3, lost=1, changed=1, changes=[change([], "name", "a", "x"), change([], "age", 1, "2")])
    ]


def test_only_the_first_changes_are_kept() -> None:
    """Every changed row is counted, and twenty values are recorded."""
    before = data(*((row, row) for row in range(50)), id="INTEGER", age="INTEGER")
    after = data(*((row, row + 1) for row in range(50)), id="INTEGER", age="INTEGER")
    [found] = survival({"student": before}, {"student": after}, IN_GOAL)
    assert (found["changed"], len(found["changes"])) == (50, 20)


def test_a_long_table_is_shown_by_its_first_rows() -> None:
    """The result document holds twenty rows of a table, how many there are, and what stands for the rest."""
    table = data(*((row,) for row in range(50)), id="INTEGER")
    found = to_json({"student": table})["student"]
    assert (found["columns"], found["key"], found["count"], found["digest"]) == (
        ["id"],
        ["id"],
        50,
        to_json({"student": table})["student"]["digest"],
    )
    assert found["rows"] == [[row] for row in range(20)]
    other = data(*((row,) for row in range(49)), (99,), id="INTEGER")
    assert to_json({"student": other})["student"] != found
    assert to_json({"student": data((1,), id="INTEGER")})["student"]["digest"] is None


def made(database: sa.Engine, *statements: str) -> TableData:
    """The table student after some statements, digested where it holds more than two rows."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        return read_rows(connection, read_schema(connection), limit=2, shown=1)["student"]


CREATE = (
    "CREATE TABLE student (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20), email VARCHAR(40), age INTEGER)",
    "INSERT INTO student VALUES (1, 'a', 'bc', 36), (2, 'ab', 'c', NULL), (3, '', NULL, 36), (10, 'Zoë', '', 0)",
)


def test_rows_come_as_the_driver_stores_them(database: sa.Engine) -> None:
    """Rows are in the order of their key, and no type of SQLAlchemy touches a value."""
    metadata = sa.MetaData()
    columns = [sa.Column("active", sa.Boolean), sa.Column("notes", sa.JSON), sa.Column("price", sa.Numeric(5, 2))]
    odd = sa.Table("order", metadata, sa.Column("per cent", sa.Integer, primary_key=True), *columns)
    with database.begin() as connection:
        metadata.create_all(connection)
        for number in (2, 1):
            connection.execute(odd.insert().values([number, True, {"a": 1}, Decimal("1.50")]))
        found = read_rows(connection, read_schema(connection))["order"]
    assert (found.columns, found.key, found.count, found.digests) == (
        ["per cent", "active", "notes", "price"],
        ["per cent"],
        2,
        None,
    )
    assert [row[0] for row in found.rows] == [1, 2]
    declared = (1, True, {"a": 1}, Decimal("1.50"))
    assert [same(one, other, "JSON") for one, other in zip(declared, found.rows[0], strict=True)] == [True] * 4
    assert isinstance(found.rows[0][2], str | dict)


@pytest.mark.parametrize(
    ("statement", "differing"),
    [
        ("UPDATE student SET name = name", set()),
        ("UPDATE student SET age = 37 WHERE id = 1", {"age"}),
        ("UPDATE student SET name = 'ab', email = 'c' WHERE id = 1", {"name", "email"}),
        ("UPDATE student SET email = '' WHERE id = 3", {"email"}),
        ("UPDATE student SET name = NULL WHERE id = 3", {"name"}),
        ("UPDATE student SET email = CASE id WHEN 1 THEN 'c' ELSE 'bc' END WHERE id < 3", {"email"}),
        ("UPDATE student SET age = CASE id WHEN 1 THEN NULL ELSE 36 END WHERE id < 3", {"age"}),
    ],
)
def test_a_digest_differs_where_a_value_does(database: sa.Engine, statement: str, differing: set[str]) -> None:
    """A changed value, one that moved to another row, and NULL for '' are seen in their column."""
    before, after = made(database, *CREATE), made(database, statement)
    assert (before.count, after.count, before.rows) == (4, 4, [(1, "a", "bc", 36)])
    found = {column for column in before.columns if (before.digests or {})[column] != (after.digests or {})[column]}
    assert found == differing


def test_a_digest_differs_where_a_key_does(database: sa.Engine) -> None:
    """A row that has another key now, or that took another row's place, is seen in the key's own column."""
    before, moved = made(database, *CREATE), made(database, "UPDATE student SET id = 11 WHERE id = 10")
    swapped = made(database, "DELETE FROM student WHERE id = 3", "INSERT INTO student VALUES (10, '', NULL, 36)")
    digests = [(table.digests or {})["id"] for table in (before, moved, swapped)]
    assert len(set(digests)) == 3


def test_a_digest_does_not_depend_on_the_order_of_storage(database: sa.Engine) -> None:
    """The same rows inserted the other way round have the same digest, also where the key is text."""
    create = "CREATE TABLE student (id VARCHAR(9) NOT NULL PRIMARY KEY, age INTEGER)"
    one = made(database, create, "INSERT INTO student VALUES ('a', 1), ('b', 2), ('c', 3)")
    other = made(database, "DELETE FROM student", "INSERT INTO student VALUES ('c', 3), ('a', 1), ('b', 2)")
    assert one.digests == other.digests


def test_without_a_key_whole_rows_are_digested(database: sa.Engine) -> None:
    """In a table without a key two rows that swapped a value are seen."""
    create = "CREATE TABLE student (name VARCHAR(9), age INTEGER)"
    before = made(database, create, "INSERT INTO student VALUES ('a', 1), ('b', 2), ('c', NULL)")
    after = made(database, "DELETE FROM student", "INSERT INTO student VALUES ('a', 2), ('b', 1), ('c', NULL)")
    [found] = survival({"student": before}, {"student": after}, goal(student=["name", "age"]))
    assert (found["how"], found["lost"], found["changed"]) == ("digest", 0, 1)


def test_a_new_column_leaves_the_other_digests(database: sa.Engine) -> None:
    """Adding a column to a long table is proved to keep every row."""
    before, after = made(database, *CREATE), made(database, "ALTER TABLE student ADD COLUMN course VARCHAR(9)")
    wanted = goal(student=[*after.columns])
    assert survival({"student": before}, {"student": after}, wanted) == [{**values(4, 4), "how": "digest"}]


def test_a_changed_value_in_a_long_table_names_its_column(database: sa.Engine) -> None:
    """A digest that differs counts as one change, and tells the column's types instead of values."""
    before, after = made(database, *CREATE), made(database, "UPDATE student SET name = 'A' WHERE id = 1")
    kind = before.types["name"]
    changes = [change([], "name", {"other": kind}, {"other": kind})]
    assert survival({"student": before}, {"student": after}, goal(student=before.columns)) == [
        {**values(4, 4, changed=1, changes=changes), "how": "digest"}
    ]


def test_the_first_rows_of_a_long_table_are_held_to_what_is_declared(database: sa.Engine) -> None:
    """A digest tells no rows: a declared value is looked for in those that were kept, and the others stay untold."""
    before = made(database, *CREATE)
    declared = {"student": [{"id": 1, "name": "Ada"}, {"id": 10, "name": "Zoe"}]}
    wanted = goal(student=before.columns)
    [found] = survival({"student": before}, {"student": before}, wanted, None, {"student": [1]})
    assert (found["changed"], found["unmet"]) == (0, [still_there(id=1)])
    [found] = survival({"student": before}, {"student": before}, wanted, declared)
    assert (found["changed"], found["unmet"]) == (0, [value({"id": 1}, "name", "Ada", "a")])
    after = made(database, "UPDATE student SET name = 'Ada' WHERE id = 1")
    [found] = survival({"student": before}, {"student": after}, wanted, declared)
    assert (found["changed"], found.get("as_declared"), found.get("unmet")) == (0, 1, None)
    wrong = made(database, "UPDATE student SET name = 'Eve' WHERE id = 1")
    [found] = survival({"student": before}, {"student": wrong}, wanted, declared)
    assert (found["changed"], found["changes"]) == (1, [change([1], "name", "a", "Eve")])


def test_rows_of_a_long_table_that_are_meant_to_go_are_not_lost(database: sa.Engine) -> None:
    """Rows that are named by their key are counted; of those that are named by what they hold it may be any number."""
    before, after = made(database, *CREATE), made(database, "DELETE FROM student WHERE age = 36")
    wanted = goal(student=before.columns)
    lost = [
        survival({"student": before}, {"student": after}, wanted, None, {"student": names})[0]["lost"]
        for names in ([], [1], [1, 3], [{"age": 36}])
    ]
    assert lost == [2, 1, 0, 0]


def test_a_long_table_with_other_keys_is_compared_by_its_number_of_rows(database: sa.Engine) -> None:
    """Digests are bound to the key: where every key is meant to change they tell nothing, and say no wrong word."""
    before, after = made(database, *CREATE), made(database, "UPDATE student SET id = id + 100")
    wanted = goal(student=before.columns)
    [found] = survival({"student": before}, {"student": after}, wanted, {"student": [{"id": 101, "name": "a"}]})
    assert (found["lost"], found["changed"]) == (0, 0)
    [found] = survival({"student": before}, {"student": after}, wanted)
    assert found["changed"] == 1


def test_a_long_table_that_was_renamed_is_compared_by_its_digests(database: sa.Engine) -> None:
    """A table that is gone, and the one new table that is declared, are one."""
    before = made(database, *CREATE)
    declared = {"pupil": [{"id": 1, "name": "a"}]}
    wanted = goal(pupil=before.columns)
    [found] = survival({"student": before}, {"pupil": before}, wanted, declared)
    assert (found["before"], found["lost"], found["changed"]) == (4, 0, 0)
    fewer = made(database, "DELETE FROM student WHERE id = 10")
    [found] = survival({"student": before}, {"pupil": fewer}, wanted, declared)
    assert (found["before"], found["lost"]) == (4, 1)


def test_lost_rows_of_a_long_table_are_counted(database: sa.Engine) -> None:
    """A table that was too long to keep has lost as many rows as its count went down."""
    before, after = made(database, *CREATE), made(database, "DELETE FROM student WHERE id > 1")
    changes = [change([], "*", {"other": "4 rows"}, {"other": "1 rows"})]
    assert survival({"student": before}, {"student": after}, goal(student=before.columns)) == [
        {**values(4, 1, lost=3, changes=changes), "how": "digest"}
    ]


@pytest.mark.parametrize("engine_name", ["postgresql", "mysql", "mariadb"])
def test_a_type_change_that_keeps_the_text_is_proved(database: sa.Engine, engine_name: str) -> None:
    """A number that became text has the digest it had; one that a conversion wrote differently counts as changed."""
    column = "ALTER COLUMN age TYPE" if engine_name == "postgresql" else "MODIFY age"
    before, after = made(database, *CREATE), made(database, f"ALTER TABLE student {column} VARCHAR(10)")
    wanted = goal(student=before.columns)
    assert survival({"student": before}, {"student": after}, wanted) == [{**values(4, 4), "how": "digest"}]
    rewritten = made(database, "UPDATE student SET age = '36.0' WHERE id = 1")
    [found] = survival({"student": before}, {"student": rewritten}, wanted)
    assert (found["changed"], [line["column"] for line in found["changes"]]) == (1, ["age"])


def test_a_digest_keeps_memory_flat() -> None:
    """Digesting 50,000 rows inside SQLite's connection takes less memory than 2,000 of them."""
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        connection.exec_driver_sql(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
            "INSERT INTO t SELECT i, 'student ' || i FROM n"
        )
        schema = read_schema(connection)
        tracemalloc.start()
        count, _ = digest(connection, "t", schema["t"])
        peak = tracemalloc.get_traced_memory()[1]
        rows = connection.exec_driver_sql("SELECT * FROM t LIMIT 2000").fetchall()
        two_thousand = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert (count, len(rows)) == (50_000, 2_000)
    assert peak < two_thousand
