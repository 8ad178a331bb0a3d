"""Ada and ada are two names on one engine and one name on another.

The nicknames are unique on your laptop and have been for a year. In production, on MySQL or MariaDB, the unique
constraint is refused: Duplicate entry. Where no rows are in its way it is accepted, and later 'ada' cannot sign up
because 'Ada' did.

What counts as equal is a matter of collation. SQLite and PostgreSQL compare text character by character. The usual
collations of MySQL and MariaDB end in _ai_ci: accents and case are of no account. MariaDB's pads with blanks too, so
'A1' equals 'A1 '. NULL equals nothing anywhere.

Decide what you mean, and write it down. Either a collation that tells them apart, in the column's type:

    sa.String(40).with_variant(mysql.VARCHAR(40, collation="utf8mb4_0900_as_cs"), "mysql")

or, if Ada and ada are meant to be one, a column of its own that the application fills with the lower-case name.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="The same rows are unique here and duplicates there",
    question="Are 'Ada' and 'ada' two different values for a unique column?",
    level="intermediate",
    lesson=["collation decides what is equal", "say in the model whether case and accents count"],
    reference="https://dev.mysql.com/doc/refman/9.7/en/charset-collation-effect.html",
    hints=[
        "Ask each engine: SELECT 'Ada' = 'ada'.",
        "The collation's name tells: _ai_ci means that accents and case do not count.",
        "Name a collation in the type with with_variant(), or keep a lower-case copy and make that unique.",
    ],
)


def students(db, unique=(), exact=False, key=False):
    """The student table; ``exact`` gives its texts a collation that tells everything apart."""
    text = sa.String(40)
    if exact:
        text = text.with_variant(mysql.VARCHAR(40, collation="utf8mb4_0900_as_cs"), "mysql").with_variant(
            mysql.VARCHAR(40, collation="utf8mb4_nopad_bin"), "mariadb"
        )
    columns = {name: sa.Column(text, unique=name in unique) for name in ("nick", "town", "code")}
    if key:
        columns["nick_key"] = sa.Column(sa.String(40), unique=True)
    type("Student", (db.Model,), {"id": sa.Column(sa.Integer, primary_key=True)} | columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def nick_is_unique(db):
    students(db, unique=("nick",))


def town_is_unique(db):
    students(db, unique=("town",))


def code_is_unique(db):
    students(db, unique=("code",))


def all_are_exact(db):
    students(db, unique=("nick", "town", "code"), exact=True)


def key_is_unique(db):
    students(db, key=True)


scenario.rows(
    "student",
    dict(id=1, nick="Ada", town="Orléans", code="A1"),
    dict(id=2, nick="ada", town="Orleans", code="A1 "),
    dict(id=3, nick="", town="Ulm", code=""),
    dict(id=4, nick=None, town=None, code=None),
    dict(id=5, nick=None, town=None, code=None),
)


@scenario.attempt(
    "Unique nicknames: 'Ada' and 'ada'",
    sqlite=done("upper and lower case differ"),
    postgresql=done("upper and lower case differ"),
    mysql=refused("_ci: case does not count", "1062"),
    mariadb=refused("_ci: case does not count", "1062"),
)
def upper_case(lab):
    @lab.revision("nick is unique")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_nick", ["nick"])

    lab.upgrade()


@scenario.attempt(
    "Unique towns: 'Orléans' and 'Orleans'",
    after=town_is_unique,
    sqlite=done("é and e are two characters"),
    postgresql=done("é and e are two characters"),
    mysql=refused("_ai: accents do not count", "1062"),
    mariadb=refused("_ai: accents do not count", "1062"),
)
def accents(lab):
    @lab.revision("town is unique")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_town", ["town"])

    lab.upgrade()


@scenario.attempt(
    "Unique codes: 'A1' and 'A1 '",
    after=code_is_unique,
    sqlite=done("the blank counts"),
    postgresql=done("the blank counts in VARCHAR"),
    mysql=done("the 0900 collations do not pad"),
    mariadb=refused("PAD SPACE: trailing blanks do not count", "1062"),
)
def trailing_blank(lab):
    @lab.revision("code is unique")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_code", ["code"])

    lab.upgrade()


@scenario.attempt(
    "All three, with an exact collation in the type",
    after=all_are_exact,
    sqlite=done("no variant: compares bytes anyway"),
    postgresql=done("no variant: compares exactly anyway"),
    mysql=done("_as_cs: accents and case count"),
    mariadb=done("nopad_bin: everything counts"),
    better=True,
)
def exact_collation(lab):
    @lab.revision("texts that are exact, and unique")
    def upgrade():
        from sqlalchemy.dialects import mysql

        exact = (
            sa.String(40)
            .with_variant(mysql.VARCHAR(40, collation="utf8mb4_0900_as_cs"), "mysql")
            .with_variant(mysql.VARCHAR(40, collation="utf8mb4_nopad_bin"), "mariadb")
        )
        with op.batch_alter_table("student") as batch:
            for name in ("nick", "town", "code"):
                batch.alter_column(name, existing_type=sa.String(40), type_=exact, existing_nullable=True)
                batch.create_unique_constraint(f"uq_student_{name}", [name])

    lab.upgrade()


@scenario.attempt(
    "Ada and ada are meant to be one: a lower-case key",
    after=key_is_unique,
    rows_after={
        "student": [
            dict(id=1, nick_key="ada"),
            dict(id=2, nick_key="ada-2"),
            dict(id=3, nick_key=""),
            dict(id=4, nick_key=None),
            dict(id=5, nick_key=None),
        ]
    },
    everywhere=done("the key is equal on every engine"),
    better=True,
)
def lower_case_key(lab):
    @lab.revision("a key for the nick")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.add_column(sa.Column("nick_key", sa.String(40)))
        student = sa.table("student", sa.column("id"), sa.column("nick"), sa.column("nick_key"))
        connection = op.get_bind()
        taken = set()
        for row in connection.execute(sa.select(student.c.id, student.c.nick).order_by(student.c.id)).all():
            if row.nick is not None:
                key = row.nick.strip().lower()
                key = f"{key}-{row.id}" if key in taken else key
                taken.add(key)
                connection.execute(sa.update(student).where(student.c.id == row.id).values(nick_key=key))
        with op.batch_alter_table("student") as batch:
            batch.create_unique_constraint("uq_student_nick_key", ["nick_key"])

    lab.upgrade()
