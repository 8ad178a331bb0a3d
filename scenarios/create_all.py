"""Six changes to the models, and what db.create_all() makes of each.

create_all() compares names of tables with what the database has, and nothing else. A table whose name is there is
passed over, whatever has become of its columns, types, indexes and constraints; there is no error and no warning. Only
a table that is missing is created, and that one with everything that belongs to it.

The silence is the danger. Where a column is missing the first query fails, and you know. Where a type, an index or a
unique constraint is missing everything seems to work, and duplicates arrive.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, ignored

scenario = Scenario(
    title="create_all() only creates tables that are missing",
    question="A table exists, and its model gains a column. Does db.create_all() add it?",
    level="beginner",
    lesson=["why migrations are necessary", "mistake: running create_all() again", "what create_all() does create"],
    reference="https://docs.sqlalchemy.org/en/21/core/metadata.html#altering-database-objects-through-migrations",
    hints=[
        "Compare the schema before and after: did anything move?",
        "create_all() looks at names of tables, never into them.",
        "Whatever changes in a table that exists needs a migration.",
    ],
)


def students(db, **changes):
    """The student table, with a column replaced, added, or taken out by None."""
    columns = {
        "name": sa.Column(sa.String(100)),
        "email": sa.Column(sa.String(100)),
        "age": sa.Column(sa.String(10)),
    }
    columns |= changes
    kept = {name: column for name, column in columns.items() if column is not None}
    return type("Student", (db.Model,), {"id": sa.Column(sa.Integer, primary_key=True)} | kept)


@scenario.before
def before(db):
    students(db)


@scenario.after
def new_column(db):
    students(db, course=sa.Column(sa.String(50)))


def changed_type(db):
    students(db, age=sa.Column(sa.Integer))


def new_index(db):
    students(db, name=sa.Column(sa.String(100), index=True))


def new_unique(db):
    students(db, email=sa.Column(sa.String(100), unique=True))


def dropped_column(db):
    students(db, age=None)


def new_table(db):
    students(db)

    class Course(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(100), index=True)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", age="36"),
    dict(id=2, name="Zoë", email="zoe@example.org", age="n/a"),
    dict(id=3, name="Linus", email=None, age=""),
)


@scenario.attempt("A new column", everywhere=ignored("the table exists: not looked into"))
def add_column(lab):
    lab.create_all()


@scenario.attempt("A changed type", everywhere=ignored("no ALTER is ever sent"), after=changed_type)
def change_type(lab):
    lab.create_all()


@scenario.attempt("A new index", everywhere=ignored("indexes come with new tables only"), after=new_index)
def add_index(lab):
    lab.create_all()


@scenario.attempt("A new unique constraint", everywhere=ignored("duplicates may still arrive"), after=new_unique)
def add_unique(lab):
    lab.create_all()


@scenario.attempt("A dropped column", everywhere=ignored("the column and its values stay"), after=dropped_column)
def drop_column(lab):
    lab.create_all()


@scenario.attempt("A new table", everywhere=done("missing: created, its index too"), after=new_table)
def add_table(lab):
    lab.create_all()


@scenario.attempt("A new index, by a migration", everywhere=done("the index is created"), after=new_index, better=True)
def migration(lab):
    @lab.revision("index the name")
    def upgrade():
        op.create_index("ix_student_name", "student", ["name"])

    @upgrade.downgrade
    def downgrade():
        op.drop_index("ix_student_name", table_name="student")

    lab.upgrade()
