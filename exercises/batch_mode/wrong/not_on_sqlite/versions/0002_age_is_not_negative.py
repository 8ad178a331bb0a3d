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
    if op.get_bind().dialect.name != 'sqlite':
        op.create_check_constraint('age_not_negative', 'student', 'age >= 0')


def downgrade():
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint('age_not_negative', 'student', type_='check')
