"""keep ages

Revision ID: 0003
Revises: 0002
Create Date: 2026-01-19 09:00:00

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    op.execute("CREATE TABLE kept_age AS SELECT id, age FROM student")
