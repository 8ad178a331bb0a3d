"""A migrations folder is begun beside a database that db.create_all() has made.

`flask db migrate` compares the models with the database in front of it. Where create_all() has been the two agree, so
there is nothing to write and no file appears. Nothing seems wrong: the next change gets its revision, and its upgrade
works here on all four engines. But the history now begins with an ALTER TABLE, and no new database can be built from
it, which is the story of new_install.

Write the first revision against an empty database, where everything is missing and so everything is written down; a
fresh SQLite file will do if you read the revision afterwards. Bring it to the database that is there already, note it
with `flask db stamp`, which changes no table, and go on with `flask db migrate`.
"""

import sqlalchemy as sa

from lab_app.folders import migrations_folder
from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Begin a migrations folder beside an old database",
    question="Can a migrations folder begin beside a database that is already there?",
    level="beginner",
    lesson=[
        "set up Flask-Migrate",
        "flask db init",
        "flask db migrate",
        "Autogenerate writes down differences: no difference, no first revision.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/cookbook.html#building-an-up-to-date-database-from-scratch",
    hints=[
        "Read the revision files from the first on: which of them creates the table?",
        "Models and database agreed, so flask db migrate had nothing to write.",
        "Generate the baseline against an empty database, stamp it on the old one, then migrate as usual.",
    ],
    start="create_all",
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


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", course="Mathematics"),
    dict(id=2, name="Zoë", email="", course=None),
    dict(id=3, name="o'Neil ", email=None, course="SQL"),
    dict(id=9, name=None, email="NOBODY@example.org", course=""),
)


@scenario.attempt(
    "Migrate twice: before the change and after it",
    everywhere=done("here it works, elsewhere nothing creates student"),
)
def no_baseline(lab):
    lab.delete("migrations")
    lab.init()
    lab.models(before)
    lab.migrate("baseline")
    lab.models(after)
    lab.migrate("add age to student")
    lab.upgrade()


@scenario.attempt(
    "A baseline, not stamped, then flask db migrate",
    everywhere=refused("the baseline is not noted as applied", "CommandError"),
)
def not_stamped(lab):
    lab.add_revision(migrations_folder(), "0001")
    lab.migrate("add age to student")
    lab.upgrade()


@scenario.attempt(
    "A baseline from an empty database, stamped here",
    everywhere=done("the baseline is noted, only 0002 runs"),
    better=True,
)
def stamped(lab):
    lab.add_revision(migrations_folder(), "0001")
    lab.stamp("0001")
    lab.migrate("add age to student")
    lab.upgrade()
