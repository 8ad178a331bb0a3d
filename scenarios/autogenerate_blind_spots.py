"""The models change, `flask db migrate` looks, and writes nothing.

A CHECK is added, another one gets a new text, a column joins the primary key, a generated column gets a new formula:
no file, no error, and the database is still the old one. Everybody believes that the rule is enforced.

Autogenerate compares what every engine can be asked about in the same way: tables, columns, types, NULL, indexes,
unique constraints, foreign keys. Engines hand a CHECK or a formula back in their own words, so its text cannot be
compared.

Read the file that was written, and the one that was not. Add to it by hand what autogenerate does not look at. For
CHECKs that are added or removed there is a plugin that compares their names; Alembic 1.20 has it switched off.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(
    title="Changes that flask db migrate does not see",
    question="Does flask db migrate notice a new CHECK in the model?",
    level="intermediate",
    lesson=[
        "flask db migrate",
        "Autogenerate does not see CHECKs, primary keys and generated columns change.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect",
    hints=[
        "Is there a migration file at all?",
        "Autogenerate compares no CHECK, no primary key and no formula.",
        "Write it by hand: batch.create_check_constraint(...). Or switch the checkconstraint_byname plugin on.",
    ],
)


def tables(db, checks=(), limit="points <= 20", formula="hours * 60", key=("id",)):
    """The grade and course tables, with one thing or another different."""

    class Grade(db.Model):
        id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
        term = sa.Column(sa.Integer, primary_key="term" in key, autoincrement=False, nullable=False)
        points = sa.Column(sa.Integer)
        __table_args__ = (sa.CheckConstraint(limit, name="limit"), *checks)

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
        hours = sa.Column(sa.Integer)
        minutes = sa.Column(sa.Integer, sa.Computed(formula, persisted=True))


@scenario.before
def before(db):
    tables(db)


@scenario.after
def new_check(db):
    tables(db, checks=[sa.CheckConstraint("term > 0", name="term")])


def other_check(db):
    tables(db, limit="points <= 100")


def longer_key(db):
    tables(db, key=("id", "term"))


def other_formula(db):
    tables(db, formula="hours * 45")


scenario.rows(
    "grade",
    dict(id=1, term=1, points=15),
    dict(id=2, term=1, points=0),
    dict(id=3, term=2, points=None),
    dict(id=4, term=2, points=-1),
)
scenario.rows("course", dict(id=1, hours=2), dict(id=2, hours=0), dict(id=3, hours=None))


@scenario.attempt("A new CHECK", everywhere=ignored("CHECKs are not compared"))
def add_check(lab):
    lab.migrate("term is positive")
    lab.upgrade()


@scenario.attempt("Another text in a CHECK", everywhere=ignored("CHECKs are not compared"), after=other_check)
def change_check(lab):
    lab.migrate("up to 100 points")
    lab.upgrade()


@scenario.attempt("A longer primary key", everywhere=ignored("primary keys are not compared"), after=longer_key)
def change_key(lab):
    lab.migrate("id and term are the key")
    lab.upgrade()


@scenario.attempt("Another formula", everywhere=ignored("formulas are not compared"), after=other_formula)
def change_formula(lab):
    lab.migrate("45 minutes an hour")
    lab.upgrade()


@scenario.attempt("The new CHECK, by hand", everywhere=done("the CHECK is there and holds"), better=True)
def by_hand(lab):
    @lab.revision("term is positive")
    def upgrade():
        with op.batch_alter_table("grade") as batch:
            batch.create_check_constraint("term", "term > 0")

    lab.upgrade()
