"""An old migration uses the application's model, and fails on every new database.

The migration ran well on the day it was written. Since then the model has got a column. Somebody sets up a new
database, the old migration runs against the old table with the new model, and the engine does not know the column.
With metadata.create_all() in a migration it is the table of a later migration that is created too early.

A migration is about the tables as they were on its day. A model imported from the application is about the tables of
today, whenever the migration runs.

Say in the migration what it needs and nothing else: sa.table("student", sa.column("id"), sa.column("email")). That
stays true for ever.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rolled_back

scenario = Scenario(
    title="A migration imports today's model",
    question="A migration imports the model, which has a column of a later revision. Does it run?",
    level="intermediate",
    lesson=[
        "A migration must not import the application's models: they change, and it does not.",
        "sa.table() and sa.column() name what a data migration needs.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.table",
    hints=[
        "Which columns did the SELECT name, and which did the table have by then?",
        "The model is today's; the table is still that of the migration's day.",
        'In the migration: sa.table("student", sa.column("id"), sa.column("email")).',
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)


def two_more_tables(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100))

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(100))

    class Grade(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        points = sa.Column(sa.Integer)


scenario.rows(
    "student",
    dict(id=1, email="ADA@example.org"),
    dict(id=2, email="Zoe@Example.org"),
    dict(id=3, email=None),
    dict(id=4, email=""),
)
scenario.rows_after(
    "student",
    dict(id=1, email="ada@example.org"),
    dict(id=2, email="zoe@example.org"),
    dict(id=3, email=None),
    dict(id=4, email=""),
)


def add_age(lab):
    """The later revision, which the old one does not know."""

    @lab.revision("add age")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))


@scenario.attempt(
    "Use the application's model",
    sqlite=refused("age comes with the next revision", "OperationalError"),
    postgresql=refused("age comes with the next revision", "UndefinedColumn"),
    mysql=refused("age comes with the next revision", "1054"),
    mariadb=refused("age comes with the next revision", "1054"),
)
def live_model(lab):
    @lab.revision("lower-case emails")
    def upgrade():
        from flask import current_app

        student = current_app.extensions["migrate"].db.metadata.tables["student"]
        connection = op.get_bind()
        for row in connection.execute(sa.select(student)).all():
            if row.email:
                connection.execute(sa.update(student).where(student.c.id == row.id).values(email=row.email.lower()))

    add_age(lab)
    lab.upgrade()


@scenario.attempt(
    "create_all() inside a migration",
    sqlite=half_applied("grade was created too early", "OperationalError"),
    postgresql=rolled_back("grade was created too early", "DuplicateTable"),
    mysql=half_applied("grade was created too early", "1050"),
    mariadb=half_applied("grade was created too early", "1050"),
    after=two_more_tables,
)
def create_all_inside(lab):
    @lab.revision("create course")
    def create_course():
        from flask import current_app

        current_app.extensions["migrate"].db.metadata.create_all(op.get_bind())

    @lab.revision("create grade")
    def create_grade():
        op.create_table("grade", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("points", sa.Integer()))

    lab.upgrade()


@scenario.attempt("Name the table and columns needed", everywhere=done("asks for no other column"), better=True)
def own_table(lab):
    @lab.revision("lower-case emails")
    def upgrade():
        student = sa.table("student", sa.column("id"), sa.column("email"))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student)).all():
            if row.email:
                connection.execute(sa.update(student).where(student.c.id == row.id).values(email=row.email.lower()))

    add_age(lab)
    lab.upgrade()


@scenario.attempt(
    "Name the tables created, too",
    everywhere=done("each revision creates its own"),
    after=two_more_tables,
    rows_after={},
    better=True,
)
def own_tables(lab):
    @lab.revision("create course")
    def create_course():
        op.create_table("course", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.String(100)))

    @lab.revision("create grade")
    def create_grade():
        op.create_table("grade", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("points", sa.Integer()))

    lab.upgrade()
