"""A text gets a shorter limit and a number a smaller type, and some values are too big.

SQLite accepts both and keeps every value as it is. PostgreSQL, MySQL and MariaDB refuse at the first value that does
not fit. There is one exception, and it is silent: where nothing but blanks is too long, PostgreSQL cuts them off.

On SQLite VARCHAR(5) is a name and not a limit, and every integer has 64 bits. The others hold each row to the new type
while they alter the table. The SQL standard lets blanks at the end be cut without an error, and PostgreSQL follows it.

A test on SQLite will not find this. Look for the longest and the biggest value first, decide what becomes of it, and
UPDATE it in the same migration before the type changes.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused, rows_changed

scenario = Scenario(
    title="Make a text shorter and a number smaller",
    question="A column becomes shorter than a text in it. What becomes of that text?",
    level="beginner",
    lesson=[
        "safe model change",
        "SQLite enforces no length and no size of a number.",
        "A migration that passes on SQLite may be refused in production.",
    ],
    reference="https://www.sqlite.org/datatype3.html",
    hints=[
        "Ask for max(length(nick)) before the change: does it fit?",
        "SQLite never enforces a length, and the others check every row.",
        "UPDATE student SET nick = substr(nick, 1, 5), then alter the column.",
    ],
)


def students(db, nick_length=50, code_length=20, points_type=None):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        nick = sa.Column(sa.String(nick_length))
        code = sa.Column(sa.String(code_length))
        points = sa.Column(points_type or sa.BigInteger())


@scenario.before
def before(db):
    students(db)


@scenario.after
def all_smaller(db):
    students(db, nick_length=5, code_length=3, points_type=sa.Integer())


def short_nick(db):
    students(db, nick_length=5)


def short_code(db):
    students(db, code_length=3)


def small_points(db):
    students(db, points_type=sa.Integer())


scenario.rows(
    "student",
    dict(id=1, nick="ada", code="A1", points=12),
    dict(id=2, nick="zoë-the-great", code="Z2   ", points=3_000_000_000),
    dict(id=3, nick="", code="", points=0),
    dict(id=4, nick=None, code=None, points=None),
    dict(id=5, nick="Élan5", code="É5 ", points=-5),
)


@scenario.attempt(
    "A shorter text",
    after=short_nick,
    sqlite=done("VARCHAR(5) is a name, not a limit"),
    postgresql=refused("a text of 13 in VARCHAR(5)", "StringDataRightTruncation"),
    mysql=refused("a text of 13 in VARCHAR(5)", "1265"),
    mariadb=refused("a text of 13 in VARCHAR(5)", "1265"),
)
def shorter(lab):
    @lab.revision("shorter nick")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("nick", existing_type=sa.String(50), type_=sa.String(5), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "A shorter text, where only blanks are too long",
    after=short_code,
    sqlite=done("VARCHAR(3) is a name, not a limit"),
    postgresql=rows_changed("blanks at the end are cut off"),
    mysql=refused("blanks count: five in VARCHAR(3)", "1265"),
    mariadb=refused("blanks count: five in VARCHAR(3)", "1265"),
)
def blanks(lab):
    @lab.revision("shorter code")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("code", existing_type=sa.String(20), type_=sa.String(3), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "A smaller number",
    after=small_points,
    sqlite=done("an INTEGER has 64 bits here"),
    postgresql=refused("more than 32 bits hold", "NumericValueOutOfRange"),
    mysql=refused("more than 32 bits hold", "1264"),
    mariadb=refused("more than 32 bits hold", "1264"),
)
def smaller(lab):
    @lab.revision("smaller points")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("points", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "The values made to fit first",
    everywhere=done("every value fits before the type changes"),
    rows_after={"student": [dict(id=2, nick="zoë-t", code="Z2", points=2_147_483_647), dict(id=5, code="É5")]},
    better=True,
)
def made_to_fit(lab):
    @lab.revision("shorter nick and code, smaller points")
    def upgrade():
        op.execute("UPDATE student SET nick = substr(nick, 1, 5), code = rtrim(code)")
        op.execute("UPDATE student SET points = 2147483647 WHERE points > 2147483647")
        with op.batch_alter_table("student") as batch:
            batch.alter_column("nick", existing_type=sa.String(50), type_=sa.String(5), existing_nullable=True)
            batch.alter_column("code", existing_type=sa.String(20), type_=sa.String(3), existing_nullable=True)
            batch.alter_column("points", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=True)

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("nick", existing_type=sa.String(5), type_=sa.String(50), existing_nullable=True)
            batch.alter_column("code", existing_type=sa.String(3), type_=sa.String(20), existing_nullable=True)
            batch.alter_column("points", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)

    lab.upgrade()
