"""An application that called db.create_all() is moved to Flask-Migrate, and the first upgrade fails.

The tables are there and nothing says so: the database has no revision noted, so Alembic runs the history from its
first file, and CREATE TABLE meets a table of that name. All four engines refuse. The quick way out, dropping the
tables, takes every row with them. The same error comes back whenever create_all() stays in the start-up code: the
application then makes a new table before the migration that was to make it, and neither can go on.

Take create_all() out of the application. Tell the database once which revision it already matches with `flask db
stamp`, and name that revision: `stamp head` also ticks off revisions that never ran here, and their columns are then
missing without an error.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.folders import migrations_folder
from lab_app.scenario import Scenario, done, half_applied, ignored, refused, rows_lost

scenario = Scenario(
    title="create_all() was there first, and the upgrade fails",
    question="db.create_all() has made the tables. What does the first flask db upgrade do?",
    level="beginner",
    lesson=[
        "set up Flask-Migrate",
        "flask db upgrade",
        "mistake: running create_all() again",
        "stamp notes a revision and changes nothing else",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/cookbook.html#building-an-up-to-date-database-from-scratch",
    hints=[
        "What does the database say about the revision that it is at?",
        "No revision is noted, so the upgrade starts with the file that creates the table.",
        "flask db stamp 0001, the revision that the tables match, and then flask db upgrade.",
    ],
    start="create_all",
    migrations=migrations_folder(),
    baseline="0001",
)


def students(db, **more):
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100)),
        "email": sa.Column(sa.String(100)),
        "course": sa.Column(sa.String(50)),
    }
    return type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    students(db)


@scenario.after
def after(db):
    students(db, age=sa.Column(sa.Integer))


def and_grades(db):
    students(db)

    class Grade(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        mark = sa.Column(sa.Numeric(3, 1))


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", course="Mathematics"),
    dict(id=2, name="Zoë", email="", course=None),
    dict(id=3, name="o'Neil ", email=None, course="SQL"),
    dict(id=9, name=None, email="NOBODY@example.org", course=""),
)


@scenario.attempt(
    "flask db upgrade",
    sqlite=refused("0001 creates a table that exists", "OperationalError"),
    postgresql=refused("0001 creates a table that exists", "DuplicateTable"),
    mysql=refused("0001 creates a table that exists", "1050"),
    mariadb=refused("0001 creates a table that exists", "1050"),
)
def upgrade(lab):
    lab.add_revision(migrations_folder(), "0002")
    lab.upgrade()


@scenario.attempt("Drop the table, then upgrade", everywhere=rows_lost("the rows went with the table"))
def start_over(lab):
    lab.add_revision(migrations_folder(), "0002")
    lab.execute("DROP TABLE student")
    lab.upgrade()


@scenario.attempt("stamp head, with 0002 not applied yet", everywhere=ignored("0002 is ticked off, never run"))
def stamp_too_far(lab):
    lab.add_revision(migrations_folder(), "0002")
    lab.stamp("head")
    lab.upgrade()


@scenario.attempt(
    "Stamped, and create_all() still runs at start",
    after=and_grades,
    sqlite=half_applied("create_all() made the new table first", "OperationalError"),
    postgresql=half_applied("create_all() made the new table first", "DuplicateTable"),
    mysql=half_applied("create_all() made the new table first", "1050"),
    mariadb=half_applied("create_all() made the new table first", "1050"),
)
def still_at_start(lab):
    lab.stamp("0001")

    @lab.revision("grades")
    def upgrade():
        op.create_table(
            "grade",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("mark", sa.Numeric(3, 1)),
        )

    lab.create_all()
    lab.upgrade()


@scenario.attempt(
    "stamp 0001, then upgrade",
    everywhere=done("only 0002 is run"),
    better=True,
)
def stamp_what_it_matches(lab):
    lab.add_revision(migrations_folder(), "0002")
    lab.stamp("0001")
    lab.upgrade()
