"""Changes of the models that `flask db migrate` does see, and two that depend on the engine or on a setting.

A longer text, a new foreign key and a comment are found and written. Another WHERE of a partial index is not: the
index goes on covering the old rows. A new CHECK is found once a plugin is switched on.

Autogenerate asks the engine for what it holds, through one interface for all engines. What is not part of that
interface is not compared, and what an engine does not have cannot differ: SQLite has no comments, MySQL and MariaDB
have no partial indexes and build a full one.

Trust it as far as it goes, and know where that is: read the file, and look for the change that you made. The plugin
compares CHECKs by name, so each needs one, and a new text under the old name is still not seen.
"""

import sqlalchemy as sa

from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(
    title="Changes that flask db migrate does see",
    question="Does flask db migrate notice that a text may be longer now?",
    level="intermediate",
    lesson=[
        "flask db migrate",
        "Lengths, foreign keys and comments are compared; the WHERE of a partial index is not.",
        "A plugin compares CHECK constraints by name.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/autogenerate.html#detecting-check-constraints",
    hints=[
        "Which of the changes made it into a file?",
        "A partial index is found by its name and columns; its WHERE is not compared.",
        'Migrate(app, db, autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"])',
    ],
)


def tables(db, length=50, comment=None, parent=False, where="points > 0", checks=()):
    """The course and student tables, with one thing or another different."""

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(50))

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(length), comment=comment)
        points = sa.Column(sa.Integer)
        course_id = sa.Column(sa.Integer, *([sa.ForeignKey("course.id", ondelete="SET NULL")] if parent else []))
        __table_args__ = (
            sa.Index("ix_student_points", "points", sqlite_where=sa.text(where), postgresql_where=sa.text(where)),
            *checks,
        )


@scenario.before
def before(db):
    tables(db)


@scenario.after
def new_check(db):
    tables(db, checks=[sa.CheckConstraint("points <= 20", name="points")])


def longer_name(db):
    tables(db, length=100)


def with_comment(db):
    tables(db, comment="as on the passport")


def with_parent(db):
    tables(db, parent=True)


def other_where(db):
    tables(db, where="points > 10")


scenario.rows("course", dict(id=1, title="Mathematics"), dict(id=2, title=None), dict(id=3, title="Français"))
scenario.rows(
    "student",
    dict(id=1, name="Ada", points=15, course_id=1),
    dict(id=2, name="Zoë", points=0, course_id=None),
    dict(id=3, name="", points=None, course_id=3),
    dict(id=4, name=None, points=20, course_id=1),
)


@scenario.attempt("A longer text", everywhere=done("lengths are compared"), after=longer_name)
def longer(lab):
    lab.migrate("a longer name")
    lab.upgrade()


@scenario.attempt(
    "A comment",
    sqlite=done("SQLite has no comments to miss"),
    everywhere=done("comments are compared"),
    after=with_comment,
)
def comment(lab):
    lab.migrate("say what a name is")
    lab.upgrade()


@scenario.attempt("A foreign key", everywhere=done("foreign keys are compared"), after=with_parent)
def foreign_key(lab):
    lab.migrate("course_id refers to course")
    lab.upgrade()


@scenario.attempt(
    "Another WHERE of a partial index",
    sqlite=ignored("an index's WHERE is not compared"),
    postgresql=ignored("an index's WHERE is not compared"),
    everywhere=done("no partial indexes: a full one stays"),
    after=other_where,
)
def predicate(lab):
    lab.migrate("index from 10 points on")
    lab.upgrade()


@scenario.attempt("A new CHECK, with the plugin", everywhere=done("CHECKs are compared by name"), better=True)
def check_plugin(lab):
    lab.configure(autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"])
    lab.migrate("20 points at most")
    lab.upgrade()
