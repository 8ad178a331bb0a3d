"""An empty database, and the first table that a migration creates.

flask db init makes a folder and touches no database: migrations/ holds env.py (what connects Alembic to your app),
script.py.mako (the pattern of a revision file), alembic.ini, a README and an empty versions/. flask db migrate compares
your models with the database and writes a file into versions/; still no table. Only flask db upgrade runs the file,
creates the table, and notes the revision in a table of its own, alembic_version.

Each command leaves the next one something to work with, and most of them say nothing when there is nothing: an upgrade
without a revision file ends without an error and without a table. So keep the order: flask db init once, then
flask db migrate -m "create student", read the file, flask db upgrade. Put the whole folder under version control, for
it is the only way to build the database again.

The lab's project comes with a folder that flask db init made, so the attempts that begin from nothing delete it first.
"""

import sqlalchemy as sa

from lab_app.scenario import Scenario, done, ignored, refused

scenario = Scenario(
    title="Set up Flask-Migrate and create the first table",
    question="What does flask db migrate do where flask db init was never typed?",
    level="beginner",
    lesson=["set up Flask-Migrate", "flask db init", "flask db migrate", "flask db upgrade"],
    reference="https://flask-migrate.readthedocs.io/en/latest/#example",
    hints=[
        "After each command, look for the table: which of them created it?",
        "init makes the folder, migrate writes a file, upgrade runs the file.",
        'Once flask db init; for each change flask db migrate -m "…", then flask db upgrade.',
    ],
    start="empty",
)


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100), nullable=False)
        email = sa.Column(sa.String(100), unique=True)


STUDENTS = {
    "student": [
        dict(id=1, name="Ada", email="ada@example.org"),
        dict(id=2, name="Zoë", email=None),
        dict(id=3, name="", email="O'NEIL@example.org "),
    ]
}


@scenario.attempt(
    "flask db migrate before flask db init", everywhere=refused("there is no migrations folder yet", "CommandError")
)
def migrate_first(lab):
    lab.delete("migrations")
    lab.migrate("create student")


@scenario.attempt("flask db upgrade, with no revision file", everywhere=ignored("versions is empty: nothing to run"))
def upgrade_first(lab):
    lab.upgrade()


@scenario.attempt("flask db migrate, and nothing else", everywhere=ignored("the file is written, not run"))
def migrate_only(lab):
    lab.migrate("create student")


@scenario.attempt("flask db init a second time", everywhere=refused("the folder is there already", "CommandError"))
def init_twice(lab):
    lab.init()


@scenario.attempt(
    "init, migrate, upgrade, then the first rows",
    everywhere=done("the file created it, the rows stay"),
    rows_after=STUDENTS,
    better=True,
)
def set_up(lab):
    lab.delete("migrations")
    lab.init()
    lab.migrate("create student")
    lab.upgrade()
    for row in STUDENTS["student"]:
        lab.execute("INSERT INTO student (id, name, email) VALUES (:id, :name, :email)", **row)
    lab.upgrade()
