"""packed in a box, if nothing is said"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("product") as batch:
        batch.alter_column("packing", existing_type=sa.String(5), existing_nullable=False, server_default="box")


def downgrade():
    with op.batch_alter_table("product") as batch:
        batch.alter_column("packing", existing_type=sa.String(5), existing_nullable=False, server_default=None)
