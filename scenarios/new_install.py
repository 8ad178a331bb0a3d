"""A new, empty database is to be built from the migrations folder, and the folder cannot do it.

The history was begun beside a database that was there already, so its first revision alters a table that nothing has
created; all four engines refuse. Calling db.create_all() first does not help: it makes the table as the models are
today, and the revision then adds a column that is there. A history is only complete if it starts from nothing.

Generate the first revision against an empty database. To find out whether yours is complete, run `flask db upgrade` on
an empty database in every test run, and `flask db check` after it. Where an old history is beyond repair, create_all()
followed by `flask db stamp head` builds a new database, without anything that a revision did to data.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="Build a new database from the migrations folder",
    question="A history was begun beside an old database. Does it build a new one?",
    level="beginner",
    lesson=[
        "flask db upgrade",
        "version control for the database: history, heads, merge",
        "A history is complete if it builds an empty database.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/cookbook.html#building-an-up-to-date-database-from-scratch",
    hints=[
        "Which statement would have created the table here?",
        "The first revision was generated beside a database that had the table.",
        "Generate the baseline against an empty database, and run flask db upgrade on an empty one in each test run.",
    ],
    start="empty",
)


def students(db, **more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}
    return type("Student", (db.Model,), columns | more)


def without_email(db):
    students(db)


@scenario.after
def after(db):
    students(db, email=sa.Column(sa.String(100)))


@scenario.attempt(
    "Upgrade with a history begun beside an old database",
    sqlite=refused("nothing has created the table", "OperationalError"),
    postgresql=refused("nothing has created the table", "UndefinedTable"),
    mysql=refused("nothing has created the table", "1146"),
    mariadb=refused("nothing has created the table", "1146"),
)
def no_beginning(lab):
    @lab.revision("add email to student")
    def upgrade():
        op.add_column("student", sa.Column("email", sa.String(100)))

    lab.upgrade()


@scenario.attempt(
    "db.create_all(), then that history",
    sqlite=half_applied("create_all() made the column already", "OperationalError"),
    postgresql=half_applied("create_all() made the column already", "DuplicateColumn"),
    mysql=half_applied("create_all() made the column already", "1060"),
    mariadb=half_applied("create_all() made the column already", "1060"),
)
def create_all_first(lab):
    @lab.revision("add email to student")
    def upgrade():
        op.add_column("student", sa.Column("email", sa.String(100)))

    lab.create_all()
    lab.upgrade()


@scenario.attempt("db.create_all(), then stamp head", everywhere=done("the models make it, no revision runs"))
def stamp_head(lab):
    @lab.revision("add email to student")
    def upgrade():
        op.add_column("student", sa.Column("email", sa.String(100)))

    lab.create_all()
    lab.stamp("head")
    lab.upgrade()


@scenario.attempt(
    "A baseline generated against an empty database",
    everywhere=done("the first revision creates the table"),
    better=True,
)
def from_nothing(lab):
    lab.models(without_email)
    lab.migrate("baseline")
    lab.upgrade()
    lab.models(after)
    lab.migrate("add email to student")
    lab.upgrade()
    lab.check()
