"""A column is renamed, and a CHECK still uses its old name.

SQLite, PostgreSQL and MariaDB rewrite the CHECK along with the plain rename. MySQL refuses. In batch mode SQLite fails
as well, because the copy gets the new column and the old text of the CHECK.

A CHECK is kept as an expression or as text. Where the engine itself renames the column it can follow the name into the
expression. Batch mode makes a new table instead, and Alembic takes the CHECK over as it was written.

Drop the CHECK, rename the column, and create the CHECK with the new name. That way the rule is written down in the
migration, and no engine has to guess.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Rename a column that a CHECK uses",
    question="A CHECK uses a column. Can the column still be renamed?",
    level="intermediate",
    lesson=[
        "safe model change",
        "MySQL does not rename a column that a CHECK uses.",
        "Batch mode copies a CHECK as text, with the old name in it.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html",
    hints=[
        "Which name stands in the CHECK after the rename?",
        "MySQL will not rewrite a CHECK, and batch mode on SQLite copies its text.",
        "drop_constraint(), then alter_column() with new_column_name, then create_check_constraint().",
    ],
)


def students(db, name):
    columns = {
        "__tablename__": "student",
        "__table_args__": (sa.CheckConstraint(f"length({name}) > 1", name="long_enough"),),
        "id": sa.Column(sa.Integer, primary_key=True),
        name: sa.Column(sa.String(100)),
        "email": sa.Column(sa.String(100)),
    }
    return type("Student", (db.Model,), columns)


@scenario.before
def before(db):
    students(db, "fullname")


@scenario.after
def after(db):
    students(db, "name")


scenario.rows(
    "student",
    dict(id=1, fullname="Ada Lovelace", email="ada@example.org"),
    dict(id=2, fullname="Zoë ", email=""),
    dict(id=3, fullname=None, email=None),
    dict(id=5, fullname="LINUS", email="linus@example.org"),
)
scenario.rows_after(
    "student",
    dict(id=1, name="Ada Lovelace"),
    dict(id=2, name="Zoë "),
    dict(id=3, name=None),
    dict(id=5, name="LINUS"),
)


@scenario.attempt(
    "A plain rename",
    sqlite=done("RENAME COLUMN rewrites the CHECK"),
    postgresql=done("the CHECK knows the column, not its name"),
    mysql=refused("a CHECK holds on to the name", "3959"),
    mariadb=done("CHANGE rewrites the CHECK"),
)
def plain(lab):
    @lab.revision("fullname becomes name")
    def upgrade():
        op.alter_column(
            "student", "fullname", new_column_name="name", existing_type=sa.String(100), existing_nullable=True
        )

    lab.upgrade()


@scenario.attempt(
    "A rename in batch mode",
    sqlite=refused("the copy's CHECK has the old name", "OperationalError"),
    postgresql=done("the CHECK knows the column, not its name"),
    mysql=refused("a CHECK holds on to the name", "3959"),
    mariadb=done("CHANGE rewrites the CHECK"),
)
def batch(lab):
    @lab.revision("fullname becomes name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("fullname", new_column_name="name", existing_type=sa.String(100), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "The CHECK dropped, the column renamed, the CHECK made anew",
    everywhere=done("no CHECK is there while the name changes"),
    better=True,
)
def anew(lab):
    @lab.revision("fullname becomes name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("long_enough", type_="check")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("fullname", new_column_name="name", existing_type=sa.String(100), existing_nullable=True)
        with op.batch_alter_table("student") as batch:
            batch.create_check_constraint("long_enough", "length(name) > 1")

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("long_enough", type_="check")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("name", new_column_name="fullname", existing_type=sa.String(100), existing_nullable=True)
        with op.batch_alter_table("student") as batch:
            batch.create_check_constraint("long_enough", "length(fullname) > 1")

    lab.upgrade()
