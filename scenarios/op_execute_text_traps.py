"""SQL written as text runs on the engine that it was tried on, and stops on another.

Three pieces of text that look harmless: JSON with a colon stops everywhere, two statements in one string run on
PostgreSQL only, and WHERE active = 1 runs everywhere but on PostgreSQL. Nothing is changed where it stops.

op.execute() makes a SQLAlchemy text() of a string, and there :1 is a parameter that wants a value. SQLite's driver,
MySQL and MariaDB take one statement at a time. PostgreSQL has a real BOOLEAN and does not compare it with a number;
for the others true is 1.

Write UPDATE with sa.update() on a small sa.table(): SQLAlchemy then finds the right spelling, and values are values.
If it has to be text, escape the colon as \\: and give each statement its own op.execute().
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="SQL as text: colons, semicolons, booleans",
    question="A migration's SQL holds JSON, which has a colon. Does op.execute() send it as it is?",
    level="intermediate",
    lesson=[
        'In op.execute("...") a colon starts a parameter.',
        "One statement in each op.execute(), and sa.update() where engines spell differently.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.text",
    hints=[
        "Which character of the text does SQLAlchemy read as its own?",
        'In "theme":1 it sees a parameter named 1; a semicolon makes two statements; 1 is no BOOLEAN.',
        "sa.update(student).where(student.c.active.is_(sa.true())).values(settings=...)",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        active = sa.Column(sa.Boolean)
        settings = sa.Column(sa.String(200))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        active = sa.Column(sa.Boolean)
        settings = sa.Column(sa.String(200))
        age = sa.Column(sa.Integer)


scenario.rows(
    "student",
    dict(id=1, name=" Ada", active=True, settings='{"theme":2}'),
    dict(id=2, name="Zoë", active=True, settings=None),
    dict(id=3, name="", active=False, settings=None),
    dict(id=4, name="Linus", active=None, settings=""),
)

THEME_FOR_NULL = {"student": [dict(id=2, settings='{"theme":1}'), dict(id=3, settings='{"theme":1}')]}
THEME_FOR_ACTIVE = {"student": [dict(id=1, settings='{"theme":1}'), dict(id=2, settings='{"theme":1}')]}


@scenario.attempt(
    "JSON in the text",
    everywhere=refused(":1 is a parameter without a value", "StatementError"),
    rows_after=THEME_FOR_NULL,
)
def colon(lab):
    @lab.revision("a theme for all, and age")
    def upgrade():
        op.execute("UPDATE student SET settings = '{\"theme\":1}' WHERE settings IS NULL")
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt(
    "Two statements in one string",
    sqlite=refused("the driver takes one statement", "ProgrammingError"),
    postgresql=done("the server takes both"),
    mysql=refused("the server was sent one statement", "1064"),
    mariadb=refused("the server was sent one statement", "1064"),
    rows_after={"student": [dict(id=1, name="Ada"), dict(id=2, settings=""), dict(id=3, settings="")]},
)
def two_statements(lab):
    @lab.revision("tidy up, and age")
    def upgrade():
        op.execute("UPDATE student SET name = TRIM(name); UPDATE student SET settings = '' WHERE settings IS NULL")
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt(
    "WHERE active = 1",
    sqlite=done("true is stored as 1"),
    postgresql=refused("a BOOLEAN is not a number", "UndefinedFunction"),
    mysql=done("true is 1"),
    mariadb=done("true is 1"),
    rows_after={"student": [dict(id=1, settings=""), dict(id=2, settings="")]},
)
def flag_is_one(lab):
    @lab.revision("reset the active ones, and age")
    def upgrade():
        op.execute("UPDATE student SET settings = '' WHERE active = 1")
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt(
    "JSON in the text, the colon escaped", everywhere=done("an escaped colon is a colon"), rows_after=THEME_FOR_NULL
)
def escaped(lab):
    @lab.revision("a theme for all, and age")
    def upgrade():
        op.execute("UPDATE student SET settings = '{\"theme\"\\:1}' WHERE settings IS NULL")
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()


@scenario.attempt(
    "sa.update() instead of text",
    everywhere=done("SQLAlchemy spells it for the engine"),
    rows_after=THEME_FOR_ACTIVE,
    better=True,
)
def expression(lab):
    @lab.revision("a theme for the active ones, and age")
    def upgrade():
        student = sa.table("student", sa.column("active", sa.Boolean()), sa.column("settings", sa.String()))
        op.execute(sa.update(student).where(student.c.active.is_(sa.true())).values(settings='{"theme":1}'))
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()
