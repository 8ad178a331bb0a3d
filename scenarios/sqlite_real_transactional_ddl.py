"""SQLite can take a whole failed upgrade back, once the driver is told when a transaction begins.

Left alone, Python's driver opens a transaction at the first INSERT, UPDATE or DELETE and never before DDL, so a failed
upgrade leaves tables and columns behind. Telling Alembic transactional_ddl=True and nothing else makes it worse:
Alembic then keeps its note of the finished revisions for the end, and a table is there that no revision accounts for.

The driver has to stop guessing (isolation_level = None) and SQLAlchemy has to send BEGIN itself. With
transactional_ddl=True on top, SQLite gives back everything, as PostgreSQL does by itself. From Python 3.12 on
connect_args={"autocommit": False} does the same. MySQL and MariaDB commit at each ALTER whatever they are told, so
there a revision that may be run twice asks the database first what is there. With a transaction open, PRAGMA
foreign_keys in a revision has no effect: set it on the connection before.
"""

import contextlib

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back

scenario = Scenario(
    title="Make SQLite roll a failed upgrade back",
    question="Is transactional_ddl=True enough for an upgrade that fails to leave no trace?",
    level="advanced",
    lesson=[
        "SQLite rolls DDL back when BEGIN is really sent.",
        "transactional_ddl=True tells Alembic something; it does not make it true.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl",
    hints=[
        "Look for BEGIN among the statements that SQLite was given.",
        "The driver begins at the first INSERT, UPDATE or DELETE, and DDL is none of these.",
        "isolation_level = None on connect, BEGIN on begin, and transactional_ddl=True for Alembic.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100))


@scenario.after
def after(db):
    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(100))

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100), unique=True, index=True)
        nickname = sa.Column(sa.String(50))


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="zoe@example.org"),
    dict(id=2, name="Zoë", email="zoe@example.org"),
    dict(id=3, name="", email=None),
    dict(id=4, name="o'Neil", email=None),
)
scenario.rows_after("student", dict(id=2, name="Zoë", email=None))


def write_revisions(lab):
    """Two revisions; the second makes two changes and fails at the last one."""

    @lab.revision("create course")
    def create_course():
        op.create_table("course", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.String(100)))

    @lab.revision("add a nickname, make email unique")
    def change_student():
        op.add_column("student", sa.Column("nickname", sa.String(50)))
        op.create_index("ix_student_email", "student", ["email"], unique=True)


def begin_for_real(lab):
    """SQLAlchemy's recipe: the driver begins nothing by itself, and BEGIN is sent when a transaction begins."""

    @lab.on_engine
    def listen(engine):
        if engine.dialect.name != "sqlite":
            return

        @sa.event.listens_for(engine, "connect")
        def connect(dbapi_connection, _record):
            dbapi_connection.isolation_level = None

        @sa.event.listens_for(engine, "begin")
        def begin(connection):
            connection.exec_driver_sql("BEGIN")


@scenario.attempt(
    "transactional_ddl=True and nothing else",
    sqlite=half_applied("the table stayed, its revision did not", "IntegrityError"),
    postgresql=rolled_back("DDL is part of the transaction", "UniqueViolation"),
    mysql=half_applied("each ALTER commits all the same", "1062"),
    mariadb=half_applied("each ALTER commits all the same", "1062"),
)
def flag_alone(lab):
    lab.configure(transactional_ddl=True)
    write_revisions(lab)
    lab.upgrade()


@scenario.attempt(
    "BEGIN for real and nothing else",
    sqlite=half_applied("the first revision stayed, and is noted", "IntegrityError"),
    postgresql=rolled_back("one transaction holds both revisions", "UniqueViolation"),
    mysql=half_applied("each ALTER commits all the same", "1062"),
    mariadb=half_applied("each ALTER commits all the same", "1062"),
)
def begin_alone(lab):
    begin_for_real(lab)
    write_revisions(lab)
    lab.upgrade()


@scenario.attempt(
    "BEGIN for real and transactional_ddl=True",
    sqlite=rolled_back("one transaction holds both revisions", "IntegrityError"),
    postgresql=rolled_back("one transaction holds both revisions", "UniqueViolation"),
    mysql=half_applied("each ALTER commits all the same", "1062"),
    mariadb=half_applied("each ALTER commits all the same", "1062"),
)
def begin_recipe(lab):
    begin_for_real(lab)
    lab.configure(transactional_ddl=True)
    write_revisions(lab)
    lab.upgrade()


@scenario.attempt(
    "The same in revisions that ask first, run twice",
    sqlite=done("taken back, then run again"),
    postgresql=done("taken back, then run again"),
    mysql=done("goes on with what is missing"),
    mariadb=done("goes on with what is missing"),
    better=True,
)
def ask_first(lab):
    begin_for_real(lab)
    lab.configure(transactional_ddl=True)

    @lab.revision("create course")
    def create_course():
        if not sa.inspect(op.get_bind()).has_table("course"):
            op.create_table(
                "course", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.String(100))
            )

    @lab.revision("add a nickname, make email unique")
    def change_student():
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("student")]
        if "nickname" not in columns:
            op.add_column("student", sa.Column("nickname", sa.String(50)))
        op.create_index("ix_student_email", "student", ["email"], unique=True)

    with contextlib.suppress(sa.exc.IntegrityError):
        lab.upgrade()
    lab.execute("UPDATE student SET email = NULL WHERE id = 2")
    lab.upgrade()
