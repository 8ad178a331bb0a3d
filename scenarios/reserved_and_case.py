"""A migration counts the rows of a table that is called user.

The revision adds a column to report and fills it with SELECT count(*) FROM user. There are four users; on PostgreSQL
the report says 1, and nothing fails. The name is a reserved word there: without quotes, user is the name of whoever is
connected, and a table of one row. SQLite, MySQL and MariaDB count the table.

Quoting by hand moves the trouble. "user" is a name for SQLite and PostgreSQL, and a piece of text for MySQL and
MariaDB; `user` is a name for the others and nonsense for PostgreSQL. After the error, MySQL and MariaDB keep the column
that was added before it.

Let SQLAlchemy quote, with sa.table("user") in place of raw SQL, or rename the table to users, which is reserved
nowhere.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, rolled_back, rows_changed

scenario = Scenario(
    title="A table named user, in raw SQL",
    question="A table is called user. Does SELECT count(*) FROM user count its rows?",
    level="beginner",
    lesson=[
        "Without quotes, user is not your table on PostgreSQL.",
        "No quoting by hand fits all engines: let SQLAlchemy do it.",
        "Name tables in lower case and plural.",
    ],
    reference="https://www.postgresql.org/docs/current/sql-keywords-appendix.html",
    hints=[
        "How many users does each report count, and how many are there?",
        "On PostgreSQL, SELECT * FROM user answers with the name you are connected as: one row.",
        'sa.select(sa.func.count()).select_from(sa.table("user")) is quoted as each engine needs it.',
    ],
)


def tables(db, name="user", counted=True):
    class User(db.Model):
        __tablename__ = name
        id = sa.Column(sa.Integer, primary_key=True)
        email = sa.Column(sa.String(100))

    column = {"users": sa.Column(sa.Integer)} if counted else {}
    type(
        "Report",
        (db.Model,),
        {"id": sa.Column(sa.Integer, primary_key=True), "title": sa.Column(sa.String(50))} | column,
    )


@scenario.before
def before(db):
    tables(db, counted=False)


@scenario.after
def after(db):
    tables(db)


def renamed(db):
    tables(db, name="users")


USERS = [
    dict(id=1, email="ada@example.org"),
    dict(id=2, email="ZOË@example.org"),
    dict(id=3, email=None),
    dict(id=7, email=""),
]
scenario.rows("user", *USERS)
scenario.rows("report", dict(id=1, title="Users"), dict(id=2, title=None))
scenario.rows_after("report", dict(id=1, users=4), dict(id=2, users=4))


@scenario.attempt(
    "SELECT count(*) FROM user",
    sqlite=done("user is an ordinary name"),
    postgresql=rows_changed("user is whoever is connected: 1"),
    mysql=done("user is an ordinary name"),
    mariadb=done("user is an ordinary name"),
)
def bare(lab):
    @lab.revision("report counts users")
    def upgrade():
        op.add_column("report", sa.Column("users", sa.Integer()))
        op.execute("UPDATE report SET users = (SELECT count(*) FROM user)")

    lab.upgrade()


@scenario.attempt(
    'SELECT count(*) FROM "user"',
    sqlite=done("double quotes hold a name"),
    postgresql=done("double quotes hold a name"),
    mysql=half_applied("double quotes hold text here", "1064"),
    mariadb=half_applied("double quotes hold text here", "1064"),
)
def double_quotes(lab):
    @lab.revision("report counts users")
    def upgrade():
        op.add_column("report", sa.Column("users", sa.Integer()))
        op.execute('UPDATE report SET users = (SELECT count(*) FROM "user")')

    lab.upgrade()


@scenario.attempt(
    "SELECT count(*) FROM `user`",
    sqlite=done("takes backticks for MySQL's sake"),
    postgresql=rolled_back("backticks are no quotes here", "SyntaxError"),
    mysql=done("backticks hold a name"),
    mariadb=done("backticks hold a name"),
)
def backticks(lab):
    @lab.revision("report counts users")
    def upgrade():
        op.add_column("report", sa.Column("users", sa.Integer()))
        op.execute("UPDATE report SET users = (SELECT count(*) FROM `user`)")

    lab.upgrade()


@scenario.attempt('sa.table("user")', everywhere=done("SQLAlchemy quotes as each engine needs"), better=True)
def quoted_by_sqlalchemy(lab):
    @lab.revision("report counts users")
    def upgrade():
        op.add_column("report", sa.Column("users", sa.Integer()))
        report = sa.table("report", sa.column("users"))
        count = sa.select(sa.func.count()).select_from(sa.table("user")).scalar_subquery()
        op.execute(sa.update(report).values(users=count))

    lab.upgrade()


@scenario.attempt(
    "Rename the table to users first",
    after=renamed,
    rows_after={"users": USERS, "report": [dict(id=1, users=4), dict(id=2, users=4)]},
    everywhere=done("users is reserved nowhere"),
    better=True,
)
def plural(lab):
    @lab.revision("user becomes users, report counts them")
    def upgrade():
        op.rename_table("user", "users")
        op.add_column("report", sa.Column("users", sa.Integer()))
        op.execute("UPDATE report SET users = (SELECT count(*) FROM users)")

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("report") as batch:
            batch.drop_column("users")
        op.rename_table("users", "user")

    lab.upgrade()
