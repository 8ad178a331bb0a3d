"""A column is made wider, and MySQL and MariaDB drop its NOT NULL, its default and its comment.

A text of 10 characters gets 50. SQLite and PostgreSQL change the length and nothing else. On MySQL and MariaDB the
upgrade succeeds just the same, and the column is now allowed to be NULL and has neither default nor comment. A key
that is widened this way no longer counts up, and the next INSERT fails.

MySQL and MariaDB have MODIFY and CHANGE, which restate the whole column. What the statement leaves out is gone, and
Alembic can only write down what the migration tells it.

Tell it everything that stays: existing_type, existing_nullable, existing_server_default, existing_comment, and
autoincrement=True for a key. Autogenerate does so, with the default in the words of the engine it ran on.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, half_applied, refused

scenario = Scenario(
    title="MySQL forgets what alter_column() does not repeat",
    question="alter_column() names only the new type. What about NOT NULL and the default?",
    level="intermediate",
    lesson=[
        "safe model change",
        "MODIFY and CHANGE restate the whole column.",
        "Give every existing_ argument, also where your own engine does not need it.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column",
    hints=[
        "Compare the column before and after on MySQL: what else moved?",
        "MODIFY defines the column anew: what it does not name is dropped.",
        "Pass existing_nullable, existing_server_default and existing_comment with every alter_column().",
    ],
)


def students(db, key=None, **columns):
    own = {
        "id": sa.Column(key or sa.Integer, primary_key=True),
        "course": sa.Column(sa.String(10), nullable=False, server_default="n/a", comment="as in the register"),
        "age": sa.Column(sa.Integer, nullable=False, server_default="18"),
    } | columns
    kept = {name: column for name, column in own.items() if column is not None}
    return type("Student", (db.Model,), {"__tablename__": "student"} | kept)


@scenario.before
def before(db):
    students(db)


@scenario.after
def wider(db):
    students(db, course=sa.Column(sa.String(50), nullable=False, server_default="n/a", comment="as in the register"))


def renamed(db):
    students(db, age=None, years=sa.Column(sa.Integer, nullable=False, server_default="18"))


def wider_key(db):
    students(db, key=sa.BigInteger().with_variant(sa.Integer, "sqlite"))


def both_wider(db):
    students(
        db,
        key=sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        course=sa.Column(sa.String(50), nullable=False, server_default="n/a", comment="as in the register"),
    )


scenario.rows(
    "student",
    dict(id=101, course="Maths", age=36),
    dict(id=102, course="Français ", age=0),
    dict(id=103, course="", age=18),
    dict(id=109, course="n/a", age=99),
)


@scenario.attempt(
    "A longer text, only type_ given",
    sqlite=done("the copy takes the rest from before"),
    postgresql=done("ALTER COLUMN TYPE touches only the type"),
    mysql=drifted("MODIFY without NOT NULL, DEFAULT and COMMENT"),
    mariadb=drifted("MODIFY without NOT NULL, DEFAULT and COMMENT"),
)
def only_type(lab):
    @lab.revision("longer course")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column("course", type_=sa.String(50))

    lab.upgrade()


@scenario.attempt(
    "A rename without existing_type",
    after=renamed,
    sqlite=done("RENAME COLUMN needs no type"),
    postgresql=done("RENAME COLUMN needs no type"),
    mysql=refused("CHANGE must restate the type", "CommandError"),
    mariadb=refused("CHANGE must restate the type", "CommandError"),
    rows_after={
        "student": [dict(id=101, years=36), dict(id=102, years=0), dict(id=103, years=18), dict(id=109, years=99)]
    },
)
def rename_without_type(lab):
    @lab.revision("age becomes years")
    def upgrade():
        op.alter_column("student", "age", new_column_name="years")

    lab.upgrade()


@scenario.attempt(
    "A rename with existing_type and nothing else",
    after=renamed,
    sqlite=done("RENAME COLUMN touches only the name"),
    postgresql=done("RENAME COLUMN touches only the name"),
    mysql=drifted("CHANGE without NOT NULL and DEFAULT"),
    mariadb=drifted("CHANGE without NOT NULL and DEFAULT"),
    rows_after={
        "student": [dict(id=101, years=36), dict(id=102, years=0), dict(id=103, years=18), dict(id=109, years=99)]
    },
)
def rename_with_type(lab):
    @lab.revision("age becomes years")
    def upgrade():
        op.alter_column("student", "age", new_column_name="years", existing_type=sa.Integer())

    lab.upgrade()


@scenario.attempt(
    "A wider key without autoincrement=True, then an INSERT",
    after=wider_key,
    sqlite=done("every integer key has 64 bits already"),
    postgresql=drifted("the sequence stays, and is INTEGER"),
    mysql=half_applied("MODIFY without AUTO_INCREMENT: the id is missing", "1364"),
    mariadb=half_applied("MODIFY without AUTO_INCREMENT: the id is missing", "1364"),
)
def key(lab):
    @lab.revision("wider key")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "id",
                existing_type=sa.Integer(),
                type_=sa.BigInteger().with_variant(sa.Integer, "sqlite"),
                existing_nullable=False,
            )

    lab.upgrade()
    lab.execute("INSERT INTO student (course, age) VALUES ('Physics', 20)")


@scenario.attempt(
    "Everything that stays is repeated, then an INSERT",
    after=both_wider,
    everywhere=done("what stays is named, so it stays"),
    better=True,
)
def repeated(lab):
    @lab.revision("wider course and key")
    def upgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "course",
                existing_type=sa.String(10),
                type_=sa.String(50),
                existing_nullable=False,
                existing_server_default="n/a",
                existing_comment="as in the register",
            )
            batch.alter_column(
                "id",
                existing_type=sa.Integer(),
                type_=sa.BigInteger().with_variant(sa.Integer, "sqlite"),
                existing_nullable=False,
                autoincrement=True,
            )
        if op.get_bind().dialect.name == "postgresql":
            op.execute("ALTER SEQUENCE student_id_seq AS BIGINT")

    @upgrade.downgrade
    def downgrade():
        with op.batch_alter_table("student") as batch:
            batch.alter_column(
                "id",
                existing_type=sa.BigInteger().with_variant(sa.Integer, "sqlite"),
                type_=sa.Integer(),
                existing_nullable=False,
                autoincrement=True,
            )
            batch.alter_column(
                "course",
                existing_type=sa.String(50),
                type_=sa.String(10),
                existing_nullable=False,
                existing_server_default="n/a",
                existing_comment="as in the register",
            )

    lab.upgrade()
    lab.execute("INSERT INTO student (course, age) VALUES ('Physics', 20)")
