"""Clean values get another type, and two engines still will not convert them.

Every text in the column is a number, and PostgreSQL refuses: it wants to be told how. SQLite refuses the plain ALTER
altogether, for a type as well as for a default, and takes both in batch mode. MySQL and MariaDB convert without asking,
and so does PostgreSQL where a number becomes a text.

PostgreSQL converts on its own only where nothing can go wrong, and a text may hold anything. SQLite's ALTER TABLE has
no clause for the type of a column, so batch mode makes a new table and copies.

Write batch_alter_table() and give postgresql_using, also for JSON and for dates. The other engines ignore it, and the
one file runs everywhere, as long as every value fits.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, refused

scenario = Scenario(
    title="Tell PostgreSQL how to convert a type",
    question="Every text in a column is a number. Can its type simply become INTEGER?",
    level="beginner",
    lesson=[
        "safe model change",
        "PostgreSQL wants USING where a conversion could fail.",
        "On SQLite a change of type or default needs batch mode.",
    ],
    reference="https://www.postgresql.org/docs/current/sql-altertable.html",
    hints=[
        "Read PostgreSQL's HINT: what does it ask for?",
        "A text may hold anything, so PostgreSQL converts it only with USING.",
        'batch.alter_column("age", ..., type_=sa.Integer(), postgresql_using="age::integer")',
    ],
)


def students(db, age_type=None, badge_type=None, address_type=None, country_default="fr"):
    class Student(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        age = sa.Column(age_type or sa.String(10))
        badge = sa.Column(badge_type or sa.Integer())
        address = sa.Column(address_type or sa.String(200))
        country = sa.Column(sa.String(2), server_default=country_default)


@scenario.before
def before(db):
    students(db)


@scenario.after
def age_is_number(db):
    students(db, age_type=sa.Integer())


def badge_is_text(db):
    students(db, badge_type=sa.String(20))


def address_is_json(db):
    students(db, address_type=sa.JSON())


def all_three(db):
    students(db, age_type=sa.Integer(), address_type=sa.JSON(), country_default="de")


def other_default(db):
    students(db, country_default="de")


scenario.rows(
    "student",
    dict(id=1, age="36", badge=1, address='{"town": "Zürich", "no": 7}', country="CH"),
    dict(id=2, age="0", badge=-20, address="[]", country="fr"),
    dict(id=3, age=None, badge=None, address=None, country=None),
    dict(id=4, age="-1", badge=0, address='{"town": null}', country=""),
)


@scenario.attempt(
    "Text to number, plain, every text is a number",
    sqlite=refused("SQLite has no ALTER COLUMN TYPE", "OperationalError"),
    postgresql=refused("no automatic cast: it wants USING", "DatatypeMismatch"),
    mysql=done("MODIFY converts as it copies"),
    mariadb=done("MODIFY converts as it copies"),
)
def number_plain(lab):
    @lab.revision("age becomes a number")
    def upgrade():
        op.alter_column("student", "age", existing_type=sa.String(10), type_=sa.Integer(), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "Number to text, in batch mode",
    after=badge_is_text,
    everywhere=done("every number can be written as text"),
)
def number_to_text(lab):
    @lab.revision("badge becomes a text")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("badge", existing_type=sa.Integer(), type_=sa.String(20), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "Text to JSON, in batch mode",
    after=address_is_json,
    sqlite=done("JSON is kept as the text it was"),
    postgresql=refused("no automatic cast: it wants USING", "DatatypeMismatch"),
    mysql=done("every text is JSON: converted"),
    mariadb=done("every text is JSON: converted"),
)
def text_to_json(lab):
    @lab.revision("address becomes JSON")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("address", existing_type=sa.String(200), type_=sa.JSON(), existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "Another default, plain",
    after=other_default,
    sqlite=refused("SQLite has no ALTER COLUMN SET DEFAULT", "OperationalError"),
    everywhere=done("the old rows are not touched"),
)
def default_plain(lab):
    @lab.revision("another default country")
    def upgrade():
        op.alter_column("student", "country", existing_type=sa.String(2), server_default="de", existing_nullable=True)

    lab.upgrade()


@scenario.attempt(
    "In batch mode, with postgresql_using",
    after=all_three,
    everywhere=done("each engine is told how to convert"),
    better=True,
)
def told_how(lab):
    @lab.revision("age is a number, address JSON, the default de")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "age",
                existing_type=sa.String(10),
                type_=sa.Integer(),
                existing_nullable=True,
                postgresql_using="age::integer",
            )
            batch.alter_column(
                "address",
                existing_type=sa.String(200),
                type_=sa.JSON(),
                existing_nullable=True,
                postgresql_using="address::json",
            )
            batch.alter_column("country", existing_type=sa.String(2), server_default="de", existing_nullable=True)

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("country", existing_type=sa.String(2), server_default="fr", existing_nullable=True)
            batch.alter_column("address", existing_type=sa.JSON(), type_=sa.String(200), existing_nullable=True)
            batch.alter_column("age", existing_type=sa.Integer(), type_=sa.String(10), existing_nullable=True)

    lab.upgrade()
