"""Clean: a column gets a new name in a batch, and its index with it."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    full_name = sa.Column(sa.String(40), nullable=False)
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
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", new_column_name="full_name", existing_type=sa.String(40), existing_nullable=False)
""",
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("full_name", new_column_name="name", existing_type=sa.String(40), existing_nullable=False)
""",
    ),
]
