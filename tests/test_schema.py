"""What is recorded of a schema, and what counts as a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from lab_app.evidence.diff import same_schema, schema_diff
from lab_app.evidence.normalise import default_text, expression, type_text
from lab_app.evidence.readers import empty_table
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Column, Schema, Table

Step = Callable[[Operations], None]


def column(type_: str, **more: object) -> Column:
    """A nullable column with nothing else to it."""
    plain = Column(type=type_, nullable=True, default=None, autoincrement=False, computed=None, comment=None)
    return {**plain, **more}  # type: ignore[typeddict-item]


def table(columns: dict[str, Column], **more: object) -> Table:
    """A table whose key is id."""
    return {**empty_table("table"), "columns": columns, "primary_key": ["id"], **more}  # type: ignore[typeddict-item]


def student(*more: sa.Column[object] | sa.Constraint | sa.Index) -> sa.MetaData:
    """The models: course, and student with whatever is added."""
    metadata = sa.MetaData()
    sa.Table("course", metadata, sa.Column("id", sa.Integer, primary_key=True))
    columns = [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("age", sa.Integer),
        sa.Column("email", sa.String(100)),
    ]
    sa.Table("student", metadata, *columns, *more)
    return metadata


def made(database: sa.Engine, metadata: sa.MetaData, migrate: Step | None = None) -> Schema:
    """The schema that create_all() makes, followed by a migration; the database is empty again afterwards."""
    with database.begin() as connection:
        metadata.create_all(connection)
        if migrate:
            migrate(Operations(MigrationContext.configure(connection)))
    with database.begin() as connection:
        schema = read_schema(connection)
        everything = sa.MetaData()
        everything.reflect(connection)
        everything.drop_all(connection)
    return schema


@dataclass(frozen=True)
class Case:
    """One thing that can be made in two ways, and a third way that makes something else."""

    goal: Callable[[], sa.MetaData]
    migrate: Step
    other: Step
    difference: str


def add(*args: object, **kwargs: object) -> Step:
    """A migration that adds one column to student, in batch mode."""

    def step(op: Operations) -> None:
        new = sa.Column(*args, **kwargs)  # type: ignore[arg-type]
        if isinstance(new.type, sa.Enum):
            new.type.create(op.get_bind(), checkfirst=True)
        with op.batch_alter_table("student") as batch:
            batch.add_column(new)

    return step


def batch(act: Callable[..., object]) -> Step:
    """A migration of student in batch mode."""

    def step(op: Operations) -> None:
        with op.batch_alter_table("student") as batch_op:
            act(batch_op)

    return step


def refer(**options: str) -> Step:
    """A migration that adds a foreign key to course, named by hand."""

    def act(op: Operations) -> None:
        with op.batch_alter_table("student") as batch_op:
            batch_op.add_column(sa.Column("course_id", sa.Integer))
            batch_op.create_foreign_key("fk_by_hand", "course", ["course_id"], ["id"], **options)

    return act


def recreate(**options: bool) -> Step:
    """A migration that creates the table again, its key spelt out."""

    def act(op: Operations) -> None:
        op.drop_table("student")
        columns = [
            sa.Column("id", sa.Integer, **options),
            sa.Column("age", sa.Integer),
            sa.Column("email", sa.String(100)),
        ]
        op.create_table("student", *columns, sa.PrimaryKeyConstraint("id", name="pk_by_hand"))

    return act


CASES = {
    "key": Case(
        student,
        recreate(),
        batch(
            lambda b: b.alter_column("id", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
        ),
        "~ student.id type",
    ),
    "unique": Case(
        lambda: student(sa.UniqueConstraint("email")),
        batch(lambda b: b.create_unique_constraint("uq_by_hand", ["email"])),
        batch(lambda _: None),
        "- unique student",
    ),
    "index": Case(
        lambda: student(sa.Index("ix_student_email", "email")),
        batch(lambda b: b.create_index("ix_by_hand", ["email"])),
        batch(lambda b: b.create_index("ix_by_hand", ["email", "age"])),
        "+ index student.ix_by_hand (email, age)",
    ),
    "foreign key": Case(
        lambda: student(sa.Column("course_id", sa.ForeignKey("course.id", ondelete="CASCADE"))),
        refer(ondelete="CASCADE"),
        refer(),
        "+ foreign key student.fk_by_hand (course_id) → course (id)",
    ),
    "check": Case(
        lambda: student(sa.CheckConstraint("age > 0 AND email <> 'it''s'")),
        batch(lambda b: b.create_check_constraint("ck_by_hand", sa.text("((age  >  0 AND email<>'it''s'))"))),
        batch(lambda b: b.create_check_constraint("ck_by_hand", sa.text("age > 1 AND email <> 'it''s'"))),
        "+ check student.ck_by_hand",
    ),
    "text default": Case(
        lambda: student(sa.Column("kind", sa.String(10), server_default="n", nullable=False)),
        add("kind", sa.String(10), server_default=sa.text("'n'"), nullable=False),
        add("kind", sa.String(10), server_default="m", nullable=False),
        "~ student.kind default 'n' → 'm'",
    ),
    "number default": Case(
        lambda: student(sa.Column("rank", sa.Integer, server_default=sa.text("-1"))),
        add("rank", sa.Integer, server_default="-1"),
        add("rank", sa.Integer, server_default="-2"),
        "~ student.rank default -1 → -2",
    ),
    "boolean default": Case(
        lambda: student(sa.Column("active", sa.Boolean, server_default=sa.false(), nullable=False)),
        add("active", sa.Boolean, server_default=sa.false(), nullable=False),
        add("active", sa.Boolean, server_default=sa.false()),
        "~ student.active nullable no → yes",
    ),
    "time default": Case(
        lambda: student(sa.Column("seen", sa.DateTime, server_default=sa.func.now())),
        add("seen", sa.DateTime, server_default=sa.text("CURRENT_TIMESTAMP")),
        add("seen", sa.DateTime),
        "~ student.seen default CURRENT_TIMESTAMP → none",
    ),
    "json": Case(
        lambda: student(sa.Column("notes", sa.JSON)),
        add("notes", sa.JSON),
        add("notes", sa.Text),
        "~ student.notes type JSON → TEXT",
    ),
    "enum": Case(
        lambda: student(sa.Column("grade", sa.Enum("a", "b", name="grade"))),
        add("grade", sa.Enum("a", "b", name="grade")),
        add("grade", sa.Enum("a", "bc", name="grade")),
        "~ student.grade type",
    ),
    "length": Case(
        lambda: student(sa.Column("town", sa.String(40))),
        add("town", sa.VARCHAR(40)),
        add("town", sa.String(20)),
        "~ student.town type VARCHAR(40) → VARCHAR(20)",
    ),
    "computed": Case(
        lambda: student(sa.Column("next_age", sa.Integer, sa.Computed("age + 1"))),
        add("next_age", sa.Integer, sa.Computed("(age + 1)")),
        add("next_age", sa.Integer, sa.Computed("age + 2")),
        "~ student.next_age computed age + 1",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_create_all_and_a_migration_make_the_same_schema(database: sa.Engine, case: Case) -> None:
    """What create_all() makes and what a migration makes are the same, and a real difference is found."""
    goal = made(database, case.goal())
    assert schema_diff(goal, made(database, student(), case.migrate)) == []
    difference = schema_diff(goal, made(database, student(), case.other))
    assert [line for line in difference if line.startswith(case.difference)], difference


@pytest.mark.parametrize("engine_name", ["postgresql", "mysql", "mariadb"])
def test_comments_are_compared(database: sa.Engine) -> None:
    """The comment of a table and of a column is part of the schema."""
    metadata = sa.MetaData()
    sa.Table(
        "pupil", metadata, sa.Column("id", sa.Integer, primary_key=True, comment="its number"), comment="all of them"
    )
    with_comments = made(database, metadata)
    metadata.tables["pupil"].comment = metadata.tables["pupil"].c.id.comment = None
    assert schema_diff(made(database, metadata), with_comments) == [
        "~ pupil.id comment none → its number",
        "~ pupil comment none → all of them",
    ]


@pytest.mark.parametrize("engine_name", ["mysql", "mariadb"])
def test_a_collation_is_told_only_where_it_is_not_the_databases_own(database: sa.Engine) -> None:
    """VARCHAR in the database's collation is VARCHAR; in another one it is VARCHAR COLLATE that."""
    with database.connect() as connection:
        default = connection.exec_driver_sql("SELECT @@collation_database").scalar_one()
    types = sa.String(9, collation=default), sa.String(9, collation="utf8mb4_bin")
    metadata = sa.MetaData()
    sa.Table("word", metadata, sa.Column("same", types[0]), sa.Column("other", types[1]))
    columns = made(database, metadata)["word"]["columns"]
    assert [columns["same"]["type"], columns["other"]["type"]] == ["VARCHAR(9)", "VARCHAR(9) COLLATE utf8mb4_bin"]


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql", "mysql"])
def test_an_index_on_an_expression_is_seen(database: sa.Engine) -> None:
    """An index on lower(email) is listed with its expression, whatever else is in it."""
    metadata = student()
    sa.Index("ix_lower", sa.func.lower(metadata.tables["student"].c.email), metadata.tables["student"].c.age.desc())
    assert made_and_dropped(database, metadata)["student"]["indexes"] == [
        {"name": "ix_lower", "columns": ["lower(email)", "age DESC"], "unique": False, "where": None}
    ]


