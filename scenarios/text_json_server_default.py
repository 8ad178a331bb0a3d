"""A Text or JSON column is added with a default, and MySQL does not take it.

MySQL accepts no literal as the default of a TEXT, JSON or BLOB column, and refuses the whole statement. The same text
in parentheses is an expression, and an expression it does accept, since 8.0.13. SQLite, PostgreSQL and MariaDB take
the literal, so the migration stops only where MySQL is in use.

Write `server_default=sa.text("('...')")`, with the parentheses, in the model and in the migration: one file for all
four. A String with a length needs none of this.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Add a Text or JSON column with a default",
    question="May a Text column have a literal as its default?",
    level="intermediate",
    lesson=[
        "safe model change",
        "For TEXT, JSON and BLOB MySQL wants the default in parentheses.",
    ],
    reference="https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html",
    hints=[
        "Read what MySQL says about the type, not about the value.",
        "A literal is refused for TEXT and JSON, an expression is not.",
        "server_default=sa.text(\"('hello')\"), with the parentheses inside the text.",
    ],
)


def students(db, **more):
    columns = {"id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String(100))}
    return type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    students(db)


@scenario.after
def note(db):
    students(db, note=sa.Column(sa.Text, nullable=False, server_default=sa.text("('näh, ''?''')")))


def settings(db):
    students(db, settings=sa.Column(sa.JSON, nullable=False, server_default=sa.text("('{}')")))


scenario.rows(
    "student",
    dict(id=1, name="Ada"),
    dict(id=2, name="Zoë"),
    dict(id=3, name=None),
    dict(id=4, name="('x')"),
)
scenario.rows_after("student", *(dict(id=key, note="näh, '?'", settings="{}") for key in (1, 2, 3, 4)))


@scenario.attempt(
    "Text with a literal default",
    sqlite=done("TEXT takes a literal default"),
    postgresql=done("TEXT takes a literal default"),
    mysql=refused("no literal default for TEXT", "1101"),
    mariadb=done("TEXT takes a literal default"),
)
def text_literal(lab):
    @lab.revision("a note on each student")
    def upgrade():
        op.add_column("student", sa.Column("note", sa.Text(), nullable=False, server_default="näh, '?'"))

    lab.upgrade()


@scenario.attempt(
    "JSON with a literal default",
    after=settings,
    sqlite=done("JSON is text here"),
    postgresql=done("the literal is read as JSON"),
    mysql=refused("no literal default for JSON", "1101"),
    mariadb=done("JSON is text here"),
)
def json_literal(lab):
    @lab.revision("settings of each student")
    def upgrade():
        op.add_column("student", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))

    lab.upgrade()


@scenario.attempt(
    "Text with the default in parentheses",
    everywhere=done("parentheses make it an expression"),
    better=True,
)
def text_expression(lab):
    @lab.revision("a note on each student")
    def upgrade():
        default = sa.text("('näh, ''?''')")
        op.add_column("student", sa.Column("note", sa.Text(), nullable=False, server_default=default))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "note")

    lab.upgrade()


@scenario.attempt(
    "JSON with the default in parentheses",
    after=settings,
    everywhere=done("parentheses make it an expression"),
    better=True,
)
def json_expression(lab):
    @lab.revision("settings of each student")
    def upgrade():
        op.add_column("student", sa.Column("settings", sa.JSON(), nullable=False, server_default=sa.text("('{}')")))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "settings")

    lab.upgrade()
