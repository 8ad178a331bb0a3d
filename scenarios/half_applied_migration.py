"""An upgrade fails in the middle, and part of it is in the database.

The second of two revisions adds a nickname and then an index that makes every email unique. Two students share an
address, so the index fails. On SQLite, MySQL and MariaDB the table of the first revision and the new column stay, and
the next try stops at the column that is there already. On PostgreSQL nothing is left of either revision.

PostgreSQL rolls DDL back like anything else, and Alembic puts one transaction around all revisions. MySQL and MariaDB
commit before and after each ALTER. SQLite could roll back, but Python's driver opens a transaction only at the first
INSERT, UPDATE or DELETE: a revision that begins with one is taken back, a revision that begins with DDL is not.

Write one change a revision. Alembic notes each revision that went through, so after a failure there is nothing to
undo: put the data right and upgrade again. If a larger revision has failed already, look at what is there, undo it by
hand and upgrade again.
"""

import contextlib

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back, rows_changed

scenario = Scenario(
    title="A migration fails in the middle",
    question="Two revisions run in one upgrade, and the second fails. What is left of the first?",
    level="beginner",
    lesson=[
        "flask db upgrade",
        "Only PostgreSQL takes a failed migration back as a whole.",
        "A revision that makes one change has no middle to fail in.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html",
    hints=[
        "Compare the schema before and after the error: is it the same?",
        "MySQL and MariaDB commit at each ALTER, and SQLite's driver opens no transaction before DDL.",
        "Split it: one change a revision. Put the data right, then flask db upgrade goes on where it stopped.",
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


def without_course(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        email = sa.Column(sa.String(100), unique=True, index=True)
        nickname = sa.Column(sa.String(50))


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email=None),
    dict(id=3, name=" Linus ", email="ada@example.org"),
    dict(id=4, name="", email=None),
)
scenario.rows_after("student", dict(id=3, name=" Linus ", email=None))


def write_revisions(lab):
    """Two revisions; the second makes two changes and fails at the last one."""

    @lab.revision("create course")
    def create_course():
        op.create_table("course", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.String(100)))

    @lab.revision("add a nickname, make email unique")
    def change_student():
        op.add_column("student", sa.Column("nickname", sa.String(50)))
        op.create_index("ix_student_email", "student", ["email"], unique=True)


@scenario.attempt(
    "Two revisions, and the second fails",
    sqlite=half_applied("the driver opened no transaction before DDL", "IntegrityError"),
    postgresql=rolled_back("one transaction holds both revisions", "UniqueViolation"),
    mysql=half_applied("each ALTER was committed at once", "1062"),
    mariadb=half_applied("each ALTER was committed at once", "1062"),
)
def two_revisions(lab):
    write_revisions(lab)
    lab.upgrade()


@scenario.attempt(
    "Put the data right and upgrade again",
    sqlite=half_applied("the column is there from before", "OperationalError"),
    postgresql=done("nothing was left in the way"),
    mysql=half_applied("the column is there from before", "1060"),
    mariadb=half_applied("the column is there from before", "1060"),
)
def again(lab):
    write_revisions(lab)
    with contextlib.suppress(sa.exc.IntegrityError):
        lab.upgrade()
    lab.execute("UPDATE student SET email = NULL WHERE id = 3")
    lab.upgrade()


@scenario.attempt(
    "A revision that begins with an UPDATE",
    sqlite=rolled_back("the UPDATE opened a transaction", "IntegrityError"),
    postgresql=rolled_back("DDL and UPDATE in one transaction", "UniqueViolation"),
    mysql=rows_changed("the ALTER committed the UPDATE as well", "1062"),
    mariadb=rows_changed("the ALTER committed the UPDATE as well", "1062"),
    after=without_course,
    rows_after={},
)
def update_first(lab):
    @lab.revision("tidy names, add a nickname, make email unique")
    def upgrade():
        op.execute("UPDATE student SET name = TRIM(name)")
        op.add_column("student", sa.Column("nickname", sa.String(50)))
        op.create_index("ix_student_email", "student", ["email"], unique=True)

    lab.upgrade()


@scenario.attempt("Undo by hand what stayed, upgrade again", everywhere=done("the revision finds what it expects"))
def undo_by_hand(lab):
    write_revisions(lab)
    with contextlib.suppress(sa.exc.IntegrityError):
        lab.upgrade()
    if not lab.engine.transactional_ddl:
        lab.execute("ALTER TABLE student DROP COLUMN nickname")
    lab.execute("UPDATE student SET email = NULL WHERE id = 3")
    lab.upgrade()


@scenario.attempt(
    "One change a revision, then go on", everywhere=done("each revision was noted or undone"), better=True
)
def one_change_each(lab):
    @lab.revision("create course")
    def create_course():
        op.create_table("course", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.String(100)))

    @lab.revision("add a nickname")
    def add_nickname():
        op.add_column("student", sa.Column("nickname", sa.String(50)))

    @lab.revision("make email unique")
    def unique_email():
        op.create_index("ix_student_email", "student", ["email"], unique=True)

    with contextlib.suppress(sa.exc.IntegrityError):
        lab.upgrade()
    lab.execute("UPDATE student SET email = NULL WHERE id = 3")
    lab.upgrade()
