"""The downgrade leaves the rows that the upgrade inserts, so the second one doubles them."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
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
op.execute("INSERT INTO student (name) VALUES ('guest'), ('admin')")
""",
        """pass""",
    ),
]

ERRORS = {"upgrade-again-differs 2": "spma"}
