"""A table gets a better name, and `flask db migrate` makes an empty one and drops the full one.

The migration that comes out creates a table of the new name and drops the old one with everything in it. Nothing stops
that while no other table refers to it. Where one does, PostgreSQL, MySQL and MariaDB refuse to drop the parent, and the
last two keep the new, empty table.

Autogenerate compares names of tables: one is missing, one is new. That both have the same columns tells it nothing.

Replace the two with op.rename_table(), which every engine does in place. Foreign keys follow on all four. Views follow
on SQLite and PostgreSQL and break on MySQL and MariaDB: drop a view before, and create it again after. Indexes, keys
and sequences keep their old names.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back, rows_lost

scenario = Scenario(
    title="Autogenerate renames a table by dropping it",
    question="A table has another name in the models. What does flask db migrate make of it?",
    level="beginner",
    lesson=[
        "flask db migrate",
        "safe model change",
        "A renamed table arrives as create_table() and drop_table().",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.rename_table",
    hints=[
        "Read the migration file to its end: what happens to the old table?",
        "Autogenerate compares names of tables, and a rename is one gone and one new.",
        'op.rename_table("student", "person") in place of create_table() and drop_table().',
    ],
)


def school(db, student="student", room="room", view=False):
    """Students with their grades, and rooms; a view of the students' names is made with the tables."""

    class Student(db.Model):
        __tablename__ = student
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))

    class Grade(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        student_id = sa.Column(sa.Integer, sa.ForeignKey(f"{student}.id"), nullable=False)
        grade = sa.Column(sa.Integer)

    class Room(db.Model):
        __tablename__ = room
        id = sa.Column(sa.Integer, primary_key=True)
        label = sa.Column(sa.String(50))

    if view:
        names = sa.DDL("CREATE VIEW name_list AS SELECT name FROM %(student)s", context={"student": student})
        sa.event.listen(db.metadata, "after_create", names)
        sa.event.listen(db.metadata, "before_drop", sa.DDL("DROP VIEW name_list"))


@scenario.before
def before(db):
    school(db)


@scenario.after
def person(db):
    school(db, student="person")


def place(db):
    school(db, room="place")


def person_and_view(db):
    school(db, student="person", view=True)


STUDENTS = [dict(id=1, name="Ada"), dict(id=2, name="Zoë "), dict(id=3, name=None), dict(id=8, name="")]
ROOMS = [dict(id=1, label="Aula"), dict(id=2, label="Größe 7"), dict(id=3, label=None)]

scenario.rows("student", *STUDENTS)
scenario.rows("grade", dict(id=1, student_id=1, grade=1), dict(id=2, student_id=8, grade=None))
scenario.rows("room", *ROOMS)
scenario.rows_after("person", *STUDENTS)


@scenario.attempt(
    "flask db migrate as it comes",
    after=place,
    everywhere=rows_lost("a new empty table, the old one dropped"),
    rows_after={"place": ROOMS},
)
def autogenerate(lab):
    lab.migrate("room becomes place")
    lab.upgrade()


@scenario.attempt(
    "flask db migrate as it comes, for a table with children",
    sqlite=rows_lost("foreign keys are off: the parent goes", "NoSuchTableError"),
    postgresql=rolled_back("a child table holds on to it", "DependentObjectsStillExist"),
    mysql=half_applied("the parent stays, the new table too", "3730"),
    mariadb=half_applied("the parent stays, the new table too", "1451"),
)
def with_children(lab):
    lab.migrate("student becomes person")
    lab.upgrade()


@scenario.attempt(
    "op.rename_table() under a view",
    after=person_and_view,
    sqlite=done("the view is rewritten"),
    postgresql=done("the view knows the table, not its name"),
    mysql=half_applied("the view still asks for student", "1356"),
    mariadb=half_applied("the view still asks for student", "1356"),
)
def under_a_view(lab):
    lab.execute("CREATE VIEW name_list AS SELECT name FROM student")

    @lab.revision("student becomes person")
    def upgrade():
        op.rename_table("student", "person")

    lab.upgrade()
    lab.query("SELECT name FROM name_list")


@scenario.attempt(
    "The view dropped, op.rename_table(), the view again",
    after=person_and_view,
    everywhere=done("renamed in place: rows and children stay"),
    better=True,
)
def rename_table(lab):
    lab.execute("CREATE VIEW name_list AS SELECT name FROM student")

    @lab.revision("student becomes person")
    def upgrade():
        op.execute("DROP VIEW name_list")
        op.rename_table("student", "person")
        op.execute("CREATE VIEW name_list AS SELECT name FROM person")

    @upgrade.downgrade
    def downgrade():
        op.execute("DROP VIEW name_list")
        op.rename_table("person", "student")
        op.execute("CREATE VIEW name_list AS SELECT name FROM student")

    lab.upgrade()
    lab.query("SELECT name FROM name_list")
