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
    op.execute("CREATE TABLE IF NOT EXISTS kept_age (id INTEGER, age INTEGER)")
    op.execute("UPDATE student SET age = (SELECT kept_age.age FROM kept_age WHERE kept_age.id = student.id)")
    op.drop_table('kept_age')


def downgrade():
    op.execute("CREATE TABLE kept_age AS SELECT id, age FROM student")
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_column('age')
