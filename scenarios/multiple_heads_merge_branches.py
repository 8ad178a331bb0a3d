"""Two people each write a migration from the same starting point, and upgrade refuses to choose.

Nothing happens to your table: `flask db upgrade` stops with "Multiple head revisions are present", on every engine
alike.

Each file names the revision that it follows. Two files that follow the same one make two ends, and `head` means
exactly one. It is what version control calls a branch, and it is solved the same way: `flask db merge heads` writes an
empty revision that follows both. Then there is one head again, and everybody's database gets there.

`flask db upgrade heads` also runs both, and leaves two rows in alembic_version and the question for the next person.
After a merge `flask db downgrade` by one step is ambiguous: name the revision to go back to.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Two migrations follow the same revision",
    question="Two revisions follow the same one. Which of them does flask db upgrade run?",
    level="beginner",
    lesson=[
        "version control for the database: history, heads, merge",
        "flask db downgrade",
        "Two files with one down_revision make two heads.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/branches.html",
    hints=[
        "Type flask db heads: how many lines are there?",
        "Both files say down_revision = '0001'.",
        'flask db merge -m "merge" heads, then flask db upgrade.',
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
        email = sa.Column(sa.String(100))


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë "), dict(id=3, name=""), dict(id=4, name=None))


def two_branches(lab):
    """What two colleagues commit on the same day."""

    @lab.revision("add age", parent="0001")
    def add_age():
        op.add_column("student", sa.Column("age", sa.Integer()))

    @add_age.downgrade
    def drop_age():
        op.drop_column("student", "age")

    @lab.revision("add email", parent="0001")
    def add_email():
        op.add_column("student", sa.Column("email", sa.String(100)))

    @add_email.downgrade
    def drop_email():
        op.drop_column("student", "email")


@scenario.attempt("flask db upgrade", everywhere=refused("two heads: Alembic does not choose", "CommandError"))
def two_heads(lab):
    two_branches(lab)
    lab.upgrade()


@scenario.attempt("flask db migrate", everywhere=refused("both files have not been applied yet", "CommandError"))
def migrate(lab):
    two_branches(lab)
    lab.migrate("more")


@scenario.attempt("flask db upgrade heads", everywhere=done("both ran; two revisions are noted"))
def both_heads(lab):
    two_branches(lab)
    lab.upgrade("heads")


@scenario.attempt("flask db merge heads, then upgrade", everywhere=done("one revision follows both"), better=True)
def merge(lab):
    two_branches(lab)
    lab.merge()
    lab.upgrade()


@scenario.attempt("After the merge: back by name, and up again", everywhere=done("one step back has two meanings"))
def back_by_name(lab):
    two_branches(lab)
    lab.merge()
    lab.upgrade()
    try:
        lab.downgrade()
    except CommandError:
        lab.downgrade("0001")
    lab.upgrade()
