"""A truth value is taken out of a JSON document, put back, and is a number.

A key is renamed inside a JSON column: json_extract() takes the value, json_set() writes it under the new name. On MySQL
and MariaDB true stays true. On SQLite {"beta": true} becomes {"early": 1}, in every row, without an error, and a client
that asks for === true switches the feature off.

SQLite has no truth values: json_extract() returns 1 or 0, and what comes back into the document is that number. The
operator -> returns JSON and keeps the word. PostgreSQL has neither of the two functions; its jsonb operators keep JSON
as JSON all the way.

Rename keys in Python, where json is read and written as one thing. Or stay inside JSON: on SQLite, json_set() with
doc -> '$.beta'.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="True becomes 1 in a JSON document",
    question="A true moves to another key of a JSON document. Is it still true there?",
    level="advanced",
    lesson=[
        "json_extract() on SQLite turns true into 1.",
        "Take documents apart in Python, and write them back whole.",
    ],
    reference="https://www.sqlite.org/json1.html#jex",
    hints=[
        "Ask SQLite: SELECT json_extract('{\"a\": true}', '$.a').",
        "A value that leaves JSON becomes SQL, and SQLite's SQL has no true.",
        "Read the column as sa.JSON, rename the key in Python, and update row by row.",
    ],
)


@scenario.before
@scenario.after
def preferences(db):
    class Preference(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        owner = sa.Column(sa.String(40))
        flags = sa.Column(sa.JSON)


scenario.rows(
    "preference",
    dict(id=1, owner="Ada", flags={"beta": True}),
    dict(id=2, owner="", flags={"beta": False}),
    dict(id=3, owner=None, flags={"beta": 1}),
)
scenario.rows_after(
    "preference",
    dict(id=1, flags={"early": True}),
    dict(id=2, flags={"early": False}),
    dict(id=3, flags={"early": 1}),
)


@scenario.attempt(
    "json_extract() into json_set()",
    sqlite=rows_changed("true came back as 1"),
    postgresql=refused("there is no json_set here", "UndefinedFunction"),
    mysql=done("true is true in SQL, too"),
    mariadb=done("true is true in SQL, too"),
)
def extract(lab):
    @lab.revision("beta is called early")
    def upgrade():
        op.execute("UPDATE preference SET flags = json_set(flags, '$.early', json_extract(flags, '$.beta'))")
        op.execute("UPDATE preference SET flags = json_remove(flags, '$.beta')")

    lab.upgrade()


@scenario.attempt("The key is renamed in Python", everywhere=done("Python knows true and 1 apart"), better=True)
def in_python(lab):
    @lab.revision("beta is called early")
    def upgrade():
        preference = sa.table("preference", sa.column("id"), sa.column("flags", sa.JSON()))
        connection = op.get_bind()
        for row in connection.execute(sa.select(preference)).all():
            flags = {"early" if key == "beta" else key: value for key, value in row.flags.items()}
            connection.execute(sa.update(preference).where(preference.c.id == row.id).values(flags=flags))

    lab.upgrade()
