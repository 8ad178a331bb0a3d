"""A NOT NULL JSON column gives old rows a value that is not JSON.

On MariaDB the migration ends well and the application cannot read its own table any more: every old row holds an empty
string, json.loads() fails on it, and even an UPDATE of another column is turned away. MariaDB's JSON is LONGTEXT with
a CHECK that calls json_valid(); ADD COLUMN fills the old rows with the implicit default of LONGTEXT and does not ask
the CHECK, which the next UPDATE of the row does. MySQL has a type of its own and fills in the JSON value null, which
Python reads as None in a column that is never None. SQLite and PostgreSQL refuse.

Add the column nullable, give each row its document with an UPDATE, and set NOT NULL afterwards. A default for JSON has
to be an expression, `server_default=sa.text("('{}')")`. Rows that are spoilt already are cured by an UPDATE of the
JSON column itself.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="Add a NOT NULL JSON column",
    question="A NOT NULL JSON column is added. What do the old rows hold?",
    level="advanced",
    lesson=[
        "safe model change",
        "A CHECK is not asked about values that ADD COLUMN invents.",
        "A migration without an error may still break the first query.",
    ],
    reference="https://mariadb.com/docs/server/reference/data-types/string-data-types/json",
    hints=[
        "Read the app's first query afterwards, on MariaDB.",
        "An empty string is no JSON, and MariaDB keeps JSON as text with a CHECK.",
        "Add it nullable, UPDATE student SET settings = '{}', then set nullable=False in batch mode.",
    ],
)


def students(db, **more):
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100)),
        "visits": sa.Column(sa.Integer),
    }
    return type("Student", (db.Model,), columns | more)


@scenario.before
def before(db):
    students(db)


@scenario.after
def after(db):
    students(db, settings=sa.Column(sa.JSON, nullable=False, default=dict))


def with_default(db):
    students(db, settings=sa.Column(sa.JSON, nullable=False, server_default=sa.text("('{}')")))


scenario.rows(
    "student",
    dict(id=1, name="Ada", visits=3),
    dict(id=2, name="Zoë", visits=None),
    dict(id=3, name="", visits=0),
    dict(id=4, name="null", visits=12),
)
scenario.rows_after("student", *(dict(id=key, settings="{}") for key in (1, 2, 3, 4)))


@scenario.attempt(
    "flask db migrate, then upgrade",
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=rows_changed("implicit default: the JSON value null"),
    mariadb=rows_changed("implicit default: '', which is no JSON"),
)
def not_null(lab):
    lab.migrate("every student has settings")
    lab.upgrade()


@scenario.attempt(
    "Upgrade, and then touch a row",
    rows_after={"student": [dict(id=1, visits=4, settings="{}"), *(dict(id=key, settings="{}") for key in (2, 3, 4))]},
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=rows_changed("null in old rows; it may be updated"),
    mariadb=rows_changed("the CHECK fails on any UPDATE", "4025"),
)
def touch(lab):
    lab.migrate("every student has settings")
    lab.upgrade()
    lab.execute("UPDATE student SET visits = 4 WHERE id = 1")


@scenario.attempt(
    "Upgrade, and then cure the column itself",
    sqlite=refused("the old rows would hold NULL", "OperationalError"),
    postgresql=refused("the old rows would hold NULL", "NotNullViolation"),
    mysql=done("every row gets a document"),
    mariadb=done("the CHECK sees valid JSON again"),
)
def cure(lab):
    lab.migrate("every student has settings")
    lab.upgrade()
    lab.execute("UPDATE student SET settings = '{}'")


@scenario.attempt(
    "With an expression as server_default",
    after=with_default,
    everywhere=done("the default is valid JSON"),
    better=True,
)
def server_default(lab):
    @lab.revision("every student has settings")
    def upgrade():
        op.add_column("student", sa.Column("settings", sa.JSON(), nullable=False, server_default=sa.text("('{}')")))

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "settings")

    lab.upgrade()


@scenario.attempt(
    "Nullable, then filled, then NOT NULL",
    everywhere=done("each row has its document before NOT NULL"),
    better=True,
)
def three_steps(lab):
    @lab.revision("every student has settings")
    def upgrade():
        op.add_column("student", sa.Column("settings", sa.JSON()))
        op.execute("UPDATE student SET settings = '{}'")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("settings", existing_type=sa.JSON(), nullable=False)

    @upgrade.downgrade
    def downgrade():
        op.drop_column("student", "settings")

    lab.upgrade()
