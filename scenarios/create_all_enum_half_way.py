"""An Enum gets a third member and a new table uses it, and db.create_all() brings half of that.

create_all() makes the new table and leaves the old one as it is. On PostgreSQL an ENUM is a type of its own that both
tables share. It exists, so create_all() passes it over, and even the new table refuses the new member. On MySQL and
MariaDB the members are part of each column: the new table takes the member, the old one does not. SQLite stores text,
asks nobody, and lets you believe that all is well.

Write a migration that names the engine where engines differ: ALTER TYPE ... ADD VALUE on PostgreSQL, a changed column
on MySQL and MariaDB. In create_table() say `postgresql.ENUM(..., create_type=False)`, or PostgreSQL is told to create
the type a second time, as the file that `flask db migrate` writes does.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied, refused

scenario = Scenario(
    title="create_all() and an Enum with one more member",
    question="An Enum has a new member, and db.create_all() runs. Can a row hold that member?",
    level="intermediate",
    lesson=[
        "mistake: running create_all() again",
        "safe model change",
        "An ENUM is a type on PostgreSQL, a column on MySQL, text on SQLite.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/type_basics.html#sqlalchemy.types.Enum",
    hints=[
        "Where does each engine keep the list of members?",
        "create_all() creates what is missing, and a type of that name is not missing.",
        "op.execute(\"ALTER TYPE level ADD VALUE 'master'\") on PostgreSQL, batch.alter_column(type_=...) elsewhere.",
    ],
)


def school(db, *members, course=False):
    level = sa.Enum(*members, name="level")

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(100))
        level = sa.Column(sa.Enum(*members, name="level"))

    if course:
        type("Course", (db.Model,), {"id": sa.Column(sa.Integer, primary_key=True), "level": sa.Column(level)})


@scenario.before
def before(db):
    school(db, "junior", "senior")


@scenario.after
def after(db):
    school(db, "junior", "senior", "master", course=True)


scenario.rows(
    "student",
    dict(id=1, name="Ada", level="senior"),
    dict(id=2, name="Zoë", level="junior"),
    dict(id=3, name="", level=None),
    dict(id=4, name="Master Po", level="junior"),
)


@scenario.attempt(
    "db.create_all(), then a course for masters",
    sqlite=done("VARCHAR takes any text"),
    postgresql=half_applied("the type keeps its two members", "InvalidTextRepresentation"),
    mysql=drifted("new table: three members, old one: two"),
    mariadb=drifted("new table: three members, old one: two"),
)
def new_table(lab):
    lab.create_all()
    lab.execute("INSERT INTO course (id, level) VALUES (1, 'master')")


@scenario.attempt(
    "db.create_all(), then a student becomes a master",
    rows_after={"student": [dict(id=1, level="master")]},
    sqlite=done("VARCHAR takes any text"),
    postgresql=half_applied("the type keeps its two members", "InvalidTextRepresentation"),
    mysql=half_applied("the old column keeps its two members", "1265"),
    mariadb=half_applied("the old column keeps its two members", "1265"),
)
def old_table(lab):
    lab.create_all()
    lab.execute("UPDATE student SET level = 'master' WHERE id = 1")


@scenario.attempt(
    "flask db migrate, then upgrade",
    sqlite=done("VARCHAR(6) stays, the table is created"),
    postgresql=refused("the table would create the type again", "DuplicateObject"),
    mysql=done("Alembic sees the new member"),
    mariadb=done("Alembic sees the new member"),
)
def migrate(lab):
    lab.migrate("masters")
    lab.upgrade()


@scenario.attempt(
    "By hand, by engine, and then used",
    rows_after={"student": [dict(id=1, level="master")]},
    everywhere=done("each engine gets the member its way"),
    better=True,
)
def by_engine(lab):
    @lab.revision("masters")
    def upgrade():
        from sqlalchemy.dialects import postgresql

        old, new = sa.Enum("junior", "senior", name="level"), sa.Enum("junior", "senior", "master", name="level")
        if op.get_bind().dialect.name == "postgresql":
            op.execute("ALTER TYPE level ADD VALUE 'master'")
            new = postgresql.ENUM(name="level", create_type=False)
        else:
            with op.batch_alter_table("student") as batch:
                batch.alter_column("level", existing_type=old, existing_nullable=True, type_=new)
        op.create_table("course", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("level", new))

    lab.upgrade()
    lab.execute("UPDATE student SET level = 'master' WHERE id = 1")
    lab.execute("INSERT INTO course (id, level) VALUES (1, 'master')")
