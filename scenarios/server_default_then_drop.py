"""A server default is used to fill the old rows of a NOT NULL column, and then taken away again.

`server_default` in add_column() gives every old row a value in one statement, on all four engines. If the model has no
such default, the column that is left is not the one that the models describe, and no one may notice: autogenerate
compares server defaults only where it is told to. Taking the default away needs batch mode, because SQLite has no
ALTER COLUMN. Once it is gone an INSERT that does not name the column fails, and that may be the release of your
application that still runs while the migration does.

Add the column with its `server_default`, and drop the default in batch mode with the existing type and nullability
spelt out, in a later revision if an old release is still writing.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied

scenario = Scenario(
    title="Fill old rows with a default, then take it away",
    question="A server_default fills the old rows, and the model has none. Do the two agree?",
    level="beginner",
    lesson=[
        "safe model change",
        "A server_default fills the old rows on every engine.",
        "The release that still runs has to get along with the new column.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column",
    hints=[
        "Compare the column's default with the one in the model.",
        "SQLite has no ALTER COLUMN, so the default cannot be dropped in place.",
        "batch.alter_column('credits', server_default=None, existing_type=sa.Integer(), existing_nullable=False).",
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
    students(db, credits=sa.Column(sa.Integer, nullable=False))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=6, name=""),
)
scenario.rows_after("student", *(dict(id=key, credits=5) for key in (1, 2, 3, 6)))


@scenario.attempt("With a server_default that stays", everywhere=drifted("the model has no default, the column does"))
def default_stays(lab):
    @lab.revision("every student has credits")
    def upgrade():
        op.add_column("student", sa.Column("credits", sa.Integer(), nullable=False, server_default="5"))

    lab.upgrade()


@scenario.attempt(
    "And then dropped in place",
    sqlite=half_applied("no ALTER COLUMN: the new column stays", "OperationalError"),
    postgresql=done("ALTER COLUMN drops the default"),
    mysql=done("ALTER COLUMN drops the default"),
    mariadb=done("ALTER COLUMN drops the default"),
)
def drop_in_place(lab):
    @lab.revision("every student has credits")
    def upgrade():
        op.add_column("student", sa.Column("credits", sa.Integer(), nullable=False, server_default="5"))
        op.alter_column("student", "credits", server_default=None)

    lab.upgrade()


@scenario.attempt(
    "Dropped in batch mode, and the old release inserts",
    sqlite=half_applied("the INSERT names no credits: NULL", "IntegrityError"),
    postgresql=half_applied("the INSERT names no credits: NULL", "NotNullViolation"),
    mysql=half_applied("no default value for the INSERT", "1364"),
    mariadb=half_applied("no default value for the INSERT", "1364"),
)
def old_release(lab):
    @lab.revision("every student has credits")
    def upgrade():
        op.add_column("student", sa.Column("credits", sa.Integer(), nullable=False, server_default="5"))
        with op.batch_alter_table("student") as batch:
            batch.alter_column("credits", server_default=None, existing_type=sa.Integer(), existing_nullable=False)

    lab.upgrade()
    lab.execute("INSERT INTO student (id, name) VALUES (9, 'Grace')")


@scenario.attempt(
    "Two revisions, the old release inserts in between",
    everywhere=done("its rows get the default too"),
    better=True,
)
def two_revisions(lab):
    @lab.revision("every student has credits")
    def upgrade():
        op.add_column("student", sa.Column("credits", sa.Integer(), nullable=False, server_default="5"))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "credits")

    lab.upgrade()
    lab.execute("INSERT INTO student (id, name) VALUES (9, 'Grace')")

    @lab.revision("credits have no default any more")
    def then():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("credits", server_default=None, existing_type=sa.Integer(), existing_nullable=False)

    @then.downgrade
    def back():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("credits", server_default="5", existing_type=sa.Integer(), existing_nullable=False)

    lab.upgrade()
