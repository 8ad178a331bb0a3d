"""A table is named Enrolment, with a capital, and a migration writes enrolment.

PostgreSQL folds every name without quotes to lower case, so raw SQL finds neither enrolment nor Enrolment; only
"Enrolment" in double quotes is the table. MySQL and MariaDB on Linux keep tables in files and compare names letter by
letter, where their Windows and macOS versions do not: a typing mistake there is found in production. SQLite never looks
at the case.

The cure has a trap of its own. To SQLite, Enrolment and enrolment are one name, so it refuses to rename the one into
the other.

Rename twice, through a name that differs in more than the case: op.rename_table("Enrolment", "enrolment_") and then
op.rename_table("enrolment_", "enrolment"). From then on every spelling that is lower case works everywhere.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="A table name with a capital letter",
    question="A table is called Enrolment. Does UPDATE enrolment find it?",
    level="beginner",
    lesson=["Name tables in lower case.", "Case does not count on SQLite, and counts on the servers."],
    reference="https://dev.mysql.com/doc/refman/9.7/en/identifier-case-sensitivity.html",
    hints=[
        "Which name did each engine look for, and which one is there?",
        "PostgreSQL folds names without quotes to lower case; MySQL and MariaDB on Linux compare letter by letter.",
        "Rename it to lower case, in two steps for SQLite's sake.",
    ],
)


def enrolments(db, name):
    class Enrolment(db.Model):
        __tablename__ = name
        id = sa.Column(sa.Integer, primary_key=True)
        student = sa.Column(sa.String(50))
        grade = sa.Column(sa.String(10))


@scenario.before
def before(db):
    enrolments(db, "Enrolment")


def lower_case(db):
    enrolments(db, "enrolment")


scenario.rows(
    "Enrolment",
    dict(id=1, student="Ada", grade="A"),
    dict(id=2, student="Zoë", grade=""),
    dict(id=3, student=None, grade="b "),
    dict(id=4, student="O'Neil", grade=""),
)
UNGRADED = [dict(id=2, grade=None), dict(id=4, grade=None)]
RENAMED = [
    dict(id=1, student="Ada", grade="A"),
    dict(id=2, student="Zoë", grade=None),
    dict(id=3, student=None, grade="b "),
    dict(id=4, student="O'Neil", grade=None),
]


@scenario.attempt(
    "UPDATE enrolment",
    rows_after={"Enrolment": UNGRADED},
    sqlite=done("case never counts"),
    postgresql=refused("the table has a capital letter", "UndefinedTable"),
    mysql=refused("letter by letter, on Linux", "1146"),
    mariadb=refused("letter by letter, on Linux", "1146"),
)
def lower(lab):
    @lab.revision("an empty grade is none")
    def upgrade():
        op.execute("UPDATE enrolment SET grade = NULL WHERE grade = ''")

    lab.upgrade()


@scenario.attempt(
    "UPDATE Enrolment",
    rows_after={"Enrolment": UNGRADED},
    sqlite=done("case never counts"),
    postgresql=refused("folded to enrolment without quotes", "UndefinedTable"),
    mysql=done("written as it is"),
    mariadb=done("written as it is"),
)
def capital(lab):
    @lab.revision("an empty grade is none")
    def upgrade():
        op.execute("UPDATE Enrolment SET grade = NULL WHERE grade = ''")

    lab.upgrade()


@scenario.attempt(
    "Rename Enrolment to enrolment",
    after=lower_case,
    rows_after={"enrolment": RENAMED},
    sqlite=refused("one name to SQLite: already there", "OperationalError"),
    postgresql=done("two names, renamed"),
    mysql=done("two names, renamed"),
    mariadb=done("two names, renamed"),
)
def rename(lab):
    @lab.revision("Enrolment becomes enrolment")
    def upgrade():
        op.rename_table("Enrolment", "enrolment")
        op.execute("UPDATE enrolment SET grade = NULL WHERE grade = ''")

    lab.upgrade()


@scenario.attempt(
    "Rename it in two steps, then use lower case",
    after=lower_case,
    rows_after={"enrolment": RENAMED},
    everywhere=done("lower case is the same everywhere"),
    better=True,
)
def rename_twice(lab):
    @lab.revision("Enrolment becomes enrolment")
    def upgrade():
        op.rename_table("Enrolment", "enrolment_")
        op.rename_table("enrolment_", "enrolment")
        op.execute("UPDATE enrolment SET grade = NULL WHERE grade = ''")

    lab.upgrade()


@scenario.attempt(
    "sa.table with the name as it is",
    rows_after={"Enrolment": UNGRADED},
    everywhere=done("SQLAlchemy quotes it where needed"),
    better=True,
)
def quoted(lab):
    @lab.revision("an empty grade is none")
    def upgrade():
        enrolment = sa.table("Enrolment", sa.column("grade"))
        op.execute(sa.update(enrolment).where(enrolment.c.grade == "").values(grade=None))

    lab.upgrade()
