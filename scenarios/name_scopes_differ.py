"""A name that is taken on one engine is free on another.

The courses have an index called ix_name, and now the students get one too. SQLite and PostgreSQL say that it exists,
MySQL and MariaDB do not mind. With a CHECK only MySQL minds, with a foreign key MySQL and MariaDB, and with a unique
constraint only PostgreSQL.

How far a name reaches differs by kind. An index is an object of the whole schema on PostgreSQL and of the whole file on
SQLite, and a unique constraint brings an index of its own name on PostgreSQL. On MySQL and MariaDB an index belongs to
its table, while names of foreign keys, and on MySQL of CHECKs, count for the whole database.

Put the table's name into every name. A naming convention does that without your thinking of it:

    {
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import conv

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="A name that is taken here is free there",
    question="Another table has an index called ix_name. May this table have one, too?",
    level="intermediate",
    lesson=["put the table's name into every name", "set a naming convention on the first day"],
    reference="https://www.postgresql.org/docs/current/sql-createindex.html",
    hints=[
        "Who else is called ix_name? Look at the other table.",
        "Some engines keep names for each table, some for the whole database, by kind.",
        "Names with the table in them: ix_student_name, uq_student_email, ck_student_age.",
    ],
)


def school(db, index=False, unique=False, check=False, key=False):
    """Courses with all four kinds of names, and students who get one or all of the kinds."""

    class Teacher(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        email = sa.Column(sa.String(40))
        age = sa.Column(sa.Integer)
        teacher_id = sa.Column(sa.Integer)
        __table_args__ = (
            sa.Index("ix_name", "name"),
            sa.UniqueConstraint("email", name="uq_email"),
            sa.CheckConstraint("age >= 0", name=conv("ck_age")),
            sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name="fk_teacher"),
        )

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40), index=index)
        email = sa.Column(sa.String(40), unique=unique)
        age = sa.Column(sa.Integer)
        teacher_id = sa.Column(sa.Integer, *([sa.ForeignKey("teacher.id")] if key else []))

    if check:
        Student.__table__.append_constraint(sa.CheckConstraint("age >= 0", name="age"))


@scenario.before
def before(db):
    school(db)


@scenario.after
def all_kinds(db):
    school(db, index=True, unique=True, check=True, key=True)


def an_index(db):
    school(db, index=True)


def a_unique_constraint(db):
    school(db, unique=True)


def a_check(db):
    school(db, check=True)


def a_foreign_key(db):
    school(db, key=True)


scenario.rows("teacher", dict(id=1, name="Émilie"), dict(id=2, name=None))
scenario.rows(
    "course",
    dict(id=1, name="Algebra", email="algebra@example.org", age=300, teacher_id=1),
    dict(id=2, name="", email=None, age=None, teacher_id=None),
)
scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", age=36, teacher_id=1),
    dict(id=2, name="Zoë", email="", age=0, teacher_id=1),
    dict(id=3, name=None, email=None, age=None, teacher_id=None),
    dict(id=4, name=" ada", email="algebra@example.org", age=19, teacher_id=2),
)


@scenario.attempt(
    "Another index called ix_name",
    after=an_index,
    sqlite=refused("index names are unique in the file", "OperationalError"),
    postgresql=refused("index names are unique in the schema", "DuplicateTable"),
    mysql=done("an index belongs to its table"),
    mariadb=done("an index belongs to its table"),
)
def index(lab):
    @lab.revision("index the name")
    def upgrade():
        op.create_index("ix_name", "student", ["name"])

    lab.upgrade()


@scenario.attempt(
    "Another unique constraint called uq_email",
    after=a_unique_constraint,
    sqlite=done("a constraint belongs to its table"),
    postgresql=refused("it brings an index of that name", "DuplicateTable"),
    mysql=done("a unique constraint belongs to its table"),
    mariadb=done("a unique constraint belongs to its table"),
)
def unique(lab):
    @lab.revision("email is unique")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_email", ["email"])

    lab.upgrade()


@scenario.attempt(
    "Another CHECK called ck_age",
    after=a_check,
    sqlite=done("a constraint belongs to its table"),
    postgresql=done("a constraint belongs to its table"),
    mysql=refused("CHECK names are unique in the database", "3822"),
    mariadb=done("a CHECK belongs to its table"),
)
def check(lab):
    @lab.revision("no age below 0")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_check_constraint(op.f("ck_age"), "age >= 0")

    lab.upgrade()


@scenario.attempt(
    "Another foreign key called fk_teacher",
    after=a_foreign_key,
    sqlite=done("a constraint belongs to its table"),
    postgresql=done("a constraint belongs to its table"),
    mysql=refused("foreign key names: unique in the database", "1826"),
    mariadb=refused("foreign key names: unique in the database", "1005"),
)
def foreign_key(lab):
    @lab.revision("a student's teacher must exist")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_foreign_key("fk_teacher", "teacher", ["teacher_id"], ["id"])

    lab.upgrade()


@scenario.attempt(
    "All four, with the table in each name",
    everywhere=done("no name is taken twice"),
    better=True,
)
def table_in_the_name(lab):
    @lab.revision("index, unique, CHECK and foreign key")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_index("ix_student_name", ["name"])
            batch.create_unique_constraint("uq_student_email", ["email"])
            batch.create_check_constraint(op.f("ck_student_age"), "age >= 0")
            batch.create_foreign_key("fk_student_teacher_id_teacher", "teacher", ["teacher_id"], ["id"])

    lab.upgrade()
