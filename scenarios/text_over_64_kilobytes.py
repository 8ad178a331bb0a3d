"""A text column meets an essay of 90000 bytes.

The migration adds the column on every engine, and short essays go in. The long one is refused by MySQL and MariaDB,
weeks after the migration: TEXT there is one of four sizes and holds 65535 bytes. Ł and ó count 2 of them each, so the
limit is lower in characters. TEXT on SQLite and PostgreSQL has no such limit.

Ask for the larger size where there is one, and let the others keep TEXT:
sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb").
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from lab_app.scenario import Scenario, done, half_applied

scenario = Scenario(
    title="Text holds 65535 bytes on MySQL and MariaDB",
    question="Does an essay of more than 64 kilobytes fit into sa.Text()?",
    level="intermediate",
    lesson=["TEXT has a size on MySQL and MariaDB.", "A variant gives a type to two engines only."],
    reference="https://dev.mysql.com/doc/refman/9.7/en/storage-requirements.html#data-types-storage-reqs-strings",
    hints=[
        "How many bytes does the long essay have?",
        "TEXT holds 65535 bytes there, MEDIUMTEXT 16 million, LONGTEXT 4 billion.",
        'sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb").',
    ],
)


def students(db, *more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(50))}
    return type("Student", (db.Model,), columns | {column.name: column for column in more})


@scenario.before
def before(db):
    students(db)


@scenario.after
def text(db):
    students(db, sa.Column("essay", sa.Text()))


def long_text(db):
    students(db, sa.Column("essay", sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=""),
    dict(id=4, name=None),
)


def hand_in(lab):
    """Write a short essay and a long one, and take the long one back to keep the evidence short."""
    lab.execute("UPDATE student SET essay = :essay WHERE id = 1", essay="Łódź")
    lab.execute("UPDATE student SET essay = :essay WHERE id = 2", essay="Łódź is far." * 6_000)
    lab.execute("UPDATE student SET essay = NULL WHERE id = 2")


@scenario.attempt(
    "sa.Text()",
    sqlite=done("no limit that an essay meets"),
    postgresql=done("up to a gigabyte"),
    mysql=half_applied("65535 bytes at most", "1406"),
    mariadb=half_applied("65535 bytes at most", "1406"),
)
def plain(lab):
    @lab.revision("add essay to student")
    def upgrade():
        op.add_column("student", sa.Column("essay", sa.Text()))

    lab.upgrade()
    hand_in(lab)


@scenario.attempt("LONGTEXT where there is one", after=long_text, everywhere=done("room for any essay"), better=True)
def variant(lab):
    @lab.revision("add essay to student")
    def upgrade():
        from sqlalchemy.dialects import mysql

        kind = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
        op.add_column("student", sa.Column("essay", kind))

    lab.upgrade()
    hand_in(lab)
