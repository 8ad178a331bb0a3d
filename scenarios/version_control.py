"""Three small revisions, and the way back to an earlier one.

Revision files form a line, each naming the one before it, and the database keeps one word of it: the revision it is
at, in alembic_version. flask db downgrade 0002 runs the downgrade() of each later file, newest first, and moves that
word; flask db upgrade walks forward again. flask db history prints the line, flask db heads its end, flask db current
the place of this database.

It is version control for the structure, not for the rows. A downgrade that drops an index costs nothing. One that
drops a column takes every value with it, and walking forward again brings back an empty column; downgrade base drops
the tables. The engines agree on all of this. And stamp moves only the word, while the tables stay as they are.

Keep revisions small, look at flask db history for the one to name, go back only over those that hold no data, and take
a backup before any other.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored, rows_changed, rows_lost

scenario = Scenario(
    title="Walk back to an earlier revision, and forward again",
    question="flask db stamp names an earlier revision. What changes in the database?",
    level="beginner",
    lesson=[
        "flask db downgrade",
        "version control for the database: history, heads, merge",
        "A downgrade brings the structure back, not the rows.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading",
    hints=[
        "Which revisions are undone on the way, and which of them hold values?",
        "downgrade() of 0002 drops the column age; no file remembers what was in it.",
        "Name the revision to go back to, and stop before the first one that holds data: flask db downgrade 0002.",
    ],
)


def students(db, *more, unique=False):
    """The student table, with the columns of later revisions."""
    columns = {column.name: column for column in more}
    fixed = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100), index=unique),
        "email": sa.Column(sa.String(100), unique=unique),
    }
    return type("Student", (db.Model,), fixed | columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def at_0004(db):
    students(db, sa.Column("age", sa.Integer), unique=True)


def at_0002(db):
    students(db, sa.Column("age", sa.Integer))


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email=None),
    dict(id=3, name="", email="O'NEIL@example.org"),
    dict(id=4, name="ada ", email=""),
)


@scenario.prepare
def three_revisions(lab):
    @lab.revision("add age to student")
    def add_age():
        op.add_column("student", sa.Column("age", sa.Integer()))

    @add_age.downgrade
    def drop_age():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("age")

    @lab.revision("index the name")
    def add_index():
        op.create_index("ix_student_name", "student", ["name"])

    @add_index.downgrade
    def drop_index():
        op.drop_index("ix_student_name", table_name="student")

    @lab.revision("email is unique")
    def add_unique():
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_email", ["email"])

    @add_unique.downgrade
    def drop_unique():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("uq_student_email", type_="unique")

    lab.upgrade()
    lab.execute("UPDATE student SET age = 36 WHERE id = 1")
    lab.execute("UPDATE student SET age = 0 WHERE id = 4")


@scenario.attempt(
    "Stamp the earlier revision", after=at_0002, everywhere=ignored("only the word in alembic_version moves")
)
def stamp_back(lab):
    lab.stamp("0002")


@scenario.attempt("Back to 0002", after=at_0002, everywhere=done("constraint and index gone, ages stay"), better=True)
def back(lab):
    lab.downgrade("0002")


@scenario.attempt("Back to 0002, and forward again", everywhere=done("neither revision holds data"), better=True)
def back_and_forward(lab):
    lab.downgrade("0002")
    lab.upgrade()


@scenario.attempt("Back to 0001, and forward again", everywhere=rows_changed("age was dropped and returns empty"))
def too_far(lab):
    lab.downgrade("0001")
    lab.upgrade()


@scenario.attempt("Back to base, and forward again", everywhere=rows_lost("base is before the first table"))
def to_base(lab):
    lab.downgrade("base")
    lab.upgrade()
