"""A revision with a long, readable id runs on SQLite and stops everywhere else.

The change itself is made. Then Alembic writes the id into alembic_version, whose column is VARCHAR(32), and
PostgreSQL, MySQL and MariaDB refuse. PostgreSQL takes the change back. MySQL and MariaDB have committed it already, so
the column is there and the revision is not noted, and the next try stops at the column.

SQLite never enforces the length of a VARCHAR. Tests that run on SQLite pass, and production stops.

Keep ids at 32 characters or fewer: Alembic's own have 12. A readable name belongs into the message, which becomes part
of the file's name.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back

scenario = Scenario(
    title="A revision id of more than 32 characters",
    question="Is a revision id of 41 characters too long?",
    level="intermediate",
    lesson=[
        "alembic_version holds 32 characters; only SQLite lets more through.",
        "A readable name belongs into the message, not into the id.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure",
    hints=[
        "Which statement failed: the change, or the one after it?",
        "alembic_version.version_num is VARCHAR(32). Count the characters of the id.",
        "Let Alembic make the id, and put the readable part into flask db revision -m.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        age = sa.Column(sa.Integer)


scenario.rows("student", dict(id=1, name="Ada"), dict(id=2, name="Zoë"), dict(id=3, name="x" * 100), dict(id=4))


def write_revision(lab):
    """Add a column; the message is short, and so is the id."""

    @lab.revision("add age")
    def upgrade():
        op.add_column("student", sa.Column("age", sa.Integer()))


@scenario.attempt(
    "An id of 41 characters",
    sqlite=done("a VARCHAR's length is not enforced"),
    postgresql=rolled_back("alembic_version holds 32 characters", "StringDataRightTruncation"),
    mysql=half_applied("the column was committed before the note", "1406"),
    mariadb=half_applied("the column was committed before the note", "1406"),
)
def long_id(lab):
    write_revision(lab)
    lab.edit(
        "migrations/versions/0002_add_age.py",
        "revision = '0002'",
        "revision = '2026_11_22_add_age_to_the_student_table_1'",
    )
    lab.upgrade()


@scenario.attempt("Exactly 32 characters", everywhere=done("that is what fits"))
def just_fits(lab):
    write_revision(lab)
    lab.edit(
        "migrations/versions/0002_add_age.py", "revision = '0002'", "revision = '2026_11_22_add_age_to_student_01'"
    )
    lab.upgrade()


@scenario.attempt("A short id and a readable message", everywhere=done("the file's name says the rest"), better=True)
def short_id(lab):
    write_revision(lab)
    lab.upgrade()
