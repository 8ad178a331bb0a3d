"""every student has a course

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
    op.add_column('student', sa.Column('course', sa.String(length=50)))
    op.execute("UPDATE student SET course = 'unassigned'")
    op.alter_column('student', 'course', existing_type=sa.String(length=50), nullable=False)


def downgrade():
    op.drop_column('student', 'course')
