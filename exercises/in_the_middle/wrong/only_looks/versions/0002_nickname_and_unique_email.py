"""nickname, and a unique email

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
    columns = [column['name'] for column in sa.inspect(op.get_bind()).get_columns('student')]
    if 'nickname' not in columns:
        with op.batch_alter_table('student', schema=None) as batch_op:
            batch_op.add_column(sa.Column('nickname', sa.String(length=50), nullable=True))
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_student_email'), ['email'], unique=True)


def downgrade():
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_student_email'))

    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_column('nickname')
