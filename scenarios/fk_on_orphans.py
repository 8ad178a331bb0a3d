"""A foreign key is added while some rows point at nothing.

Two students are in a course that was deleted long ago. PostgreSQL, MySQL and MariaDB look at every row and refuse the
foreign key. SQLite takes it: the schema says that each course exists, and the rows say otherwise.

SQLite checks foreign keys only on connections that say PRAGMA foreign_keys=ON, and its default is off. With the PRAGMA
on, the copy of the table is checked row by row, and the upgrade stops half way instead.

Decide what becomes of the orphans before the key arrives, and let SQLite check at the end of the same file:

    op.execute("UPDATE student SET course_id = NULL WHERE course_id NOT IN (SELECT id FROM course)")
    ...
    PRAGMA foreign_key_check
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="A foreign key over rows that point at nothing",
    question="Some rows point at nothing. Can a foreign key be added over them?",
    level="intermediate",
    lesson=["SQLite does not check foreign keys unless it is told to", "clean up orphans before the key arrives"],
    reference="https://www.sqlite.org/foreignkeys.html#fk_enable",
    hints=[
        "Which students are in a course that does not exist?",
        "SQLite's foreign_keys is off unless each connection switches it on.",
        "UPDATE or DELETE the orphans first, then add the key; PRAGMA foreign_key_check finds what is left.",
    ],
)


def school(db, key):
    """Courses, and students who are in one, with a foreign key or without."""

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(40))

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        course_id = sa.Column(sa.Integer, *([sa.ForeignKey("course.id")] if key else []))


@scenario.before
def before(db):
    school(db, key=False)


@scenario.after
def after(db):
    school(db, key=True)


scenario.rows("course", dict(id=1, title="Algebra"), dict(id=2, title=""))
scenario.rows(
    "student",
    dict(id=1, name="Ada", course_id=1),
    dict(id=2, name="Zoë", course_id=99),
    dict(id=3, name=None, course_id=None),
    dict(id=4, name="o'Neil ", course_id=0),
)


@scenario.attempt(
    "The foreign key, as SQLite comes",
    sqlite=done("not checked: the orphans stay"),
    postgresql=refused("every row is checked", "ForeignKeyViolation"),
    mysql=refused("every row is checked", "1452"),
    mariadb=refused("every row is checked", "1452"),
)
def unchecked(lab):
    @lab.revision("a student's course must exist")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])

    lab.upgrade()


@scenario.attempt(
    "The same with PRAGMA foreign_keys=ON",
    sqlite=half_applied("the copied rows are checked", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    postgresql=refused("every row is checked", "ForeignKeyViolation"),
    mysql=refused("every row is checked", "1452"),
    mariadb=refused("every row is checked", "1452"),
)
def checked(lab):
    @lab.on_engine
    def listen(engine):
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))

    @lab.revision("a student's course must exist")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])

    lab.upgrade()


@scenario.attempt(
    "Orphans to NULL first, and a check at the end",
    everywhere=done("every course that is named exists"),
    rows_after={"student": [dict(id=2, course_id=None), dict(id=4, course_id=None)]},
    better=True,
)
def orphans_first(lab):
    @lab.revision("a student's course must exist")
    def upgrade():
        op.execute("UPDATE student SET course_id = NULL WHERE course_id NOT IN (SELECT id FROM course)")
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])
        if op.get_context().dialect.name == "sqlite":
            broken = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"references to rows that are not there: {broken}")

    lab.upgrade()
