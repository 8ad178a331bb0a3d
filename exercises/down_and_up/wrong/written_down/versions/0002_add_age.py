"""add age

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
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.add_column(sa.Column('age', sa.Integer(), nullable=True))
    op.execute("UPDATE student SET age = 36 WHERE id = 1")
    op.execute("UPDATE student SET age = 0 WHERE id = 5")


def downgrade():
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_column('age')
