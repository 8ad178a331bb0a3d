"""Two tables become one; a table gets another name, and its old name goes to a new one."""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied, refused, rolled_back, rows_lost

scenario = Scenario(title="Tables move", level="advanced", lesson=["l"], reference="https://example.org", hints=["h"])


def named(db, **tables):
    for name, columns in tables.items():
        text = {column: sa.Column(sa.String(20)) for column in columns}
        key = {"id": sa.Column(sa.Integer, primary_key=True)}
        type(name.title(), (db.Model,), {"__tablename__": name} | key | text)


@scenario.before
def before(db):
    named(db, teacher=["name"], student=["name"])


@scenario.after
def one(db):
    named(db, person=["name"])


def old_name_again(db):
    named(db, teacher=["name"], person=["name"], student=["title"])


def into_teacher(db):
    named(db, teacher=["name"])


scenario.rows("teacher", dict(id=1, name="Ada"), dict(id=2, name=None))
scenario.rows("student", dict(id=11, name="Zoë"), dict(id=12, name="Bo"))
TEACHERS = [dict(id=1, name="Ada"), dict(id=2, name=None)]
STUDENTS = [dict(id=11, name="Zoë"), dict(id=12, name="Bo")]
scenario.rows_after("person", *TEACHERS, *STUDENTS)


@scenario.attempt("Both copied, both dropped", everywhere=done("merged"))
def merged(lab):
    @lab.revision("one table")
    def upgrade():
        op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
        op.execute("INSERT INTO person SELECT id, name FROM teacher")
        op.execute("INSERT INTO person SELECT id, name FROM student")
        op.drop_table("teacher")
        op.drop_table("student")

    lab.upgrade()


@scenario.attempt("One copied, both dropped", everywhere=rows_lost("the students are gone"))
def one_copied(lab):
    @lab.revision("one table")
    def upgrade():
        op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
        op.execute("INSERT INTO person SELECT id, name FROM teacher")
        op.drop_table("teacher")
        op.drop_table("student")

    lab.upgrade()


@scenario.attempt("One copied and dropped, the other kept", everywhere=drifted("student is still there"))
def half(lab):
    @lab.revision("one table")
    def upgrade():
        op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
        op.execute("INSERT INTO person SELECT id, name FROM teacher")
        op.drop_table("teacher")

    lab.upgrade()


@scenario.attempt("Made, then failed", everywhere=half_applied("an empty table"), postgresql=rolled_back("all"))
def made(lab):
    @lab.revision("one table")
    def upgrade():
        op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
        op.execute("INSERT INTO person SELECT id, name FROM pupil")

    lab.upgrade()


@scenario.attempt("A misspelt name", everywhere=refused("no such table"))
def misspelt(lab):
    @lab.revision("one table")
    def upgrade():
        op.rename_table("techer", "person")

    lab.upgrade()


@scenario.attempt("Renamed to another name", everywhere=drifted("they are in another table"))
def other_name(lab):
    @lab.revision("one table")
    def upgrade():
        op.rename_table("teacher", "persons")

    lab.upgrade()


INTO_TEACHER = {"teacher": STUDENTS}


@scenario.attempt(
    "Copied into the other", after=into_teacher, rows_after=INTO_TEACHER, everywhere=done("merged into one of them")
)
def into(lab):
    @lab.revision("students are teachers")
    def upgrade():
        op.execute("INSERT INTO teacher SELECT id, name FROM student")
        op.drop_table("student")

    lab.upgrade()


@scenario.attempt(
    "Dropped, and not copied into the other",
    after=into_teacher,
    rows_after=INTO_TEACHER,
    everywhere=rows_lost("the students are gone"),
)
def not_copied(lab):
    lab.migrate("students are teachers")
    lab.upgrade()


MOVED = {"person": STUDENTS}


@scenario.attempt(
    "Renamed, and a new one of the old name",
    after=old_name_again,
    rows_after=MOVED,
    everywhere=done("under a new name"),
)
def renamed(lab):
    @lab.revision("person")
    def upgrade():
        op.rename_table("student", "person")
        op.create_table(
            "student",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("title", sa.String(20)),
            # PostgreSQL keeps the name of a renamed table's key.
            sa.PrimaryKeyConstraint("id", name="pk_other_student"),
        )

    lab.upgrade()


@scenario.attempt(
    "Renamed, and a new one with the same keys",
    after=old_name_again,
    rows_after={"person": STUDENTS, "student": [dict(id=11, title="Dr")]},
    everywhere=done("another row has the key"),
)
def renamed_and_filled(lab):
    @lab.revision("person")
    def upgrade():
        op.rename_table("student", "person")
        op.create_table(
            "student",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("title", sa.String(20)),
            # PostgreSQL keeps the name of a renamed table's key.
            sa.PrimaryKeyConstraint("id", name="pk_other_student"),
        )
        op.execute("INSERT INTO student (id, title) VALUES (11, 'Dr')")

    lab.upgrade()


@scenario.attempt(
    "Dropped, and two new ones",
    after=old_name_again,
    rows_after=MOVED,
    everywhere=rows_lost("the students are gone"),
)
def dropped(lab):
    @lab.revision("person")
    def upgrade():
        op.drop_table("student")
        op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
        op.create_table(
            "student",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("title", sa.String(20)),
            # PostgreSQL keeps the name of a renamed table's key.
            sa.PrimaryKeyConstraint("id", name="pk_other_student"),
        )

    lab.upgrade()


@scenario.attempt(
    "Renamed, then failed",
    after=old_name_again,
    rows_after=MOVED,
    everywhere=half_applied("the old name is gone"),
    postgresql=rolled_back("all"),
)
def renamed_then_failed(lab):
    @lab.revision("person")
    def upgrade():
        op.rename_table("student", "person")
        op.execute("CREAT TABLE student")

    lab.upgrade()
