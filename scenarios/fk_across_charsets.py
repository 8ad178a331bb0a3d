"""A new table points at an old one, and their character sets differ.

The run table was made years ago with latin1. The metric table is new and says nothing, so it gets the database's
character set, utf8mb4, and its foreign key is refused: by MySQL with 3780, which names the two columns, by MariaDB with
1005, errno 150, which names nothing. SQLite and PostgreSQL have one character set for the whole database and see
nothing wrong.

InnoDB compares the two columns inside its indexes, byte by byte. é is one byte in latin1 and two in utf8mb4.

Say the character set of the parent for the new table. Or, better in the long run and slower now, convert the old table
first, when no key points at it yet:

    ALTER TABLE run CONVERT TO CHARACTER SET utf8mb4
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="A foreign key across two character sets",
    question="An old table is in latin1. Can a new table have a foreign key to its text column?",
    level="advanced",
    lesson=[
        "Text columns of a foreign key need one character set on MySQL and MariaDB.",
        "SHOW CREATE TABLE of the parent tells what the child must say.",
    ],
    reference="https://github.com/mlflow/mlflow/issues/17896",
    hints=[
        "Both columns are VARCHAR(32). What else belongs to a text's type?",
        "SHOW CREATE TABLE run: which charset does it end with?",
        "op.create_table(..., mysql_charset='latin1', mariadb_charset='latin1').",
    ],
)

LATIN = {"mysql_charset": "latin1", "mariadb_charset": "latin1"}
UNICODE = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def runs(db, metric=False, charset=LATIN):
    """The run table, and the metric table that points at it."""

    class Run(db.Model):
        __table_args__ = charset
        code = sa.Column(sa.String(32), primary_key=True)

    if metric:

        class Metric(db.Model):
            __table_args__ = charset
            id = sa.Column(sa.Integer, primary_key=True)
            run_code = sa.Column(sa.String(32), sa.ForeignKey("run.code"))


@scenario.before
def before(db):
    runs(db)


@scenario.after
def after(db):
    runs(db, metric=True)


def all_unicode(db):
    runs(db, metric=True, charset=UNICODE)


scenario.rows("run", dict(code="alpha"), dict(code="é"), dict(code=""))


@scenario.attempt(
    "create_table(), and no word of a charset",
    mysql=refused("latin1 and utf8mb4 do not match", "3780"),
    mariadb=refused("latin1 and utf8mb4 do not match", "1005"),
    everywhere=done("one character set a database"),
)
def plain(lab):
    @lab.revision("metrics")
    def upgrade():
        op.create_table(
            "metric",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("run_code", sa.String(32), sa.ForeignKey("run.code")),
        )

    lab.upgrade()


@scenario.attempt("With the parent's charset", everywhere=done("both sides are latin1"), better=True)
def same_charset(lab):
    @lab.revision("metrics")
    def upgrade():
        op.create_table(
            "metric",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("run_code", sa.String(32), sa.ForeignKey("run.code")),
            mysql_charset="latin1",
            mariadb_charset="latin1",
        )

    lab.upgrade()


@scenario.attempt(
    "The parent is converted first", after=all_unicode, everywhere=done("both sides are utf8mb4"), better=True
)
def convert(lab):
    @lab.revision("metrics")
    def upgrade():
        if op.get_bind().dialect.name in ("mysql", "mariadb"):
            op.execute("ALTER TABLE run CONVERT TO CHARACTER SET utf8mb4")
        op.create_table(
            "metric",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("run_code", sa.String(32), sa.ForeignKey("run.code")),
            mysql_charset="utf8mb4",
            mariadb_charset="utf8mb4",
        )

    lab.upgrade()
