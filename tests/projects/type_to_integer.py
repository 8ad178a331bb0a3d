"""A text becomes a number, and what is no number bends or is refused."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.Integer)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40)), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.String(40), type_=sa.Integer(), postgresql_using="name::integer")
""",
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("name", existing_type=sa.Integer(), type_=sa.String(40))
""",
    ),
]

ERRORS = {"rows-changed 2": "s"}

ALSO = {"refused-with-rows 2": "pma"}
