"""A primary key becomes BIGINT, and nothing numbers the rows any more.

The upgrade works on every engine and the schema is what the models say. On SQLite the next student cannot be stored:
NOT NULL constraint failed: student.id. MySQL and MariaDB refuse it too if the migration forgot autoincrement=True.

On SQLite only a column whose type is exactly INTEGER is the rowid, which counts by itself and holds 64 bits anyway;
BIGINT is a plain column. MySQL and MariaDB restate the whole column when they modify it, and what is not said is gone,
AUTO_INCREMENT too. PostgreSQL keeps the default that draws from the sequence, and the sequence keeps its own type: it
is INTEGER still, and ends at 2147483647, in a column that was widened to hold more.

Say that it is INTEGER on SQLite, that it counts, and widen the sequence:

    id = sa.Column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)
    batch.alter_column("id", ..., autoincrement=True)
    op.execute("ALTER SEQUENCE student_id_seq AS BIGINT")  # on PostgreSQL
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied

scenario = Scenario(
    title="A primary key becomes BIGINT",
    question="A primary key becomes BIGINT. Does the next row still get its id?",
    level="intermediate",
    lesson=[
        "safe model change",
        "only INTEGER PRIMARY KEY counts by itself on SQLite",
        "a sequence of PostgreSQL has a type of its own",
    ],
    reference="https://www.sqlite.org/lang_createtable.html#rowid",
    hints=[
        "The upgrade worked. Now let the application store one more student.",
        "SQLite numbers rows for INTEGER PRIMARY KEY only, and BIGINT is another word.",
        'sa.BigInteger().with_variant(sa.Integer(), "sqlite"), and autoincrement=True for MySQL.',
    ],
)


def students(db, type_):
    """The student table; the type of its key differs."""

    class Student(db.Model):
        id = sa.Column(type_, primary_key=True)
        name = sa.Column(sa.String(40))


@scenario.before
def before(db):
    students(db, sa.Integer())


@scenario.after
def big(db):
    students(db, sa.BigInteger())


def big_but_on_sqlite(db):
    students(db, sa.BigInteger().with_variant(sa.Integer(), "sqlite"))


scenario.rows(
    "student",
    dict(id=11, name="Ada"),
    dict(id=12, name="Zoë"),
    dict(id=20, name=""),
    dict(id=900, name=None),
)


@scenario.attempt(
    "BIGINT everywhere, and then one more student",
    sqlite=half_applied("BIGINT is not the rowid", "SQLITE_CONSTRAINT_NOTNULL"),
    postgresql=drifted("the sequence is INTEGER still"),
    mysql=done("autoincrement=True keeps AUTO_INCREMENT"),
    mariadb=done("autoincrement=True keeps AUTO_INCREMENT"),
)
def plain(lab):
    @lab.revision("more students")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False, autoincrement=True
            )

    lab.upgrade()
    lab.execute("INSERT INTO student (name) VALUES ('one more')")


@scenario.attempt(
    "The same without autoincrement=True",
    after=big_but_on_sqlite,
    sqlite=done("INTEGER stays the rowid"),
    postgresql=drifted("the sequence is INTEGER still"),
    mysql=half_applied("AUTO_INCREMENT was not said, so gone", "1364"),
    mariadb=half_applied("AUTO_INCREMENT was not said, so gone", "1364"),
)
def forgotten(lab):
    @lab.revision("more students")
    def upgrade():
        big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("id", existing_type=sa.Integer(), type_=big, existing_nullable=False)

    lab.upgrade()
    lab.execute("INSERT INTO student (name) VALUES ('one more')")


@scenario.attempt(
    "INTEGER on SQLite, autoincrement=True, and a wider sequence",
    after=big_but_on_sqlite,
    everywhere=done("the next student gets a number"),
    better=True,
)
def with_variant(lab):
    @lab.revision("more students")
    def upgrade():
        big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("id", existing_type=sa.Integer(), type_=big, existing_nullable=False, autoincrement=True)
        if op.get_bind().dialect.name == "postgresql":
            op.execute("ALTER SEQUENCE student_id_seq AS BIGINT")

    lab.upgrade()
    lab.execute("INSERT INTO student (name) VALUES ('one more')")
