"""A CHECK is added that a row breaks already, and another is dropped.

One student has -1 points. Every engine refuses the CHECK, as it should, but SQLite leaves the copy of the table behind,
and the next upgrade fails because of that. To drop a CHECK, the words that MySQL's manual shows are understood by MySQL
alone.

Each engine tests all rows before it takes a CHECK. SQLite tests them while batch mode copies the table, and by then the
copy exists. DROP CHECK is MySQL's own; the standard says DROP CONSTRAINT, and SQLite before 3.53 has neither.

Mend the rows in the same file, before the CHECK. Let Alembic write the DROP:

    with op.batch_alter_table("student") as batch:
        batch.drop_constraint(op.f("ck_student_age"), type_="check")

op.f() says that the name is complete; without it the naming convention is put before it once more.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="Add a CHECK that a row breaks, and drop another",
    question="One row breaks the CHECK that a migration adds. What does each engine do?",
    level="intermediate",
    lesson=["mend the rows before the CHECK arrives", "let Alembic write the DROP of each engine"],
    reference="https://dev.mysql.com/doc/refman/9.7/en/create-table-check-constraints.html",
    hints=[
        "Which row breaks the rule already?",
        "The CHECK is tested against every row, on SQLite while they are copied.",
        "UPDATE the rows first; drop_constraint(op.f(name), type_='check') in a batch.",
    ],
)


def students(db, points=False, age=True):
    """Students, with a CHECK on the points, on the age, on both or on none."""

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        points = sa.Column(sa.Integer)
        age = sa.Column(sa.Integer)

    if points:
        Student.__table__.append_constraint(sa.CheckConstraint("points >= 0", name="points"))
    if age:
        Student.__table__.append_constraint(sa.CheckConstraint("age >= 0", name="age"))


@scenario.before
def before(db):
    students(db)


@scenario.after
def points_are_checked(db):
    students(db, points=True)


def age_is_free(db):
    students(db, age=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", points=100, age=36),
    dict(id=2, name="Zoë", points=-1, age=0),
    dict(id=3, name="", points=None, age=None),
    dict(id=4, name=None, points=0, age=19),
)


@scenario.attempt(
    "A CHECK on the points; one is -1",
    sqlite=half_applied("the copy was made and stays", "SQLITE_CONSTRAINT_CHECK"),
    postgresql=refused("a row breaks it", "CheckViolation"),
    mysql=refused("a row breaks it", "3819"),
    mariadb=refused("a row breaks it", "4025"),
)
def violated(lab):
    @lab.revision("no points below 0")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_check_constraint(op.f("ck_student_points"), "points >= 0")

    lab.upgrade()


@scenario.attempt(
    "The rows mended first, then the CHECK",
    everywhere=done("no row breaks it"),
    rows_after={"student": [dict(id=2, points=0)]},
    better=True,
)
def mended(lab):
    @lab.revision("no points below 0")
    def upgrade():
        op.execute("UPDATE student SET points = 0 WHERE points < 0")
        with op.batch_alter_table("student") as batch:
            batch.create_check_constraint(op.f("ck_student_points"), "points >= 0")

    lab.upgrade()


@scenario.attempt(
    "Drop a CHECK: ALTER TABLE ... DROP CHECK",
    after=age_is_free,
    sqlite=refused("only DROP COLUMN is known", "OperationalError"),
    postgresql=refused("the standard says DROP CONSTRAINT", "SyntaxError"),
    mysql=done("MySQL's own words"),
    mariadb=refused("MariaDB says DROP CONSTRAINT", "1064"),
)
def drop_check(lab):
    @lab.revision("any age")
    def upgrade():
        op.execute("ALTER TABLE student DROP CHECK ck_student_age")

    lab.upgrade()


@scenario.attempt(
    "Drop a CHECK: drop_constraint() in batch mode",
    after=age_is_free,
    sqlite=done("the copy is made without it"),
    everywhere=done("Alembic writes each engine's words"),
    better=True,
)
def drop_constraint(lab):
    @lab.revision("any age")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint(op.f("ck_student_age"), type_="check")

    lab.upgrade()
