"""rename name to full_name

Revision ID: 0002
Revises: 0001
Create Date: 2026-01-19 09:00:00

"""
import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column('student', 'name', new_column_name='full_name')


def downgrade():
    op.alter_column('student', 'full_name', new_column_name='name')
