"""A NOT NULL timestamp with the current time as its default is added to a table that holds rows.

PostgreSQL, MySQL and MariaDB run the ALTER and give all old rows one and the same time, that of the migration. SQLite
refuses it in place. Its ADD COLUMN does not touch the rows: it notes a default, to be read wherever a row is too
short, and that only works with a constant, which neither CURRENT_TIMESTAMP nor a calculation is. While the table is
empty SQLite does not mind, so a test without rows passes.

Use batch mode. Alembic sees that the default is an expression and copies the table on SQLite; the other engines get
the plain ALTER. If the old rows should rather hold a day of your choice, add the column with that constant and change
the default to now afterwards.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Add a timestamp whose default is now",
    question="Can a column that defaults to the current time be added to a table with rows?",
    level="beginner",
    lesson=[
        "where batch mode is needed",
        "SQLite's ADD COLUMN takes constant defaults only.",
        "Every old row gets the time of the migration.",
    ],
    reference="https://www.sqlite.org/lang_altertable.html#alter_table_add_column",
    hints=[
        "Which statement was SQLite given in place, and which in batch mode?",
        "CURRENT_TIMESTAMP is no constant, and SQLite's ADD COLUMN does not rewrite rows.",
        "with op.batch_alter_table('student') as batch: batch.add_column(...).",
    ],
)


def school(db, student=None, teacher=None):
    """Students, of whom there are some, and teachers, of whom there are none yet."""
    type("Student", (db.Model,), person() | (student or {}))
    type("Teacher", (db.Model,), person() | (teacher or {}))


def person():
    return {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}


@scenario.before
def before(db):
    school(db)


@scenario.after
def student_since(db):
    school(db, student={"since": sa.Column(sa.DateTime, nullable=False, server_default=sa.func.now())})


def teacher_since(db):
    school(db, teacher={"since": sa.Column(sa.DateTime, nullable=False, server_default=sa.func.now())})


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=4, name="now()"),
)


@scenario.attempt(
    "op.add_column() in place",
    sqlite=refused("old rows would need a constant default", "OperationalError"),
    postgresql=done("old rows get the migration's time"),
    mysql=done("old rows get the migration's time"),
    mariadb=done("old rows get the migration's time"),
)
def in_place(lab):
    @lab.revision("since when")
    def upgrade():
        op.add_column("student", sa.Column("since", sa.DateTime(), nullable=False, server_default=sa.func.now()))

    lab.upgrade()


@scenario.attempt(
    "The same on a table without rows",
    after=teacher_since,
    everywhere=done("there is no old row to fill"),
)
def empty_table(lab):
    @lab.revision("since when")
    def upgrade():
        op.add_column("teacher", sa.Column("since", sa.DateTime(), nullable=False, server_default=sa.func.now()))

    lab.upgrade()


@scenario.attempt(
    "In batch mode",
    sqlite=done("the rows are copied, each gets now"),
    postgresql=done("old rows get the migration's time"),
    mysql=done("old rows get the migration's time"),
    mariadb=done("old rows get the migration's time"),
    better=True,
)
def in_batch(lab):
    @lab.revision("since when")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("since", sa.DateTime(), nullable=False, server_default=sa.func.now()))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "since")

    lab.upgrade()


@scenario.attempt(
    "A constant for the old rows, then now for new ones",
    rows_after={"student": [dict(id=key, since=dt.datetime(2020, 9, 1)) for key in (1, 2, 3, 4)]},
    everywhere=done("old rows get the day you choose"),
    better=True,
)
def constant_first(lab):
    @lab.revision("since when")
    def upgrade():
        day = "2020-09-01 00:00:00"
        op.add_column("student", sa.Column("since", sa.DateTime(), nullable=False, server_default=day))
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "since",
                existing_type=sa.DateTime(),
                existing_nullable=False,
                existing_server_default=day,
                server_default=sa.func.now(),
            )

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "since")

    lab.upgrade()
