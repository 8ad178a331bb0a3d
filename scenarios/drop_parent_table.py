"""A table is dropped while rows of another table point to it.

PostgreSQL, MySQL and MariaDB refuse. SQLite drops it: with its foreign keys off, as shipped, the children keep numbers
that point nowhere and a rule about a table that is gone. With foreign keys on it refuses, unless the rule says ON
DELETE CASCADE: then the children are deleted together with the table.

The three servers see that a constraint still needs the table. SQLite has no such check. It only deletes all rows of the
table before it drops it, if foreign keys are on, and that delete cascades like any other.

Drop the foreign key from the child first, then the parent. This order is accepted by every engine, with foreign keys on
or off, and no row of the child is touched. An index of your own on the child's column spares you the one that MySQL and
MariaDB make for the key and leave behind.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, refused, rows_lost

scenario = Scenario(
    title="Drop a table that others point to",
    question="A table is dropped while another table points at it. What happens?",
    level="intermediate",
    lesson=[
        "safe model change",
        "DROP TABLE on SQLite deletes the rows first, and that delete cascades.",
        "Drop the foreign key before its parent table.",
    ],
    reference="https://www.sqlite.org/foreignkeys.html#fk_schemacommands",
    hints=[
        "Count the rows of the child table before and after.",
        "With foreign keys on SQLite deletes the parent's rows first, and CASCADE deletes their children.",
        'In the child: batch.drop_constraint(..., type_="foreignkey"), and op.drop_table() after it.',
    ],
)


def school(db, course=True, club=True):
    """Courses with grades, and clubs with members; a parent that was dropped leaves its child without a key."""

    class Grade(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        course_id = sa.Column(sa.Integer, *[sa.ForeignKey("course.id")] * course, index=True)
        grade = sa.Column(sa.Integer)

    class Member(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        club_id = sa.Column(sa.Integer, *[sa.ForeignKey("club.id", ondelete="CASCADE")] * club, index=True)
        name = sa.Column(sa.String(50))

    if course:

        class Course(db.Model):
            id = sa.Column(sa.Integer, primary_key=True)
            title = sa.Column(sa.String(50))

    if club:

        class Club(db.Model):
            id = sa.Column(sa.Integer, primary_key=True)
            title = sa.Column(sa.String(50))


def enforced(engine):
    """Switch foreign keys on in every SQLite connection, as many applications do."""
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def switch_on(connection, _record):
            connection.execute("PRAGMA foreign_keys = ON")


@scenario.before
def before(db):
    school(db)


@scenario.after
def no_course(db):
    school(db, course=False)


def no_club(db):
    school(db, club=False)


scenario.rows("course", dict(id=1, title="Mathématiques"), dict(id=2, title=None))
scenario.rows("club", dict(id=1, title="Chess"), dict(id=2, title=""))
scenario.rows(
    "grade",
    dict(id=1, course_id=1, grade=1),
    dict(id=2, course_id=2, grade=None),
    dict(id=3, course_id=None, grade=3),
)
scenario.rows(
    "member",
    dict(id=1, club_id=1, name="Ada"),
    dict(id=2, club_id=1, name="Zoë "),
    dict(id=3, club_id=None, name=""),
)


@scenario.attempt(
    "The parent at once, as shipped",
    sqlite=drifted("foreign keys are off: the rule dangles"),
    postgresql=refused("a foreign key needs the table", "DependentObjectsStillExist"),
    mysql=refused("a foreign key needs the table", "3730"),
    mariadb=refused("a foreign key needs the table", "1451"),
)
def as_shipped(lab):
    @lab.revision("no more courses")
    def upgrade():
        op.drop_table("course")

    lab.upgrade()


@scenario.attempt(
    "The parent at once, foreign keys on",
    sqlite=refused("rows of grade still point to it", "IntegrityError"),
    postgresql=refused("a foreign key needs the table", "DependentObjectsStillExist"),
    mysql=refused("a foreign key needs the table", "3730"),
    mariadb=refused("a foreign key needs the table", "1451"),
)
def keys_on(lab):
    lab.on_engine(enforced)

    @lab.revision("no more courses")
    def upgrade():
        op.drop_table("course")

    lab.upgrade()


@scenario.attempt(
    "The parent at once, foreign keys on and ON DELETE CASCADE",
    after=no_club,
    sqlite=rows_lost("its rows go first, and CASCADE follows"),
    postgresql=refused("CASCADE is for rows, not for tables", "DependentObjectsStillExist"),
    mysql=refused("CASCADE is for rows, not for tables", "3730"),
    mariadb=refused("CASCADE is for rows, not for tables", "1451"),
)
def cascade(lab):
    lab.on_engine(enforced)

    @lab.revision("no more clubs")
    def upgrade():
        op.drop_table("club")

    lab.upgrade()


@scenario.attempt(
    "The foreign key first, then the parent, foreign keys on",
    after=no_club,
    everywhere=done("nothing points to the table any more"),
    better=True,
)
def key_first(lab):
    lab.on_engine(enforced)

    @lab.revision("no more clubs")
    def upgrade():
        with op.batch_alter_table("member") as batch:
            batch.drop_constraint("fk_member_club_id_club", type_="foreignkey")
        op.drop_table("club")

    lab.upgrade()
