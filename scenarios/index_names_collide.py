"""The convention gives two indexes one name.

A table student_card is new, with an index on its number. The table student has had an index on card_number for years.
By the naming convention both are called ix_student_card_number. SQLite creates the table and stops at the index,
PostgreSQL takes everything back, MySQL and MariaDB see nothing wrong.

The convention joins table and column with an underscore, and names have underscores of their own: where the table ends
and the column begins cannot be told from the result. SQLite and PostgreSQL want each index name only once, MySQL and
MariaDB once for each table.

Give one of the two a name by hand, or separate table and column by something that no name of yours holds:

    {"ix": "ix_%(table_name)s__%(column_0_name)s"}
"""

import sqlalchemy as sa

from lab_app.scenario import Scenario, done, half_applied, rolled_back

scenario = Scenario(
    title="The naming convention gives two indexes one name",
    question="May two tables each have an index of the same name?",
    level="intermediate",
    lesson=["flask db migrate", "put the table's name into every name", "a convention does not rule out a collision"],
    reference="https://alembic.sqlalchemy.org/en/latest/naming.html",
    hints=[
        "What is the index on student.card_number called, and what the one on student_card.number?",
        "ix_student_card_number: nothing tells where the table ends and the column begins.",
        'sa.Index("ix_student_card__number", "number"), or a convention with two underscores.',
    ],
)


def tables(db, cards=False, index_name=None):
    """Students with an indexed card number, and cards whose index the convention names or ``index_name``."""

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        card_number = sa.Column(sa.String(20), index=True)

    if cards:

        class StudentCard(db.Model):
            id = sa.Column(sa.Integer, primary_key=True)
            number = sa.Column(sa.String(20), index=not index_name)
            if index_name:
                __table_args__ = (sa.Index(index_name, "number"),)


@scenario.before
def before(db):
    tables(db)


def named_by_the_convention(db):
    tables(db, cards=True)


@scenario.after
def named_by_hand(db):
    tables(db, cards=True, index_name="ix_student_card__number")


scenario.rows(
    "student",
    dict(id=1, name="Ada", card_number="A-1"),
    dict(id=2, name="Zoë", card_number="é-2 "),
    dict(id=3, name="", card_number=None),
    dict(id=4, name=None, card_number="a-1"),
)


@scenario.attempt(
    "flask db migrate, with the convention's name",
    sqlite=half_applied("the table stays, its index fails", "OperationalError"),
    postgresql=rolled_back("index names are unique in the schema", "DuplicateTable"),
    mysql=done("an index belongs to its table"),
    mariadb=done("an index belongs to its table"),
)
def convention(lab):
    lab.models(named_by_the_convention)
    lab.migrate("student cards")
    lab.upgrade()


@scenario.attempt(
    "The same, with two underscores in the name",
    everywhere=done("no name is taken twice"),
    better=True,
)
def by_hand(lab):
    lab.migrate("student cards")
    lab.upgrade()
    lab.downgrade()
    lab.upgrade()
