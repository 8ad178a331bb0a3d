"""A model with a bind key lives in a second database, and no transaction spans both.

Flask-SQLAlchemy puts a model with __bind_key__ into a database of its own. A migrations folder from `flask db init`
knows the first database alone: migrate and upgrade pass over all others, and report success. The folder of
`flask db init --multidb` has one function for each database in each revision.

Such an upgrade walks through the databases one after the other and commits all of them last. Here the second one holds
a page twice and refuses the unique constraint. PostgreSQL takes the first one back as well. On SQLite, MySQL and
MariaDB the first one's new column stays, and so the next upgrade stops at it, though the second one is ready by now.

Use --multidb as soon as a model has a bind key. Before an upgrade look at the rows of every database, or let the
revision put them right; after a failure look at every database, too, and undo by hand what has stayed.
"""

import contextlib

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied, rolled_back

scenario = Scenario(
    title="An application with two databases",
    question="An application has two databases and one plain migrations folder. What is migrated?",
    level="advanced",
    lesson=[
        "flask db init --multidb",
        "A migrations folder without --multidb sees the first database alone.",
        "When the second database fails, the first one may be changed already.",
    ],
    reference="https://flask-migrate.readthedocs.io/en/latest/#multiple-database-support",
    hints=[
        "Which databases does the migrations folder know?",
        "flask db init --multidb writes a folder with one function for each database in each revision.",
        "Put the rows of the second database right before its function asks for unique ones.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))

    class Visit(db.Model):
        __bind_key__ = "analytics"
        id = sa.Column(sa.Integer, primary_key=True)
        page = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        nickname = sa.Column(sa.String(50))

    class Visit(db.Model):
        __bind_key__ = "analytics"
        id = sa.Column(sa.Integer, primary_key=True)
        page = sa.Column(sa.String(100), unique=True)


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"))
scenario.rows(
    "analytics.visit",
    dict(id=1, page="/courses"),
    dict(id=2, page="/courses"),
    dict(id=3, page=None),
    dict(id=4, page=""),
)
RIGHT = {"analytics.visit": [dict(id=2, page=None)]}


@scenario.attempt(
    "A migrations folder without --multidb", everywhere=drifted("the folder knows the first database alone")
)
def single(lab):
    lab.delete("migrations")
    lab.init()
    lab.stamp("base", purge=True)
    lab.migrate("nickname and unique page")
    lab.upgrade()


@scenario.attempt(
    "flask db migrate, then upgrade",
    sqlite=half_applied("the first database keeps its column", "IntegrityError"),
    postgresql=rolled_back("both transactions were still open", "UniqueViolation"),
    mysql=half_applied("the first database keeps its column", "1062"),
    mariadb=half_applied("the first database keeps its column", "1062"),
)
def migrate(lab):
    lab.migrate("nickname and unique page")
    lab.upgrade()


@scenario.attempt(
    "Put the rows right and upgrade again",
    rows_after=RIGHT,
    sqlite=half_applied("the column is there from before", "OperationalError"),
    postgresql=done("nothing was left in the way"),
    mysql=half_applied("the column is there from before", "1060"),
    mariadb=half_applied("the column is there from before", "1060"),
)
def again(lab):
    lab.migrate("nickname and unique page")
    with contextlib.suppress(sa.exc.IntegrityError):
        lab.upgrade()
    lab.execute("UPDATE visit SET page = NULL WHERE id = 2", bind="analytics")
    lab.upgrade()


@scenario.attempt(
    "Each database in a function of its own, rows first",
    rows_after=RIGHT,
    everywhere=done("the second database has nothing to refuse"),
    better=True,
)
def by_hand(lab):
    @lab.revision("nickname and unique page")
    def change():
        op.add_column("student", sa.Column("nickname", sa.String(50)))

    @change.upgrade_of("analytics")
    def visits():
        op.execute("UPDATE visit SET page = NULL WHERE id = 2")
        with op.batch_alter_table("visit") as batch:
            batch.create_unique_constraint("uq_visit_page", ["page"])

    lab.upgrade()
