"""discount for mixed boxes"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.add_column("product", sa.Column("discount", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE product SET discount = 10 WHERE packing = 'mixed'")


def downgrade():
    op.drop_column("product", "discount")
