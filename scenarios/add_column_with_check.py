"""A column is added together with a CHECK that has a name.

A constraint given inside sa.Column() is written behind the column's type, as CONSTRAINT name CHECK (...). SQLite,
PostgreSQL and MySQL read that. MariaDB allows a CHECK behind a column, but no name in front of it there, and answers
with a syntax error. Without a name it would do, but then nobody can drop it again in one way on all four.

Add the column first and the CHECK as a constraint of the table, with a name, in the same batch block. SQLite copies
the table for it, and every engine asks each old row: NULL passes a CHECK, a value that breaks it stops the migration.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rolled_back

scenario = Scenario(
    title="Add a column together with a CHECK",
    question="May a new column bring a CHECK with a name of its own?",
    level="advanced",
    lesson=[
        "where batch mode is needed",
        "A CHECK belongs to a column or to a table, and MariaDB names only the latter.",
        "NULL passes every CHECK.",
    ],
    reference="https://mariadb.com/docs/server/reference/sql-statements/data-definition/constraint",
    hints=[
        "Read the ALTER TABLE up to the place that MariaDB complains about.",
        "MariaDB wants no CONSTRAINT name inside a column's definition.",
        "batch.add_column(...), then batch.create_check_constraint('age_positive', 'age > 0').",
    ],
)


def students(db, *more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}
    if more:
        columns |= {"age": sa.Column(sa.Integer), "__table_args__": more}
    return type("Student", (db.Model,), columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def after(db):
    students(db, sa.CheckConstraint("age > 0", name="age_positive"))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=5, name="0"),
)


@scenario.attempt(
    "A named CHECK inside sa.Column()",
    sqlite=done("a column's CHECK may have a name"),
    postgresql=done("a column's CHECK may have a name"),
    mysql=done("a column's CHECK may have a name"),
    mariadb=refused("no name allowed inside a column", "1064"),
)
def in_column(lab):
    @lab.revision("age is positive")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer(), sa.CheckConstraint("age > 0", name="age_positive")))

    lab.upgrade()


@scenario.attempt(
    "op.create_check_constraint() after the column, plain",
    sqlite=half_applied("no ADD CONSTRAINT: the column stays", "NotImplementedError"),
    postgresql=done("a CHECK of the table"),
    mysql=done("a CHECK of the table"),
    mariadb=done("a CHECK of the table"),
)
def plain(lab):
    @lab.revision("age is positive")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))
        op.create_check_constraint("age_positive", "student", "age > 0")

    lab.upgrade()


@scenario.attempt(
    "In batch mode, with 0 in the old rows",
    sqlite=half_applied("0 is not positive: the column stays", "IntegrityError"),
    postgresql=rolled_back("0 is not positive: all taken back", "CheckViolation"),
    mysql=half_applied("0 is not positive: the column stays", "3819"),
    mariadb=half_applied("0 is not positive: the column stays", "4025"),
)
def broken(lab):
    @lab.revision("age is positive")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))
        op.execute("UPDATE student SET age = 0 WHERE id = 5")
        with op.batch_alter_table("student") as batch:
            batch.create_check_constraint("age_positive", "age > 0")

    lab.upgrade()


@scenario.attempt(
    "In batch mode, with NULL in the old rows",
    everywhere=done("NULL passes, the CHECK has its name"),
    better=True,
)
def in_batch(lab):
    @lab.revision("age is positive")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("age", sa.Integer()))
            batch.create_check_constraint("age_positive", "age > 0")

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("age_positive", type_="check")
            batch.drop_column("age")

    lab.upgrade()