def made_and_dropped(database: sa.Engine, metadata: sa.MetaData) -> Schema:
    """The schema of models; they are dropped without being reflected."""
    with database.begin() as connection:
        metadata.create_all(connection)
        schema = read_schema(connection)
        metadata.drop_all(connection)
    return schema


#: PostgreSQL 16 and newer print the columns of a view's only table without the table's name.
NO_PREFIX = 160000


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_postgresql_names_what_a_type_holds(database: sa.Engine) -> None:
    """An enum is its members, a partial index has its predicate, a serial has no default."""
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TYPE mood AS ENUM ('ok', 'it''s fine')")
        connection.exec_driver_sql(
            "CREATE TABLE day (id serial PRIMARY KEY, mood mood DEFAULT 'ok', at timestamp(3), tags varchar(9)[], "
            "UNIQUE (at) DEFERRABLE)"
        )
        connection.exec_driver_sql("CREATE INDEX good ON day (at) WHERE mood = 'ok'")
        connection.exec_driver_sql("CREATE VIEW days AS SELECT at FROM day")
        version = connection.exec_driver_sql("SELECT current_setting('server_version_num')::int").scalar_one()
        assert read_schema(connection) == {
            "day": table(
                {
                    "id": column("INTEGER", nullable=False, autoincrement=True),
                    "mood": column("ENUM('ok','it''s fine')", default="'ok'"),
                    "at": column("TIMESTAMP(3)"),
                    "tags": column("VARCHAR(9)[]"),
                },
                unique=[{"name": "day_at_key", "columns": ["at"], "clause": "DEFERRABLE"}],
                indexes=[{"name": "good", "columns": ["at"], "unique": False, "where": "mood = 'ok'"}],
            ),
            "days": {
                **empty_table("view"),
                "columns": {"at": column("TIMESTAMP(3)")},
                "definition": "SELECT at FROM day" if version >= NO_PREFIX else "SELECT day.at FROM day",
            },
            "mood": {**empty_table("type"), "checks": [{"name": None, "text": "'ok','it''s fine'"}]},
        }


