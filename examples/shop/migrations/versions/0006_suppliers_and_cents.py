"""suppliers, and prices with cents"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.create_table(
        "supplier",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
    )
    op.execute("ALTER TABLE product ALTER COLUMN price TYPE NUMERIC(12, 2)")


def downgrade():
    op.execute("ALTER TABLE product ALTER COLUMN price TYPE INTEGER")
    op.drop_table("supplier")
