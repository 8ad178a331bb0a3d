"""merge

Revision ID: 0003
Revises: 0002a
Create Date: 2026-01-19 09:00:00

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002a'
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
