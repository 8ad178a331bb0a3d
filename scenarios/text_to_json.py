"""A text column becomes JSON, and two of its texts are none.

The settings are texts that somebody's program wrote: most are JSON, one is empty and one says n/a. Turned into JSON,
PostgreSQL, MySQL and MariaDB read every text and refuse the migration at the first that is none. SQLite has no
JSON type: the column gets the name, every text is copied as it is, and the application fails when it reads the row,
long after the migration went through.

Clean the texts first, in Python, and set those that are no document to NULL; then the change of type is done on all
four. PostgreSQL wants to be told how to convert, with postgresql_using="settings::json".
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Text becomes JSON, and some of it is none",
    question="A text column becomes JSON, and one text is 'n/a'. What becomes of it?",
    level="intermediate",
    lesson=["SQLite takes any text for JSON.", "Clean first, then change the type."],
    reference="https://dev.mysql.com/doc/refman/9.7/en/json.html",
    hints=[
        "Which engines read the texts, and which only copied them?",
        "An empty text is no JSON document; SQLite never looks.",
        "Set what json.loads() refuses to NULL in the same migration, before the type changes.",
    ],
)


def students(db, type_):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))
        settings = sa.Column(type_)


@scenario.before
def before(db):
    students(db, sa.Text())


@scenario.after
def after(db):
    students(db, sa.JSON())


scenario.rows(
    "student",
    dict(id=1, name="Ada", settings='{"theme": "dark", "size": 12}'),
    dict(id=2, name="Zoë", settings='{"size": 9, "theme": "blau-grün"}'),
    dict(id=3, name="O'Neil", settings="n/a"),
    dict(id=4, name="", settings=""),
    dict(id=5, name=None, settings=None),
)


@scenario.attempt(
    "Change the type and see",
    sqlite=done("every text is copied, none is read"),
    postgresql=refused("'n/a' is no JSON", "InvalidTextRepresentation"),
    mysql=refused("'n/a' is no JSON", "3140"),
    mariadb=refused("CHECK (json_valid(settings)) fails", "4025"),
)
def change_type(lab):
    @lab.revision("settings become JSON")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("settings", existing_type=sa.Text(), type_=sa.JSON(), postgresql_using="settings::json")

    lab.upgrade()


@scenario.attempt(
    "Clean the texts, then change the type",
    rows_after={"student": [dict(id=3, settings=None), dict(id=4, settings=None)]},
    everywhere=done("every text that is left is JSON"),
    better=True,
)
def clean_first(lab):
    @lab.revision("settings become JSON")
    def upgrade():
        import json

        student = sa.table("student", sa.column("id"), sa.column("settings"))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student)).all():
            try:
                json.loads(row.settings or "")
            except ValueError:
                connection.execute(sa.update(student).where(student.c.id == row.id).values(settings=None))
        with op.batch_alter_table("student") as batch:
            batch.alter_column("settings", existing_type=sa.Text(), type_=sa.JSON(), postgresql_using="settings::json")

    lab.upgrade()
