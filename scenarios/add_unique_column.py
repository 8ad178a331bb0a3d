"""A column that is unique is added to a table that holds rows.

`unique=True` in op.add_column() is a second statement, ADD CONSTRAINT, on the engines that have it. SQLite has not:
Alembic adds the column, reaches the constraint, and stops with the column in place and no revision noted, so the next
try meets a duplicate column. The old rows hold NULL, which no engine takes for a duplicate. A `server_default` beside
unique=True gives every row the same value, and PostgreSQL, MySQL and MariaDB refuse the second row.

Use batch mode, which copies the table on SQLite, and give the constraint a name, by hand or by the naming convention
on your MetaData: batch mode cannot make a constraint without one. If the column is to be NOT NULL, fill it with values
that differ before you add the constraint.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rolled_back

scenario = Scenario(
    title="Add a column with a unique constraint",
    question="Does unique=True in op.add_column() make the new column unique?",
    level="beginner",
    lesson=[
        "where batch mode is needed",
        "safe model change",
        "unique=True in add_column() is two statements, and the second may fail.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/naming.html",
    hints=[
        "How many statements does op.add_column() send?",
        "SQLite has no ADD CONSTRAINT, and a constraint in a copied table needs a name.",
        "In one batch block: batch.add_column(...), batch.create_unique_constraint('uq_student_email', ['email']).",
    ],
)


def students(db, **more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}
    return type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    students(db)


@scenario.after
def after(db):
    students(db, email=sa.Column(sa.String(100), unique=True))


def without_convention(db):
    db.metadata.naming_convention = {}
    after(db)


def with_default(db):
    students(db, email=sa.Column(sa.String(100), unique=True, nullable=False, server_default=""))


def not_null(db):
    students(db, email=sa.Column(sa.String(100), unique=True, nullable=False))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=4, name="ada "),
)


@scenario.attempt(
    "unique=True in op.add_column()",
    sqlite=half_applied("the column is added, its constraint not", "NotImplementedError"),
    postgresql=done("NULL is no duplicate"),
    mysql=done("NULL is no duplicate"),
    mariadb=done("NULL is no duplicate"),
)
def plain(lab):
    @lab.revision("a student has an email")
    def upgrade():
        op.add_column("student", sa.Column("email", sa.String(100), unique=True))

    lab.upgrade()


@scenario.attempt(
    "flask db migrate in a project without naming convention",
    after=without_convention,
    sqlite=refused("the copied table's constraint needs a name", "ValueError"),
    postgresql=done("the engine makes up a name"),
    mysql=done("the engine makes up a name"),
    mariadb=done("the engine makes up a name"),
)
def unnamed(lab):
    lab.migrate("a student has an email")
    lab.upgrade()


@scenario.attempt(
    "With a server_default, the same for all",
    after=with_default,
    sqlite=half_applied("duplicates in the copy, which stays behind", "IntegrityError"),
    postgresql=rolled_back("duplicates: the column went too", "UniqueViolation"),
    mysql=half_applied("duplicates: the column stays", "1062"),
    mariadb=half_applied("duplicates: the column stays", "1062"),
)
def same_for_all(lab):
    lab.migrate("a student has an email")
    lab.upgrade()


@scenario.attempt(
    "flask db migrate, then upgrade",
    everywhere=done("batch mode, and a name by convention"),
    better=True,
)
def migrate(lab):
    lab.migrate("a student has an email")
    lab.upgrade()


@scenario.attempt(
    "NOT NULL: filled with values that differ first",
    after=not_null,
    rows_after={"student": [dict(id=key, email=f"student{key}@example.org") for key in (1, 2, 3, 4)]},
    everywhere=done("no NULL and no duplicate is left"),
    better=True,
)
def filled(lab):
    @lab.revision("every student has an email")
    def upgrade():
        student = sa.table("student", sa.column("id", sa.Integer), sa.column("email", sa.String))
        op.add_column("student", sa.Column("email", sa.String(100)))
        address = sa.literal("student") + sa.cast(student.c.id, sa.String(20)) + sa.literal("@example.org")
        op.execute(student.update().values(email=address))
        with op.batch_alter_table("student") as batch:
            batch.alter_column("email", existing_type=sa.String(100), nullable=False)
            batch.create_unique_constraint("uq_student_email", ["email"])

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("uq_student_email", type_="unique")
            batch.drop_column("email")

    lab.upgrade()
