"""An index is built without blocking writers, which PostgreSQL does only outside a transaction.

CREATE INDEX CONCURRENTLY in a plain upgrade() is refused on PostgreSQL, and nothing is changed. The other engines do
not know the option, leave it out and build the index.

Alembic runs every upgrade on PostgreSQL inside a transaction, and this statement needs to commit on its way.
autocommit_block() steps out of the transaction, but it commits what the revision did before: if a later step fails,
that part stays and no revision is noted. And if the build itself fails, on duplicates for instance, an invalid index
is left behind that costs on every write and answers no query.

Put the index alone into its revision, inside autocommit_block(). After a failure put the data right, drop the invalid
index, and run it again.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="Build an index concurrently",
    question="Can an ordinary upgrade() build an index concurrently?",
    level="intermediate",
    lesson=[
        "CREATE INDEX CONCURRENTLY needs autocommit_block(), alone in its revision.",
        "A failed concurrent build leaves an invalid index behind.",
    ],
    reference="https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    hints=[
        "What stands before the statement in PostgreSQL's log: BEGIN?",
        "autocommit_block() commits whatever the revision did before it.",
        "with op.get_context().autocommit_block(): op.create_index(..., postgresql_concurrently=True), alone.",
    ],
)


def students(db, name_index=None, email_unique=None, nickname=False):
    """The student table, with an index on the name, a unique one on the email, or a nickname."""
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "name": sa.Column(sa.String(100), index=name_index),
        "email": sa.Column(sa.String(100), index=email_unique, unique=email_unique),
    }
    columns |= {"nickname": sa.Column(sa.String(50))} if nickname else {}
    type("Student", (db.Model,), columns)


@scenario.before
def before(db):
    students(db)


@scenario.after
def name_indexed(db):
    students(db, name_index=True)


def email_unique(db):
    students(db, email_unique=True)


def all_of_it(db):
    students(db, name_index=True, email_unique=True, nickname=True)


scenario.rows(
    "student",
    dict(id=1, name="Ada", email="ada@example.org"),
    dict(id=2, name="Zoë", email="zoe@example.org"),
    dict(id=3, name=" ada", email="zoe@example.org"),
    dict(id=4, name=None, email=None),
)


@scenario.attempt(
    "Concurrently, in a plain upgrade()",
    postgresql=refused("not inside a transaction block", "ActiveSqlTransaction"),
    everywhere=done("the option is for PostgreSQL only"),
)
def plain(lab):
    @lab.revision("index the name")
    def upgrade():
        op.create_index("ix_student_name", "student", ["name"], postgresql_concurrently=True)

    lab.upgrade()


@scenario.attempt(
    "In autocommit_block(), between other changes",
    sqlite=half_applied("no transaction was there to lose", "IntegrityError"),
    postgresql=half_applied("the block committed what came before", "UniqueViolation"),
    mysql=half_applied("each statement was committed at once", "1062"),
    mariadb=half_applied("each statement was committed at once", "1062"),
    after=all_of_it,
)
def in_between(lab):
    @lab.revision("a nickname, and two indexes")
    def upgrade():
        op.add_column("student", sa.Column("nickname", sa.String(50)))
        with op.get_context().autocommit_block():
            op.create_index("ix_student_name", "student", ["name"], postgresql_concurrently=True)
        op.create_index("ix_student_email", "student", ["email"], unique=True)

    lab.upgrade()


@scenario.attempt(
    "A unique index over duplicates",
    sqlite=refused("two rows have one email", "IntegrityError"),
    postgresql=half_applied("an invalid index is left behind", "UniqueViolation"),
    mysql=refused("two rows have one email", "1062"),
    mariadb=refused("two rows have one email", "1062"),
    after=email_unique,
)
def duplicates(lab):
    @lab.revision("email is unique")
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("ix_student_email", "student", ["email"], unique=True, postgresql_concurrently=True)

    lab.upgrade()


@scenario.attempt(
    "Alone in its revision, in autocommit_block()", everywhere=done("outside of any transaction"), better=True
)
def alone(lab):
    @lab.revision("index the name")
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("ix_student_name", "student", ["name"], postgresql_concurrently=True)

    lab.upgrade()


@scenario.attempt(
    "Over duplicates: put right, drop the rest, again",
    everywhere=done("a clean start, the build goes through"),
    after=email_unique,
    rows_after={"student": [dict(id=3, name=" ada", email=None)]},
    better=True,
)
def again(lab):
    @lab.revision("email is unique")
    def upgrade():
        with op.get_context().autocommit_block():
            if op.get_bind().dialect.name == "postgresql":
                op.drop_index("ix_student_email", "student", if_exists=True, postgresql_concurrently=True)
            op.create_index("ix_student_email", "student", ["email"], unique=True, postgresql_concurrently=True)

    try:
        lab.upgrade()
    except sa.exc.IntegrityError:
        lab.execute("UPDATE student SET email = NULL WHERE id = 3")
        lab.upgrade()
