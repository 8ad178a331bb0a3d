"""A column is added to a table that already holds rows.

db.create_all() creates the tables that are missing. The student table is not missing, so nothing happens, and the
first query that names the new column fails in the engine's own words. A migration adds the column, and every row
stays as it was, with NULL for an age that nobody has told yet.

This is the application's own story: its migrations folder holds 0001, which creates the table, and 0002, which adds
the age.
"""

import sqlalchemy as sa

from lab_app.folders import migrations_folder
from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(
    title="Add a column to a table that holds rows",
    question="The model has a new column, and db.create_all() runs again. What changes?",
    level="beginner",
    lesson=[
        "why migrations are necessary",
        "flask db migrate",
        "flask db upgrade",
        "flask db downgrade",
        "safe model change",
        "mini task: add a column",
        "mistake: running create_all() again",
    ],
    reference="https://flask-sqlalchemy.palletsprojects.com/en/stable/models/#creating-the-tables",
    hints=[
        "Look at what create_all() sent to the engine: is there an ALTER TABLE?",
        "create_all() asks only whether a table of that name exists.",
        'Change the model, then: flask db migrate -m "add age" and flask db upgrade.',
    ],
    migrations=migrations_folder(),
    baseline="0001",
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))
        course = sa.Column(sa.String(50))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))
        course = sa.Column(sa.String(50))
        age = sa.Column(sa.Integer)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", course="Mathematics"),
    dict(id=2, name="Zoë", email="", course=None),
    dict(id=5, name=" o'Neil ", email="O'NEIL@EXAMPLE.ORG", course="100% SQL; DROP TABLE student"),
)


@scenario.attempt("db.create_all() again", everywhere=ignored("the table exists: nothing to create"))
def create_all(lab):
    lab.create_all()


@scenario.attempt(
    "flask db migrate, then upgrade", everywhere=done("the column is there, every row stayed"), better=True
)
def migrate(lab):
    lab.migrate("add age to student")
    lab.upgrade()


@scenario.attempt("The app's own file: up, back, up again", everywhere=done("dropped and added, the rows stayed"))
def round_trip(lab):
    lab.add_revision(migrations_folder(), "0002")
    lab.upgrade()
    lab.downgrade()
    lab.upgrade()
