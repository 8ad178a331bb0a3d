"""A column that may be empty must be filled from now on, and two rows are empty.

All four engines refuse while a row holds NULL. SQLite refuses in the middle of copying the table, and the half-made
copy stays behind. MySQL and MariaDB refuse only as long as sql_mode is strict: a server or a connection without that
mode turns each NULL into an empty text or a 0, and reports success.

NOT NULL is a promise about every row, so the engine reads them all and stops at the first that breaks it. A lenient
sql_mode keeps the promise by writing a value of its own.

Fill the rows first, in the same migration, with a value that you chose. Then alter the column in batch mode: SQLite
before 3.53 has no other way to change it.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused, rows_changed

scenario = Scenario(
    title="Make a column NOT NULL while rows are empty",
    question="A column becomes NOT NULL while some rows are empty. What becomes of those rows?",
    level="beginner",
    lesson=[
        "safe model change",
        "NOT NULL is a promise about the rows that are there already.",
        "Fill the rows first, then make the promise.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column",
    hints=[
        "Look at the rows before: which of them cannot keep the promise?",
        "Every engine reads the rows and stops at the first NULL, unless sql_mode lets it write one itself.",
        "op.execute(\"UPDATE student SET email = '' WHERE email IS NULL\") comes first.",
    ],
)


def students(db, nullable):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100), nullable=nullable)


@scenario.before
def before(db):
    students(db, nullable=True)


@scenario.after
def after(db):
    students(db, nullable=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email=None),
    dict(id=3, name=None, email=""),
    dict(id=6, name="Linus ", email=None),
)


@scenario.attempt(
    "NOT NULL at once, plain",
    sqlite={
        "<3.53": refused("it has no ALTER COLUMN yet", "OperationalError"),
        ">=3.53": refused("its new ALTER COLUMN meets NULL", "IntegrityError"),
    },
    postgresql=refused("it reads the rows and meets NULL", "NotNullViolation"),
    mysql=refused("strict mode: NULL is no value here", "1138"),
    mariadb=refused("strict mode: NULL is no value here", "1265"),
)
def plain(lab):
    @lab.revision("email is needed")
    def upgrade():
        op.alter_column("student", "email", existing_type=sa.String(100), nullable=False)

    lab.upgrade()


@scenario.attempt(
    "NOT NULL at once, in batch mode",
    sqlite=half_applied("the copy meets NULL and stays behind", "IntegrityError"),
    postgresql=refused("it reads the rows and meets NULL", "NotNullViolation"),
    mysql=refused("strict mode: NULL is no value here", "1138"),
    mariadb=refused("strict mode: NULL is no value here", "1265"),
)
def batch(lab):
    @lab.revision("email is needed")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("email", existing_type=sa.String(100), nullable=False)

    lab.upgrade()


@scenario.attempt(
    "NOT NULL at once, where sql_mode is empty",
    sqlite=half_applied("no sql_mode: the copy meets NULL", "IntegrityError"),
    postgresql=refused("no sql_mode: NULL stops it", "NotNullViolation"),
    mysql=rows_changed("not strict: NULL became ''"),
    mariadb=rows_changed("not strict: NULL became ''"),
)
def lenient(lab):
    @lab.revision("email is needed")
    def upgrade():
        if op.get_bind().dialect.name in ("mysql", "mariadb"):
            op.execute("SET SESSION sql_mode = ''")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("email", existing_type=sa.String(100), nullable=False)

    lab.upgrade()


@scenario.attempt(
    "The rows filled first, then NOT NULL",
    everywhere=done("no row holds NULL any more"),
    rows_after={"student": [dict(id=2, email=""), dict(id=6, email="")]},
    better=True,
)
def filled_first(lab):
    @lab.revision("email is needed")
    def upgrade():
        op.execute("UPDATE student SET email = '' WHERE email IS NULL")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("email", existing_type=sa.String(100), nullable=False)

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("email", existing_type=sa.String(100), nullable=True)

    lab.upgrade()
