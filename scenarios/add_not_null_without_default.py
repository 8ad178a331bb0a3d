"""A NOT NULL column is added to a table that holds rows, and nobody says what the old rows should hold.

MySQL and MariaDB run the migration without a word and invent the values: an empty string, a zero, the first member of
an ENUM. They fall back on an implicit default of the type, in strict mode too. SQLite and PostgreSQL refuse, for every
old row would hold NULL where NULL is forbidden. On a table without rows all four run it, so a test on an empty
database tells you nothing. The `default=` of a model is of no use here: Python fills it in when your application
inserts a row, and the engine never hears of it.

Say what the old rows get. Either give the column a `server_default`, or add it nullable, fill it with an UPDATE that
knows your data, and set NOT NULL last, in batch mode.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rolled_back, rows_changed

scenario = Scenario(
    title="Add a NOT NULL column to a table that holds rows",
    question="A NOT NULL column is added, and only the model has a default. What do old rows get?",
    level="beginner",
    lesson=[
        "safe model change",
        "A model's default= is Python's: the engine fills old rows without it.",
        "MySQL and MariaDB invent a value where the others refuse.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html",
    hints=[
        "Look at the new column in the old rows: who chose those values?",
        "The statement that was sent has no DEFAULT: default= in a model stays in Python.",
        "Add it with server_default=, or nullable, then UPDATE, then batch.alter_column(nullable=False).",
    ],
)


def school(db, student=None, teacher=None):
    """Students, of whom there are some, and teachers, of whom there are none yet."""
    key = {"id": lambda: sa.Column(sa.Integer, primary_key=True), "name": lambda: sa.Column(sa.String(100))}
    type("Student", (db.Model,), {name: make() for name, make in key.items()} | (student or {}))
    type("Teacher", (db.Model,), {name: make() for name, make in key.items()} | (teacher or {}))


@scenario.before
def before(db):
    school(db)


@scenario.after
def course_by_python(db):
    school(db, student={"course": sa.Column(sa.String(50), nullable=False, default="unassigned")})


def course_by_server(db):
    school(db, student={"course": sa.Column(sa.String(50), nullable=False, server_default="unassigned")})


def role(db):
    school(db, student={"role": sa.Column(sa.Enum("admin", "student", name="role"), nullable=False, default="student")})


def subject_of_teachers(db):
    school(db, teacher={"subject": sa.Column(sa.String(50), nullable=False, default="any")})


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=7, name=" o'Neil "),
)
scenario.rows_after("student", *(dict(id=key, course="unassigned", role="student") for key in (1, 2, 3, 7)))


@scenario.attempt(
    "flask db migrate, then upgrade; the model has default=",
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=rows_changed("implicit default: '', not Python's value"),
    mariadb=rows_changed("implicit default: '', not Python's value"),
)
def python_default(lab):
    lab.migrate("every student has a course")
    lab.upgrade()


@scenario.attempt(
    "The same with an ENUM whose first member is 'admin'",
    after=role,
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=rolled_back("NULL in old rows; the type went too", "NotNullViolation"),
    mysql=rows_changed("first member: everybody is an admin"),
    mariadb=rows_changed("first member: everybody is an admin"),
)
def first_member(lab):
    @lab.revision("every student has a role")
    def upgrade():
        role = sa.Enum("admin", "student", name="role")
        role.create(op.get_bind(), checkfirst=True)
        op.add_column("student", sa.Column("role", role, nullable=False))

    lab.upgrade()


@scenario.attempt(
    "The same on a table without rows",
    after=subject_of_teachers,
    everywhere=done("no rows: nothing to be NULL or invented"),
)
def empty_table(lab):
    lab.migrate("every teacher has a subject")
    lab.upgrade()


@scenario.attempt(
    "With a server_default",
    after=course_by_server,
    everywhere=done("the DEFAULT fills every old row"),
    better=True,
)
def server_default(lab):
    @lab.revision("every student has a course")
    def upgrade():
        op.add_column("student", sa.Column("course", sa.String(50), nullable=False, server_default="unassigned"))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "course")

    lab.upgrade()


@scenario.attempt(
    "Nullable, then filled, then NOT NULL",
    everywhere=done("filled by UPDATE before NOT NULL"),
    better=True,
)
def three_steps(lab):
    @lab.revision("every student has a course")
    def upgrade():
        op.add_column("student", sa.Column("course", sa.String(50)))
        op.execute("UPDATE student SET course = 'unassigned'")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course", existing_type=sa.String(50), nullable=False)

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "course")

    lab.upgrade()
