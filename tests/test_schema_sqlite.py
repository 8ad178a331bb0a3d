"""What is read of SQLite's own text: the statements that it keeps, and what each of them means."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from lab_app.evidence.diff import schema_diff
from lab_app.evidence.expressions import level
from lab_app.evidence.grammar import NotUnderstood
from lab_app.evidence.normalise import expression
from lab_app.evidence.readers.sqlite_default import default
from lab_app.evidence.readers.sqlite_words import GRAMMAR, Scope, tokens
from lab_app.evidence.rows import TableData, read_rows
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema

_PAIRS = json.loads((Path(__file__).parent / "data" / "schema_pairs_sqlite.json").read_text(encoding="utf-8"))
_KEY = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, s TEXT)"


def observed(*statements: str, limit: int = 10) -> tuple[Schema, dict[str, TableData]]:
    """The schema and the rows of a database in memory after these statements."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
        schema = read_schema(connection)
        rows = read_rows(connection, schema, limit=limit, shown=1)
    engine.dispose()
    return schema, rows


def difference(one: list[str], other: list[str]) -> list[str]:
    """The lines between two databases."""
    return schema_diff(observed(*one)[0], observed(*other)[0])


@pytest.mark.parametrize("pair", _PAIRS, ids=[pair["feature"] for pair in _PAIRS])
def test_a_pair_is_read_right(pair: dict[str, list[str]]) -> None:
    """Two schemas differ for the lab exactly where they differ for SQLite, and each difference is a line."""
    found = difference(pair["one"], pair["other"])

    assert bool(found) == (pair["verdict"] == "different"), found
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize(
    ("one", "other", "lines"),
    [
        ("CREATE TABLE t (a INT)", "CREATE TABLE t (a INT) STRICT", ["~ t STRICT none → yes"]),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY DESC)",
            ["~ t.id nullable no → yes", "~ t primary key (id) → (id) DESC"],
        ),
        (
            "CREATE TABLE t (a INT NOT NULL)",
            "CREATE TABLE t (a INT NOT NULL ON CONFLICT REPLACE)",
            ["~ t.a ON CONFLICT none → REPLACE"],
        ),
        (
            "CREATE TABLE t (s TEXT, UNIQUE (s))",
            "CREATE TABLE t (s TEXT, UNIQUE (s COLLATE nocase) ON CONFLICT FAIL)",
            ["- unique t (s)", "+ unique t (s) COLLATE NOCASE ON CONFLICT FAIL"],
        ),
        (
            "CREATE VIRTUAL TABLE d USING fts5(title)",
            "CREATE VIRTUAL TABLE d USING fts5(title, tokenize = porter)",
            ["~ table d USING fts5(title) → USING fts5(title, tokenize='porter')"],
        ),
    ],
)
def test_a_difference_reads_as_a_person_would_say_it(one: str, other: str, lines: list[str]) -> None:
    """What no field models is one line with SQLite's own words."""
    assert difference([one], [other]) == lines


def test_triggers_and_views_are_told_with_their_text() -> None:
    """A trigger hangs on its table or view, a view is its SELECT, and what is temporary is not there."""
    schema, _ = observed(
        _KEY,
        "CREATE VIEW v (x) AS SELECT a FROM t",
        "CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.x); END",
        "CREATE TEMP TRIGGER gone AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TEMP VIEW away AS SELECT 1",
    )
    assert list(schema) == ["t", "v"]
    assert "others" not in schema["t"]
    assert schema["v"]["definition"] == "(x) AS SELECT a FROM t"
    assert schema["v"]["others"] == [
        {"kind": "trigger", "name": "tr", "text": "INSTEAD OF INSERT BEGIN INSERT INTO t(a) VALUES (NEW.x); END"}
    ]


