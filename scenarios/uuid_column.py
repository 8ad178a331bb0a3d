"""A text that holds UUIDs becomes a column of type Uuid.

UPDATE copies the texts into the new column, and each engine makes something else of it. PostgreSQL refuses to put text
into a uuid. MariaDB has the type as well and converts. MySQL and SQLite have none: sa.Uuid() is CHAR(32) there, for 32
digits without hyphens, and a text with hyphens has 36 characters. MySQL refuses it. SQLite checks no length, keeps the
hyphens, and from then on no query for that UUID finds its row, because the application asks for the 32 digits.

Convert in Python, and SQLAlchemy writes each value as the engine keeps it: uuid.UUID(text) into a column of sa.Uuid().
With sa.Uuid(native_uuid=False) it is CHAR(32) on all four.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back, rows_changed

scenario = Scenario(
    title="Text with UUIDs becomes a Uuid column",
    question="UUIDs kept as text are copied into a Uuid column. Are they the same there?",
    level="intermediate",
    lesson=[
        "Uuid is a type on PostgreSQL and MariaDB, and CHAR(32) on the others.",
        "MySQL and MariaDB differ here.",
        "Convert in Python.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Uuid",
    hints=[
        "Which type did the new column get on each engine, and how long is it?",
        "CHAR(32) has no room for hyphens; SQLite keeps them all the same, and no lookup finds them.",
        "uuid.UUID(row.code) in Python, written through a column of sa.Uuid().",
    ],
)


def students(db, name, type_):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(50))}
    return type("Student", (db.Model,), columns | {name: sa.Column(type_)})


@scenario.before
def before(db):
    students(db, "code", sa.String(36))


@scenario.after
def native(db):
    students(db, "uuid", sa.Uuid())


def digits(db):
    students(db, "uuid", sa.Uuid(native_uuid=False))


scenario.rows(
    "student",
    dict(id=1, name="Ada", code="6f1c2a34-0b7d-4e55-9c1e-2f3a4b5c6d7e"),
    dict(id=2, name="Zoë", code="A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
    dict(id=3, name="", code="00000000-0000-0000-0000-000000000000"),
    dict(id=4, name=None, code=None),
)
scenario.rows_after(
    "student",
    dict(id=1, uuid="6f1c2a340b7d4e559c1e2f3a4b5c6d7e"),
    dict(id=2, uuid="a0eebc999c0b4ef8bb6d6bb9bd380a11"),
    dict(id=3, uuid="00000000000000000000000000000000"),
    dict(id=4, uuid=None),
)


@scenario.attempt(
    "Copy the text with UPDATE",
    sqlite=rows_changed("hyphens stay: no lookup finds them"),
    postgresql=rolled_back("text is no uuid", "DatatypeMismatch"),
    mysql=half_applied("36 characters for CHAR(32)", "1406"),
    mariadb=done("has the type and converts"),
)
def copy(lab):
    @lab.revision("code becomes uuid")
    def upgrade():
        op.add_column("student", sa.Column("uuid", sa.Uuid()))
        op.execute("UPDATE student SET uuid = code")
        op.drop_column("student", "code")

    lab.upgrade()


@scenario.attempt("Convert in Python", everywhere=done("written as each engine keeps it"), better=True)
def in_python(lab):
    @lab.revision("code becomes uuid")
    def upgrade():
        import uuid

        op.add_column("student", sa.Column("uuid", sa.Uuid()))
        student = sa.table("student", sa.column("id"), sa.column("code"), sa.column("uuid", sa.Uuid()))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student.c.id, student.c.code).where(student.c.code.is_not(None))).all():
            value = uuid.UUID(row.code)
            connection.execute(sa.update(student).where(student.c.id == row.id).values(uuid=value))
        op.drop_column("student", "code")

    lab.upgrade()


@scenario.attempt(
    "The same, as 32 digits everywhere",
    after=digits,
    everywhere=done("CHAR(32) on all four"),
    better=True,
)
def as_digits(lab):
    @lab.revision("code becomes uuid")
    def upgrade():
        import uuid

        kind = sa.Uuid(native_uuid=False)
        op.add_column("student", sa.Column("uuid", kind))
        student = sa.table("student", sa.column("id"), sa.column("code"), sa.column("uuid", kind))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student.c.id, student.c.code)).all():
            value = uuid.UUID(row.code) if row.code else None
            connection.execute(sa.update(student).where(student.c.id == row.id).values(uuid=value))
        op.drop_column("student", "code")

    lab.upgrade()
