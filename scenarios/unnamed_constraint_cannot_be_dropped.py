"""A constraint without a name cannot be added, or cannot be taken away again.

Without a naming convention `flask db migrate` writes create_unique_constraint(None, ...). On SQLite the upgrade fails
at once, on the others it works and the downgrade fails, so the way back is closed when you need it. A constraint that
was made long ago without a name stays on SQLite even when the model no longer wants it, and nothing says so.

PostgreSQL, MySQL and MariaDB make up a name of their own, each another one, which the file cannot know. SQLite keeps
no name at all, and Alembic finds constraints by their names.

Give the metadata a naming convention on the first day. Then every name can be worked out from table and column:

    convention = {"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}
    db = SQLAlchemy(metadata=MetaData(naming_convention=convention))

A fuller one also has "ck", "fk" and "pk". For an old constraint ask the database for the name, and lend batch mode a
convention for SQLite, where there is none.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, ignored, refused

scenario = Scenario(
    title="A constraint without a name cannot be dropped",
    question="The models name no constraints. Can flask db migrate add a unique one?",
    level="beginner",
    lesson=["flask db migrate", "flask db downgrade", "set a naming convention on the first day"],
    reference="https://alembic.sqlalchemy.org/en/latest/naming.html",
    hints=[
        "Read the file that flask db migrate wrote: what is the constraint called?",
        "Each engine makes up another name, and SQLite makes up none.",
        "SQLAlchemy(metadata=MetaData(naming_convention={...})), before the first migration.",
    ],
)


def students(db, convention, email_unique, badge_unique):
    """The student table; each unique constraint is there or not, and named by the convention or not at all."""
    names = {"ix": "ix_%(column_0_label)s"}
    if convention:
        names["uq"] = "uq_%(table_name)s_%(column_0_name)s"
    db.metadata.naming_convention = names

    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))
        email = sa.Column(sa.String(100), unique=email_unique)
        badge = sa.Column(sa.String(20), unique=badge_unique)


@scenario.before
def before(db):
    students(db, convention=False, email_unique=False, badge_unique=True)


@scenario.after
def email_is_unique(db):
    students(db, convention=False, email_unique=True, badge_unique=True)


def email_is_unique_and_named(db):
    students(db, convention=True, email_unique=True, badge_unique=True)


def badge_is_free(db):
    students(db, convention=False, email_unique=False, badge_unique=False)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org", badge="A1"),
    dict(id=2, name="Zoë", email="ZOË@example.org", badge="Ä2"),
    dict(id=3, name="", email=None, badge=None),
    dict(id=4, name="Linus", email="", badge=None),
)


@scenario.attempt(
    "No convention: flask db migrate, then upgrade",
    sqlite=refused("batch mode needs a name", "ValueError"),
    everywhere=done("the engine makes up a name"),
)
def upgrade(lab):
    lab.migrate("email is unique")
    lab.upgrade()


@scenario.attempt(
    "No convention: upgrade, and back again",
    after=before,
    sqlite=refused("batch mode needs a name", "ValueError"),
    postgresql=half_applied("no name to drop it by", "CompileError"),
    mysql=half_applied("no name to drop it by", "AssertionError"),
    mariadb=half_applied("no name to drop it by", "AssertionError"),
)
def and_back(lab):
    lab.models(email_is_unique)
    lab.migrate("email is unique")
    lab.models(before)
    lab.upgrade()
    lab.downgrade()


@scenario.attempt(
    "With a convention: up, back, and up again",
    after=email_is_unique_and_named,
    everywhere=done("the convention gives the name"),
    better=True,
)
def convention(lab):
    lab.migrate("email is unique")
    lab.upgrade()
    lab.downgrade()
    lab.upgrade()


@scenario.attempt(
    "An old unique badge goes: flask db migrate",
    after=badge_is_free,
    sqlite=ignored("no name, so no difference seen"),
    everywhere=done("found under the engine's own name"),
)
def old_by_autogenerate(lab):
    lab.migrate("badge need not be unique")
    lab.upgrade()


@scenario.attempt(
    "An old unique badge goes: the name looked up",
    after=badge_is_free,
    sqlite=done("the lent convention names it"),
    everywhere=done("dropped by the engine's own name"),
    better=True,
)
def old_by_name(lab):
    @lab.revision("badge need not be unique")
    def upgrade():
        names = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
        found = sa.inspect(op.get_bind()).get_unique_constraints("student")
        name = next(unique["name"] for unique in found if unique["column_names"] == ["badge"])
        with op.batch_alter_table("student", naming_convention=names) as batch:
            batch.drop_constraint(name or "uq_student_badge", type_="unique")

    lab.upgrade()
