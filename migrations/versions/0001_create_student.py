"""create student

Revision ID: 0001
Revises:

Made by: flask --app lab_app db migrate -m "create student" --rev-id 0001
"""

import sqlalchemy as sa
from alembic import op

# Alembic reads these four to put the files in order; the file's name is only for people.
revision = "0001"
down_revision = None  # the first one
branch_labels = None
depends_on = None


def upgrade():
    """Create the table as the model was then. A revision never imports the models: they move on, it must not."""
    op.create_table(
        "student",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=100), nullable=True),
        sa.Column("course", sa.String(length=50), nullable=True),
        # op.f(): the name is final, so that the naming convention is not applied to it a second time.
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student")),
    )


def downgrade():
    """Drop the table, and every student with it."""
    op.drop_table("student")
