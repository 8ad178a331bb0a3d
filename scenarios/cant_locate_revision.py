"""The migrations folder is deleted, and every command stops at "Can't locate revision".

Your tables and rows are all there. But alembic_version still names the last revision that was run, and no file goes by
that name any more, so not even `flask db stamp head` gets anywhere.

The folder and the database are two halves of one record. The files tell how to get from one revision to the next, and
the table alembic_version tells where this database stands. Dropping that table instead is worse: Alembic believes that
nothing was ever run, and creates what is there already.

Get the folder back from version control. If it never was there: `flask db init`, write a baseline that creates the
tables as they are, and `flask db stamp --purge head`, which forgets the old note without looking for its file.
"""

import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from flask import current_app

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="The migrations folder was deleted",
    question="The migrations folder is gone. Do flask db init and migrate make up for it?",
    level="beginner",
    lesson=[
        "mistake: deleting the migrations folder",
        "flask db init",
        "version control for the database: history, heads, merge",
    ],
    reference="https://github.com/miguelgrinberg/Flask-Migrate/issues/327",
    hints=[
        "Ask the database: SELECT version_num FROM alembic_version. Is there a file of that name?",
        "The files and the table alembic_version belong together, and one half is missing.",
        "git checkout migrations. Without a copy: init, a baseline, flask db stamp --purge head.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100), index=True)
        age = sa.Column(sa.Integer)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email="ZOE@example.org "),
    dict(id=3, name="", email=None),
    dict(id=4, name=None, email=""),
)


@scenario.prepare
def second_revision(lab):
    @lab.revision("index the email")
    def upgrade():
        op.create_index("ix_student_email", "student", ["email"])

    lab.upgrade()


@scenario.attempt("init again, then migrate", everywhere=refused("no file for the noted revision", "CommandError"))
def init_again(lab):
    lab.delete("migrations")
    lab.init()
    lab.migrate("add age")


@scenario.attempt("init again, then stamp head", everywhere=refused("stamp looks for the file too", "CommandError"))
def stamp_head(lab):
    lab.delete("migrations")
    lab.init()
    lab.stamp()


@scenario.attempt(
    "Drop alembic_version, then upgrade",
    sqlite=half_applied("everything runs again; the note is gone", "OperationalError"),
    postgresql=half_applied("everything runs again; the note is gone", "DuplicateTable"),
    mysql=half_applied("everything runs again; the note is gone", "1050"),
    mariadb=half_applied("everything runs again; the note is gone", "1050"),
)
def drop_version_table(lab):
    lab.execute("DROP TABLE alembic_version")
    lab.upgrade()


@scenario.attempt(
    "Get the folder back from version control", everywhere=done("files and database agree again"), better=True
)
def from_version_control(lab):
    with tempfile.TemporaryDirectory() as repository:
        with lab.app():
            committed = shutil.copytree(Path(current_app.root_path) / "migrations", Path(repository) / "migrations")
        lab.delete("migrations")
        lab.init()
        lab.add_revision(committed, "0001")
        lab.add_revision(committed, "0002")
    lab.migrate("add age")
    lab.upgrade()


@scenario.attempt("No copy: a new baseline, stamped", everywhere=done("the old note was purged"), better=True)
def new_baseline(lab):
    lab.delete("migrations")
    lab.init()

    @lab.revision("student as it is")
    def upgrade():
        op.create_table(
            "student",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("name", sa.String(100)),
            sa.Column("email", sa.String(100)),
        )
        op.create_index("ix_student_email", "student", ["email"])

    lab.stamp(purge=True)
    lab.migrate("add age")
    lab.upgrade()
