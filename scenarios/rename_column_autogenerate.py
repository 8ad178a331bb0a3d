"""A column gets a better name, and `flask db migrate` throws its values away.

The migration file that comes out adds a column `name` and drops the column `fullname`. After the upgrade the table
looks as the models say, and every name in it is gone. Nothing fails while the new column may be empty. Where it may
not, each engine says something else: MySQL and MariaDB fill in an empty text and go on, the other two stop.

Autogenerate compares two lists of columns, and a rename is not visible in lists: one name is missing, one is new. All
four engines can rename a column and keep what is in it, and SQLite needs no batch mode for it.

Read the file before you run it. Where it says add_column() and drop_column() and you meant a rename, replace both with
one op.alter_column() that gives new_column_name, and the type and nullability as they are. Keep an index on the new
name out of the same batch block: while the copy is made, the column still goes by its old name.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rows_changed

scenario = Scenario(
    title="Autogenerate sees a rename as add and drop",
    question="A column has another name in the model. What does flask db migrate make of it?",
    level="beginner",
    lesson=[
        "flask db migrate",
        "safe model change",
        "Read what autogenerate wrote: a rename arrives as add and drop.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/autogenerate.html"
    "#what-does-autogenerate-detect-and-what-does-it-not-detect",
    hints=[
        "Open the migration file: is there a rename in it?",
        "Autogenerate compares lists of columns: one name is missing, one is new.",
        'Write op.alter_column("student", "fullname", new_column_name="name", ...) in place of the two lines.',
    ],
)


def students(db, **name):
    columns = {
        "__tablename__": "student",
        "id": sa.Column(sa.Integer, primary_key=True),
        "email": sa.Column(sa.String(100)),
    }
    return type("Student", (db.Model,), columns | name)


@scenario.before
def before(db):
    students(db, fullname=sa.Column(sa.String(100), nullable=False, index=True))


@scenario.after
def name_is_needed(db):
    students(db, name=sa.Column(sa.String(100), nullable=False, index=True))


def name_may_be_null(db):
    students(db, name=sa.Column(sa.String(100), index=True))


scenario.rows(
    "student",
    dict(id=1, fullname="Ada Lovelace", email="ada@example.org"),
    dict(id=2, fullname="Zoë d'Été ", email=None),
    dict(id=3, fullname="", email=""),
    dict(id=7, fullname="LINUS", email="linus@example.org"),
)
scenario.rows_after(
    "student",
    dict(id=1, name="Ada Lovelace"),
    dict(id=2, name="Zoë d'Été "),
    dict(id=3, name=""),
    dict(id=7, name="LINUS"),
)


@scenario.attempt(
    "flask db migrate as it comes, the name may be NULL",
    after=name_may_be_null,
    everywhere=rows_changed("a new empty column, the old one dropped"),
)
def autogenerate(lab):
    lab.migrate("rename fullname to name")
    lab.upgrade()


@scenario.attempt(
    "flask db migrate as it comes, the name is NOT NULL",
    sqlite=half_applied("the copy meets NULL and stays behind", "IntegrityError"),
    postgresql=refused("rows would hold NULL: the lucky case", "NotNullViolation"),
    mysql=rows_changed("every name is now an empty text"),
    mariadb=rows_changed("every name is now an empty text"),
)
def not_null(lab):
    lab.migrate("rename fullname to name")
    lab.upgrade()


@scenario.attempt(
    "A rename and its index in one batch block",
    sqlite=half_applied("the copy does not know the name yet", "KeyError"),
    everywhere=done("three plain statements, one by one"),
)
def one_block(lab):
    @lab.revision("rename fullname to name")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_index("ix_student_fullname")
            batch.alter_column(
                "fullname", new_column_name="name", existing_type=sa.String(100), existing_nullable=False
            )
            batch.create_index("ix_student_name", ["name"])

    lab.upgrade()


@scenario.attempt(
    "The file edited: alter_column() with the new name",
    everywhere=done("RENAME or CHANGE: the values stay"),
    better=True,
)
def rename(lab):
    @lab.revision("rename fullname to name")
    def upgrade():
        op.drop_index("ix_student_fullname", table_name="student")
        op.alter_column(
            "student", "fullname", new_column_name="name", existing_type=sa.String(100), existing_nullable=False
        )
        op.create_index("ix_student_name", "student", ["name"])

    @upgrade.downgrade
    def downgrade():
        op.drop_index("ix_student_name", table_name="student")
        op.alter_column(
            "student", "name", new_column_name="fullname", existing_type=sa.String(100), existing_nullable=False
        )
        op.create_index("ix_student_fullname", "student", ["fullname"])

    lab.upgrade()
