"""Details of a column change in the model: its collation, a time zone, UNSIGNED, fractions of a second.

Most are passed over by `flask db migrate`, and which ones depends on the engine. There is no file and no error, and
the column stays as it was: values are compared, rounded or ordered by the old rules.

Autogenerate compares the kind and the length of a type. It does not look at a collation, at UNSIGNED or at the digits
of a DATETIME. PostgreSQL has two types for times with and without a zone, so that change is a change of type there,
and none at all for engines that have one type only.

Write the change by hand: alter_column(type_=...) with the whole type in it, in batch mode for SQLite.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(
    title="Column details that flask db migrate passes over",
    question="Does flask db migrate notice that a column has another collation?",
    level="intermediate",
    lesson=[
        "flask db migrate",
        "Collation, UNSIGNED and fractions of a second are not compared.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/autogenerate.html#comparing-types",
    hints=[
        "Compare the column before and after: did anything move?",
        "The kind and the length of a type are compared, and not what hangs on it.",
        "batch.alter_column(..., type_=...) by hand, with the whole type.",
    ],
)


def students(db, **types):
    """The student table, with a type replaced."""
    types = {"name": sa.String(50), "points": sa.Integer(), "joined": sa.DateTime()} | types
    columns = {name: sa.Column(type_) for name, type_ in types.items()}
    type("Student", (db.Model,), {"id": sa.Column(sa.Integer, primary_key=True)} | columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def with_collation(db):
    name = sa.String(50, collation="NOCASE")
    name = name.with_variant(sa.String(50, collation="POSIX"), "postgresql")
    students(db, name=name.with_variant(sa.String(50, collation="utf8mb4_bin"), "mysql", "mariadb"))


def with_zone(db):
    students(db, joined=sa.DateTime(timezone=True))


def with_unsigned(db):
    students(db, points=sa.Integer().with_variant(mysql.INTEGER(unsigned=True), "mysql", "mariadb"))


def with_fractions(db):
    students(db, joined=sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"))


scenario.rows(
    "student",
    dict(id=1, name="Ada", points=15),
    dict(id=2, name="zoë", points=0),
    dict(id=3, name="", points=None),
    dict(id=4, name=None, points=20),
)


@scenario.attempt("A collation", everywhere=ignored("collations are not compared"))
def collation(lab):
    lab.migrate("name has its own collation")
    lab.upgrade()


@scenario.attempt(
    "A time zone",
    postgresql=done("another type: seen"),
    everywhere=done("one type for both: nothing to do"),
    after=with_zone,
)
def time_zone(lab):
    lab.migrate("joined has a zone")
    lab.upgrade()


@scenario.attempt(
    "UNSIGNED",
    mysql=ignored("UNSIGNED is not compared"),
    mariadb=ignored("UNSIGNED is not compared"),
    everywhere=done("no such type: nothing to do"),
    after=with_unsigned,
)
def unsigned(lab):
    lab.migrate("points are unsigned")
    lab.upgrade()


@scenario.attempt(
    "Fractions of a second",
    mysql=ignored("the digits are not compared"),
    mariadb=ignored("the digits are not compared"),
    everywhere=done("has them already: nothing to do"),
    after=with_fractions,
)
def fractions(lab):
    lab.migrate("joined to the microsecond")
    lab.upgrade()


@scenario.attempt("The collation, by hand", everywhere=done("the whole type is restated"), better=True)
def by_hand(lab):
    @lab.revision("name has its own collation")
    def upgrade():
        collations = {"sqlite": "NOCASE", "postgresql": "POSIX", "mysql": "utf8mb4_bin", "mariadb": "utf8mb4_bin"}
        collation = collations[op.get_bind().dialect.name]
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", existing_type=sa.String(50), type_=sa.String(50, collation=collation))

    lab.upgrade()
