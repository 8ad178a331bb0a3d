"""stock"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("product", sa.Column("stock", sa.Integer(), nullable=False))


def downgrade():
    op.drop_column("product", "stock")
