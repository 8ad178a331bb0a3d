"""payments"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("open", "paid", name="payment_state"), nullable=False),
    )


def downgrade():
    op.drop_table("payment")
