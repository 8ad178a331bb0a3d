"""active and level

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

level = sa.Enum('junior', 'senior', name='level')


def upgrade():
    level.create(op.get_bind(), checkfirst=True)
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.add_column(sa.Column('active', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('level', level, server_default='junior', nullable=False))
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.alter_column('active', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.alter_column('level', existing_type=level, existing_nullable=False, server_default=None)


def downgrade():
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_column('level')
        batch_op.drop_column('active')
    level.drop(op.get_bind(), checkfirst=True)
