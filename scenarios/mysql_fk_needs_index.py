"""A foreign key on MySQL and MariaDB holds on to an index.

The index under a foreign key cannot be dropped there: needed in a foreign key constraint. And where you drop a foreign
key that had no index of its own, one stays behind that neither you nor a model ever asked for.

InnoDB looks up children through an index at every delete of a parent. So it uses the one that you made, or makes one
under the constraint's name, and it does not take that back. PostgreSQL and SQLite would rather be slow than decide for
you: no index unless you make it.

Drop the foreign key first, then the index, and look for the index that was made for you:

    with op.batch_alter_table("student") as batch:
        batch.drop_constraint("fk_student_course_id_course", type_="foreignkey")
        batch.drop_index("ix_student_course_id")
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, refused

scenario = Scenario(
    title="MySQL wants an index under each foreign key",
    question="May the index under a foreign key be dropped?",
    level="intermediate",
    lesson=["drop the foreign key first, then its index", "MySQL makes an index for a key that has none"],
    reference="https://dev.mysql.com/doc/refman/9.7/en/create-table-foreign-keys.html",
    hints=[
        "List the indexes of the table before you drop anything: are they all yours?",
        "InnoDB needs an index for each foreign key, and makes one where there is none.",
        "drop_constraint() first, then drop_index(), for the index that was made for you too.",
    ],
)


def school(db, course=True, course_index=True, mentor=True):
    """Students with a course, which is indexed, and a mentor, who is not."""

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(40))

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(40))
        course_id = sa.Column(sa.Integer, *([sa.ForeignKey("course.id")] if course else []), index=course_index)
        mentor_id = sa.Column(sa.Integer, *([sa.ForeignKey("student.id")] if mentor else []))


@scenario.before
def before(db):
    school(db)


@scenario.after
def course_is_a_number(db):
    school(db, course=False, course_index=False)


def course_without_index(db):
    school(db, course_index=False)


def mentor_is_a_number(db):
    school(db, mentor=False)


scenario.rows("course", dict(id=1, title="Algebra"), dict(id=2, title=None))
scenario.rows(
    "student",
    dict(id=1, name="Ada", course_id=1, mentor_id=None),
    dict(id=2, name="Zoë", course_id=1, mentor_id=1),
    dict(id=3, name="", course_id=None, mentor_id=1),
    dict(id=4, name=None, course_id=2, mentor_id=4),
)


@scenario.attempt(
    "Drop the index under a foreign key",
    after=course_without_index,
    sqlite=done("a foreign key needs none here"),
    postgresql=done("a foreign key needs none here"),
    mysql=refused("the foreign key needs it", "1553"),
    mariadb=refused("the foreign key needs it", "1553"),
)
def index_under_key(lab):
    @lab.revision("no index on the course")
    def upgrade():
        op.drop_index("ix_student_course_id", table_name="student")

    lab.upgrade()


@scenario.attempt(
    "Drop a foreign key that had no index",
    after=mentor_is_a_number,
    sqlite=done("there was no index"),
    postgresql=done("there was no index"),
    mysql=drifted("the index made for it stays"),
    mariadb=drifted("the index made for it stays"),
)
def key_alone(lab):
    @lab.revision("the mentor is only a number")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("fk_student_mentor_id_student", type_="foreignkey")

    lab.upgrade()


@scenario.attempt(
    "The foreign key first, then its index",
    everywhere=done("nothing needs the index any more"),
    better=True,
)
def key_then_index(lab):
    @lab.revision("the course is only a number")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("fk_student_course_id_course", type_="foreignkey")
            batch.drop_index("ix_student_course_id")

    lab.upgrade()


@scenario.attempt(
    "The foreign key, and the index nobody asked for",
    after=mentor_is_a_number,
    sqlite=done("there was no index"),
    postgresql=done("there was no index"),
    mysql=done("the index made for it goes too"),
    mariadb=done("the index made for it goes too"),
    better=True,
)
def key_and_made_index(lab):
    @lab.revision("the mentor is only a number")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.drop_constraint("fk_student_mentor_id_student", type_="foreignkey")
        left = sa.inspect(op.get_bind()).get_indexes("student")
        for index in left:
            if index["name"] == "fk_student_mentor_id_student":
                op.drop_index(index["name"], table_name="student")

    lab.upgrade()
