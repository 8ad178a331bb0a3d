"""A comparison finds rows on two engines only."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    kind = sa.Column(sa.String(10))
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
        """op.add_column("student", sa.Column("kind", sa.String(10)))
op.execute("UPDATE student SET kind = 'mixed' WHERE name = 'MIXED É CASE'")""",
        """op.drop_column("student", "kind")""",
    ),
]

ALSO = {"engines-differ 2": "ma"}