def test_a_virtual_table_has_rows_and_its_shadows_are_not_seen() -> None:
    """A full text index and an R*Tree are tables with rows; the tables that keep their content are none."""
    made = (
        "CREATE VIRTUAL TABLE d USING fts5(title)",
        "INSERT INTO d VALUES ('one'), ('two')",
        "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1)",
        "INSERT INTO r VALUES (1, 0, 2)",
    )
    schema, rows = observed(*made)
    _, digests = observed(*made, limit=1)

    assert list(schema) == list(rows) == ["d", "r"]
    assert (rows["d"].rows, rows["r"].rows) == ([("one",), ("two",)], [(1, 0.0, 2.0)])
    assert (digests["d"].count, digests["r"].count) == (2, 1)


def test_a_virtual_table_that_cannot_be_read_ends_nothing() -> None:
    """Without its module, or the table that holds its text, a virtual table has no rows, and the others are read."""
    gone = "('table', 'm', 'm', 0, 'CREATE VIRTUAL TABLE m USING nobody_has_this(a)')"
    schema, rows = observed(
        "CREATE TABLE held (id INTEGER PRIMARY KEY, title TEXT)",
        "CREATE VIRTUAL TABLE d USING fts5(title, content='held', content_rowid='id')",
        "DROP TABLE held",
        _KEY,
        "PRAGMA writable_schema = 1",
        f"INSERT INTO sqlite_master VALUES {gone}",  # noqa: S608
        "PRAGMA writable_schema = RESET",
    )
    assert list(schema) == ["d", "m", "t"]
    assert schema["m"]["definition"] == "USING nobody_has_this(a)"
    assert list(rows) == ["t"]


def test_what_is_read_can_be_changed_without_harm() -> None:
    """Statements are parsed once for each text, and what one reading returns is nobody else's."""
    made = "CREATE TABLE t (a INT UNIQUE CHECK (a > 0)) STRICT"
    first, _ = observed(made, "CREATE INDEX i ON t (a)")
    again, _ = observed(made, "CREATE INDEX i ON t (a)")
    for name in ("unique", "checks", "indexes"):
        first["t"][name][0]["name"] = "other"  # type: ignore[literal-required]
        first["t"][name].clear()  # type: ignore[literal-required]
    first["t"]["options"].clear()

    assert observed(made, "CREATE INDEX i ON t (a)")[0] == again


@pytest.mark.parametrize(
    ("text", "type_", "stored"),
    [
        ("+1", "INTEGER", "1"),
        ("- 1", "INT", "-1"),
        ("' 7 '", "NUMERIC(4)", "7"),
        ("'0x10'", "INTEGER", "'0x10'"),
        ("0x10", "INTEGER", "16"),
        ("1e3", "REAL", "1000"),
        ("1.0", "", "1.0"),
        ("7", "VARCHAR(4)", "'7'"),
        ("abc", "TEXT", "'abc'"),
        ('"It\'s"', "TEXT", "'It''s'"),
        ("x'ab'", "BLOB", "X'AB'"),
        ("(true)", "BOOLEAN", "1"),
        ("(Current_Date)", "DATE", "CURRENT_DATE"),
        ("(UPPER('a')||'b')", "TEXT", "upper('a') || 'b'"),
    ],
)
def test_a_default_is_the_value_that_a_row_gets(text: str, type_: str, stored: str) -> None:
    """A default is told as SQLite stores it in a column of this affinity, and SQLite itself agrees."""
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE one (k, a {type_} DEFAULT {text})")
    database.execute(f"CREATE TABLE other (k, a {type_} DEFAULT ({stored}))")
    for table in ("one", "other"):
        database.execute(f"INSERT INTO {table} (k) VALUES (1)")  # noqa: S608
    values = [database.execute(f"SELECT a, typeof(a) FROM {table}").fetchone() for table in ("one", "other")]  # noqa: S608
    database.close()

    assert default(text, type_, strict=False) == stored
    assert values[0] == values[1]


