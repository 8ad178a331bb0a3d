"""A foreign key needs two columns of one type, on some engines.

An INTEGER that points at a BIGINT works on SQLite and PostgreSQL. MySQL and MariaDB refuse the key, and they refuse to
widen a parent's key while a child points at it. A key that points at a column without a unique constraint is taken by
SQLite alone. There every INSERT fails later with "foreign key mismatch", as soon as PRAGMA foreign_keys is on.

InnoDB compares the two columns inside its indexes, byte by byte, so size and sign have to be the same. PostgreSQL needs
an operator that compares the two types, and there is one for INTEGER and BIGINT. SQLite has no sizes to compare.

Widen the child and add the key in one batch. Where a key is there already, take it down, widen both sides, and put it
up again:

    drop_constraint(...)  →  alter_column() on both tables  →  create_foreign_key(...)
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="A foreign key between columns of two types",
    question="Can an INTEGER column have a foreign key to a BIGINT?",
    level="intermediate",
    lesson=["both sides of a foreign key need one type", "take the key down before you widen its columns"],
    reference="https://dev.mysql.com/doc/refman/9.7/en/create-table-foreign-keys.html",
    hints=[
        "Compare the types of student.course_id and course.id.",
        "MySQL and MariaDB want the same size and sign on both sides, at every moment.",
        "Key down, both columns widened, key up.",
    ],
)


def school(db, course_type=None, key=None, teacher_type=None, code_key=False):
    """Teachers have courses, courses have students; which keys there are, and how wide, differs."""
    course_type, teacher_type = course_type or sa.Integer(), teacher_type or sa.Integer()

    class Teacher(db.Model):
        id = sa.Column(teacher_type, primary_key=True, autoincrement=False)
        name = sa.Column(sa.String(40))

    class Course(db.Model):
        id = sa.Column(sa.BigInteger(), primary_key=True, autoincrement=False)
        code = sa.Column(sa.String(10))
        teacher_id = sa.Column(teacher_type, sa.ForeignKey("teacher.id"))

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
        name = sa.Column(sa.String(40))
        course_id = sa.Column(course_type)
        course_code = sa.Column(sa.String(10))

    def foreign_key(column, target, dialects):
        constraint = sa.ForeignKeyConstraint([column], [f"course.{target}"])
        Student.__table__.append_constraint(constraint.ddl_if(dialect=dialects))

    if key:
        foreign_key("course_id", "id", key)
    if code_key:
        foreign_key("course_code", "code", "sqlite")


@scenario.before
def before(db):
    school(db)


@scenario.after
def key_of_two_types(db):
    school(db, key=("sqlite", "postgresql"))


def key_of_one_type(db):
    school(db, course_type=sa.BigInteger(), key=("sqlite", "postgresql", "mysql", "mariadb"))


def key_to_a_code(db):
    school(db, code_key=True)


def wider_teacher(db):
    school(db, teacher_type=sa.BigInteger())


scenario.rows("teacher", dict(id=1, name="Émilie"), dict(id=2, name=None))
scenario.rows(
    "course",
    dict(id=1, code="alg", teacher_id=1),
    dict(id=2, code="", teacher_id=None),
    dict(id=3, code="ALG ", teacher_id=1),
)
scenario.rows(
    "student",
    dict(id=1, name="Ada", course_id=1, course_code="alg"),
    dict(id=2, name="Zoë", course_id=3, course_code=None),
    dict(id=3, name="", course_id=None, course_code=""),
)


@scenario.attempt(
    "INTEGER to BIGINT",
    sqlite=done("SQLite compares values, not types"),
    postgresql=done("INTEGER and BIGINT can be compared"),
    mysql=refused("both sides need the same type", "3780"),
    mariadb=refused("both sides need the same type", "1005"),
)
def two_types(lab):
    @lab.revision("a student's course must exist")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])

    lab.upgrade()


@scenario.attempt(
    "To a column that is not unique",
    after=key_to_a_code,
    sqlite=done("not looked at before a row is written"),
    postgresql=refused("no unique constraint on the parent", "InvalidForeignKey"),
    mysql=refused("no unique key on the parent", "6125"),
    mariadb=refused("no index on the parent", "1005"),
)
def to_no_key(lab):
    @lab.revision("a student's course code must exist")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_student_course_code_course", "course", ["course_code"], ["code"])

    lab.upgrade()


@scenario.attempt(
    "A parent's key becomes BIGINT, then the child's",
    after=wider_teacher,
    sqlite=done("SQLite compares values, not types"),
    postgresql=done("the key holds for both types"),
    mysql=refused("for a moment the types differ", "3780"),
    mariadb=refused("a foreign key uses the column", "1833"),
)
def parent_first(lab):
    @lab.revision("more teachers")
    def upgrade():
        with op.batch_alter_table("teacher") as batch:
            batch.alter_column("id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
        with op.batch_alter_table("course") as batch:
            batch.alter_column("teacher_id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "The child widened first, then the key",
    after=key_of_one_type,
    everywhere=done("both sides have one type"),
    better=True,
)
def child_first(lab):
    @lab.revision("a student's course must exist")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course_id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_student_course_id_course", "course", ["course_id"], ["id"])

    lab.upgrade()


@scenario.attempt(
    "Key down, both sides widened, key up",
    after=wider_teacher,
    everywhere=done("no key while the types differ"),
    better=True,
)
def key_down_and_up(lab):
    @lab.revision("more teachers")
    def upgrade():
        with op.batch_alter_table("course") as batch:
            batch.drop_constraint("fk_course_teacher_id_teacher", type_="foreignkey")
        with op.batch_alter_table("teacher") as batch:
            batch.alter_column("id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
        with op.batch_alter_table("course") as batch:
            batch.alter_column("teacher_id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)
        with op.batch_alter_table("course") as batch:
            batch.create_foreign_key("fk_course_teacher_id_teacher", "teacher", ["teacher_id"], ["id"])

    lab.upgrade()
