"""A type change and a constraint change, plain and in batch mode.

SQLite cannot alter a column or add a constraint: its ALTER TABLE only renames, adds and drops. Alembic's batch mode
copies the table into a new one instead, and on the other engines it sends the plain ALTER. That makes one file run
everywhere, and it does not make it safe everywhere: SQLite converts values with CAST, and CAST never fails.

Flask-Migrate switches batch mode on for what `flask db migrate` writes. What you write by hand is plain until you say
otherwise.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="Change a type and add a constraint",
    question="Every text in a column is a date. Can its type simply become DateTime?",
    level="beginner",
    lesson=["safe model change", "where batch mode is needed", "batch mode does not make a change safe"],
    reference="https://alembic.sqlalchemy.org/en/latest/batch.html",
    hints=[
        "Read the SQL that SQLite was given: where is the ALTER?",
        "SQLite copies the table and converts with CAST, which never fails: CAST('n/a' AS INTEGER) is 0.",
        "Add a new column, convert row by row as you mean it, drop the old one, rename the new one.",
    ],
)


def students(db, age_type, joined_type, unique=False):
    """The student table with its two texts that should have been a number and a date."""

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100), unique=unique)
        age = sa.Column(age_type)
        joined = sa.Column(joined_type)


@scenario.before
def before(db):
    students(db, sa.String(10), sa.String(30))


@scenario.after
def age_is_a_number(db):
    students(db, sa.Integer(), sa.String(30))


def joined_is_a_date(db):
    students(db, sa.String(10), sa.DateTime())


def email_is_unique(db):
    students(db, sa.String(10), sa.String(30), unique=True)


scenario.rows(
    "student",
    dict(id=1, email="ada@example.org", age="36", joined="2024-01-02 03:04:05"),
    dict(id=2, email="ZOË@example.org", age="n/a", joined="2023-12-31 23:59:59"),
    dict(id=3, email=None, age=None, joined=None),
)


@scenario.attempt(
    "Text to date, in place",
    after=joined_is_a_date,
    sqlite=refused("SQLite has no ALTER COLUMN", "OperationalError"),
    postgresql=refused("no automatic cast: it wants USING", "DatatypeMismatch"),
    mysql=done("every text is a date: converted"),
    mariadb=done("every text is a date: converted"),
)
def date_in_place(lab):
    @lab.revision("joined becomes a date")
    def upgrade():
        op.alter_column("student", "joined", existing_type=sa.String(30), type_=sa.DateTime())

    lab.upgrade()


@scenario.attempt(
    "Text to date, in batch mode",
    after=joined_is_a_date,
    sqlite=rows_changed("CAST keeps only the year: 2024"),
    postgresql=done("USING says how to convert"),
    mysql=done("every text is a date: converted"),
    mariadb=done("every text is a date: converted"),
)
def date_in_batch(lab):
    @lab.revision("joined becomes a date")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "joined", existing_type=sa.String(30), type_=sa.DateTime(), postgresql_using="joined::timestamp"
            )

    lab.upgrade()


@scenario.attempt(
    "Text to number, in batch mode, one value is 'n/a'",
    sqlite=rows_changed("CAST makes 'n/a' a 0"),
    postgresql=refused("'n/a' is no integer", "InvalidTextRepresentation"),
    mysql=refused("'n/a' is no integer", "1366"),
    mariadb=refused("'n/a' is no integer", "1292"),
)
def number_in_batch(lab):
    @lab.revision("age becomes a number")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("age", existing_type=sa.String(10), type_=sa.Integer(), postgresql_using="age::integer")

    lab.upgrade()


@scenario.attempt(
    "A unique constraint, plain",
    after=email_is_unique,
    sqlite=refused("SQLite cannot add a constraint", "NotImplementedError"),
    everywhere=done("ALTER TABLE adds it"),
)
def unique_plain(lab):
    @lab.revision("email is unique")
    def upgrade():
        op.create_unique_constraint("uq_student_email", "student", ["email"])

    lab.upgrade()


@scenario.attempt(
    "A unique constraint, in batch mode",
    after=email_is_unique,
    sqlite=done("the table is copied with it"),
    everywhere=done("ALTER TABLE adds it"),
    better=True,
)
def unique_in_batch(lab):
    @lab.revision("email is unique")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_email", ["email"])

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("uq_student_email", type_="unique")

    lab.upgrade()


@scenario.attempt(
    "A new column, converted as you mean it",
    everywhere=done("what is no number becomes NULL"),
    rows_after={"student": [dict(id=1, age=36), dict(id=2, age=None), dict(id=3, age=None)]},
    better=True,
)
def number_by_hand(lab):
    @lab.revision("age becomes a number")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("age_number", sa.Integer()))
        student = sa.table("student", sa.column("id"), sa.column("age"), sa.column("age_number"))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student.c.id, student.c.age)).all():
            if row.age and row.age.isdigit():
                connection.execute(sa.update(student).where(student.c.id == row.id).values(age_number=int(row.age)))
        with op.batch_alter_table("student") as batch:
            batch.drop_column("age")
            batch.alter_column("age_number", new_column_name="age", existing_type=sa.Integer())

    lab.upgrade()