_OPERATORS = [
    *("OR", "AND", "and", "=", "==", "<>", "!=", "IS", "IS NOT", "is not distinct from", "<", "<=", ">", ">=", "LIKE"),
    *("NOT LIKE", "GLOB", "&", "|", "<<", ">>", "+", "-", "*", "/", "%", "||"),
]
_ATOMS = ["a", "t.b", '"c"', "[d]", "1", "2.0", "0x3", "'x'", "'0'", "NULL", "true", "FALSE", '"no such"']
_SUFFIXES = ["NOTNULL", "IS NULL", "NOT NULL", "IS TRUE", "COLLATE NOCASE"]


def made_up(dice: random.Random, depth: int) -> str:
    """An expression that nobody would write."""
    kind = dice.random() if depth > 0 else 0.0

    def part() -> str:
        return made_up(dice, depth - 1)

    if kind < 0.15:
        return dice.choice(_ATOMS)
    if kind < 0.55:
        return f"{part()} {dice.choice(_OPERATORS)} {part()}"
    if kind < 0.72:
        return f"({part()})"
    if kind < 0.8:
        return dice.choice(["NOT ", "- ", "+", "~"]) + part()
    if kind < 0.88:
        word = dice.choice(["IN ({}, {})", "NOT IN ({}, {})", "BETWEEN {} AND {}", "NOT BETWEEN {} AND {}"])
        return f"{part()} {word.format(part(), part())}"
    if kind < 0.94:
        return f"{part()} {dice.choice(_SUFFIXES)}"
    return f"CASE WHEN {part()} THEN {part()} ELSE coalesce({part()}, {part()}) END"


def test_an_expression_in_its_one_spelling_has_the_same_values() -> None:
    """SQLite evaluates a thousand expressions and what they are levelled to alike, on every row."""
    dice = random.Random(9)  # noqa: S311
    values = [None, 0, 1, -1, 2, 3.5, "0", "1", "x", "X", b"x", ""]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (a INT, b TEXT, c REAL, d)")
    rows = [[dice.choice(values) for _ in range(4)] for _ in range(40)]
    database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    scope = Scope("t", {name: name for name in "abcd"})
    asked = 0
    while asked < 1_000:
        text = made_up(dice, dice.randint(1, 5))
        try:
            expected = database.execute(f"SELECT {text} FROM t").fetchall()  # noqa: S608
        except sqlite3.OperationalError:
            continue
        levelled = level(scope.spelled(tokens(text)), GRAMMAR)
        assert repr(database.execute(f"SELECT {levelled} FROM t").fetchall()) == repr(expected), (text, levelled)  # noqa: S608
        asked += 1
    database.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(a > 0) and ((b != 1))", "a > 0 AND b <> 1"),
        ("not (a is null) or (b * 2) + 1 > 0", "NOT a IS NULL OR b * 2 + 1 > 0"),
        ("(a between 1 and 2) and b in ((1), 2)", "a BETWEEN 1 AND 2 AND b IN (1, 2)"),
        ("case when (a > 0) then 'x' end = 'x'", "CASE WHEN a > 0 THEN 'x' END = 'x'"),
    ],
)
def test_all_engines_level_what_they_agree_on(one: str, other: str) -> None:
    """Parentheses by precedence, the case of keywords and != are the same thing on every engine."""
    assert expression(one) == expression(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a - (b - c)", "a - b - c"),
        ("a = (b < c)", "(a = b) < c"),
        ("a || (b + c)", "a || b + c"),
        ("a & (b + c)", "a & b + c"),
        ('"and" > 0', "AND > 0"),
        ("name = 'NOT'", "name = 'not'"),
    ],
)
def test_what_engines_disagree_on_stays(one: str, other: str) -> None:
    """Parentheses stay where the rank of operators is not the same on every engine."""
    assert expression(one) != expression(other)


def test_what_the_parser_does_not_know_keeps_its_tokens() -> None:
    """An unknown operator, or parentheses nested a thousand times, are no error."""
    deep = "(" * 3_000 + "a" + ")" * 3_000 + " @@ b"
    assert expression("(a @@ (b))") == "a @ @ b"
    assert expression(deep)
    with pytest.raises(NotUnderstood):
        level(["a", "@", "b"])