def test_sqlite_is_read_as_it_was_written() -> None:
    """Unnamed CHECKs, inline UNIQUEs, partial and expression indexes and generated columns are all seen."""
    script = """
        CREATE TABLE "course" (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);
        CREATE TABLE student (
            id INTEGER NOT NULL, -- CHECK (not this one, it is a comment)
            "email" VARCHAR (100) DEFAULT ('none') UNIQUE COLLATE NOCASE,
            age INTEGER CHECK (age > 0) CONSTRAINT old CHECK(age<200),
            next INTEGER GENERATED ALWAYS AS (age + 1) STORED,
            course_id INTEGER REFERENCES course ON DELETE SET NULL,
            PRIMARY KEY (id),
            CONSTRAINT both UNIQUE (age, "email")
        );
        CREATE UNIQUE INDEX low ON student (lower(email), age DESC) WHERE age IS NOT NULL;
        CREATE TABLE _alembic_tmp_student (id INTEGER PRIMARY KEY);
        CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
        CREATE VIEW broken AS SELECT x FROM gone;
    """
    with sa.create_engine("sqlite://").connect() as connection:
        connection.connection.driver_connection.executescript(script)  # type: ignore[union-attr]
        assert read_schema(connection) == {
            "_alembic_tmp_student": table({"id": column("INTEGER", nullable=False)}),
            "broken": {**empty_table("view"), "definition": "SELECT x FROM gone"},
            "course": table({"id": column("INTEGER", nullable=False, autoincrement=True), "title": column("TEXT")}),
            "student": table(
                {
                    "id": column("INTEGER", nullable=False),
                    "email": column("VARCHAR(100) COLLATE NOCASE", default="'none'"),
                    "age": column("INTEGER"),
                    "next": column("INTEGER", computed="age + 1 STORED"),
                    "course_id": column("INTEGER"),
                },
                unique=[{"name": None, "columns": ["email"]}, {"name": "both", "columns": ["age", "email"]}],
                checks=[{"name": None, "text": "age > 0"}, {"name": "old", "text": "age < 200"}],
                foreign_keys=[
                    {
                        "name": None,
                        "columns": ["course_id"],
                        "refers_to": "course",
                        "refers_columns": ["id"],
                        "options": {"ondelete": "SET NULL"},
                    }
                ],
                indexes=[
                    {"name": "low", "columns": ["lower(email)", "age DESC"], "unique": True, "where": "age IS NOT NULL"}
                ],
            ),
        }


