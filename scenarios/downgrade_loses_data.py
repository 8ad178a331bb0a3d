"""A step back and forth again, and everything in the column is gone.

`flask db downgrade` drops the column that the revision had added, with every value that people have entered since. The
upgrade afterwards adds it again, empty. The same happens the other way round: a downgrade that adds back a dropped
column adds back an empty one. No engine complains, and the tables look as they should.

A revision knows how to change a structure. It does not keep the values, and no engine keeps them either.

Downgrades are for your own machine. Where there is data, go forward: write a new revision that puts right what was
wrong. If it has to be a step back, copy the values into a table of their own first.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, rows_changed

scenario = Scenario(
    title="A downgrade throws the column's values away",
    question="One revision down, and up again: is the database what it was?",
    level="beginner",
    lesson=[
        "flask db downgrade",
        "A downgrade undoes a change of structure; it does not bring values back.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading",
    hints=[
        "Compare the ages before and after.",
        "The downgrade dropped the column. Where should the values have been meanwhile?",
        "Write a new revision instead, or copy the values aside before the step back.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))


@scenario.after
def with_age(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)


def with_nickname(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)
        nickname = sa.Column(sa.String(50))


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"), dict(id=3, name=""), dict(id=4, name=None))


@scenario.prepare
def age_in_use(lab):
    @lab.revision("add age")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "age")

    lab.upgrade()
    lab.execute("UPDATE student SET age = 36 WHERE id = 1")
    lab.execute("UPDATE student SET age = 0 WHERE id = 3")


@scenario.attempt("Back and forth", everywhere=rows_changed("dropped with its values, added empty"))
def back_and_forth(lab):
    lab.downgrade()
    lab.upgrade()


@scenario.attempt(
    "Drop the column, then change your mind", everywhere=rows_changed("the downgrade adds an empty column")
)
def dropped_and_back(lab):
    @lab.revision("drop age")
    def upgrade():
        op.drop_column("student", "age")

    @upgrade.downgrade
    def downgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))

    lab.upgrade()
    lab.downgrade()


@scenario.attempt("Copy the values aside, back and forth", everywhere=done("a second table kept the values"))
def kept_aside(lab):
    lab.execute("CREATE TABLE kept AS SELECT id, age FROM student")
    lab.downgrade()
    lab.upgrade()
    lab.execute("UPDATE student SET age = (SELECT kept.age FROM kept WHERE kept.id = student.id)")
    lab.execute("DROP TABLE kept")


@scenario.attempt(
    "Go forward with a new revision",
    everywhere=done("nothing is dropped on the way"),
    after=with_nickname,
    better=True,
)
def forward(lab):
    lab.migrate("add a nickname")
    lab.upgrade()
