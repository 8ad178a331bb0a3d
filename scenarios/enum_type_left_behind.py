"""A table with an enum goes and comes back, and PostgreSQL still has the enum's type.

Up, down and up again works everywhere but on PostgreSQL. There the table was dropped and its type was not, and the
second upgrade stops at CREATE TYPE because that name is taken. The other way round it is the same: a column that is
added to a table finds no type, because add_column() does not create one.

On PostgreSQL an enum is a type in the database, with a life of its own. create_table() makes it in passing, and
drop_table() cannot know whether another table uses it. The other engines keep the words in the column.

Say both yourself: create() the type before it is used, and drop() it in downgrade(), each with checkfirst=True. On the
other three engines these lines send nothing.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="A dropped table leaves its enum type behind",
    question="A table with an enum is created, dropped and created again. Does that work?",
    level="intermediate",
    lesson=[
        "flask db downgrade",
        "An enum type on PostgreSQL lives on when its table is dropped.",
        "Create and drop the type yourself, with checkfirst=True.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/dialects/postgresql.html#sqlalchemy.dialects.postgresql.ENUM",
    hints=[
        "Which statement of the second upgrade is refused?",
        "DROP TABLE does not drop a type, and ADD COLUMN does not create one.",
        "Write enum.create(op.get_bind(), checkfirst=True), and enum.drop(...) in downgrade().",
    ],
)


def students(db, **columns):
    own = {
        "__tablename__": "student",
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100)),
    }
    return type("Student", (db.Model,), own | columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def with_loan(db):
    students(db)

    class Loan(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        state = sa.Column(sa.Enum("out", "back", name="loan_state"))


def with_level(db):
    students(db, level=sa.Column(sa.Enum("first", "second", name="student_level")))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="zoë "),
    dict(id=3, name=None),
    dict(id=4, name=""),
)


@scenario.attempt(
    "create_table() with an enum: up, down, up again",
    sqlite=done("the words are text in the column"),
    postgresql=half_applied("DROP TABLE left the type", "DuplicateObject"),
    mysql=done("the words went with the column"),
    mariadb=done("the words went with the column"),
)
def round_trip(lab):
    @lab.revision("loans")
    def upgrade():
        op.create_table(
            "loan",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("state", sa.Enum("out", "back", name="loan_state")),
            sa.PrimaryKeyConstraint("id", name="pk_loan"),
        )

    @upgrade.downgrade
    def downgrade():
        op.drop_table("loan")

    lab.upgrade()
    lab.downgrade()
    lab.upgrade()


@scenario.attempt(
    "add_column() with an enum",
    after=with_level,
    sqlite=done("the words are text in the column"),
    postgresql=refused("ADD COLUMN creates no type", "UndefinedObject"),
    mysql=done("the words come with the column"),
    mariadb=done("the words come with the column"),
)
def add_column(lab):
    @lab.revision("level of a student")
    def upgrade():
        op.add_column("student", sa.Column("level", sa.Enum("first", "second", name="student_level")))

    lab.upgrade()


@scenario.attempt(
    "The type created and dropped by name: up, down, up",
    after=with_level,
    sqlite=done("create() and drop() send nothing here"),
    postgresql=done("CREATE TYPE and DROP TYPE in their places"),
    mysql=done("create() and drop() send nothing here"),
    mariadb=done("create() and drop() send nothing here"),
    better=True,
)
def by_name(lab):
    @lab.revision("level of a student")
    def upgrade():
        level = sa.Enum("first", "second", name="student_level")
        level.create(op.get_bind(), checkfirst=True)
        op.add_column("student", sa.Column("level", level))

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("level")
        sa.Enum("first", "second", name="student_level").drop(op.get_bind(), checkfirst=True)

    lab.upgrade()
    lab.downgrade()
    lab.upgrade()
