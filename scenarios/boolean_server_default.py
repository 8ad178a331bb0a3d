"""A Boolean column is added with false as its default, in four spellings.

PostgreSQL alone has a real boolean, and there the number 0 is not one: `server_default=sa.text("0")` is refused
because the default has another type than the column. SQLite, MySQL and MariaDB keep a number and take 0 as it is, so a
migration that was only run there stops on PostgreSQL. The string '0' passes everywhere, since PostgreSQL reads a
quoted literal in the type of the column, and so does the word false, which the others take for another name of 0.

Write `server_default=sa.false()` or `sa.true()`, in the model and in the migration. SQLAlchemy spells it as the engine
wants it.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Add a Boolean column with false as its default",
    question='Is "0" a default that every engine takes for a Boolean column?',
    level="beginner",
    lesson=[
        "safe model change",
        "text() goes to the engine as it is; sa.false() is spelt for each engine.",
        "A boolean is a type on PostgreSQL and a number elsewhere.",
    ],
    reference="https://docs.sqlalchemy.org/en/21/core/sqlelement.html#sqlalchemy.sql.expression.false",
    hints=[
        "Compare the DEFAULT that each engine was given.",
        "PostgreSQL does not take the number 0 for a boolean.",
        "server_default=sa.false()",
    ],
)


def students(db, **more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}
    return type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    students(db)


@scenario.after
def after(db):
    students(db, blocked=sa.Column(sa.Boolean, nullable=False, server_default=sa.false()))


def with_the_word(db):
    students(db, blocked=sa.Column(sa.Boolean, nullable=False, server_default=sa.text("false")))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=4, name="false"),
)
scenario.rows_after("student", *(dict(id=key, blocked=False) for key in (1, 2, 3, 4)))


@scenario.attempt(
    'server_default=sa.text("0")',
    sqlite=done("a boolean is a number here"),
    postgresql=refused("an integer is no boolean", "DatatypeMismatch"),
    mysql=done("BOOL is TINYINT(1): 0 fits"),
    mariadb=done("BOOL is TINYINT(1): 0 fits"),
)
def zero(lab):
    @lab.revision("a student may be blocked")
    def upgrade():
        op.add_column("student", sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.text("0")))

    lab.upgrade()


@scenario.attempt(
    "server_default='0'",
    sqlite=done("the column's affinity makes it a number"),
    postgresql=done("a quoted literal takes the column's type"),
    mysql=done("the text is converted to 0"),
    mariadb=done("the text is converted to 0"),
)
def quoted_zero(lab):
    @lab.revision("a student may be blocked")
    def upgrade():
        op.add_column("student", sa.Column("blocked", sa.Boolean(), nullable=False, server_default="0"))

    lab.upgrade()


@scenario.attempt(
    'server_default=sa.text("false")',
    after=with_the_word,
    sqlite=done("false is another word for 0"),
    postgresql=done("false is its own word"),
    mysql=done("false is another word for 0"),
    mariadb=done("false is another word for 0"),
)
def word(lab):
    @lab.revision("a student may be blocked")
    def upgrade():
        op.add_column("student", sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.text("false")))

    lab.upgrade()


@scenario.attempt(
    "server_default=sa.false()",
    everywhere=done("SQLAlchemy spells it for each engine"),
    better=True,
)
def false(lab):
    @lab.revision("a student may be blocked")
    def upgrade():
        op.add_column("student", sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.false()))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "blocked")

    lab.upgrade()
