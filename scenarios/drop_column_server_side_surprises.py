"""A column goes, and each engine decides for itself about an index, a rule or a key that it shared.

The index (student, term) loses its term. PostgreSQL drops the whole index. MySQL and MariaDB keep an index on what is
left, which nobody asked for. A unique constraint that loses a column would be stricter than before: PostgreSQL drops
it, MySQL counts the duplicates and refuses, MariaDB refuses at once. A shared CHECK and a foreign key vanish without a
word on PostgreSQL and stop the other two. SQLite stops at all four.

A dropped column leaves a question for each thing that named it, and every engine has its own answer. PostgreSQL drops
what belongs to the same table. MySQL and MariaDB take the column out of each index, and refuse where that cannot be.

Say what should go: the foreign key, then constraints, then indexes, then the column. In that order it works on every
engine, and the file shows the next reader which rules were given up.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, refused

scenario = Scenario(
    title="Drop a column that shares an index or a rule",
    question="A column is one of two in an index. What happens when the column is dropped?",
    level="intermediate",
    lesson=[
        "safe model change",
        "PostgreSQL drops the rules that a dropped column shared, without a word.",
        "Drop keys, constraints and indexes by name before the column.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/alter-table.html",
    hints=[
        "Compare the indexes and constraints before and after, not only the columns.",
        "What the dropped column shared with another column is dropped, shortened or in the way.",
        "Drop the foreign key, the constraints and the indexes by name, and the columns last.",
    ],
)


def bookings(db, *gone):
    """Bookings of a course by a student; ``gone`` are columns that were dropped with all that shared them."""
    columns = {
        "term": sa.Column(sa.String(10)),
        "seat": sa.Column(sa.Integer),
        "paid": sa.Column(sa.Integer),
        "course_id": sa.Column(sa.Integer, sa.ForeignKey("course.id")),
    }
    shared = {
        "term": sa.Index("ix_booking_student_term", "student", "term"),
        "seat": sa.UniqueConstraint("student", "seat", name="uq_booking_student_seat"),
        "paid": sa.CheckConstraint("paid <= price", name="paid"),
    }
    table = {
        "__tablename__": "booking",
        "__table_args__": tuple(rule for name, rule in shared.items() if name not in gone),
        "id": sa.Column(sa.Integer, primary_key=True),
        "student": sa.Column(sa.String(50)),
        "price": sa.Column(sa.Integer),
    }
    type("Booking", (db.Model,), table | {name: column for name, column in columns.items() if name not in gone})

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(50))


@scenario.before
def before(db):
    bookings(db)


@scenario.after
def without_all(db):
    bookings(db, "term", "seat", "paid", "course_id")


def without_term(db):
    bookings(db, "term")


def without_seat(db):
    bookings(db, "seat")


def without_paid(db):
    bookings(db, "paid")


def without_course(db):
    bookings(db, "course_id")


scenario.rows("course", dict(id=1, title="Mathématiques"), dict(id=2, title=""))
scenario.rows(
    "booking",
    dict(id=1, student="Ada", price=90, term="2024-1", seat=1, paid=90, course_id=1),
    dict(id=2, student="Ada", price=90, term="2024-2", seat=2, paid=0, course_id=2),
    dict(id=3, student="Zoë ", price=None, term=None, seat=None, paid=None, course_id=None),
    dict(id=4, student="", price=10, term="", seat=2, paid=5, course_id=1),
)


@scenario.attempt(
    "A column that shares an index",
    after=without_term,
    sqlite=refused("the index would name a missing column", "OperationalError"),
    postgresql=done("the whole index goes along"),
    mysql=drifted("an index on the rest stays"),
    mariadb=drifted("an index on the rest stays"),
)
def shared_index(lab):
    @lab.revision("no more terms")
    def upgrade():
        op.drop_column("booking", "term")

    lab.upgrade()


@scenario.attempt(
    "A column that shares a unique constraint",
    after=without_seat,
    sqlite=refused("UNIQUE would name a missing column", "OperationalError"),
    postgresql=done("the whole constraint goes along"),
    mysql=refused("shortened, it would meet duplicates", "1062"),
    mariadb=refused("a shared unique key holds its columns", "1072"),
)
def shared_unique(lab):
    @lab.revision("no more seats")
    def upgrade():
        op.drop_column("booking", "seat")

    lab.upgrade()


@scenario.attempt(
    "A column that shares a CHECK",
    after=without_paid,
    sqlite=refused("the CHECK would name a missing column", "OperationalError"),
    postgresql=done("the CHECK goes along"),
    mysql=refused("a shared CHECK holds its columns", "3959"),
    mariadb=refused("a shared CHECK holds its columns", "1054"),
)
def shared_check(lab):
    @lab.revision("no more payments")
    def upgrade():
        op.drop_column("booking", "paid")

    lab.upgrade()


@scenario.attempt(
    "A column with a foreign key",
    after=without_course,
    sqlite=refused("the key would name a missing column", "OperationalError"),
    postgresql=done("the foreign key goes along"),
    mysql=refused("the foreign key needs the column", "1828"),
    mariadb=refused("the foreign key needs its index", "1553"),
)
def foreign_key(lab):
    @lab.revision("no more courses")
    def upgrade():
        op.drop_column("booking", "course_id")

    lab.upgrade()


@scenario.attempt(
    "Key, rule and index first, then the columns",
    everywhere=done("nothing shares the columns any more"),
    better=True,
)
def in_order(lab):
    @lab.revision("fewer columns")
    def upgrade():
        with op.batch_alter_table("booking") as batch:
            batch.drop_constraint("fk_booking_course_id_course", type_="foreignkey")
            batch.drop_constraint("uq_booking_student_seat", type_="unique")
            batch.drop_constraint("paid", type_="check")
            batch.drop_index("ix_booking_student_term")
            for column in ("course_id", "seat", "paid", "term"):
                batch.drop_column(column)

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("booking") as batch:
            batch.add_column(sa.Column("term", sa.String(10)))
            batch.add_column(sa.Column("seat", sa.Integer()))
            batch.add_column(sa.Column("paid", sa.Integer()))
            batch.add_column(sa.Column("course_id", sa.Integer()))
        with op.batch_alter_table("booking") as batch:
            batch.create_index("ix_booking_student_term", ["student", "term"])
            batch.create_unique_constraint("uq_booking_student_seat", ["student", "seat"])
            batch.create_check_constraint("paid", "paid <= price")
            batch.create_foreign_key("fk_booking_course_id_course", "course", ["course_id"], ["id"])

    lab.upgrade()
