"""A Numeric column becomes Float, and large numbers lose their last digits.

16777217 becomes 16777216 on MySQL and MariaDB, and 1234567.89 becomes 1234567.875; a SELECT shows 16777200 and 1234570.
Nothing fails. sa.Float() is FLOAT there, a number in 4 bytes with 24 bits for its digits, about seven of them. FLOAT on
PostgreSQL and SQLite has 8 bytes and 53 bits, and these values survive.

Write sa.Double(), which has 8 bytes on every engine, and keep money in sa.Numeric().
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, rows_changed

scenario = Scenario(
    title="Float keeps seven digits on MySQL and MariaDB",
    question="A Numeric column becomes a Float. Does every amount stay what it is?",
    level="intermediate",
    lesson=["Float is 4 bytes on MySQL and MariaDB, 8 on the others.", "Use Double, or Numeric for money."],
    reference="https://dev.mysql.com/doc/refman/9.7/en/floating-point-types.html",
    hints=[
        "Compare the large numbers digit by digit.",
        "FLOAT has 4 bytes on MySQL and MariaDB: 24 bits, about seven decimal digits.",
        "sa.Double() has 8 bytes everywhere.",
    ],
)


def readings(db, type_):
    class Reading(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        place = sa.Column(sa.String(50))
        amount = sa.Column(type_)


@scenario.before
def before(db):
    readings(db, sa.Numeric(12, 2))


@scenario.after
def single(db):
    readings(db, sa.Float())


def double(db):
    readings(db, sa.Double())


scenario.rows(
    "reading",
    dict(id=1, place="Łódź", amount="16777217.00"),
    dict(id=2, place="", amount="1234567.89"),
    dict(id=3, place="Genève ", amount="0.10"),
    dict(id=4, place=None, amount=None),
    dict(id=5, place="Ada", amount="-12.50"),
)


@scenario.attempt(
    "Numeric becomes Float",
    sqlite=done("8 bytes, whatever the name"),
    postgresql=done("8 bytes: double precision"),
    mysql=rows_changed("4 bytes: seven digits"),
    mariadb=rows_changed("4 bytes: seven digits"),
)
def to_float(lab):
    @lab.revision("amount is a float")
    def upgrade():
        with op.batch_alter_table("reading") as batch:
            batch.alter_column("amount", existing_type=sa.Numeric(12, 2), type_=sa.Float())

    lab.upgrade()


@scenario.attempt("Numeric becomes Double", after=double, everywhere=done("8 bytes on every engine"), better=True)
def to_double(lab):
    @lab.revision("amount is a double")
    def upgrade():
        with op.batch_alter_table("reading") as batch:
            batch.alter_column("amount", existing_type=sa.Numeric(12, 2), type_=sa.Double())

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("reading") as batch:
            batch.alter_column("amount", existing_type=sa.Double(), type_=sa.Numeric(12, 2))

    lab.upgrade()


@scenario.attempt(
    "There and back again, by Double",
    after=before,
    everywhere=done("two places survive 53 bits"),
    better=True,
)
def there_and_back(lab):
    @lab.revision("amount is a double")
    def upgrade():
        with op.batch_alter_table("reading") as batch:
            batch.alter_column("amount", existing_type=sa.Numeric(12, 2), type_=sa.Double())

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("reading") as batch:
            batch.alter_column("amount", existing_type=sa.Double(), type_=sa.Numeric(12, 2))

    lab.upgrade()
    lab.downgrade()
