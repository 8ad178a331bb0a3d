"""Dropping by name alone is not enough everywhere.

A migration that says op.drop_constraint("uq_student_email", "student") runs on PostgreSQL and stops on MySQL and
MariaDB before anything is sent. op.drop_index("ix_student_name") stops there too, and complains about a table called
no_table that nobody ever wrote.

On PostgreSQL every constraint goes by DROP CONSTRAINT, and an index name is unique in the schema. MySQL and MariaDB
have a statement for each kind of constraint, and an index belongs to its table. Alembic cannot guess either.

Say the type and the table always, in batch mode for SQLite's sake:

    with op.batch_alter_table("student") as batch:
        batch.drop_constraint("uq_student_email", type_="unique")
        batch.drop_index("ix_student_name")
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Drop a constraint: say its type, and its table",
    question="Is its name enough to drop a unique constraint?",
    level="beginner",
    lesson=["safe model change", "drop_constraint() wants type_, drop_index() wants the table"],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.drop_constraint",
    hints=[
        "What would DROP look like in each engine's own SQL?",
        "MySQL drops an INDEX, a FOREIGN KEY or a CHECK, and wants to know which.",
        'drop_constraint("uq_student_email", type_="unique") in a batch of the table.',
    ],
)


def students(db, unique=True, index=True):
    """The student table with a unique email and an index on the name, or without."""

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50), index=index)
        email = sa.Column(sa.String(100), unique=unique)


@scenario.before
def before(db):
    students(db)


@scenario.after
def neither(db):
    students(db, unique=False, index=False)


def no_unique(db):
    students(db, unique=False)


def no_index(db):
    students(db, index=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email=""),
    dict(id=3, name=None, email=None),
    dict(id=4, name="ada ", email=None),
)


@scenario.attempt(
    "The unique constraint, by its name alone",
    after=no_unique,
    sqlite=refused("SQLite cannot drop a constraint", "NotImplementedError"),
    postgresql=done("DROP CONSTRAINT fits every kind"),
    mysql=refused("each kind has its own DROP", "NotImplementedError"),
    mariadb=refused("each kind has its own DROP", "NotImplementedError"),
)
def name_alone(lab):
    @lab.revision("email need not be unique")
    def upgrade():
        op.drop_constraint("uq_student_email", "student")

    lab.upgrade()


@scenario.attempt(
    "The same in batch mode, still without the type",
    after=no_unique,
    sqlite=done("the copy is made without it"),
    postgresql=done("DROP CONSTRAINT fits every kind"),
    mysql=refused("each kind has its own DROP", "NotImplementedError"),
    mariadb=refused("each kind has its own DROP", "NotImplementedError"),
)
def in_batch(lab):
    @lab.revision("email need not be unique")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("uq_student_email")

    lab.upgrade()


@scenario.attempt(
    "The index, without its table",
    after=no_index,
    sqlite=done("index names are unique in the file"),
    postgresql=done("index names are unique in the schema"),
    mysql=refused("an index is found through its table", "1146"),
    mariadb=refused("an index is found through its table", "1146"),
)
def index_alone(lab):
    @lab.revision("no index on the name")
    def upgrade():
        op.drop_index("ix_student_name")

    lab.upgrade()


@scenario.attempt(
    "Both, with type and table, in one batch",
    everywhere=done("nothing is left to guess"),
    better=True,
)
def with_type(lab):
    @lab.revision("email need not be unique, no index on the name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("uq_student_email", type_="unique")
            batch.drop_index("ix_student_name")

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_index("ix_student_name", ["name"])
            batch.create_unique_constraint("uq_student_email", ["email"])

    lab.upgrade()
    lab.downgrade()
    lab.upgrade()
