"""add age

Revision ID: 0002
Revises: 0001

Made by: flask --app lab_app db migrate -m "add age" --rev-id 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    """Add the column. It is nullable, so the students that are there already get NULL."""
    # Batch mode is ALTER TABLE wherever the engine has it; on SQLite the table is copied when it must be.
    with op.batch_alter_table("student") as batch_op:
        batch_op.add_column(sa.Column("age", sa.Integer(), nullable=True))


def downgrade():
    """Drop the column, and every age with it; the rest of each row stays."""
    with op.batch_alter_table("student") as batch_op:
        batch_op.drop_column("age")