def test_a_key_keeps_its_order(database: sa.Engine) -> None:
    """A composite key is told in its own order, which need not be that of the columns."""
    with database.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE place (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (c, b, a))"
        )
        found = read_schema(connection)["place"]
    assert (found["primary_key"], list(found["columns"])) == (["c", "b", "a"], ["a", "b", "c"])


def test_a_schema_takes_at_most_five_questions(database: sa.Engine) -> None:
    """Reading a schema of two tables costs five round trips at most; MySQL and MariaDB take one for each table.

    They print a table's whole definition in the time of one question to information_schema, of which there were five.
    """
    asked: list[str] = []
    with database.begin() as connection:
        student().create_all(connection)
        sa.event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
        read_schema(connection)
        assert 1 <= len(asked) <= 5
    with database.begin() as connection:
        student().drop_all(connection)


OLD: Schema = {
    "student": table(
        {"id": column("INTEGER", nullable=False), "age": column("VARCHAR(10)", default="'0'"), "nick": column("TEXT")},
        unique=[{"name": "uq", "columns": ["age"]}],
        checks=[{"name": None, "text": "age > 0"}],
        indexes=[{"name": "ix_nick", "columns": ["nick"], "unique": False, "where": None}],
    ),
    "gone": table({}),
}
NEW: Schema = {
    "student": table(
        {
            "id": column("INTEGER", nullable=False),
            "email": column("VARCHAR(100)", nullable=False, default="''"),
            "age": column("INTEGER"),
        },
        unique=[{"name": "another name", "columns": ["age"]}],
        indexes=[
            {"name": None, "columns": ["email"], "unique": True, "where": "age > 0"},
            {"name": "twice", "columns": ["email"], "unique": True, "where": "age > 0"},
        ],
        foreign_keys=[
            {
                "name": None,
                "columns": ["age"],
                "refers_to": "a",
                "refers_columns": ["id"],
                "options": {"ondelete": "CASCADE"},
            }
        ],
        primary_key=["id", "age"],
        comment="all",
    ),
    "students": empty_table("view"),
}


