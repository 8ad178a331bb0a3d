"""A column is dropped while an index, a constraint or a key still uses it.

PostgreSQL, MySQL and MariaDB drop the column and what used only that column with it. SQLite refuses, with a message
about a column that does not exist. Batch mode does not help: it carries the index or the CHECK over to the copy, where
the column is missing, and after a failure with an index that copy stays behind.

SQLite drops a column by editing the CREATE TABLE text that it keeps. It does that only if everything else in the
schema can still be read afterwards, and an index that names a missing column cannot.

Drop what uses the column first, then the column, all in one batch block. That is the only order that every engine
takes, and the migration says in so many words what goes.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="Drop a column that something still uses",
    question="A column has an index of its own. Can the column simply be dropped?",
    level="intermediate",
    lesson=[
        "safe model change",
        "SQLite does not drop a column that anything else still names.",
        "Batch mode carries indexes and CHECKs over to the copy, the broken ones too.",
    ],
    reference="https://www.sqlite.org/lang_altertable.html#alter_table_drop_column",
    hints=[
        "Which column does the error name, and who else names that column?",
        "An index, a unique constraint or a CHECK still uses the column that goes.",
        "In one batch block: drop_constraint() and drop_index() first, drop_column() after them.",
    ],
)


def students(db, *gone):
    """Students; ``gone`` are the columns that were dropped with all that used them."""
    columns = {
        "email": sa.Column(sa.String(100)),
        "badge": sa.Column(sa.String(20), index=True),
        "age": sa.Column(sa.Integer),
        "course_id": sa.Column(sa.Integer, sa.ForeignKey("course.id")),
    }
    constraints = {"email": sa.UniqueConstraint("email"), "age": sa.CheckConstraint("age > 0", name="age")}
    kept = {name: column for name, column in columns.items() if name not in gone}
    table = {
        "__tablename__": "student",
        "__table_args__": tuple(rule for name, rule in constraints.items() if name not in gone),
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100)),
    }
    type("Student", (db.Model,), table | kept)

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(50))


@scenario.before
def before(db):
    students(db)


@scenario.after
def without_all(db):
    students(db, "email", "badge", "age", "course_id")


def without_badge(db):
    students(db, "badge")


def without_age(db):
    students(db, "age")


def without_email(db):
    students(db, "email")


scenario.rows("course", dict(id=1, title="Mathématiques"), dict(id=2, title=""))
scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", badge="A-1", age=36, course_id=1),
    dict(id=2, name="Zoë ", email=None, badge=None, age=None, course_id=None),
    dict(id=4, name="", email="ZOË@example.org", badge="", age=19, course_id=1),
)


@scenario.attempt(
    "An indexed column, plain",
    after=without_badge,
    sqlite=refused("the index would name a missing column", "OperationalError"),
    everywhere=done("the index goes with its only column"),
)
def indexed_plain(lab):
    @lab.revision("no more badges")
    def upgrade():
        op.drop_column("student", "badge")

    lab.upgrade()


@scenario.attempt(
    "An indexed column, in batch mode",
    after=without_badge,
    sqlite=half_applied("the index does not fit the copy", "OperationalError"),
    everywhere=done("the index goes with its only column"),
)
def indexed_batch(lab):
    @lab.revision("no more badges")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("badge")

    lab.upgrade()


@scenario.attempt(
    "A column with a CHECK, in batch mode",
    after=without_age,
    sqlite=refused("the copy would check a missing column", "OperationalError"),
    everywhere=done("the CHECK goes with its only column"),
)
def checked_batch(lab):
    @lab.revision("no more ages")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_column("age")

    lab.upgrade()


@scenario.attempt(
    "A unique column, plain",
    after=without_email,
    sqlite=refused("UNIQUE would name a missing column", "OperationalError"),
    everywhere=done("the constraint goes with its only column"),
)
def unique_plain(lab):
    @lab.revision("no more emails")
    def upgrade():
        op.drop_column("student", "email")

    lab.upgrade()


@scenario.attempt(
    "First what uses the columns, then the columns, in one batch",
    everywhere=done("nothing names the columns any more"),
    better=True,
)
def users_first(lab):
    @lab.revision("fewer columns")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("fk_student_course_id_course", type_="foreignkey")
            batch.drop_constraint("uq_student_email", type_="unique")
            batch.drop_constraint("age", type_="check")
            batch.drop_index("ix_student_badge")
            for column in ("course_id", "email", "age", "badge"):
                batch.drop_column(column)

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("email", sa.String(100)))
            batch.add_column(sa.Column("badge", sa.String(20)))
            batch.add_column(sa.Column("age", sa.Integer()))
            batch.add_column(sa.Column("course_id", sa.Integer()))
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_email", ["email"])
            batch.create_check_constraint("age", "age > 0")
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])
            batch.create_index("ix_student_badge", ["badge"])

    lab.upgrade()
