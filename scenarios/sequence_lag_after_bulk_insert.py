"""A migration fills a new table with rows that bring their own ids.

All four engines take the rows. The next course that the application adds has no id, so the engine gives one, and on
PostgreSQL that is 1, which is taken: UniqueViolation, on the first day after the release. There an id comes from a
sequence beside the table, and an INSERT with an id of its own does not touch it. SQLite, MySQL and MariaDB count from
the highest id in the table.

Leave the ids out of the migration and let the engine number the rows. Where others refer to them, so that they must
stay, set the sequence behind them on PostgreSQL, as the last statement of the data migration:
SELECT setval(pg_get_serial_sequence('course', 'id'), (SELECT max(id) FROM course)).
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied

scenario = Scenario(
    title="The first insert after a bulk insert with ids",
    question="Rows came with ids of their own. Which id does the next row get?",
    level="intermediate",
    lesson=[
        "On PostgreSQL an explicit id does not move the sequence.",
        "A data migration that sets ids has to set the sequence too.",
    ],
    reference="https://www.postgresql.org/docs/current/functions-sequence.html",
    hints=[
        "Which id does the engine give to the row that has none?",
        "PostgreSQL takes it from a sequence, and the migration never touched that.",
        "Leave the ids out, or call setval() with max(id) at the end.",
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))
        course = sa.Column(sa.String(50))


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))
        course = sa.Column(sa.String(50))

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(50), nullable=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", course="Mathematics"),
    dict(id=2, name="Zoë", course="Poésie"),
    dict(id=3, name="", course=None),
    dict(id=7, name="O'Neil", course="Mathematics"),
)
INSERTED = {"course": [dict(id=1, title="Mathematics"), dict(id=2, title="Poésie")]}
ALL = {"course": [*INSERTED["course"], dict(id=3, title="Biology")]}


@scenario.attempt(
    "Insert with ids, then one row without",
    rows_after=INSERTED,
    sqlite=done("counts from the highest id"),
    postgresql=half_applied("the sequence still stands at 1", "UniqueViolation"),
    mysql=done("AUTO_INCREMENT follows the highest id"),
    mariadb=done("AUTO_INCREMENT follows the highest id"),
)
def with_ids(lab):
    @lab.revision("courses get a table")
    def upgrade():
        course = op.create_table(
            "course",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("title", sa.String(50), nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_course"),
        )
        op.bulk_insert(course, [{"id": 1, "title": "Mathematics"}, {"id": 2, "title": "Poésie"}])

    lab.upgrade()
    lab.execute("INSERT INTO course (title) VALUES ('Biology')")


@scenario.attempt(
    "Insert without ids",
    rows_after=ALL,
    everywhere=done("each engine numbered the rows itself"),
    better=True,
)
def without_ids(lab):
    @lab.revision("courses get a table")
    def upgrade():
        course = op.create_table(
            "course",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("title", sa.String(50), nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_course"),
        )
        op.bulk_insert(course, [{"title": "Mathematics"}, {"title": "Poésie"}])

    lab.upgrade()
    lab.execute("INSERT INTO course (title) VALUES ('Biology')")


@scenario.attempt(
    "Insert with ids, then set the sequence",
    rows_after=ALL,
    everywhere=done("the next id follows the highest"),
    better=True,
)
def set_sequence(lab):
    @lab.revision("courses get a table")
    def upgrade():
        course = op.create_table(
            "course",
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("title", sa.String(50), nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_course"),
        )
        op.bulk_insert(course, [{"id": 1, "title": "Mathematics"}, {"id": 2, "title": "Poésie"}])
        if op.get_bind().dialect.name == "postgresql":
            op.execute("SELECT setval(pg_get_serial_sequence('course', 'id'), (SELECT max(id) FROM course))")

    lab.upgrade()
    lab.execute("INSERT INTO course (title) VALUES ('Biology')")
