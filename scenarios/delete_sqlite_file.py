"""The database is deleted because it does not fit the models any more, and every row goes with it.

Deleting app.db, removing a Docker volume and dropping all tables come to the same: `flask db upgrade` then builds
every table anew, the error is gone, and so is everything that anybody ever entered. There is no undo on any engine.

It works so well in the first week, when there is nothing to lose, that it becomes a habit. With SQLite it is one
command, and with a container whose data has no volume it happens at every start. A process that had the file open does
not even notice: it reads and writes the deleted file until it ends.

Let a migration change the table that is there: it takes two commands, and every row stays. db.drop_all() with
db.create_all() is the same mistake once more, and leaves a note in alembic_version that is not true any more.
"""

import sqlalchemy as sa

from lab_app.scenario import Scenario, done, not_run, rows_lost

scenario = Scenario(
    title="Delete the database and start anew",
    question="The database file is deleted, and flask db upgrade makes a new one. What is in it?",
    level="beginner",
    lesson=["mistake: deleting the database file", "why migrations are necessary", "safe model change"],
    reference="https://flask-migrate.readthedocs.io/en/latest/#example",
    hints=[
        "Count the rows before and after.",
        "A new file, a new volume, drop_all(): each starts from nothing.",
        'flask db migrate -m "add age", then flask db upgrade: the table is changed where it is.',
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)


scenario.rows(
    "student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"), dict(id=5, name=" o'Neil "), dict(id=6, name=None)
)


@scenario.attempt(
    "Delete the file, then upgrade",
    sqlite=rows_lost("a new file is made, without rows"),
    everywhere=not_run("the database is not a file here"),
)
def delete_file(lab):
    lab.migrate("add age")
    lab.delete("app.db")
    lab.upgrade()


@scenario.attempt("Throw everything away, then upgrade", everywhere=rows_lost("the tables are new, and empty"))
def start_anew(lab):
    lab.migrate("add age")
    lab.execute("DROP TABLE student")
    lab.execute("DROP TABLE alembic_version")
    lab.upgrade()


@scenario.attempt("db.drop_all(), then db.create_all()", everywhere=rows_lost("a new table has no rows"))
def drop_all(lab):
    with lab.app() as db:
        db.drop_all()
    lab.create_all()


@scenario.attempt("flask db migrate, then upgrade", everywhere=done("the table was changed, not replaced"), better=True)
def migrate(lab):
    lab.migrate("add age")
    lab.upgrade()
