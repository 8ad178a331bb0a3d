"""A value is taken out of a JSON column with ->>.

The revision moves the theme from settings, a JSON column, into a column of its own and drops settings. Written
settings ->> '$.theme', as MySQL's manual has it, it runs on PostgreSQL without an error and finds nothing, because
->> takes a plain key there and no student has a key called $.theme. The theme is NULL for all, and the column that held
it is gone. MariaDB has no ->> at all and keeps the half that ran.

Written settings ->> 'theme', as PostgreSQL's manual has it, MySQL refuses the path, after it has added the column.
SQLite understands both. JSON_VALUE() is known to MySQL and MariaDB, to PostgreSQL since version 17, and not to SQLite.
Each engine stores JSON in its own way, too: MySQL puts the keys into an order of its own, MariaDB keeps the text under
a CHECK, SQLite keeps any text.

Let SQLAlchemy write the function, column["theme"].as_string(), or read the documents in Python and write the values
back: the same code on every engine.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back, rows_changed

scenario = Scenario(
    title="A value taken out of a JSON column",
    question="Does settings ->> '$.theme' mean the same on every engine?",
    level="intermediate",
    lesson=[
        "->> does not mean the same on two engines, and does not exist on MariaDB.",
        "Let SQLAlchemy's JSON type read a document, and Python take it apart.",
    ],
    reference="https://www.postgresql.org/docs/current/functions-json.html",
    hints=[
        "Which key does each engine look for?",
        "->> takes a key on PostgreSQL, a path on MySQL, either on SQLite; MariaDB has JSON_VALUE().",
        'Select the column as sa.JSON, take settings.get("theme") in Python, and update row by row.',
    ],
)


@scenario.before
def before(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))
        settings = sa.Column(sa.JSON())


@scenario.after
def after(db):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(50))
        theme = sa.Column(sa.String(50))


scenario.rows(
    "student",
    dict(id=1, name="Ada", settings={"theme": "dark", "size": 12}),
    dict(id=2, name="Zoë", settings={"size": 9, "theme": "blau-grün"}),
    dict(id=3, name="O'Neil", settings={"size": 10}),
    dict(id=4, name="", settings={"theme": ""}),
    dict(id=5, name=None),
)
scenario.rows_after(
    "student",
    dict(id=1, theme="dark"),
    dict(id=2, theme="blau-grün"),
    dict(id=3, theme=None),
    dict(id=4, theme=""),
    dict(id=5, theme=None),
)


@scenario.attempt(
    "settings ->> '$.theme', as on MySQL",
    sqlite=done("takes a path or a key"),
    postgresql=rows_changed("no key is called $.theme: all NULL"),
    mysql=done("takes a path"),
    mariadb=half_applied("there is no ->> here", "1064"),
)
def arrow_with_path(lab):
    @lab.revision("theme gets a column")
    def upgrade():
        op.add_column("student", sa.Column("theme", sa.String(50)))
        op.execute("UPDATE student SET theme = settings ->> '$.theme'")
        op.drop_column("student", "settings")

    lab.upgrade()


@scenario.attempt(
    "settings ->> 'theme', as on PostgreSQL",
    sqlite=done("takes a path or a key"),
    postgresql=done("takes a key"),
    mysql=half_applied("takes a path only", "3143"),
    mariadb=half_applied("there is no ->> here", "1064"),
)
def arrow_with_key(lab):
    @lab.revision("theme gets a column")
    def upgrade():
        op.add_column("student", sa.Column("theme", sa.String(50)))
        op.execute("UPDATE student SET theme = settings ->> 'theme'")
        op.drop_column("student", "settings")

    lab.upgrade()


@scenario.attempt(
    "JSON_VALUE(settings, '$.theme'), as on MariaDB",
    sqlite=half_applied("there is no JSON_VALUE here", "OperationalError"),
    postgresql={
        "<17": rolled_back("JSON_VALUE came with PostgreSQL 17", "UndefinedFunction"),
        ">=17": done("the standard's function"),
    },
    mysql=done("the standard's function"),
    mariadb=done("the standard's function"),
)
def json_value(lab):
    @lab.revision("theme gets a column")
    def upgrade():
        op.add_column("student", sa.Column("theme", sa.String(50)))
        op.execute("UPDATE student SET theme = JSON_VALUE(settings, '$.theme')")
        op.drop_column("student", "settings")

    lab.upgrade()


@scenario.attempt(
    'settings["theme"].as_string()', everywhere=done("SQLAlchemy writes each engine's own function"), better=True
)
def by_sqlalchemy(lab):
    @lab.revision("theme gets a column")
    def upgrade():
        op.add_column("student", sa.Column("theme", sa.String(50)))
        student = sa.table("student", sa.column("settings", sa.JSON()), sa.column("theme"))
        op.execute(sa.update(student).values(theme=student.c.settings["theme"].as_string()))
        op.drop_column("student", "settings")

    lab.upgrade()


@scenario.attempt("Read and taken apart in Python", everywhere=done("Python reads each document"), better=True)
def in_python(lab):
    @lab.revision("theme gets a column")
    def upgrade():
        op.add_column("student", sa.Column("theme", sa.String(50)))
        student = sa.table("student", sa.column("id"), sa.column("settings", sa.JSON()), sa.column("theme"))
        connection = op.get_bind()
        for row in connection.execute(sa.select(student.c.id, student.c.settings)).all():
            theme = (row.settings or {}).get("theme")
            connection.execute(sa.update(student).where(student.c.id == row.id).values(theme=theme))
        op.drop_column("student", "settings")

    lab.upgrade()
