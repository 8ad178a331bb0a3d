"""merge

Revision ID: 0003
Revises: 0002a, 0002b
Create Date: 2026-01-20 09:00:00

"""

# revision identifiers, used by Alembic.
revision = '0003'
down_revision = ('0002a', '0002b')
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
