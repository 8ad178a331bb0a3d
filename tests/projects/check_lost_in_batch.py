"""Batch mode copies a table without its CHECK that has no name, on SQLite."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(60), nullable=False)
    age = sa.Column(sa.Integer)
    __table_args__ = (sa.CheckConstraint("age >= 0"),)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False), sa.Column("age", sa.Integer()),
    sa.Column("name", sa.String(40), nullable=False), sa.CheckConstraint("age >= 0"),
    sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(60), existing_nullable=False)
""",
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.String(60), type_=sa.String(40), existing_nullable=False)
""",
    ),
]

ERRORS = {"downgrade-differs 2": "s"}

ALSO = {"engines-differ 2": "s"}

NAMING = """None"""
