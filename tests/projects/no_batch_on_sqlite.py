"""Columns are altered without batch mode."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(80), nullable=False)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """op.alter_column("student", "name", existing_type=sa.String(40), type_=sa.String(60), existing_nullable=False)""",
        """op.alter_column("student", "name", existing_type=sa.String(60), type_=sa.String(40), existing_nullable=False)""",
    ),
    (
        """op.alter_column("student", "name", existing_type=sa.String(60), type_=sa.String(80), existing_nullable=False)""",
        """op.alter_column("student", "name", existing_type=sa.String(80), type_=sa.String(60), existing_nullable=False)""",
    ),
]

ERRORS = {"refused 2": "s"}

ALSO = {"no-batch-on-sqlite 3": "s"}
