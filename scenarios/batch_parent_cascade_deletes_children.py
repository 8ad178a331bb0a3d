"""A change to a parent table empties its children.

Only the title of a course was to become longer, and afterwards every enrolment is gone and no book knows its course.
There was no error. Where a child has no ON DELETE rule the upgrade stops half way instead.

SQLite cannot alter a column, so batch mode copies the table, drops the old one and renames the copy. With PRAGMA
foreign_keys=ON, which most applications set on every connection, DROP TABLE first deletes every row, and each delete
does what ON DELETE says. The PRAGMA is also ignored inside a transaction: the OFF in a migration file counts only
while nothing has been written, and no one tells you when it did not count.

Switch the keys off in migrations/env.py, on the connection before Alembic gets it, and ask for broken references at
the end:

    with connectable.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rows_lost

scenario = Scenario(
    title="Batch mode on a parent deletes its children",
    question="Foreign keys are on, and batch mode makes a parent's column longer. What happens?",
    level="intermediate",
    lesson=[
        "where batch mode is needed",
        "batch mode drops the old table, and DROP TABLE deletes rows first",
        "PRAGMA foreign_keys=OFF belongs into env.py",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/batch.html#dealing-with-referencing-foreign-keys",
    hints=[
        "The file names only the table course. Which statement touched enrolment?",
        "DROP TABLE course deletes every course first, and ON DELETE CASCADE follows.",
        "In env.py: PRAGMA foreign_keys=OFF and a commit, before context.configure.",
    ],
)


def school(db, name_length=40, title_length=40):
    """Teacher, the courses of a teacher, and what hangs on a course."""

    class Teacher(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(name_length))

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(title_length))
        teacher_id = sa.Column(sa.ForeignKey("teacher.id"))

    class Enrolment(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        student = sa.Column(sa.String(40))
        course_id = sa.Column(sa.ForeignKey("course.id", ondelete="CASCADE"), nullable=False)

    class Book(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(40))
        course_id = sa.Column(sa.ForeignKey("course.id", ondelete="SET NULL"))


@scenario.before
def before(db):
    school(db)


@scenario.after
def longer_title(db):
    school(db, title_length=80)


def longer_name(db):
    school(db, name_length=80)


scenario.rows("teacher", dict(id=1, name="Émilie"), dict(id=2, name=None))
scenario.rows(
    "course",
    dict(id=1, title="Algebra", teacher_id=1),
    dict(id=2, title="", teacher_id=1),
    dict(id=3, title="Œuvres complètes", teacher_id=None),
)
scenario.rows(
    "enrolment",
    dict(id=1, student="Ada", course_id=1),
    dict(id=2, student="Zoë", course_id=1),
    dict(id=3, student=None, course_id=2),
    dict(id=4, student="ada", course_id=3),
)
scenario.rows("book", dict(id=1, title="Elements", course_id=1), dict(id=2, title="", course_id=None))


@scenario.prepare
def as_most_applications_do(lab):
    @lab.on_engine
    def listen(engine):
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))


@scenario.attempt(
    "A longer title, children with ON DELETE rules",
    sqlite=rows_lost("DROP TABLE deletes first, CASCADE follows"),
    everywhere=done("ALTER TABLE, no row is touched"),
)
def cascade(lab):
    @lab.revision("longer title")
    def upgrade():
        with op.batch_alter_table("course") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "A longer name, children without an ON DELETE rule",
    after=longer_name,
    sqlite=half_applied("DROP TABLE refused, the copy stays", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    everywhere=done("ALTER TABLE, no row is touched"),
)
def no_action(lab):
    @lab.revision("longer name")
    def upgrade():
        with op.batch_alter_table("teacher") as batch:
            batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "foreign_keys=OFF in the file, after an UPDATE",
    sqlite=rows_lost("no effect inside a transaction, no error"),
    everywhere=done("not needed here"),
)
def off_too_late(lab):
    @lab.revision("longer title")
    def upgrade():
        op.execute("UPDATE course SET title = 'Algebra' WHERE title = 'Algebra'")
        if op.get_context().dialect.name == "sqlite":
            op.execute("PRAGMA foreign_keys=OFF")
        with op.batch_alter_table("course") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "foreign_keys=OFF as the first line of the file",
    sqlite=done("no transaction is open yet"),
    everywhere=done("not needed here"),
)
def off_first(lab):
    @lab.revision("longer title")
    def upgrade():
        if op.get_context().dialect.name == "sqlite":
            op.execute("PRAGMA foreign_keys=OFF")
        with op.batch_alter_table("course") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "foreign_keys=OFF in env.py, checked at the end",
    sqlite=done("off before Alembic gets the connection"),
    everywhere=done("not needed here"),
    better=True,
)
def off_in_env(lab):
    lab.edit(
        "migrations/env.py",
        "    with connectable.connect() as connection:\n",
        "    with connectable.connect() as connection:\n"
        '        if connection.dialect.name == "sqlite":\n'
        '            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")\n'
        "            connection.commit()\n",
    )

    @lab.revision("longer title")
    def upgrade():
        with op.batch_alter_table("course") as batch:
            batch.alter_column("title", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=True)
        if op.get_context().dialect.name == "sqlite":
            broken = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"references to rows that are not there: {broken}")

    lab.upgrade()
