"""A Flask-Migrate project with as many revisions as asked for, of the kinds that people write.

Ten revisions make up a round: two tables, and what becomes of them. Every statement is one that SQLite, PostgreSQL,
MySQL and MariaDB take, and the models are what the last revision makes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import flask_migrate

_TEMPLATE = Path(flask_migrate.__file__).parent / "templates" / "flask"
#: Revisions of a round.
ROUND = 10

_APP = """
import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy(metadata=sa.MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}))
migrate = Migrate()
"""
_FACTORY = """

def create_app():
    import os

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite:///own.db")
    db.init_app(app)
    migrate.init_app(app, db)
    return app
"""
_MODELS = """

class Customer{n}(db.Model):
    __tablename__ = "customer_{n}"
    id = sa.Column(sa.Integer, primary_key=True)
    full_name = sa.Column(sa.String(80), nullable=False)
    email = sa.Column(sa.String(120), index=True)
    active = sa.Column(sa.Boolean, nullable=False, server_default=sa.true())
    joined_at = sa.Column(sa.DateTime)


class Order{n}(db.Model):
    __tablename__ = "order_{n}"
    id = sa.Column(sa.Integer, primary_key=True)
    customer_id = sa.Column(sa.ForeignKey("customer_{n}.id", ondelete="CASCADE"), nullable=False, index=True)
    total = sa.Column(sa.Numeric(12, 2))
    note = sa.Column(sa.Text)
    state = sa.Column(sa.String(20))
"""
_REVISION = '''"""{message}"""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''

#: What the revisions of a round do: a message, upgrade() and downgrade(); ``{n}`` is the number of the round.
_STEPS = (
    (
        "create customer",
        """op.create_table(
        "customer_{n}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_customer_{n}"),
    )""",
        """op.drop_table("customer_{n}")""",
    ),
    (
        "create order",
        """op.create_table(
        "purchase_{n}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(10, 2), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer_{n}.id"], name="fk_order_{n}_customer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_{n}"),
    )""",
        """op.drop_table("purchase_{n}")""",
    ),
    (
        "add email",
        """op.add_column("customer_{n}", sa.Column("email", sa.String(120), nullable=True))""",
        """with op.batch_alter_table("customer_{n}") as batch:
        batch.drop_column("email")""",
    ),
    (
        "index email",
        """op.create_index("ix_customer_{n}_email", "customer_{n}", ["email"])""",
        """op.drop_index("ix_customer_{n}_email", table_name="customer_{n}")""",
    ),
    (
        "longer names",
        """with op.batch_alter_table("customer_{n}") as batch:
        batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80), existing_nullable=False)""",
        """with op.batch_alter_table("customer_{n}") as batch:
        batch.alter_column("name", existing_type=sa.String(80), type_=sa.String(40), existing_nullable=False)""",
    ),
    (
        "rename the table",
        """op.rename_table("purchase_{n}", "order_{n}")
    op.create_index("ix_order_{n}_customer_id", "order_{n}", ["customer_id"])""",
        """with op.batch_alter_table("order_{n}") as batch:
        batch.drop_constraint("fk_order_{n}_customer_id", type_="foreignkey")
        batch.drop_index("ix_order_{n}_customer_id")
        batch.create_foreign_key(
            "fk_order_{n}_customer_id", "customer_{n}", ["customer_id"], ["id"], ondelete="CASCADE"
        )
    op.rename_table("order_{n}", "purchase_{n}")""",
    ),
    (
        "a note and a state of each order",
        """op.add_column("order_{n}", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("order_{n}", sa.Column("state", sa.String(20), nullable=True))""",
        """with op.batch_alter_table("order_{n}") as batch:
        batch.drop_column("state")
        batch.drop_column("note")""",
    ),
    (
        "the state of old orders",
        """op.execute("UPDATE order_{n} SET state = 'paid' WHERE state IS NULL")""",
        """pass""",
    ),
    (
        "add active",
        """op.add_column(
        "customer_{n}", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False)
    )""",
        """with op.batch_alter_table("customer_{n}") as batch:
        batch.drop_column("active")""",
    ),
    (
        "rename name, larger totals",
        """with op.batch_alter_table("customer_{n}") as batch:
        batch.alter_column(
            "name", new_column_name="full_name", existing_type=sa.String(80), existing_nullable=False
        )
    with op.batch_alter_table("order_{n}") as batch:
        batch.alter_column("total", existing_type=sa.Numeric(10, 2), type_=sa.Numeric(12, 2))""",
        """with op.batch_alter_table("order_{n}") as batch:
        batch.alter_column("total", existing_type=sa.Numeric(12, 2), type_=sa.Numeric(10, 2))
    with op.batch_alter_table("customer_{n}") as batch:
        batch.alter_column(
            "full_name", new_column_name="name", existing_type=sa.String(80), existing_nullable=False
        )""",
    ),
)


def write(folder: Path, revisions: int) -> Path:
    """Write a project with so many revisions, whole rounds of ten, into a folder and return it."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy(_TEMPLATE / name, folder / "migrations" / name)
    shutil.copy(_TEMPLATE / "alembic.ini.mako", folder / "migrations" / "alembic.ini")
    models = "".join(_MODELS.replace("{n}", str(n)) for n in range(1, revisions // ROUND + 1))
    (folder / "app.py").write_text(_APP + models + _FACTORY)
    for number in range(1, revisions + 1):
        message, upgrade, downgrade = (
            text.replace("{n}", str((number - 1) // ROUND + 1)) for text in _STEPS[(number - 1) % ROUND]
        )
        text = _REVISION.format(
            message=message,
            revision=f"{number:04d}",
            parent=f"{number - 1:04d}" if number > 1 else None,
            upgrade=upgrade,
            downgrade=downgrade,
        )
        (versions / f"{number:04d}_{message.replace(' ', '_').replace(',', '')}.py").write_text(text)
    return folder
