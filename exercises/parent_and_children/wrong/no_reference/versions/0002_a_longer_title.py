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

NAMES = {'fk': 'fk_%(table_name)s_%(column_0_name)s'}
KEY = {'sqlite': 'fk_enrolment_course_id', 'postgresql': 'enrolment_course_id_fkey', 'mysql': 'enrolment_ibfk_1',
       'mariadb': 'enrolment_ibfk_1'}


def upgrade():
    with op.batch_alter_table('enrolment', naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint(KEY[op.get_bind().dialect.name], type_='foreignkey')
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.alter_column('title',
               existing_type=sa.String(length=40),
               type_=sa.String(length=80),
               existing_nullable=True)


def downgrade():
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.alter_column('title',
               existing_type=sa.String(length=80),
               type_=sa.String(length=40),
               existing_nullable=True)
    with op.batch_alter_table('enrolment', naming_convention=NAMES) as batch_op:
        batch_op.create_foreign_key('enrolment_course', 'course', ['course_id'], ['id'], ondelete='CASCADE')
