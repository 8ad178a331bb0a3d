"""A failed batch leaves its copy behind, and the copy blocks every retry.

One course was NULL, so the upgrade stopped, as it should. You fill the gap and upgrade again, and now it fails for
another reason: table _alembic_tmp_student already exists. It will fail like that for ever.

Batch mode creates _alembic_tmp_student, copies the rows into it and renames it at the end. Python's sqlite3 opens no
transaction for a CREATE TABLE, so an error on the way does not take the new table back. Your own table is untouched.

Drop the leftover and upgrade again, or let the file do it before it starts; on the other engines the line does nothing:

    op.execute("DROP TABLE IF EXISTS _alembic_tmp_student")
"""

import contextlib

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="A failed batch leaves a table that blocks retries",
    question="A column becomes NOT NULL while one row holds NULL. What is there afterwards?",
    level="beginner",
    lesson=[
        "where batch mode is needed",
        "after a failed batch, look for _alembic_tmp_ tables",
    ],
    reference="https://github.com/apache/airflow/issues/34591",
    hints=[
        "List the tables after the first failure: is there one that no model knows?",
        "The copy was created before the error, and nothing takes it back.",
        "DROP TABLE IF EXISTS _alembic_tmp_student, then flask db upgrade again.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        course = sa.Column(sa.String(50))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        course = sa.Column(sa.String(50), nullable=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", course="Mathematics"),
    dict(id=2, name="Zoë", course=None),
    dict(id=3, name=None, course=""),
    dict(id=4, name=" linus ", course="OPERATING SYSTEMS"),
)
scenario.rows_after("student", dict(id=2, course="none yet"))


@scenario.attempt(
    "Course must be filled, and one is NULL",
    sqlite=half_applied("the copy was made and stays", "SQLITE_CONSTRAINT_NOTNULL"),
    postgresql=refused("one course is NULL", "NotNullViolation"),
    mysql=refused("one course is NULL", "1138"),
    mariadb=refused("one course is NULL", "1265"),
)
def first_try(lab):
    @lab.revision("course must be filled")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course", existing_type=sa.String(50), nullable=False)

    lab.upgrade()


@scenario.attempt(
    "The same, the gap filled by hand, and again",
    sqlite=half_applied("the old copy is in the way", "OperationalError"),
    everywhere=done("nothing was left of the first try"),
)
def retry(lab):
    @lab.revision("course must be filled")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course", existing_type=sa.String(50), nullable=False)

    with contextlib.suppress(sa.exc.DBAPIError):
        lab.upgrade()
    lab.execute("UPDATE student SET course = 'none yet' WHERE course IS NULL")
    lab.upgrade()


@scenario.attempt(
    "The leftover dropped by hand, and again",
    sqlite=done("the way is free again"),
    everywhere=done("there was nothing to drop"),
)
def drop_and_retry(lab):
    @lab.revision("course must be filled")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course", existing_type=sa.String(50), nullable=False)

    with contextlib.suppress(sa.exc.DBAPIError):
        lab.upgrade()
    lab.execute("UPDATE student SET course = 'none yet' WHERE course IS NULL")
    lab.execute("DROP TABLE IF EXISTS _alembic_tmp_student")
    lab.upgrade()


@scenario.attempt(
    "A file that may be run again after a failure",
    sqlite=done("it clears what a failure left"),
    everywhere=done("there was nothing to drop"),
    better=True,
)
def can_be_rerun(lab):
    @lab.revision("course must be filled")
    def upgrade():
        op.execute("DROP TABLE IF EXISTS _alembic_tmp_student")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course", existing_type=sa.String(50), nullable=False)

    with contextlib.suppress(sa.exc.DBAPIError):
        lab.upgrade()
    lab.execute("UPDATE student SET course = 'none yet' WHERE course IS NULL")
    lab.upgrade()
