"""age is not negative

Revision ID: 0002
Revises: 0001
Create Date: 2026-01-19 09:00:00

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.create_check_constraint('age_not_negative', 'age >= 0')


def downgrade():
    pass