def test_a_difference_is_one_line() -> None:
    """Each thing that is new, gone or different is a line with a plus, a minus or a tilde."""
    assert schema_diff(OLD, NEW) == [
        "- table gone",
        "~ student.age type VARCHAR(10) → INTEGER",
        "~ student.age default '0' → none",
        "- column student.nick TEXT",
        "+ column student.email VARCHAR(100) NOT NULL DEFAULT ''",
        "~ student primary key (id) → (id, age)",
        "+ foreign key student (age) → a (id) ON DELETE CASCADE",
        "- check student (age > 0)",
        "- index student.ix_nick (nick)",
        "+ index student (email) unique WHERE age > 0",
        "+ index student.twice (email) unique WHERE age > 0",
        "~ student comment none → all",
        "+ view students",
    ]


def test_names_and_order_are_no_difference() -> None:
    """The order of tables, columns and constraints and the names of constraints are not compared."""
    turned: Schema = dict(reversed(NEW.items()))
    turned["student"] = {
        **NEW["student"],
        "columns": dict(reversed(NEW["student"]["columns"].items())),
        "unique": [{"name": None, "columns": ["age"]}],
        "indexes": [{**index, "name": "renamed"} for index in reversed(NEW["student"]["indexes"])],
    }
    assert same_schema(NEW, turned)


def test_one_of_two_equal_indexes_is_a_difference() -> None:
    """An index that is there twice is not the same as once."""
    once: Schema = {**NEW, "student": {**NEW["student"], "indexes": NEW["student"]["indexes"][:1]}}
    assert schema_diff(NEW, once) == ["- index student.twice (email) unique WHERE age > 0"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("((age > 0))", "age>0"),
        ('"age" > 0 /* years */', "`age`  > 0"),
        ("(a > 0) AND (b > 0)", "(a>0) AND (b>0)"),
        ("age > (0)", "age > 0"),
        ("age in (1)", "age in(1)"),
        ("a - -1 > -b", "a - - 1>-b"),
        ("kind in ('a' , 'b')", "kind in('a','b')"),
        ("lower( \"name\" ) <> ''", "lower(name)<>''"),
    ],
)
def test_one_expression_has_one_spelling(one: str, other: str) -> None:
    """White space, quotes and parentheses around the whole do not make another expression."""
    assert expression(one) == expression(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("age > 0", "age > 1"),
        ("a - 1", "a, -1"),
        ("name <> 'a b'", "name <> 'a  b'"),
        ("(a or b) and c", "a or (b and c)"),
        ('"two words" > 0', "two words > 0"),
    ],
)
def test_another_expression_is_another(one: str, other: str) -> None:
    """What changes a result is not levelled."""
    assert expression(one) != expression(other)


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        (None, "INTEGER", None),
        ("NULL", "INTEGER", None),
        ("'NULL'", "TEXT", "'NULL'"),
        ("('n')", "VARCHAR(10)", "'n'"),
        ("'0'", "INTEGER", "0"),
        ("'-1.50'", "NUMERIC(10,2)", "-1.50"),
        ("'0'", "VARCHAR(10)", "'0'"),
        ("-(1)", "INTEGER", "-1"),
        ("now()", "TIMESTAMP", "CURRENT_TIMESTAMP"),
        ("current_timestamp(6)", "DATETIME(6)", "CURRENT_TIMESTAMP(6)"),
        ("(uuid())", "CHAR(36)", "uuid()"),
        ("b'101'", "BIT(3)", "b'101'"),
    ],
)
def test_a_default_has_one_spelling(text: str | None, type_: str, expected: str | None) -> None:
    """A default is a literal, an expression without parentheses around it, or None."""
    assert default_text(text, type_) == expected


def test_a_type_is_in_capitals_and_its_members_are_not() -> None:
    """A type is told in capitals; the members of an ENUM are values."""
    assert [type_text("numeric(10, 2)"), type_text("enum('a','It''s')"), type_text("varchar (9)[]")] == [
        "NUMERIC(10,2)",
        "ENUM('a','It''s')",
        "VARCHAR(9)[]",
    ]
