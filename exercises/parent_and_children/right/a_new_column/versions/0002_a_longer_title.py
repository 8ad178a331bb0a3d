"""a longer title

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
    op.add_column('course', sa.Column('title_now', sa.String(length=80)))
    op.execute('UPDATE course SET title_now = title')
    op.drop_column('course', 'title')
    op.execute('ALTER TABLE course RENAME COLUMN title_now TO title')


def downgrade():
    op.add_column('course', sa.Column('title_now', sa.String(length=40)))
    op.execute('UPDATE course SET title_now = title')
    op.drop_column('course', 'title')
    op.execute('ALTER TABLE course RENAME COLUMN title_now TO title')
