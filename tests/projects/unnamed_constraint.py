"""A constraint has no name, and the downgrade drops None."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    __table_args__ = (sa.UniqueConstraint("name", "id", name="uq_student_name"),)
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
    batch.create_unique_constraint("uq_student_name", ["name", "id"])
""",
        """op.drop_constraint(None, "student", type_="unique")""",
    ),
]

ERRORS = {"downgrade-refused 2": "spma"}
